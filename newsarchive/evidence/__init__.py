"""Sources of evidence files outside of the archive: a time stamp authority, and Chromium for PDF."""
