"""Dates and times as pages print them, and which one is the publication."""
