"""From the bytes of a page to an article: pure functions, the same input giving the same answer."""
