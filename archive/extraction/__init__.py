"""Extract the article from a captured page. Pure functions: no files, no SQL."""
