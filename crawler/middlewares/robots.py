"""robots.txt as RFC 9309 asks: an answer of 5xx or 429, or none, means that nothing may be crawled; Crawl-delay is kept."""

from __future__ import annotations

from typing import Any, cast

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

MAX_CRAWL_DELAY = 300.0
"""Seconds. A host that asks for more is crawled at this pace: more would not fit a night."""

MAX_ROBOTS_BYTES = 500 * 1024
"""What is read of a robots.txt, as much as the standard asks for."""


class RobotsDeniedError(IgnoreRequest):
    """robots.txt does not allow the request."""


class RobotsUnreadableError(IgnoreRequest):
    """robots.txt could not be read, so that nothing is allowed; another night it may be.

    `cause` is what its request ended in, where it was not an answer of the host.
    """

    def __init__(self, why: str, cause: Exception | None = None) -> None:
        super().__init__(why)
        self.cause = cause


class _Closed:
    """Stands for a robots.txt that could not be read."""

    def __init__(self, why: str, cause: Exception | None = None) -> None:
        self.why = why
        self.cause = cause


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's own, which takes an unreadable robots.txt for leave to crawl, made strict."""

    def process_request_2(self, rp: RobotParser | _Closed | None, request: Request) -> None:
        """Raises RobotsDeniedError or RobotsUnreadableError, with the reason, instead of a nameless IgnoreRequest."""
        if isinstance(rp, _Closed):
            raise RobotsUnreadableError(rp.why, rp.cause)
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            raise RobotsDeniedError("robots.txt denies it") from None

    async def robot_parser(self, request: Request) -> Any:
        """The host's rules. Looked up after the wait: Scrapy hands them to the first waiter only, None to the others."""
        await super().robot_parser(request)
        url, downloader = urlparse_cached(request), cast(Any, self.crawler.engine).downloader
        if url.hostname in downloader.per_slot_settings:
            request.meta["autothrottle_dont_adjust_delay"] = True  # else it would wear the host's Crawl-delay down
        return self._parsers[url.netloc]

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._close(netloc, f"robots.txt answers {response.status}")
            return
        response = response.replace(body=b"" if response.status >= 400 else response.body[:MAX_ROBOTS_BYTES])
        await super()._parse_robots(response, netloc, request)
        parser = self._parsers[netloc]
        delay = parser.crawl_delay(self._robotstxt_useragent or "*") if isinstance(parser, RobotParser) else None
        if delay:
            self._slow_down(request, min(delay, MAX_CRAWL_DELAY))

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._close(netloc, "robots.txt cannot be read", exc)

    def _close(self, netloc: str, why: str, cause: Exception | None = None) -> None:
        waiting: Any = self._parsers[netloc]
        closed: Any = _Closed(why, cause)
        self._parsers[netloc] = closed
        waiting.callback(closed)

    def _slow_down(self, request: Request, delay: float) -> None:
        """Keep the host's Crawl-delay for the slot that is and for those that Scrapy makes anew after a pause."""
        downloader: Any = self.crawler.engine.downloader
        host = urlparse_cached(request).hostname
        delay = max(delay, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[host] = {"concurrency": 1, "delay": delay, "jitter": 0}
        if host in downloader.slots:
            downloader.slots[host].delay = delay
            downloader.slots[host].jitter = 0
