"""The commands, by who uses them: one module for each, or for a few that belong together."""
