"""From a source definition to a captured response: the only room that knows Scrapy."""
