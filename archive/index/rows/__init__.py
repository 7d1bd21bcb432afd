"""Rows of the index as values."""
