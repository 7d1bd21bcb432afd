"""Full-text search: queries, results, counts, snippets."""
