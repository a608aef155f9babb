"""HTTP/1.1 as far as the newsroom needs it: reading a request, writing a response."""

import asyncio
import gzip
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

BODY_LIMIT = 1 << 20
COMPRESSED_FROM = 512  # bytes; shorter bodies go as they are
KEPT = 20_000  # bodies whose ETag and compressed form are remembered, so that the newsroom is never what is waited for


class BadRequestError(ValueError):
    """What came over the connection is no request the newsroom can read."""


@dataclass(frozen=True)
class Request:
    """One request; `host` without port, `path` and `query` as sent (percent-encoded), header names in lower case."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    version: str = "HTTP/1.1"
    scheme: str = ""
    host: str = ""
    path: str = "/"
    query: str = ""

    @property
    def url(self) -> str:
        """The URL that was asked for."""
        return f"{self.scheme}://{self.host}{self.path}{'?' + self.query if self.query else ''}"

    @property
    def keep_alive(self) -> bool:
        """Whether the client wants to go on using the connection."""
        words = self.headers.get("connection", "") + self.headers.get("proxy-connection", "")
        return self.version == "HTTP/1.1" and "close" not in words.lower()

    def params(self, charset: str) -> dict[str, str]:
        """The query's parameters, percent-encoding read in the site's charset; the first of a repeated name counts."""
        codec = "cp949" if charset == "euc-kr" else charset
        pairs = parse_qsl(self.query, keep_blank_values=True, encoding=codec, errors="replace")
        return dict(reversed(pairs))


@dataclass(frozen=True)
class Delivery:
    """How an answer travels: after `delay` seconds, `piece` bytes at a time (0: all at once) with `pause` seconds
    between them, only a `share` of the body, the body `repeat` times.
    """

    delay: float = 0.0
    piece: int = 0
    pause: float = 0.0
    share: float = 1.0
    repeat: int = 1


@dataclass(frozen=True)
class Response:
    """One answer; `changed` (aware) becomes Last-Modified, `is_article` tells article pages from the rest.

    Status 0 closes the connection without an answer. A body with a `content_encoding` goes as it is.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    changed: datetime | None = None
    location: str = ""
    retry_after: str = ""
    content_encoding: str = ""
    is_article: bool = False
    delivery: Delivery = Delivery()


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection, None where the client is done; a body is read and dropped."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except asyncio.LimitOverrunError as error:
        raise BadRequestError("the header is too long") from error
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequestError(f"not a request line: {first[:80]!r}")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > BODY_LIMIT or "transfer-encoding" in headers:
        raise BadRequestError("a body the newsroom does not take")
    await reader.readexactly(int(length))
    return Request(method=parts[0], target=parts[1], headers=headers, version=parts[2])


def split_target(target: str) -> tuple[str, str, str, str]:
    """Scheme, host without port, path, query of a request's target; scheme and host are empty in origin form."""
    parts = urlsplit(target)
    return parts.scheme, parts.hostname or "", parts.path or "/", parts.query


def encode(response: Response, request: Request, now: datetime, *, close: bool) -> tuple[int, bytes, bytes]:
    """The status that goes out (304 where the client has it already) and the bytes of header and body."""
    if not response.status:
        return 0, b"", b""
    etag = _digest(response.body)
    body, headers = response.body, {"Date": format_datetime(now.astimezone(UTC), usegmt=True)}
    if response.content_type:
        headers["Content-Type"] = response.content_type
    for name, value in (
        ("Location", response.location),
        ("Retry-After", response.retry_after),
        ("Content-Encoding", response.content_encoding),
    ):
        if value:
            headers[name] = value
    status, times = response.status, response.delivery.repeat
    if status == HTTPStatus.OK and not response.content_encoding and times == 1:
        if "gzip" in request.headers.get("accept-encoding", "") and len(body) >= COMPRESSED_FROM:
            body, etag = _compressed(body), f"{etag}-gzip"
            headers["Content-Encoding"] = "gzip"
        headers |= {"ETag": f'"{etag}"', "Vary": "Accept-Encoding"}
        if response.changed:
            headers["Last-Modified"] = format_datetime(response.changed.astimezone(UTC), usegmt=True)
        if _is_known(request, etag, response.changed):
            status, body = HTTPStatus.NOT_MODIFIED, b""
            for name in ("Content-Type", "Content-Encoding"):
                headers.pop(name, None)
    if status != HTTPStatus.NOT_MODIFIED:
        headers["Content-Length"] = str(len(body) * times)
    headers["Connection"] = "close" if close else "keep-alive"
    head = f"HTTP/1.1 {int(status)} {_phrase(status)}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items())
    return int(status), head.encode("latin-1") + b"\r\n", b"" if request.method == "HEAD" else body


async def send(writer: asyncio.StreamWriter, head: bytes, body: bytes, delivery: Delivery) -> None:
    """Write an answer as its delivery wants it."""
    await asyncio.sleep(delivery.delay)
    body = body[: int(len(body) * delivery.share)]
    writer.write(head if delivery.piece or delivery.repeat > 1 else head + body)
    if delivery.piece:
        for start in range(0, len(body), delivery.piece):
            writer.write(body[start : start + delivery.piece])
            await writer.drain()
            await asyncio.sleep(delivery.pause)
    elif delivery.repeat > 1:
        for _ in range(delivery.repeat if body else 0):
            writer.write(body)
            await writer.drain()
    await writer.drain()


@lru_cache(maxsize=KEPT)
def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


@lru_cache(maxsize=KEPT)
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


def _is_known(request: Request, etag: str, changed: datetime | None) -> bool:
    """Whether the conditional headers say that the client has this version (If-None-Match goes first)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or f'"{etag}"' in [tag.strip() for tag in tags.split(",")]
    since = request.headers.get("if-modified-since")
    if since is None or changed is None:
        return False
    try:
        return changed.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Status"
