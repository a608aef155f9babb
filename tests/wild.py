"""A server that answers as badly as it is told to, in the place of a newsroom, and a resolver that sends names to it.

The newsroom's faults are those of an outlet; here are those of connections and bytes, which need a hand on the socket.
"""

from __future__ import annotations

import contextlib
import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scrapy.resolver import dnscache
from twisted.internet import defer

from crawler.network.resolver import PublicResolver

Send = Callable[[bytes], None]
Answer = bytes | Callable[[Send], None]
"""Bytes as they are, or a function that sends them piece by piece; the connection is closed behind it."""

ADDRESSES = {
    "home.test": "127.0.0.1",
    "www.home.test": "127.0.0.1",
    "inside.home.test": "10.1.2.3",
    "inside.test": "10.1.2.3",
    "metadata.test": "169.254.169.254",
}
"""What `Table` knows."""


def page(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """An answer with the length of its body, or with another one."""
    told = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*told, "Connection: close", "", ""]).encode() + body


@dataclass
class Wild:
    """A running server: where it is, and what was asked of it (host, path, monotonic seconds)."""

    port: int = 0
    asked: list[tuple[str, str, float]] = field(default_factory=list)
    connections: int = 0
    sent: dict[str, int] = field(default_factory=dict)  # bytes by host

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def moments(self, host: str) -> list[float]:
        """When a host was asked, robots.txt left aside."""
        return [moment for name, path, moment in self.asked if name == host and path != "/robots.txt"]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    state: Wild
    answers: Mapping[str, Any]


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.server.state.connections += 1
        with contextlib.suppress(ConnectionError, TimeoutError):
            self._answer()

    def _answer(self) -> None:
        line = self.rfile.readline().split(b" ")
        headers = list(iter(self.rfile.readline, b"\r\n"))
        if len(line) < 2:
            return
        host, _, path = line[1].decode().removeprefix("http://").partition("/")
        if not host:  # asked directly, not as a proxy
            host = next(h for h in headers if h.lower().startswith(b"host:")).split(b":")[1].strip().decode()
        path = "/" + path
        self.server.state.asked.append((host, path, time.monotonic()))
        site = self.server.answers.get(host, {})
        answer = site.get(path, page(b"", "404 Not Found")) if isinstance(site, dict) else site
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if path == "/robots.txt" and not (isinstance(site, dict) and path in site):
            answer = page(b"", "404 Not Found")

        def send(data: bytes) -> None:
            self.wfile.write(data)
            self.server.state.sent[host] = self.server.state.sent.get(host, 0) + len(data)

        send(answer) if isinstance(answer, bytes) else answer(send)


@contextlib.contextmanager
def wild(answers: Mapping[str, Any]) -> Iterator[Wild]:
    """Serve by host: an answer for everything but robots.txt, or a dict by path; a list of answers is used up in turn."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.state, server.answers = Wild(server.server_address[1]), answers
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.state
        finally:
            server.shutdown()


class Table(PublicResolver):
    """The crawler's resolver, with a table in its cache: what it makes of the addresses is its own."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        dnscache.update(ADDRESSES)


class Home(Table):
    """Takes www.home.test for an outlet in its place, and nothing else of the table."""

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Home:
        resolver = super().from_crawler(crawler, reactor)
        resolver.newsroom = "www.home.test"
        return resolver


class Mirror(PublicResolver):
    """Sends every name to this machine, unchecked: for what must look like a real outlet."""

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802
        return defer.succeed("127.0.0.1")
