"""One crawl of one source: queue, politeness, budget, what follows from an answer."""
