"""Evidence files: captures of articles with what is needed to check them without the archive."""
