"""The database itself: engine, statements, tables, migrations, backup, watching for changes."""
