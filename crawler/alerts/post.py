"""One request to a service, and what went wrong with it in words that hold no address, no token and no password."""

from __future__ import annotations

import errno
import logging
import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from time import monotonic

from crawler.clock import now
from crawler.network.pace import retry_after
from crawler.secret import Secret

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0
"""For a connection; for each of sending and answering."""
LARGEST_ANSWER = 64 * 1024
_RETRIED = (408, 425, 429)
"""Statuses below 500 that may be other a little later."""


class DeliveryError(Exception):
    """What was not delivered, and why, in words for a person. `wait` is how many seconds the service asks to wait."""

    def __init__(self, said: str, *, temporary: bool = False, wait: float | None = None) -> None:
        super().__init__(said)
        self.temporary = temporary
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered; the body only as far as it is worth reading."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    def check(self, detail: str = "", hint: str = "", wait: float | None = None) -> None:
        """Raise DeliveryError unless the service took what it was sent. `detail` is its own word, `hint` is ours."""
        if 200 <= self.status < 300:
            return
        if 300 <= self.status < 400:
            detail, hint = "", "it redirects to another address; set that one"
        said = f"HTTP {self.status}" + (f": {detail}" if detail else "") + (f" ({hint})" if hint else "")
        temporary = self.status in _RETRIED or self.status >= 500
        asked = wait if wait is not None else retry_after(self.headers.get("retry-after"), now())
        raise DeliveryError(said, temporary=temporary, wait=asked if temporary else None)


def post(url: Secret, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST to an address. Raises DeliveryError where no answer comes; the environment's proxies and netrc do not count."""
    import httpx  # a night without a channel does without it

    silence()
    limits = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    ends = monotonic() + CONNECT_SECONDS + ANSWER_SECONDS
    sent = {"User-Agent": "iljari", "Accept-Encoding": "identity", **headers}
    try:
        with (
            httpx.Client(verify=trust(), trust_env=False, timeout=limits) as client,
            client.stream("POST", url.reveal(), content=body, headers=sent) as response,
        ):
            read = bytearray()
            for chunk in response.iter_raw():
                read += chunk
                if len(read) > LARGEST_ANSWER or monotonic() > ends:
                    break
            return Answer(response.status_code, response.headers, bytes(read[:LARGEST_ANSWER]))
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        failure = no_answer(error)
    raise failure  # out here it does not carry the other along, in whose traceback the address is


@cache
def trust() -> ssl.SSLContext:
    """The certificates that are trusted: those of SSL_CERT_FILE or SSL_CERT_DIR, else those that come with httpx."""
    import httpx

    return httpx.create_ssl_context()


def silence() -> None:
    """Keep httpx from logging addresses, which hold tokens, and httpcore from logging headers."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def no_answer(error: BaseException) -> DeliveryError:
    """Why no answer came. Nothing of the exception's own text is told but the name of a system's or TLS's error."""
    for one in _causes(error):
        match one:
            case ssl.SSLCertVerificationError():
                return DeliveryError(f"its certificate is not trusted ({getattr(one, 'verify_message', 'unknown')})")
            case ssl.SSLError():
                return DeliveryError(
                    f"the encrypted connection failed ({getattr(one, 'reason', None) or 'TLS'})", temporary=True
                )
            case socket.gaierror():
                return DeliveryError("its host name cannot be looked up", temporary=True)
            case TimeoutError():
                return DeliveryError("no answer in time", temporary=True)
            case OSError() if one.errno in errno.errorcode:
                return DeliveryError(os.strerror(one.errno or 0).lower(), temporary=True)
    return DeliveryError(f"the connection broke ({type(error).__name__})", temporary=True)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and those that it came from, the deepest first."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return reversed(chain)
