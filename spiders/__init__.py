"""From a source definition to a captured response: the only package that uses Scrapy."""
