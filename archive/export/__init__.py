"""Articles taken out: as JSON Lines, CSV, Parquet or a smaller SQLite file, with what vouches for them beside."""
