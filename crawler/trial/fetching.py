"""One request through the crawler's own middlewares, without a night: nothing is archived, nothing written down."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from crawler.failures import Failure, failure_of
from crawler.run import ABOVE_ALL
from crawler.trial.spiders import lies_in

ARCHIVE = "crawler.middlewares.archive.ArchiveMiddleware"
WITHOUT_TRACE: dict[str, Any] = {"EXTENSIONS": {}, "ITEM_PIPELINES": {}, "RETRY_TIMES": 0}
"""Settings by which a request differs from that of a night: no ledger, no archive, and one try."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host sent, before anything is made of it."""

    url: str
    status: int
    headers: dict[str, str]
    size: int  # of the body as it came, packed or not
    robots: bool  # whether it is that of robots.txt


@dataclass(slots=True)
class Fetched:
    """What became of a request: a page, or a failure. `answers` are all that came on the way, in order."""

    url: str
    status: int | None = None
    content_type: str | None = None
    body: bytes = b""
    seconds: float = 0.0
    answers: list[Answer] = field(default_factory=list)
    crawl_delay: float | None = None
    failure: Failure | None = None


def fetch(process: Any, spider: type, url: str) -> Fetched:
    """Fetch an address by an outlet's spider; the process ends its reactor with that.

    Raises what keeps the spider from starting (SpiderMistakeError, ValueError).
    """
    fetched = Fetched(url)
    one = type("OneRequestSpider", (_OneRequest, spider), {"asked": url, "into": fetched})
    crawler = process.create_crawler(one)
    middlewares = dict(crawler.settings["DOWNLOADER_MIDDLEWARES"]) | {ARCHIVE: None}
    for name, value in {**WITHOUT_TRACE, "DOWNLOADER_MIDDLEWARES": middlewares}.items():
        crawler.settings.set(name, value, ABOVE_ALL)

    def came(response: Response, request: Request) -> None:
        headers = {
            name.decode("latin-1"): b", ".join(values).decode("latin-1") for name, values in response.headers.items()
        }
        robots = urlsplit(request.url).path == "/robots.txt" and "dont_obey_robotstxt" in request.meta
        fetched.answers.append(Answer(response.url, response.status, headers, len(response.body), robots))

    def parsed(robotparser: Any) -> None:
        fetched.crawl_delay = robotparser.crawl_delay(crawler.settings["ROBOTSTXT_USER_AGENT"])

    crawler.signals.connect(came, signal=signals.response_downloaded)
    crawler.signals.connect(parsed, signal=signals.robots_parsed)
    begun = time.monotonic()
    crawl = process.crawl(crawler)
    process.start()
    fetched.seconds = round(time.monotonic() - begun, 1)
    crawl.result()
    return fetched


class _OneRequest:
    """In front of an outlet's spider: asks for one page instead of walking its listings."""

    asked: str
    into: Fetched
    allowed_domains: list[str]

    async def start(self) -> AsyncIterator[Request]:
        """The one request."""
        host = urlsplit(self.asked).hostname or ""
        if not any(lies_in(host, domain) for domain in self.allowed_domains):
            self.allowed_domains.append(host)
        yield Request(self.asked, callback=self.came, errback=self.failed, dont_filter=True)

    def came(self, response: Response) -> None:
        """The page."""
        self._note(response)

    def failed(self, failure: TwistedFailure) -> None:
        """Why it did not come."""
        error: Any = failure.value
        self.into.failure = failure_of(error, "article")
        if isinstance(error, HttpError):
            self._note(error.response)

    def catch_up(self) -> None:
        """No visits."""

    def _note(self, response: Response) -> None:
        content_type = response.headers.get("Content-Type")
        self.into.url, self.into.status, self.into.body = response.url, response.status, response.body
        self.into.content_type = content_type.decode("latin-1") if content_type else None
