"""What a monitor found: the one form in which trouble reaches the database, the digest and the health pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Level = Literal["warning", "error"]
Change = Literal["new", "changed", "continuing", "recovered"]

WHOLE_NIGHT = ""
"""In the place of an outlet: what concerns the run as a whole."""
UNREACHED = ("host", "given-up")
"""Checks of an outlet that fail where its host cannot be reached."""
WIDESPREAD = "widespread"
"""The check of the whole night that fails where that is so for most outlets."""
LEFT_OUT = ("skipped", "suspended", "paused")
"""States of an outlet that a run did not crawl, by its settings, its record or a person's word."""
WELL = ("ok", *LEFT_OUT)
"""States of an outlet that need nobody."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check has to say of one night, in English and Korean: the part of a sentence that tells what happened.

    `cause` is a short word that stays the same from night to night while the trouble is the same one.
    """

    en: str
    ko: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that failed on one night, or (`recovered`) that no longer fails.

    `ko` and `en` are one sentence each: what happened, since when, what to look at first. An `error` makes the night
    unhealthy, a `warning` does not. `since` is the first night of the unbroken series, in Korean time.
    """

    outlet: str  # WHOLE_NIGHT where it is none's
    monitor: str
    level: Level
    ko: str
    en: str
    since: date
    change: Change = "new"
    cause: str = ""

    @property
    def order(self) -> tuple[bool, bool, str, str]:
        """Worst first: what ended last, errors before warnings."""
        return self.change == "recovered", self.level != "error", self.outlet, self.monitor

    def row(self, run: str) -> dict[str, Any]:
        """A row of `run_checks`."""
        return {
            "run": run, "outlet": self.outlet, "monitor": self.monitor, "level": self.level, "change": self.change,
            "since": self.since.isoformat(), "cause": self.cause, "ko": self.ko, "en": self.en,
        }  # fmt: skip


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
