"""Dates and times as pages print them, and which of them is the publication date."""
