"""Common ways to show values: a line in an interactive session, numbers with their nouns."""
