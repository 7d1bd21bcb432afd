"""From a capture to a search result: store the bytes, extract the article, search the index.

This package imports no crawler, no command line and no web framework.
"""
