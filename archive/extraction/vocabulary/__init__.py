"""Phrases, class names and date words used by the extraction, as data."""
