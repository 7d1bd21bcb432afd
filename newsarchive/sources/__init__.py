"""The sources of an archive: their checks, life and status."""
