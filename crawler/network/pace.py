"""How long a host is left alone after trouble: what it asks for, or twice as long each time, never in step with others."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

from pipelines.model import KST

LONGEST_ASKED = 14 * 86_400.0
"""Seconds. A host that asks for more is taken to ask for this."""
DOUBLINGS = 4
"""How often the wait grows."""


class Pace:
    """The hosts of one crawl that gave trouble. `base` is seconds."""

    def __init__(self, base: float, spread: Callable[[float, float], float] = random.uniform) -> None:
        self.base = base
        self._spread = spread
        self._in_a_row: dict[str, int] = {}

    def trouble(self, host: str, asked: float | None = None) -> float:
        """Note that a host gave trouble; the seconds to leave it alone, at least those it asked for."""
        times = self._in_a_row[host] = self._in_a_row.get(host, 0) + 1
        backed_off: float = self.base * 2 ** min(times - 1, DOUBLINGS) * self._spread(0.5, 1.5)
        return max(backed_off, asked or 0.0)

    def answered(self, host: str) -> None:
        """Note that a host answered as it should."""
        self._in_a_row.pop(host, None)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, given as such or as a date; None where it says neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:10]), LONGEST_ASKED)
    try:
        moment = parsedate_to_datetime(text)
        seconds = ((moment if moment.tzinfo else moment.replace(tzinfo=KST)) - now).total_seconds()
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return min(max(seconds, 0.0), LONGEST_ASKED)
