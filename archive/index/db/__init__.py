"""The SQLite file: connection, schema, migrations, triggers."""
