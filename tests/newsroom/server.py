"""The newsroom as a forward proxy: plain HTTP and, through CONNECT, HTTPS for the outlets' hosts and no other."""

import asyncio
import dataclasses
import itertools
import json
import re
import ssl
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.clock import now
from tests.newsroom import wire
from tests.newsroom.data import ARTICLES, OUTLETS, load, load_faults
from tests.newsroom.faults import Faults
from tests.newsroom.systems import SYSTEMS, System
from tests.newsroom.wire import Request, Response

LOCAL = ".localhost"
HANDSHAKE_SECONDS = 10.0


class Newsroom:
    """All outlets behind one port of 127.0.0.1.

    `faults` is a mapping or a JSON file (see README.md), `log` a file that gets one JSON line a request. With `browse`,
    requests that name `<host>.localhost` are answered without a proxy. Raises DataError where the files have a mistake.
    """

    def __init__(
        self,
        articles_dir: Path = ARTICLES,
        outlets_dir: Path = OUTLETS,
        log: Path | None = None,
        faults: Path | Mapping[str, Any] | None = None,
        *,
        browse: bool = False,
    ) -> None:
        """Read and check all files."""
        self.desk = load(articles_dir, outlets_dir)
        self.plant(faults)
        self.browse = browse
        self.sites: dict[str, System] = {}
        for key, outlet in self.desk.outlets.items():
            site = SYSTEMS[outlet.system](outlet, self.desk.of(key))
            self.sites |= dict.fromkeys(outlet.hosts, site)
        self.port = 0
        self._log_path = log
        self._log: TextIO | None = None
        self._server: asyncio.Server | None = None
        self._numbers = itertools.count(1)
        self._clients: set[asyncio.Task[None]] = set()
        self._under_way: Counter[str] = Counter()  # requests by host that are being answered
        self._tls: ssl.SSLContext | None = None
        hosts = "|".join(re.escape(host) for host in sorted(self.sites, key=len, reverse=True))
        self._links = re.compile(rf"(?:https?:)?//({hosts})(?![\w.-])")

    def plant(self, faults: Path | Mapping[str, Any] | None) -> None:
        """From now on these faults strike, and no other; raises DataError."""
        self.faults = {key: Faults(listed) for key, listed in load_faults(faults, self.desk.outlets).items()}

    @property
    def url(self) -> str:
        """What `http_proxy` and `https_proxy` are set to."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one, `port` then tells which."""
        self._tls = certificate(list(self.sites))
        self._log = self._log_path.open("a", encoding="utf-8") if self._log_path else None
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._server:
            self._server.close()
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        if self._log:
            self._log.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._clients.add(task)
        try:
            await self._converse(reader, writer, next(self._numbers))
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            pass  # the client or the newsroom has gone
        finally:
            self._clients.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        """Answer the requests of one connection until either side has enough."""
        tunnel = ""
        while True:
            try:
                request = await wire.read_request(reader)
            except wire.BadRequestError as error:
                answer = Response(400, f"{error}\n".encode())
                _, head, body = wire.encode(answer, Request("GET", ""), now(), close=True)
                await wire.send(writer, head, body, answer.delivery)
                return
            if request is None:
                return
            moment = (now().isoformat(), time.monotonic())
            if request.method == "CONNECT" and not tunnel:
                tunnel = request.target.rpartition(":")[0]
                if tunnel in self.sites:
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    await writer.start_tls(self._secret(), ssl_handshake_timeout=HANDSHAKE_SECONDS)
                    continue
                request = dataclasses.replace(request, host=tunnel)
            else:
                request = self._located(request, tunnel)
            reply, fault = self._answer(request)
            torn = reply.status == 0 or reply.delivery.share < 1
            close = torn or not request.keep_alive or request.method == "CONNECT"
            status, head, body = wire.encode(reply, request, now(), close=close)
            self._under_way[request.host] += 1
            try:
                self._write_log(request, status, number, moment, fault)
                await wire.send(writer, head, body, reply.delivery)
            finally:
                self._under_way[request.host] -= 1
            if close:
                return

    def _secret(self) -> ssl.SSLContext:
        assert self._tls, "start() makes the certificate"
        return self._tls

    def _located(self, request: Request, tunnel: str) -> Request:
        """The request with scheme, host, path and query, wherever they are said."""
        scheme, host, path, query = wire.split_target(request.target)
        if tunnel:
            scheme, host = "https", tunnel
        elif not host and self.browse:
            scheme, host = "local", request.headers.get("host", "").partition(":")[0]
        return dataclasses.replace(request, scheme=scheme, host=host.lower(), path=path, query=query)

    def _answer(self, request: Request) -> tuple[Response, str]:
        """The response to a request, and the kind of fault that struck it (empty: none)."""
        local = request.scheme == "local"
        site = self.sites.get(request.host.removesuffix(LOCAL) if local else request.host)
        if local and request.host == LOCAL[1:]:
            return self._index(), ""
        if site is None:
            said = f"the newsroom does not know the host {request.host!r} and asks no other server\n"
            return Response(502 if request.host else 400, said.encode()), ""
        if request.method not in ("GET", "HEAD"):
            return Response(405, b"the newsroom answers GET and HEAD only\n"), ""
        if not local and request.scheme != site.outlet.scheme:
            if request.scheme == "http":
                return Response(301, location=request.url.replace("http:", "https:", 1)), ""
            return Response(502, b"this outlet has no https\n"), ""
        site.turn_to(now())
        faults = self.faults.get(site.outlet.key)
        fault = faults.next(site, request) if faults else None
        answer = fault.strike(site, request) if fault else site.respond(request)
        return self._localised(answer) if local else answer, fault.kind if fault else ""

    def _localised(self, answer: Response) -> Response:
        """The page with its absolute links to outlets leading to their `.localhost` names (ASCII, in any charset)."""
        text = answer.body.decode("latin-1")
        links = self._links.sub(lambda match: f"http://{match[1]}{LOCAL}:{self.port}", text)
        return dataclasses.replace(answer, body=links.encode("latin-1"))

    def _index(self) -> Response:
        """The list of outlets for a browser."""
        rows = "".join(
            f'<li><a href="http://{outlet.host}{LOCAL}:{self.port}/">{outlet.name}</a> ({outlet.system}, {outlet.host})'
            for outlet in self.desk.outlets.values()
        )
        page = f"<!DOCTYPE html><title>newsroom</title><h1>newsroom</h1><ul>{rows}</ul>"
        return Response(body=page.encode(), content_type="text/html; charset=utf-8")

    def _write_log(self, request: Request, status: int, number: int, moment: tuple[str, float], fault: str) -> None:
        if not self._log:
            return
        entry = {
            "time": moment[0],
            "monotonic": moment[1],
            "host": request.host,
            "scheme": request.scheme,
            "method": request.method,
            "url": request.url if request.scheme else request.target,
            "status": status,
            "user_agent": request.headers.get("user-agent", ""),
            "connection": number,
            "under_way": self._under_way[request.host],
            "fault": fault or None,
        }
        self._log.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._log.flush()


def certificate(hosts: list[str]) -> ssl.SSLContext:
    """A TLS context with a fresh self-signed certificate for all hosts; nothing of it stays on disk."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "newsroom")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(private + signed.public_bytes(serialization.Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name)
    return context
