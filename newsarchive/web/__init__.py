"""The web interface: search, an article and its history, its snapshots. It reads the archive and changes nothing."""
