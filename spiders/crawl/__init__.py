"""One crawl of one source: queue, politeness, page budget, storage, what follows from a response."""
