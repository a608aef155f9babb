"""Arguments that every spider takes, read and checked before anything starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from crawler.clock import now

MAX_PAGES = 10
"""How many pages of a listing a first walk takes, unless `max_pages` says otherwise."""


ARGUMENTS = ("since", "until", "max_pages")
"""The names of what every spider takes."""


class SpiderMistakeError(ValueError):
    """A spider or its arguments are wrong; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which days and how many pages of a listing a crawl covers."""

    since: date | None = None
    until: date | None = None
    page_limit: int | None = None  # as asked for; without it the walk decides

    @classmethod
    def parse(
        cls, since: str | None = None, until: str | None = None, max_pages: Any = None, **unknown: object
    ) -> Window:
        """Read what was written on the command line; SpiderMistakeError says what is wrong and how to write it."""
        if unknown:
            raise SpiderMistakeError(f"no argument {', '.join(sorted(unknown))}; there are {', '.join(ARGUMENTS)}")
        first, last = _day("since", since), _day("until", until)
        if first and last and first > last:
            raise SpiderMistakeError(f"since={since} lies after until={until}")
        if first and first > now().date():
            raise SpiderMistakeError(f"since={since} lies in the future")
        try:
            limit = None if max_pages is None else int(max_pages)
        except ValueError:
            limit = 0
        if limit is not None and limit < 1:
            raise SpiderMistakeError(f"max_pages={max_pages!r} is no number of pages; write max_pages=10")
        return cls(first, last, limit)

    def refusal(self, day: date | None) -> str | None:
        """Why a day lies outside, None where it lies inside or is not known."""
        if day and self.since and day < self.since:
            return f"listed on {day}, before {self.since}"
        if day and self.until and day > self.until:
            return f"listed on {day}, after {self.until}"
        return None


def _day(name: str, value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise SpiderMistakeError(f"{name}={value!r} is no date; write {name}=YYYY-MM-DD") from None
