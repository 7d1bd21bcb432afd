"""Look things up in the index: articles, crawl failures, what is due."""
