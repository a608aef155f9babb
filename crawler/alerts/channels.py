"""The channels, each with its service's protocol: Telegram, Slack, Discord, e-mail, a webhook of one's own; and the ping."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import smtplib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, ClassVar, Literal, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.alerts.message import Alert, plain, text_of
from crawler.alerts.post import ANSWER_SECONDS, Answer, DeliveryError, no_answer, post, trust
from crawler.clock import now
from crawler.secret import Redactor, Secret

JSON = {"Content-Type": "application/json; charset=utf-8"}
_LONGEST_DETAIL = 120
"""Characters of a service's own word on what is wrong."""


class Channel(Protocol):
    """A way to the operator."""

    name: ClassVar[str]

    def send(self, alert: Alert) -> str | None:
        """Deliver an alert; what there is to say though it was delivered. Raises DeliveryError."""


@dataclass(frozen=True, slots=True)
class Telegram:
    """A bot's message to a chat (Bot API, sendMessage), as plain text."""

    name: ClassVar[str] = "telegram"
    LIMIT: ClassVar[int] = 4096
    _HINTS: ClassVar[Mapping[int, str]] = {
        400: "is ILJARI_TELEGRAM_CHAT right?",
        401: "is ILJARI_TELEGRAM_TOKEN right?",
        403: "let the bot into the chat, or write to it first",
        404: "is ILJARI_TELEGRAM_TOKEN right?",
    }
    token: Secret
    chat: str
    api: str

    def send(self, alert: Alert) -> str | None:
        """Deliver an alert. Raises DeliveryError."""
        told = {
            "chat_id": self.chat,
            "text": text_of(alert, self.LIMIT),
            "link_preview_options": {"is_disabled": True},
        }
        answer = post(Secret(f"{self.api.rstrip('/')}/bot{self.token.reveal()}/sendMessage"), _json(told), JSON)
        said = _object(answer)
        asked = said.get("parameters")
        wait = asked.get("retry_after") if isinstance(asked, dict) else None
        answer.check(_detail(said.get("description"), self.token), self._HINTS.get(answer.status, ""), _seconds(wait))
        if said.get("ok") is not True:
            raise DeliveryError(f"HTTP {answer.status}, but no answer of Telegram's (is ILJARI_TELEGRAM_API right?)")
        return None


