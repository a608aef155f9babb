"""The channels that are set up, read from the settings (ILJARI_…, `crawler/settings.py`). A mistake costs its channel, never the night."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast
from urllib.parse import urlsplit

from crawler.alerts.channels import PORTS, Channel, Discord, Mail, Ping, Security, Slack, Telegram, Webhook
from crawler.alerts.message import LANGUAGES, Language
from crawler.secret import Redactor, Secret

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ADDRESS = re.compile(r"[!-~]+", re.ASCII)
_MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_LONGEST_PUBLIC_URL = 300


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is set up. `mistakes` says by channel, or by variable, what is wrong, without telling any value."""

    channels: tuple[Channel, ...]
    ping: Ping | None
    language: Language
    always: bool
    public_url: str
    mistakes: Mapping[str, str]

    @property
    def redactor(self) -> Redactor:
        """Takes all secrets that are set out of a text."""
        holders = [*self.channels, *([self.ping] if self.ping else [])]
        values = [getattr(holder, one.name) for holder in holders for one in fields(cast(Any, holder))]
        return Redactor([value for value in values if isinstance(value, Secret)])

    @property
    def reach(self) -> tuple[str, ...]:
        """The channels that alerts are kept for: those that work and those that will when their mistake is gone."""
        broken = (kind.name for kind in KINDS if kind.name in self.mistakes and kind.name != Ping.name)
        return (*(channel.name for channel in self.channels), *broken)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of channel: the variables it needs, those it may have besides, and how it is made of them."""

    name: str
    needs: tuple[str, ...]
    make: Callable[[Variables], Channel]
    may_have: tuple[str, ...] = ()


class Variables:
    """Settings, read with errors that name the variable and nothing of its value."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings
        newsroom = str(settings.get("ILJARI_NEWSROOM") or "")
        self._only_here = bool(newsroom)

    def secret(self, name: str) -> Secret:
        """A value that is never shown."""
        return Secret.of(self._settings.get(name))

    def text(self, name: str) -> str:
        """A value without the white space around it."""
        return self.secret(name).reveal().strip()

    def address(self, name: str, *, encrypted: bool = False) -> Secret:
        """The URL of a service. Raises ValueError; `encrypted`: plain http is for this machine only."""
        text = self.text(name)
        try:
            parts = urlsplit(text)
            good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not parts.fragment
        except ValueError:
            good, parts = False, None
        if not (good and parts and _ADDRESS.fullmatch(text)):
            raise ValueError(f"{name} is no address: write https://…")
        if encrypted and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError(f"{name} must begin with https://")
        self.keep_here(name, parts.hostname or "")
        return Secret(text)

    def keep_here(self, name: str, host: str) -> None:
        """Raise ValueError for a host elsewhere while the newsroom stands in for the outlets."""
        if self._only_here and host not in _LOOPBACK:
            raise ValueError(f"{name} is elsewhere, and while ILJARI_NEWSROOM is set nothing leaves this machine")

    def matching(self, name: str, form: re.Pattern[str], what: str) -> str:
        """A value of a certain form. Raises ValueError."""
        text = self.text(name)
        if not form.fullmatch(text):
            raise ValueError(f"{name} is no {what}")
        return text

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of some words; the first where nothing is set. Raises ValueError."""
        text = self.text(name).lower() or choices[0]
        if text not in choices:
            raise ValueError(f"{name} must be one of {', '.join(choices)}")
        return text


def configuration(settings: Any) -> Configuration:
    """Read what is set up; `settings` is a mapping of names to values. Raises nothing for what is set wrongly."""
    variables = Variables(settings)
    mistakes: dict[str, str] = {}
    made = [channel for kind in KINDS if (channel := _made(kind, variables, mistakes))]

    def chosen(name: str, choices: Sequence[str]) -> str:
        try:
            return variables.choice(name, choices)
        except ValueError as error:
            mistakes[name] = str(error)
            return choices[0]

    return Configuration(
        channels=tuple(channel for channel in made if not isinstance(channel, Ping)),
        ping=next((channel for channel in made if isinstance(channel, Ping)), None),
        language=cast(Language, chosen("ILJARI_LANGUAGE", LANGUAGES)),
        always=chosen("ILJARI_DIGEST", ("news", "always")) == "always",
        public_url=_public_url(variables, mistakes),
        mistakes=mistakes,
    )


def _made(kind: Kind, variables: Variables, mistakes: dict[str, str]) -> Channel | None:
    """A channel; None where it is not set up, or not rightly: then the mistake is noted."""
    unset = [name for name in kind.needs if not variables.text(name)]
    if len(unset) == len(kind.needs) and not any(variables.text(name) for name in kind.may_have):
        return None
    try:
        if unset:
            raise ValueError(f"{' and '.join(unset)} {'is' if len(unset) == 1 else 'are'} not set")  # noqa: TRY301
        return kind.make(variables)
    except ValueError as error:
        mistakes[kind.name] = str(error)
        return None


def _telegram(of: Variables) -> Channel:
    of.matching("ILJARI_TELEGRAM_TOKEN", re.compile(r"\d+:[\w-]+", re.ASCII), "bot token (digits, a colon, letters)")
    return Telegram(
        Secret(of.text("ILJARI_TELEGRAM_TOKEN")),
        of.matching("ILJARI_TELEGRAM_CHAT", re.compile(r"-?\d+|@\w+", re.ASCII), "chat (a number, or @ and a name)"),
        of.address("ILJARI_TELEGRAM_API", encrypted=True).reveal(),
    )


def _slack(of: Variables) -> Channel:
    return Slack(of.address("ILJARI_SLACK_WEBHOOK", encrypted=True))


def _discord(of: Variables) -> Channel:
    return Discord(of.address("ILJARI_DISCORD_WEBHOOK", encrypted=True))


def _webhook(of: Variables) -> Channel:
    return Webhook(of.address("ILJARI_WEBHOOK_URL"), of.secret("ILJARI_WEBHOOK_KEY"))


def _ping(of: Variables) -> Channel:
    return Ping(of.address("ILJARI_PING_URL"))


def _mail(of: Variables) -> Channel:
    security = cast(Security, of.choice("ILJARI_SMTP_SECURITY", tuple(PORTS)))
    host = of.matching("ILJARI_SMTP_HOST", _HOST, "host name")
    of.keep_here("ILJARI_SMTP_HOST", host)
    user, password = of.text("ILJARI_SMTP_USER"), of.secret("ILJARI_SMTP_PASSWORD")
    if bool(user) != bool(password):
        raise ValueError("ILJARI_SMTP_USER and ILJARI_SMTP_PASSWORD belong together: set both or none")
    for name in ("ILJARI_SMTP_USER", "ILJARI_SMTP_PASSWORD"):
        if not of.secret(name).reveal().isascii():
            raise ValueError(f"{name} has a letter that SMTP's login does not know: use ASCII")
    recipients = tuple(filter(None, (one.strip() for one in of.text("ILJARI_MAIL_TO").split(","))))
    if not recipients or not all(map(_MAIL.fullmatch, recipients)):
        raise ValueError("ILJARI_MAIL_TO is no mail address, or several with commas between them")
    return Mail(
        host, _port(of, security), security, user, password,
        of.matching("ILJARI_MAIL_FROM", _MAIL, "mail address"), recipients,
    )  # fmt: skip


def _port(of: Variables, security: Security) -> int:
    text = of.text("ILJARI_SMTP_PORT")
    if not text:
        return PORTS[security]
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise ValueError("ILJARI_SMTP_PORT is no port (1 to 65535)")
    return int(text)


def _public_url(of: Variables, mistakes: dict[str, str]) -> str:
    name = "ILJARI_PUBLIC_URL"
    text = of.text(name)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and _ADDRESS.fullmatch(text)
    except ValueError:
        good = None
    if not good or len(text) > _LONGEST_PUBLIC_URL:
        mistakes[name] = f"{name} is no address: write https://…"
        return ""
    return text


KINDS = (
    Kind("telegram", ("ILJARI_TELEGRAM_TOKEN", "ILJARI_TELEGRAM_CHAT"), _telegram),
    Kind("slack", ("ILJARI_SLACK_WEBHOOK",), _slack),
    Kind("discord", ("ILJARI_DISCORD_WEBHOOK",), _discord),
    Kind(
        "mail", ("ILJARI_SMTP_HOST", "ILJARI_MAIL_FROM", "ILJARI_MAIL_TO"), _mail,
        ("ILJARI_SMTP_PORT", "ILJARI_SMTP_SECURITY", "ILJARI_SMTP_USER", "ILJARI_SMTP_PASSWORD"),
    ),
    Kind("webhook", ("ILJARI_WEBHOOK_URL",), _webhook, ("ILJARI_WEBHOOK_KEY",)),
    Kind("ping", ("ILJARI_PING_URL",), _ping),
)  # fmt: skip
"""All channels, and the ping, in the order in which they are shown."""
