"""What went wrong with a request: in plain words, as an outcome of the ledger, and how much it tells against the outlet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet import error as internet

from crawler.keeping.archive import ArchiveError
from crawler.middlewares.body import (
    MAX_HEADER_BYTES,
    BlockedError,
    BodyError,
    HeadersTooLargeError,
    TooLargeError,
    TruncatedBodyError,
)
from crawler.middlewares.egress import NoContactError
from crawler.middlewares.errors import StoppedError, TakenDownError
from crawler.middlewares.redirects import RedirectRefusedError
from crawler.middlewares.retry import AskedToWaitError
from crawler.middlewares.robots import RobotsDeniedError, RobotsUnreadableError
from crawler.network.resolver import NoNameServerError, NoSuchHostError, PrivateAddressError

HARD, SOFT, TEMPORARY, NONE = 1.0, 0.5, 0.25, 0.0
"""Severities: the outlet is gone or turns us away; it answers, but not as it should; chance; not the outlet's fault."""

Failed = Literal["robots", "deferred", "blocked", "failed"]
"""Outcomes that a request for a list page may fail with, or a visit."""
PageKind = Literal["list", "article"]


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a request. `kind` names the trouble, for counting; `until` is when the outlet may be asked again."""

    kind: str
    outcome: Failed | Literal["known"]
    reason: str
    severity: float
    until: datetime | None = None

    @property
    def unlisted(self) -> Failed:
        """The outcome of what no listing showed: only an address that was listed can be known."""
        return "failed" if self.outcome == "known" else self.outcome


@dataclass(frozen=True, slots=True)
class _Row:
    """How an exception is told. Without words the exception's own message is the reason."""

    error: type[Exception]
    kind: str
    severity: float
    words: str | None = None
    outcome: Failed | Literal["known"] = "failed"


_ERRORS: tuple[_Row, ...] = (
    _Row(NoContactError, "no contact", NONE, outcome="deferred"),
    _Row(ArchiveError, "archive", NONE, outcome="deferred"),
    _Row(StoppedError, "stopped", NONE, outcome="deferred"),
    _Row(TakenDownError, "taken down", NONE, outcome="known"),
    _Row(RobotsDeniedError, "robots.txt denies", HARD, outcome="robots"),
    _Row(RobotsUnreadableError, "robots.txt unreadable", HARD),
    _Row(AskedToWaitError, "asked to wait", HARD, outcome="deferred"),
    _Row(BlockedError, "blocked", HARD, outcome="blocked"),
    _Row(PrivateAddressError, "private address", HARD),
    _Row(NoNameServerError, "no name server", TEMPORARY),
    _Row(CannotResolveHostError, "no such host", HARD, "there is no such host"),
    _Row(NoSuchHostError, "no such host", HARD),
    _Row(DownloadConnectionRefusedError, "connection refused", HARD, "the host refuses connections"),
    _Row(internet.ConnectionRefusedError, "connection refused", HARD, "the host refuses connections"),
    _Row(RedirectRefusedError, "redirect refused", SOFT),
    _Row(TooLargeError, "too large", SOFT),
    _Row(HeadersTooLargeError, "headers too large", SOFT, f"headers larger than {MAX_HEADER_BYTES >> 10} kB"),
    _Row(TruncatedBodyError, "truncated", TEMPORARY),
    _Row(ResponseDataLossError, "truncated", TEMPORARY, "the body ended early"),
    _Row(BodyError, "no page", SOFT),
    _Row(UnsupportedURLSchemeError, "no page", SOFT, "the address is neither http nor https"),
    _Row(DownloadTimeoutError, "timeout", TEMPORARY),
    _Row(internet.TimeoutError, "timeout", TEMPORARY, "no connection in time"),
    _Row(internet.ConnectionDone, "no answer", TEMPORARY, "the host closed the connection without an answer"),
    _Row(internet.ConnectionLost, "reset", TEMPORARY, "the connection broke off"),
    _Row(internet.ConnectError, "no connection", TEMPORARY, "no connection to the host"),
    _Row(DownloadFailedError, "no answer", TEMPORARY, "the answer is no HTTP"),
)  # fmt: skip
"""The first row that fits counts."""

_STATUSES: tuple[tuple[range, str, float, str], ...] = (
    (range(401, 402), "refused", HARD, "the outlet wants a login"),
    (range(403, 404), "refused", HARD, "the outlet refuses us"),
    (range(404, 405), "gone", SOFT, "there is no such page"),
    (range(408, 409), "timeout", TEMPORARY, "the outlet's server ran out of time"),
    (range(410, 411), "gone", SOFT, "the page was removed"),
    (range(429, 430), "too many requests", SOFT, "the outlet finds us too fast"),
    (range(451, 452), "refused", HARD, "withheld for legal reasons"),
    (range(300, 400), "redirect refused", SOFT, "a redirect that leads nowhere"),
    (range(400, 500), "no page", SOFT, "the outlet does not take the request"),
    (range(500, 1000), "server error", SOFT, "the outlet's server fails"),
    (range(1000), "no page", SOFT, "no page"),
)
"""The first range that holds the status counts."""

