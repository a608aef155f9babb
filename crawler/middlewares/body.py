"""A body is whole, unpacked and of bearable size, or there is none."""

from __future__ import annotations

import re
import zlib

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response, XmlResponse
from scrapy.responsetypes import responsetypes

from crawler.middlewares.retry import RetryMiddleware

MAX_HEADER_BYTES = 65_536
"""Size of an answer's headers, and of one of their lines, beyond which it is broken off."""
_FORMATS = {
    "gzip": (zlib.MAX_WBITS | 16,),
    "x-gzip": (zlib.MAX_WBITS | 16,),
    "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS),
}
"""How zlib calls a content encoding; some servers send a deflate without its head."""
_GZIP_BEGINS = b"\x1f\x8b"
_STEP = 1 << 16
_END = re.compile(rb"</(?:html|body|rss|feed|rdf:rdf)\s*>", re.I)
_END_REACH = 4096


class BodyError(IgnoreRequest):
    """What came is no page; the message says why."""


class TruncatedBodyError(BodyError):
    """The body ended early."""


class BlockedError(BodyError):
    """What came is a challenge or block page."""


class TooLargeError(BodyError):
    """The body, unpacked, is larger than we take."""


class HeadersTooLargeError(Exception):
    """An answer's headers do not end (crawler.network.transport)."""


class BodyMiddleware:
    """In the place of Scrapy's HttpCompressionMiddleware, which takes the part that could be unpacked for the whole."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BodyMiddleware:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Scrapy's hook."""
        request.headers["Accept-Encoding"] = "gzip, deflate"

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Scrapy's hook. A body that ended early is asked for again a few times. Raises BodyError.

        The body as it came is `packed` in the request's meta, if it was gzipped.
        """
        packed = response.body if _encoding(response) == "gzip" else None
        try:
            response = self._unpacked(response)
            _look_for_end(response)
        except TruncatedBodyError as error:
            retry = self.crawler.get_downloader_middleware(RetryMiddleware)
            again = retry.again(request, error) if retry else None
            if again is None:
                raise
            return again
        request.meta["packed"] = packed
        return response

    def _unpacked(self, response: Response) -> Response:
        packed = _encoding(response)
        if packed in ("", "identity") or not response.body:
            return response
        if packed not in _FORMATS:
            raise BodyError(f"the body is packed as {packed[:40]!r}, which was not asked for")
        body = unpack(response.body, packed, self.limit)
        del response.headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        return response.replace(body=body, cls=kind)


def _encoding(response: Response) -> str:
    return b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").strip().lower()


def unpack(body: bytes, encoding: str, limit: int) -> bytes:
    """Unpack a body of a known content encoding, at most `limit` bytes. Raises BodyError; never gives a part."""
    for number, bits in enumerate(_FORMATS[encoding], 1):
        try:
            return _inflate(body, bits, limit)
        except zlib.error as error:
            if number == len(_FORMATS[encoding]):
                raise BodyError(f"the body cannot be unpacked ({error})") from None
    raise AssertionError("every encoding has a format")


def _inflate(body: bytes, bits: int, limit: int) -> bytes:
    unpacked = bytearray()
    while True:
        stream = zlib.decompressobj(bits)
        rest = body
        while not stream.eof:
            piece = stream.decompress(rest, _STEP)
            rest = stream.unconsumed_tail
            if not piece and not rest and not stream.eof:
                raise TruncatedBodyError("the body ended early")
            unpacked += piece
            if len(unpacked) > limit:
                raise TooLargeError(f"larger than {limit / (1 << 20):g} MB when unpacked")
        body = stream.unused_data
        if not body.startswith(_GZIP_BEGINS):
            return bytes(unpacked)


def _look_for_end(response: Response) -> None:
    """Where the end of the connection is the end of the body, only the page can say whether it is all there."""
    if (
        "partial" in response.flags
        and isinstance(response, HtmlResponse | XmlResponse)
        and not _END.search(response.body[-_END_REACH:])
    ):
        raise TruncatedBodyError("the body ended early")
