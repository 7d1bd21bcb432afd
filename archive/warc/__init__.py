"""WARC files: writing, reading, repair and validation."""
