"""The words and names that extraction knows, as data."""
