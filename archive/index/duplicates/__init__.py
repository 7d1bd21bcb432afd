"""Groups of near-duplicate articles in the index."""
