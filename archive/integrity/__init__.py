"""Check WARC files, manifests and the index against one another."""
