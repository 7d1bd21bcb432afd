"""The web interface: search, an article and its history, its snapshots. It only reads."""
