"""WARC files: written, read, repaired and checked."""
