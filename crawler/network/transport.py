"""How answers come in: bounded headers, refused addresses told by name, and a host left alone after trouble."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    TunnelError,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError

from crawler.middlewares.body import MAX_HEADER_BYTES, HeadersTooLargeError, TooLargeError
from crawler.middlewares.retry import RetryMiddleware
from crawler.network.resolver import refusal_of


class DownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own for http and https, with what a crawler of strange hosts needs."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """The answer, whatever its status. The host's pause begins here, before the downloader sends the next request.

        Raises Scrapy's exceptions, PrivateAddressError and its kin, TooLargeError.
        """
        retry = self._crawler.get_downloader_middleware(RetryMiddleware)
        assert retry is not None, "crawler/settings.py has it"
        try:
            response = await super().download_request(request)
        except Exception as error:
            told = self._told(request, error)
            retry.note_failure(request, told)
            if told is error:
                raise
            raise told from error
        retry.note_answer(request, response)
        return response

    def _told(self, request: Request, error: Exception) -> Exception:
        """The exception that says what was the matter."""
        if isinstance(error, CannotResolveHostError):
            return refusal_of(urlparse_cached(request).hostname or "") or error
        if isinstance(error, DownloadCancelledError):
            return TooLargeError(f"larger than {self._default_maxsize / (1 << 20):g} MB")
        if isinstance(error, DownloadTimeoutError):
            return DownloadTimeoutError(f"no whole answer within {request.meta['download_timeout']:g} s")
        if isinstance(error, TunnelError):  # the newsroom stands for the whole net: it knows no such host
            return ConnectError()  # type: ignore[no-untyped-call]
        return error


class _Parser(_LenientHTTPClientParser):
    """Scrapy's own, which would take headers without end, or a line that is too long for the end of the connection."""

    MAX_LENGTH = MAX_HEADER_BYTES
    header_bytes: int

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 (Twisted's name)
        self.header_bytes = getattr(self, "header_bytes", 0) + len(line)
        if self.header_bytes > MAX_HEADER_BYTES:
            raise HeadersTooLargeError
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 (Twisted's name)
        raise HeadersTooLargeError


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Deferred[Any]:
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _Parser
        return answer


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: N802 (Twisted's name)
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
