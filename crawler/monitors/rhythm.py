"""Days as the Korean press keeps them: working days, the disclosure season, how long an outlet is usually silent."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise

from pipelines.model import KST

SEASON = (3, 4)
"""Months in which the year's plans are disclosed."""
TERM_SEASON = (12, 1, 2, 3)
"""Months in which plans of a term are, in the winter after local elections."""
_ELECTION, _EVERY = 2022, 4


@cache
def _holidays() -> Container[date]:
    import holidays  # with its tables slow to load, and few commands ask

    return holidays.country_holidays("KR")


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a public holiday in Korea (with those that stand in for another)."""
    return day.weekday() < 5 and day not in _holidays()


def press_day(moment: datetime) -> date:
    """The day whose news a crawl at this moment brings: until noon it is the day before."""
    return (moment.astimezone(KST) - timedelta(hours=12)).date()


def working_days(after: date, until: date) -> int:
    """How many working days lie behind `after`, up to and with `until`."""
    return sum(is_working_day(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def in_season(day: date) -> bool:
    """Whether plans are being disclosed: March and April, and the winter after local elections."""
    winter = day.year - (day.month < 12)
    return day.month in SEASON or (day.month in TERM_SEASON and (winter - _ELECTION) % _EVERY == 0)


def longest_silence(news: Iterable[date]) -> int:
    """The most working days between two days on which there was news; 0 where there were fewer than two."""
    return max((working_days(a, b) for a, b in pairwise(sorted(set(news)))), default=0)
