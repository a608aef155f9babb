"""Why a page is not gone on with although it came."""

from scrapy.exceptions import IgnoreRequest


class StoppedError(IgnoreRequest):
    """The crawl has stopped; the page is left to the next run."""


class TakenDownError(IgnoreRequest):
    """The URL leads to an article that was taken down."""
