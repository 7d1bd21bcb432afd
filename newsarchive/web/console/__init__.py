"""The console: pages on which archivists watch sources, edit their files, and start and stop crawls."""
