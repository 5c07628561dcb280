"""Tables, migrations, and the transaction that writes a resource. The only SQL."""