@dataclass(frozen=True, slots=True)
class Slack:
    """A message through an incoming webhook, its three special characters escaped and no other markup read."""

    name: ClassVar[str] = "slack"
    LIMIT: ClassVar[int] = 4000
    webhook: Secret

    def send(self, alert: Alert) -> str | None:
        """Deliver an alert. Raises DeliveryError."""
        told = {
            "text": text_of(alert, self.LIMIT, escape_slack),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        answer = post(self.webhook, _json(told), JSON)
        hint = "is ILJARI_SLACK_WEBHOOK right?" if answer.status in (403, 404, 410) else ""
        answer.check(_detail(answer.body.decode("utf-8", "replace"), self.webhook), hint)
        return None


@dataclass(frozen=True, slots=True)
class Discord:
    """A message through a webhook, its markup escaped; nobody is mentioned by it."""

    name: ClassVar[str] = "discord"
    LIMIT: ClassVar[int] = 2000
    _NO_PREVIEWS: ClassVar[int] = 1 << 2
    webhook: Secret

    def send(self, alert: Alert) -> str | None:
        """Deliver an alert. Raises DeliveryError."""
        told = {
            "content": text_of(alert, self.LIMIT, escape_discord),
            "allowed_mentions": {"parse": []},
            "flags": self._NO_PREVIEWS,
        }
        answer = post(_asking_to_wait(self.webhook), _json(told), JSON)
        said = _object(answer)
        hint = "is ILJARI_DISCORD_WEBHOOK right?" if answer.status in (401, 404) else ""
        answer.check(_detail(said.get("message"), self.webhook), hint, _seconds(said.get("retry_after")))
        return None


@dataclass(frozen=True, slots=True)
class Webhook:
    """The alert as JSON, with the whole night; signed where there is a key: HMAC-SHA256 of the body, in hexadecimal."""

    name: ClassVar[str] = "webhook"
    SIGNATURE: ClassVar[str] = "X-Iljari-Signature"
    url: Secret
    key: Secret

    def send(self, alert: Alert) -> str | None:
        """Deliver an alert. Raises DeliveryError."""
        body = _json(
            {
                "id": alert.id,
                "kind": alert.kind,
                "created": alert.created.isoformat(timespec="seconds"),
                "subject": alert.message.subject,
                "text": text_of(alert),
                "report": alert.report,
            }
        )
        headers = {**JSON, "Idempotency-Key": alert.id}
        if self.key:
            digest = hmac.new(self.key.reveal().encode(), body, hashlib.sha256).hexdigest()
            headers[self.SIGNATURE] = f"sha256={digest}"
        post(self.url, body, headers).check()
        return None


@dataclass(frozen=True, slots=True)
class Ping:
    """A dead man's switch (healthchecks): hears when a night begins and how it ends, and calls for help if it does not."""

    name: ClassVar[str] = "ping"
    url: Secret

    def send(self, alert: Alert) -> str | None:
        """Tell it `start`, `ok` or `fail`, with the alert's subject. Raises DeliveryError."""
        address = self.url if alert.kind == "ok" else _below(self.url, alert.kind)
        post(address, alert.message.subject.encode(), {"Content-Type": "text/plain; charset=utf-8"}).check()
        return None


Security = Literal["starttls", "tls", "none"]
PORTS: Mapping[Security, int] = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain e-mail through an SMTP server. One alert has one Message-ID, however often it is sent."""

    name: ClassVar[str] = "mail"
    host: str
    port: int
    security: Security
    user: str
    password: Secret
    sender: str
    recipients: tuple[str, ...]

    def send(self, alert: Alert) -> str | None:
        """Deliver an alert; it is when one recipient is taken, and the others are told of. Raises DeliveryError."""
        try:
            with self._session() as session:
                refused = session.send_message(self._letter(alert), self.sender, self.recipients)
        except (smtplib.SMTPException, OSError) as error:
            failure = self._failure(error)
        else:
            return f"{len(refused)} of {len(self.recipients)} recipients were refused" if refused else None
        raise failure  # out here it does not carry the other along, in whose traceback the password is

    def _failure(self, error: smtplib.SMTPException | OSError) -> DeliveryError:
        match error:
            case smtplib.SMTPRecipientsRefused():
                return self._refusal("every recipient is refused", *min(error.recipients.values()))
            case smtplib.SMTPAuthenticationError():
                said = f"the login is refused ({error.smtp_code})"
                hint = "are ILJARI_SMTP_USER and ILJARI_SMTP_PASSWORD right?"
                return DeliveryError(f"{said} ({hint})", temporary=error.smtp_code < 500)
            case smtplib.SMTPResponseException():
                return self._refusal("the server refuses", error.smtp_code, error.smtp_error)
            case smtplib.SMTPNotSupportedError():
                return DeliveryError(
                    "the server has no such login or encryption (ILJARI_SMTP_SECURITY, ILJARI_SMTP_USER)"
                )
            case smtplib.SMTPServerDisconnected():
                return no_answer(error)  # a time that is over comes as this as well
            case smtplib.SMTPException():
                return DeliveryError("the server takes none of the ways to log in that there are")
        return no_answer(error)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A session, encrypted and logged in as was set. That its end fails does not matter."""
        if self.security == "tls":
            session: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=ANSWER_SECONDS, context=trust())
        else:
            session = smtplib.SMTP(self.host, self.port, timeout=ANSWER_SECONDS)
        with closing(session):
            if self.security == "starttls":
                session.starttls(context=trust())
            if self.user:
                session.login(self.user, self.password.reveal())
            yield session
            with suppress(smtplib.SMTPException, OSError):
                session.quit()

    def _letter(self, alert: Alert) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = alert.message.subject
        letter["From"] = self.sender
        letter["To"] = ", ".join(self.recipients)
        letter["Date"] = format_datetime(now())
        letter["Message-ID"] = f"<{alert.id}@{self.sender.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text_of(alert), charset="utf-8", cte="base64")
        return letter

    def _refusal(self, what: str, code: int, said: bytes | str) -> DeliveryError:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return DeliveryError(f"{what}: {code} {_detail(text, self.password)}", temporary=code < 500)


def _asking_to_wait(webhook: Secret) -> Secret:
    """Discord's webhook with `wait`: without it Discord answers before it has looked at the message."""
    parts = urlsplit(webhook.reveal())
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("wait", "true")])
    return Secret(parts._replace(query=query).geturl())


def _below(address: Secret, name: str) -> Secret:
    """An address one step further down; its query stays."""
    parts = urlsplit(address.reveal())
    return Secret(parts._replace(path=f"{parts.path.rstrip('/')}/{name}").geturl())


def escape_slack(line: str) -> str:
    """A line for Slack: nothing in it is a mention or a link in disguise."""
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_MARKUP = re.compile(r"(https?://[\w.\-/?=&%:#+,;]+)|(^[#\-+]|[\\`*_~|<>\[\]()@])")


def escape_discord(line: str) -> str:
    """A line for Discord: whatever could be markup, a mention or a list is shown as it is; plain addresses stay links."""
    return _MARKUP.sub(lambda found: found[1] or "\\" + found[2], line)


def _json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def _object(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; an empty one where it holds none."""
    with suppress(ValueError, RecursionError):
        told = json.loads(answer.body)
        if isinstance(told, dict):
            return told
    return {}


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < float("inf") else None


def _detail(said: object, secret: Secret) -> str:
    """A service's own word, in one line and without the secret it was called with."""
    return plain(Redactor([secret])(said), _LONGEST_DETAIL) if isinstance(said, str) else ""
