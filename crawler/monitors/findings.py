"""What a monitor found: the one form in which trouble reaches the database, the digest and the health pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Level = Literal["warning", "error"]
Change = Literal["new", "changed", "continuing", "recovered"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that failed on one night, or (`recovered`) that no longer fails.

    `ko` and `en` are one sentence each: what happened, since when, what to look at first. An `error` makes the night
    unhealthy, a `warning` does not. `since` is the first night of the unbroken series, in Korean time.
    """

    outlet: str | None  # None: the whole night
    check: str
    level: Level
    ko: str
    en: str
    since: date
    change: Change = "new"


@dataclass(frozen=True, slots=True)
class NightReport:
    """A night that has ended (or could not begin), for the digest, the alert and the machine-readable output."""

    run: str | None  # None: it could not begin
    kind: str  # nightly, crawl, backfill
    state: str  # ok, unhealthy, stopped; refused: it could not begin
    started: str
    ended: str
    outlets: tuple[dict[str, object], ...]  # rows of run_outlets
    findings: tuple[Finding, ...]  # worst first; those that recovered last
    newsroom: bool = False
    reason: str | None = None  # why it was stopped or refused
