"""Exports: JSON Lines, CSV, Parquet or a smaller SQLite file, each with its provenance and data dictionary."""
