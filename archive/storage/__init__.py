"""The disk space of an archive: what it needs and what is left of it; copies of the archive."""
