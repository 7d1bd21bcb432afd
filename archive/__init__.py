"""From a capture to an answer: the bytes kept, the article read, the index searched.

This room knows no crawler, no command line and no web framework.
"""
