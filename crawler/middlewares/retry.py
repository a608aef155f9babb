"""Trying again, politely: a host in trouble is left alone as a whole, longer each time or as long as it asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares import retry
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.clock import now
from crawler.network.pace import Pace, retry_after
from crawler.network.resolver import NoNameServerError

_NO_TROUBLE = (404, 405, 406, 410)
"""Statuses from 400 on that are about the one page."""


class AskedToWaitError(IgnoreRequest):
    """The host asks to be left alone for longer than a crawl can wait."""

    def __init__(self, status: int, until: datetime) -> None:
        super().__init__(f"HTTP {status}, asks to come again at {until:%Y-%m-%d %H:%M}")
        self.until = until


class RetryMiddleware(retry.RetryMiddleware):
    """Scrapy's own, with pauses.

    The download handler notes trouble before the downloader sends the host's next request; here is decided whether the
    one that failed is sent again.
    """

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self.exceptions_to_retry = (*self.exceptions_to_retry, NoNameServerError)
        self.pace = Pace(settings.getfloat("ILJARI_RETRY_WAIT"))
        self.longest = settings.getfloat("ILJARI_LONGEST_WAIT")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryMiddleware:
        """Scrapy's constructor."""
        return super().from_crawler(crawler)

    def note_failure(self, request: Request, error: Exception) -> None:
        """No answer came."""
        if isinstance(error, self.exceptions_to_retry):
            self._hold(request, None)

    def note_answer(self, request: Request, response: Response) -> None:
        """An answer came; one that tells of trouble pauses the host."""
        if response.status < 400 or response.status in _NO_TROUBLE:
            self.pace.answered(_host(request))
            return
        asked = _asked(response)
        if asked is None or asked <= self.longest:
            self._hold(request, asked)

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Scrapy's hook. Raises AskedToWaitError."""
        asked = _asked(response) if response.status >= 400 else None
        if asked is not None and asked > self.longest:
            raise AskedToWaitError(response.status, now() + timedelta(seconds=asked))
        return super().process_response(request, response)

    def again(self, request: Request, error: Exception) -> Request | None:
        """The request to be sent once more after what was found wrong with its answer; None where it was often enough."""
        self._hold(request, None)
        return self._retry(request, error)

    def _hold(self, request: Request, asked: float | None) -> None:
        """Nothing goes to the host for a while: Scrapy's slot takes it for just used, that much later than now."""
        downloader: Any = self.crawler.engine.downloader
        slot = downloader.slots.get(_host(request))
        if slot is not None:
            slot.close()  # the call that waits for the usual delay; the downloader sets a new one
            slot.lastseen = max(slot.lastseen, monotonic() + self.pace.trouble(_host(request), asked))


def _host(request: Request) -> str:
    """The host as the downloader names its slot."""
    return str(request.meta.get("download_slot"))


def _asked(response: Response) -> float | None:
    value = response.headers.get("Retry-After")
    return retry_after(value.decode("latin-1"), now()) if value else None
