"""Past years: which searches bring them, how far they are, and how long the rest may take. Interrupted ones go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.arguments import Window

PAGES = 2000
"""How many pages of one search are walked at most, unless `max_pages` says otherwise."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the backfill of one listing came: the last page that was read, and whether it is done."""

    page: int | None = None
    done: bool = False


def years(window: Window) -> Iterator[Window]:
    """The calendar years of a window, newest first, cut at its ends. The window has both."""
    assert window.since
    assert window.until
    for year in range(window.until.year, window.since.year - 1, -1):
        first, last = date(year, 1, 1), date(year, 12, 31)
        yield Window(max(first, window.since), min(last, window.until), window.page_limit)


def share(window: Window, oldest: date | None) -> float:
    """How much of a window lies behind a walk from its newest day to `oldest`, 0 to 1."""
    if oldest is None or not window.since or not window.until:
        return 0.0
    days = (window.until - window.since + timedelta(days=1)).days
    return min(1.0, max(0.0, (window.until - oldest).days / days))


class Estimate:
    """Time to go, by the share that this run has done so far."""

    def __init__(self) -> None:
        self._begun: float | None = None
        self._share = 0.0

    def told(self, shares: Iterable[float], seconds: float) -> str:
        """A few words: the share done, and where it can be told the time to go. `seconds` is the clock's reading."""
        parts = list(shares)
        done = sum(parts) / len(parts) if parts else 1.0
        if self._begun is None:
            self._begun, self._share = seconds, done
        gained = done - self._share
        if done >= 1 or gained <= 0:
            return f"{done:.0%} of the period"
        return f"{done:.0%} of the period, about {_spoken((seconds - self._begun) * (1 - done) / gained)} to go"


def _spoken(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
