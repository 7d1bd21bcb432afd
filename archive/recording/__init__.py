"""Record a crawl: records into WARC files, then rows into the index, and what a crash left."""
