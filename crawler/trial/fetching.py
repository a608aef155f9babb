"""One request through the crawler's own middlewares, without a night: nothing is archived, nothing written down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from crawler.network.failures import NONE, Failure, failure_of
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


BROKEN_OFF = Failure("stopped", "deferred", "the request was broken off", NONE)
"""What holds as long as nothing has come."""


@dataclass(slots=True)
class Fetched:
    """What became of a request: a page, or a failure and what came with it. `answers` are all that came on the way, in order."""

    url: str
    status: int | None = None
    content_type: str | None = None
    body: bytes = b""
    seconds: float = 0.0
    answers: list[Answer] = field(default_factory=list)
    crawl_delay: float | None = None
    failure: Failure | None = BROKEN_OFF


def fetch(process: Any, spider: type, url: str) -> Fetched:
    """Fetch an address by an outlet's spider; the process ends its reactor with that.

    Raises what keeps the spider from starting (SpiderMistakeError, ValueError).
    """
    fetched, crawl = request(process, spider, url)
    process.start()
    crawl.result()
    return fetched


def request(process: Any, spider: type, url: str) -> tuple[Fetched, asyncio.Future[None]]:
    """Have an address fetched as soon as the process starts; what becomes of it is filled in."""
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

    crawler.signals.connect(came, signal=signals.response_downloaded, weak=False)
    crawler.signals.connect(parsed, signal=signals.robots_parsed, weak=False)
    return fetched, process.crawl(crawler)


class _OneRequest:
    """In front of an outlet's spider: asks for one page instead of walking its listings."""

    asked: str
    into: Fetched
    allowed_domains: list[str]
    begun: float

    async def start(self) -> AsyncIterator[Request]:
        """The one request."""
        self.begun = time.monotonic()
        host = urlsplit(self.asked).hostname or ""
        if not any(lies_in(host, domain) for domain in self.allowed_domains):
            self.allowed_domains.append(host)
        yield Request(self.asked, callback=self.came, errback=self.failed, dont_filter=True)

    def came(self, response: Response) -> None:
        """The page."""
        self.into.failure = None
        self._note(response)

    def failed(self, failure: TwistedFailure) -> None:
        """Why it did not come."""
        error: Any = failure.value
        self.into.failure = failure_of(error, "article")
        self.into.seconds = round(time.monotonic() - self.begun, 2)
        if isinstance(error, HttpError):
            self._note(error.response)

    def catch_up(self) -> None:
        """No visits."""

    def _note(self, response: Response) -> None:
        self.into.seconds = round(time.monotonic() - self.begun, 2)
        content_type = response.headers.get("Content-Type")
        self.into.url, self.into.status, self.into.body = response.url, response.status, response.body
        self.into.content_type = content_type.decode("latin-1") if content_type else None
