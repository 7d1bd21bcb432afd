"""Rebuild the index from WARC files, and import WARC files made elsewhere."""
