"""Commands that find, show and export articles."""
