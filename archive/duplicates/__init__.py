"""Near-duplicate detection: fingerprints, overlap, which article was first. Pure functions."""
