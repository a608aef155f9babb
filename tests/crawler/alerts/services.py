"""Local stand-ins for the services that alerts go to. Each speaks its service's protocol over a real socket: it refuses
what the service would refuse, with that service's status and words, and keeps what it took.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TELEGRAM_TOKEN = "1234567890:AAcanaryTelegramToken_abcdefghijkl"
CHAT = "-1001234567890"
SLACK_PATH = "/services/T00000000/B00000000/canarySlackKeyXXXXXXXXXX"
DISCORD_PATH = "/api/webhooks/112233445566778899/canaryDiscordToken-abcdefghijklmnop"
WEBHOOK_PATH = "/hooks/canaryWebhookPath0123456789"
WEBHOOK_KEY = "canary-webhook-key-0123"
PING_PATH = "/ping/canaryPing-1111-2222-3333-444455556666"
SMTP_USER, SMTP_PASSWORD = "iljari@example.org", "canary smtp/password+1%"
SECRETS_OF = {
    "telegram": TELEGRAM_TOKEN, "slack": SLACK_PATH, "discord": DISCORD_PATH,
    "webhook": f"{WEBHOOK_PATH} {WEBHOOK_KEY}", "ping": PING_PATH, "mail": SMTP_PASSWORD,
}  # fmt: skip
"""What the services may quote."""
CANARIES = (
    TELEGRAM_TOKEN, "canaryTelegramToken", SLACK_PATH, "canarySlackKey", DISCORD_PATH, "canaryDiscordToken", WEBHOOK_PATH,
    "canaryWebhookPath", WEBHOOK_KEY, PING_PATH, "canaryPing", SMTP_PASSWORD, "canary smtp", "canary%20smtp",
)  # fmt: skip
"""What must be nowhere."""


@dataclass(frozen=True)
class Answer:
    """What goes out; status 0 closes the connection without a word, a negative one lets the client wait for ever."""

    status: int
    body: bytes | str | dict[str, Any] = b""
    content_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()


NO_ANSWER, HANGS = Answer(0), Answer(-1)


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Service:
    """All services behind one port of 127.0.0.1; `faults` strike before anything else, one a request, by service."""

    url: str = ""
    faults: dict[str, deque[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, Asked]] = field(default_factory=list)
    taken: list[tuple[str, Asked]] = field(default_factory=list)

    def fail(self, service: str, *answers: Answer) -> None:
        self.faults.setdefault(service, deque()).extend(answers)

    def of(self, service: str) -> list[Asked]:
        """What a service took."""
        return [asked for name, asked in self.taken if name == service]

    def tries(self, service: str) -> int:
        """How often a service was asked, taken or not."""
        return sum(name == service for name, _ in self.asked)

    def settings(self, *names: str) -> dict[str, str]:
        """The settings that set up these channels, against this stand-in."""
        all_of = {
            "telegram": {
                "ILJARI_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
                "ILJARI_TELEGRAM_CHAT": CHAT,
                "ILJARI_TELEGRAM_API": self.url,
            },
            "slack": {"ILJARI_SLACK_WEBHOOK": self.url + SLACK_PATH},
            "discord": {"ILJARI_DISCORD_WEBHOOK": self.url + DISCORD_PATH},
            "webhook": {"ILJARI_WEBHOOK_URL": self.url + WEBHOOK_PATH, "ILJARI_WEBHOOK_KEY": WEBHOOK_KEY},
            "ping": {"ILJARI_PING_URL": self.url + PING_PATH},
        }
        return {key: value for name in names for key, value in all_of[name].items()}

    def answer(self, asked: Asked) -> Answer:
        name = next((name for name, (form, _) in SERVICES.items() if re.match(form, asked.path)), "unknown")
        self.asked.append((name, asked))
        if self.faults.get(name):
            return self.faults[name].popleft()
        if name == "unknown":
            return Answer(404, "not found")
        answer = SERVICES[name][1](asked)
        if 200 <= answer.status < 300:
            self.taken.append((name, asked))
        return answer


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def body_of(asked: Asked) -> dict[str, Any] | None:
    """The JSON object that came as such, None where none did."""
    if asked.method != "POST" or asked.headers.get("content-type", "").split(";")[0] != "application/json":
        return None
    try:
        told = json.loads(asked.body.decode("utf-8"))
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def telegram_says(status: int, description: str, **more: Any) -> Answer:
    return Answer(status, {"ok": False, "error_code": status, "description": description, **more}, "application/json")


def telegram(asked: Asked) -> Answer:
    token = asked.path.removeprefix("/bot").removesuffix("/sendMessage")
    if not re.fullmatch(r"\d+:[\w-]+", token) or not asked.path.endswith("/sendMessage"):
        return telegram_says(404, "Not Found")
    if token != TELEGRAM_TOKEN:
        return telegram_says(401, "Unauthorized")
    told = body_of(asked) or {}
    if not str(told.get("text", "")).strip():
        return telegram_says(400, "Bad Request: message text is empty")
    if str(told.get("chat_id")) != CHAT:
        return telegram_says(400, "Bad Request: chat not found")
    if utf16(told["text"]) > 4096:
        return telegram_says(400, "Bad Request: message is too long")
    result = {"message_id": 7, "date": 1, "chat": {"id": int(CHAT), "type": "supergroup"}, "text": told["text"]}
    return Answer(200, {"ok": True, "result": result}, "application/json")


def slack(asked: Asked) -> Answer:
    if asked.path != SLACK_PATH:
        return Answer(404, "no_service")
    told = body_of(asked)
    if told is None:
        return Answer(400, "invalid_payload")
    if not told.get("text"):
        return Answer(400, "no_text")
    return Answer(200, "ok", "text/html")


def discord(asked: Asked) -> Answer:
    if asked.path != DISCORD_PATH:
        return Answer(404, {"message": "Unknown Webhook", "code": 10015}, "application/json")
    told = body_of(asked)
    if not (told or {}).get("content"):
        return Answer(400, {"message": "Cannot send an empty message", "code": 50006}, "application/json")
    if utf16(told["content"]) > 2000:
        return Answer(400, {"message": "Invalid Form Body", "code": 50035}, "application/json")
    if parse_qs(asked.query).get("wait") == ["true"]:
        return Answer(200, {"id": "1", "type": 0, "content": told["content"]}, "application/json")
    return Answer(204)


def webhook(asked: Asked) -> Answer:
    if asked.path != WEBHOOK_PATH or body_of(asked) is None:
        return Answer(404)
    digest = hmac.new(WEBHOOK_KEY.encode(), asked.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(asked.headers.get("x-iljari-signature", ""), f"sha256={digest}"):
        return Answer(401, "wrong signature")
    return Answer(204)


def ping(asked: Asked) -> Answer:
    known = asked.path in (PING_PATH, f"{PING_PATH}/start", f"{PING_PATH}/fail")
    return Answer(200, "OK") if known and asked.method == "POST" else Answer(404, "(not found)")


SERVICES = {
    "telegram": (r"/bot", telegram),
    "slack": (r"/services/", slack),
    "discord": (r"/api/webhooks/", discord),
    "webhook": (r"/hooks/", webhook),
    "ping": (r"/ping/", ping),
}


@contextmanager
def running_service(tls: ssl.SSLContext | None = None) -> Iterator[Service]:
    """The stand-ins, listening; all threads have ended afterwards."""
    service, ended = Service(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = service.answer(Asked(self.command, parts.path, parts.query, headers, body))
            self.close_connection = True
            if answer.status < 0:
                ended.wait(30)
            if answer.status <= 0:
                return
            told = answer.body
            sent = (
                json.dumps(told).encode()
                if isinstance(told, dict)
                else told.encode()
                if isinstance(told, str)
                else told
            )
            self.send_response(answer.status)
            for name, value in (("Content-Type", answer.content_type), *answer.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = _any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass  # clients that gave up

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    service.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def certificate(folder: Path, *, hosts: tuple[str, ...] = ("localhost",)) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a fresh certificate for 127.0.0.1, and the file that makes a client trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
    others = [x509.DNSName(host) for host in hosts]
    alternatives = x509.SubjectAlternativeName([*others, x509.IPAddress(ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    trusted, both = folder / "trusted.pem", folder / "server.pem"
    trusted.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    both.write_bytes(private + trusted.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, trusted


@dataclass
class Post:
    """A mail server: takes letters, or answers as `replies` says, one a letter, to the command named there."""

    letters: list[Envelope] = field(default_factory=list)
    replies: deque[tuple[str, str]] = field(default_factory=deque)
    port: int = 0

    def _reply(self, command: str) -> str | None:
        if self.replies and self.replies[0][0] == command:
            return self.replies.popleft()[1]
        return None

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("unknown@"):
            return "550 5.1.1 no such mailbox"
        reply = self._reply("RCPT")
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        reply = self._reply("DATA")
        if reply is None:
            self.letters.append(envelope)
        return reply or "250 2.0.0 queued"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return self._reply("QUIT") or "221 Bye"


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = (data.login.decode(), data.password.decode()) == (SMTP_USER, SMTP_PASSWORD)
    return AuthResult(success=right, handled=False)


@contextmanager
def running_post(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, login: bool = False
) -> Iterator[Post]:
    """A mail server on 127.0.0.1."""
    post = Post()
    controller = Controller(
        post, hostname="127.0.0.1", port=0, ssl_context=tls, tls_context=starttls, require_starttls=bool(starttls),
        auth_required=login, auth_require_tls=bool(starttls), authenticator=_login if login else None,
    )  # fmt: skip
    port = closed_port()
    controller.port = port
    controller.start()
    post.port = port
    try:
        yield post
    finally:
        controller.stop(no_assert=True)


def mail_settings(
    port: int, *, security: str = "none", login: bool = False, to: str = "a@example.org"
) -> dict[str, str]:
    """The settings that set up e-mail through a local server."""
    settings = {
        "ILJARI_SMTP_HOST": "127.0.0.1",
        "ILJARI_SMTP_PORT": str(port),
        "ILJARI_SMTP_SECURITY": security,
        "ILJARI_MAIL_FROM": "iljari@example.org",
        "ILJARI_MAIL_TO": to,
    }
    return settings | ({"ILJARI_SMTP_USER": SMTP_USER, "ILJARI_SMTP_PASSWORD": SMTP_PASSWORD} if login else {})
