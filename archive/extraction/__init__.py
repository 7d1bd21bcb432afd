"""Extract the article from a captured page. PURE: no files, no SQL."""
