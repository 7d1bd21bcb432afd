"""Apply captures and extractions to the index."""
