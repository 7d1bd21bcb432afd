"""The body: which lines are the text, where it begins and ends, its HTML."""
