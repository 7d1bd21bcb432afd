"""The SQLite index: its tables, how they are filled, and queries on them."""
