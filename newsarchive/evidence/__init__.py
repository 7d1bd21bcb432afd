"""What evidence files need from outside of the archive: a time stamp authority, and Chromium for PDF."""
