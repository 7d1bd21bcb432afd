"""The captures that an export of WARC records holds."""
