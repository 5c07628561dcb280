"""Alembic's entry point: it is handed the connection to migrate."""

from alembic import context

from signalcraft.store.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
