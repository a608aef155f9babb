"""What is sent: a subject, sections of lines and a foot, kept in this form so that each channel cuts it to its own size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from crawler.clock import now
from pipelines.markup import collapse

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = ("ko", "en")
Kind = Literal["digest", "alarm", "test", "start", "ok", "fail"]
"""What an alert is; the last three are pings (`crawler/alerts/channels.py`)."""

LONGEST_LINE = 400
"""Characters of one line, whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a title; an empty title has no line of its own."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A text in plain words, without markup. The subject is its first line as well."""

    subject: str
    sections: tuple[Section, ...] = ()
    foot: tuple[str, ...] = ()
    language: Language = "ko"


@dataclass(frozen=True, slots=True)
class Alert:
    """A message on its way to the channels. `report` is the night as JSON, for machines."""

    id: str
    kind: Kind
    created: datetime
    message: Message
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def late(self) -> bool:
        """Whether it could not be delivered on its own night."""
        return self.created.date() < now().date()


def as_json(message: Message) -> dict[str, Any]:
    """A message for the outbox."""
    return asdict(message)


def from_json(told: dict[str, Any]) -> Message:
    """The message that `as_json` told of."""
    sections = tuple(Section(one["title"], tuple(one["lines"])) for one in told["sections"])
    return Message(told["subject"], sections, tuple(told["foot"]), told["language"])


def plain(text: object, longest: int = LONGEST_LINE) -> str:
    """What someone else wrote, as one line that shows what it says: no line breaks, control or direction characters."""
    line = collapse(str(text).encode("utf-8", "replace").decode("utf-8"))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def utf16_units(text: str) -> int:
    """The length of a text as Telegram and most others count."""
    return len(text.encode("utf-16-le")) // 2


_LATE = {
    "ko": "{day}의 알림입니다. 그때 전하지 못해 지금 보냅니다.",
    "en": "This is the alert of {day}. It could not be delivered then.",
}
_LEFT_OUT = {"ko": "… {n}줄을 줄였습니다.", "en": "… {n} more lines were left out."}


def text_of(alert: Alert, limit: int | None = None, escape: Callable[[str], str] = str) -> str:
    """An alert as text of at most `limit` UTF-16 units, each line escaped for where it goes.

    Whole lines of the sections are left out from the end, and their number is said; subject and foot stay.
    """
    message = alert.message
    head = [message.subject]
    if alert.late:
        head.append(_LATE[message.language].format(day=f"{alert.created:%Y-%m-%d}"))
    foot = [escape(line) for line in ("", *message.foot)] if message.foot else []
    chunks = _chunks(message)
    for shown in range(len(chunks), -1, -1):
        left_out = len(chunks) - shown
        cut = ["", _LEFT_OUT[message.language].format(n=left_out)] if left_out else []
        lines = [*map(escape, [*head, *(line for chunk in chunks[:shown] for line in chunk), *cut]), *foot]
        text = "\n".join(lines)
        if limit is None or utf16_units(text) <= limit:
            return text
    raise ValueError("subject and foot alone are longer than the limit")


def _chunks(message: Message) -> list[list[str]]:
    """The lines of the sections; a section's first line brings its title along."""
    chunks = []
    for section in message.sections:
        title = ["", section.title] if section.title else [""]
        chunks += [[*title, line] if place == 0 else [line] for place, line in enumerate(section.lines)]
    return chunks
