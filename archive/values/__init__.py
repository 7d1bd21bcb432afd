"""What values have in common when they are shown: a line in an interactive session, numbers with their nouns."""