_KINDS: dict[str, tuple[str, str]] = {
    "no such host": ("host", "호스트를 찾을 수 없음"),
    "no name server": ("host", "이름 서버가 응답하지 않음"),
    "private address": ("host", "사설 주소로 연결됨"),
    "connection refused": ("host", "서버가 연결을 거부함"),
    "no connection": ("host", "서버에 연결할 수 없음"),
    "no answer": ("host", "서버가 응답 없이 끊음"),
    "reset": ("host", "연결이 끊김"),
    "timeout": ("host", "응답 시간 초과"),
    "server error": ("host", "서버 오류"),
    "truncated": ("host", "응답이 중간에 끊김"),
    "unreached": ("host", "robots.txt부터 서버에 닿지 못함"),
    "blocked": ("blocked", "차단 페이지가 나옴"),
    "refused": ("blocked", "접근이 거부됨"),
    "too many requests": ("blocked", "요청이 너무 잦다는 응답"),
    "asked to wait": ("blocked", "기다리라는 응답"),
    "robots.txt denies": ("robots", "robots.txt가 수집을 금함"),
    "robots.txt unreadable": ("robots", "robots.txt를 읽을 수 없음"),
    "gone": ("pages", "페이지가 없음"),
    "redirect refused": ("pages", "다른 곳으로 넘김"),
    "too large": ("pages", "페이지가 너무 큼"),
    "headers too large": ("pages", "헤더가 너무 큼"),
    "no page": ("pages", "페이지가 아닌 응답"),
    "unknown": ("pages", "알 수 없는 오류"),
    "no contact": ("ours", "연락처가 설정되지 않음"),
    "archive": ("ours", "보관소에 쓸 수 없음"),
    "stopped": ("ours", "수집이 중단됨"),
    "taken down": ("ours", "게시 중단된 기사"),
}
"""Kinds of trouble: where its cause lies, and Korean words for it."""
FAMILIES = {kind: family for kind, (family, _) in _KINDS.items()}


def told_in_korean(kind: str) -> str:
    """A kind of trouble in Korean; what no request failed by is told of the page's form."""
    return _KINDS[kind][1] if kind in _KINDS else "알던 모양의 목록이 아님"


_ONE_PAGE_ONLY = ("gone", "robots.txt denies")
"""Kinds that tell something against the outlet where a listing is concerned; an article may be gone or closed."""

_OURS = ("no contact", "no name server")


def failure_of(error: BaseException, page: PageKind = "list") -> Failure:
    """What an exception means that a request for a list or an article page ended in."""
    failure = _told(error)
    if page == "article" and failure.kind in _ONE_PAGE_ONLY:
        return replace(failure, severity=NONE)
    return failure


def _told(error: BaseException) -> Failure:
    if isinstance(error, HttpError):
        return _of_status(error.response.status)
    if isinstance(error, DownloadFailedError):
        error = _deepest(error)
    if isinstance(error, RobotsUnreadableError) and error.cause is not None:
        return _of_robots(error)
    for row in _ERRORS:
        if isinstance(error, row.error):
            until = error.until if isinstance(error, AskedToWaitError) else None
            return Failure(row.kind, row.outcome, row.words or str(error), row.severity, until)
    name = type(error).__name__.removesuffix("Error")
    return Failure("unknown", "failed", f"{name}: {error}" if str(error) else name, TEMPORARY)


def _of_status(status: int) -> Failure:
    kind, severity, words = next(
        (kind, severity, words) for codes, kind, severity, words in _STATUSES if status in codes
    )
    return Failure(kind, "failed", f"HTTP {status}: {words}", severity)


def _of_robots(error: RobotsUnreadableError) -> Failure:
    """An unreadable robots.txt closes the outlet, whatever kept it from being read, unless that lies with us."""
    assert error.cause is not None
    cause = _told(error.cause)
    if cause.kind in _OURS:
        return cause
    kind = "unreached" if FAMILIES[cause.kind] == "host" else "robots.txt unreadable"
    return Failure(kind, "failed", f"{error}: {cause.reason}", HARD, cause.until)


def _deepest(error: DownloadFailedError) -> BaseException:
    """Twisted wraps what broke a connection: the first of its reasons that the table knows."""
    reasons: Any = getattr(error.__cause__, "reasons", ())
    found = [reason.value for reason in reasons]
    return next((one for one in found if any(isinstance(one, row.error) for row in _ERRORS)), error)
