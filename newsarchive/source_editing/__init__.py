"""Source files that are edited: checked, tried without saving, and replaced as a whole."""
