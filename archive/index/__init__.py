"""The SQLite index: its tables, what goes into them and what is asked of them."""
