"""Section pages, feeds and sitemaps turned into article addresses. PURE."""
