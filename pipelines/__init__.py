"""From a fetched page to rows of the published database. Nothing here knows of Scrapy or of the crawl."""

VERSION = "0.1"
"""Of everything between page and row; `pipelines.version` adds a hash of the code."""
