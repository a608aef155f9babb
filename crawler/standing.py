"""How an outlet stands with us: a score that failures raise and healthy nights lower, which slows and then suspends it.

A night counts each kind of trouble once, by its severity (crawler/network/failures.py): a host that is down for a night scores as
one failure, not as five hundred. From SLOW_AT on the outlet is crawled more slowly. From SUSPEND_AT on it is left out, for
longer each time that it fails again, and tried when the time is over. One that answers more than it fails (a dead section,
a search that robots.txt denies) is slowed at most. A person may pause an outlet, and resume it at once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, time, timedelta
from sqlite3 import Connection
from typing import Any, Literal, cast

from scrapy.utils.defer import _schedule_coro
from twisted.python.failure import Failure as TwistedFailure

from crawler.clock import now as clock_now
from crawler.network.failures import NONE, Failure, PageKind, failure_of
from pipelines.model import KST

SLOW_AT, SUSPEND_AT, HIGHEST = 1.0, 3.0, 4.0
LOWERED = 0.5
"""What a healthy night leaves of the score."""
FORGIVEN = 0.2
"""A score this low is none."""
SUSPENSION_NIGHTS = (1, 2, 4, 8, 14)
"""How many nights the first, second, … suspension in a row leaves out."""
SLOWER = 3.0
"""By how much the delay between requests grows where an outlet is slowed."""
PATIENCE = 5
"""Failures in a row, of lists or of articles, after which an outlet's night ends."""

State = Literal["ok", "slowed", "suspended", "paused"]


@dataclass(frozen=True, slots=True)
class Standing:
    """An outlet's record. Times are aware; `reason` and `since` are of the trouble that the score tells of."""

    outlet: str
    score: float = 0.0
    reason: str | None = None
    since: datetime | None = None
    suspended_until: datetime | None = None
    suspensions: int = 0
    paused_since: datetime | None = None
    paused_reason: str | None = None

    def state(self, now: datetime) -> State:
        """What holds at a moment."""
        if self.paused_since:
            return "paused"
        if self.suspended_until and now < self.suspended_until:
            return "suspended"
        return "slowed" if self.score >= SLOW_AT else "ok"

    def told(self, now: datetime) -> str | None:
        """Why an outlet is not crawled as usual, since and until when, for a person; None where it is."""
        match self.state(now):
            case "paused":
                return f"paused since {self.paused_since:%Y-%m-%d}: {self.paused_reason}"
            case "suspended":
                return f"suspended until {self.suspended_until:%Y-%m-%d %H:%M}, failing since {self.since:%Y-%m-%d}: {self.reason}"
            case "slowed":
                return f"slowed, failing since {self.since:%Y-%m-%d}: {self.reason}"
        return None

    def paused(self, reason: str, now: datetime) -> Standing:
        """Left out until it is resumed."""
        return replace(self, paused_since=now, paused_reason=reason)

    def resumed(self) -> Standing:
        """Crawled again, as if nothing had been."""
        return Standing(self.outlet)


@dataclass(slots=True)
class Trouble:
    """What an outlet's night met with so far."""

    kinds: dict[str, Failure] = field(default_factory=dict)  # the first of each
    answers: int = 0
    failures: int = 0
    in_a_row: Counter[PageKind] = field(default_factory=Counter)  # lists may come where articles are refused
    until: datetime | None = None  # to when the outlet asked to be left alone
    given_up: str | None = None  # why its night ends early

    def note(self, failure: Failure, page: PageKind = "list") -> None:
        """Count a request that failed for good."""
        if failure.severity == NONE:
            return
        self.kinds.setdefault(failure.kind, failure)
        self.failures += 1
        if failure.kind not in _NOTHING_SENT:
            self.in_a_row[page] += 1
        if failure.until:
            self.until = max(failure.until, self.until or failure.until)
            self.given_up = failure.reason
        elif self.in_a_row[page] >= PATIENCE and self.given_up is None:
            self.given_up = f"{self.in_a_row[page]} failures in a row, the last: {failure.reason}"

    def note_answer(self, page: PageKind = "list") -> None:
        """Count a page that came."""
        self.answers += 1
        self.in_a_row[page] = 0

    @property
    def counted(self) -> list[Failure]:
        """One failure a kind, the worst first. That robots.txt denies some pages is no trouble where others come."""
        found = [one for one in self.kinds.values() if one.kind != "robots.txt denies" or not self.answers]
        return sorted(found, key=lambda failure: -failure.severity)


_NOTHING_SENT = ("robots.txt denies", "robots.txt unreadable", "unreached")


def after_night(standing: Standing, trouble: Trouble, state: str, now: datetime) -> Standing:
    """The record after a night that ended in a state of `run_outlets` (ok, failed, given-up, stopped)."""
    if state == "ok":
        return _after_health(standing)
    counted = trouble.counted
    if state == "stopped" or not counted:
        return standing
    score = standing.score + sum(failure.severity for failure in counted)
    mostly_failing = trouble.given_up is not None or trouble.failures > trouble.answers
    score = min(score, HIGHEST if mostly_failing else max(standing.score, SLOW_AT))
    until, suspensions = trouble.until, standing.suspensions
    if mostly_failing and score >= SUSPEND_AT:
        nights = SUSPENSION_NIGHTS[min(suspensions, len(SUSPENSION_NIGHTS) - 1)]
        served = datetime.combine(now.astimezone(KST).date() + timedelta(days=nights + 1), time.min, KST)
        until, suspensions = max(served, until or served), suspensions + 1
    return replace(
        standing, score=score, reason=trouble.given_up or counted[0].reason, since=standing.since or now,
        suspended_until=until, suspensions=suspensions,
    )  # fmt: skip


def _after_health(standing: Standing) -> Standing:
    score = standing.score * LOWERED
    if score <= FORGIVEN:
        return Standing(standing.outlet)
    suspensions = standing.suspensions if score >= SLOW_AT else 0
    return replace(standing, score=score, suspended_until=None, suspensions=suspensions)


class Standings:
    """The table `standings` of `crawl.db`. An outlet without a row stands well."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, outlet: str) -> Standing:
        """An outlet's record."""
        return self.all().get(outlet, Standing(outlet))

    def all(self) -> dict[str, Standing]:
        """The records of all outlets that have one."""
        names = [one.name for one in fields(Standing)]
        rows = self._connection.execute(f"select {', '.join(names)} from standings").fetchall()  # noqa: S608
        return {row[0]: standing_of(dict(zip(names, row, strict=True))) for row in rows}

    def put(self, standing: Standing) -> None:
        """Enter or replace a record."""
        row = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(standing).items()
        }
        marks = ", ".join("?" for _ in row)
        self._connection.execute(
            f"insert or replace into standings ({', '.join(row)}) values ({marks})",  # noqa: S608
            list(row.values()),
        )


def standing_of(row: dict[str, Any]) -> Standing:
    """The record in a row of the table."""
    times = {name: datetime.fromisoformat(row[name]) for name in _TIMES if row[name]}
    return Standing(**row | times)


_TIMES = ("since", "suspended_until", "paused_since")


class Watch:
    """A run's eye on its outlets: who is left out or slowed tonight, what goes wrong, when it is enough."""

    def __init__(self, standings: Standings) -> None:
        self.standings = standings
        self._troubles: dict[str, Trouble] = {}

    def left_out(self, outlet: str) -> tuple[State, str] | None:
        """Why an outlet is not crawled tonight, as a state and a reason; None where it is."""
        standing, now = self.standings.of(outlet), clock_now()
        state, told = standing.state(now), standing.told(now)
        return (state, told) if told and state in ("suspended", "paused") else None

    def slower(self, outlet: str) -> float:
        """By what the delay between requests to an outlet is multiplied tonight."""
        return SLOWER if self.standings.of(outlet).score >= SLOW_AT else 1.0

    def failed(self, spider: Any, failure: TwistedFailure, page: PageKind) -> Failure:
        """Note that a request of a spider failed for good, and say what that means; enough of it ends the spider's night."""
        trouble, told = self.trouble(spider.name), failure_of(cast(BaseException, failure.value), page)
        before = trouble.given_up
        trouble.note(told, page)
        if trouble.given_up and not before:
            _schedule_coro(spider.crawler.engine.close_spider_async(reason=trouble.given_up))
        return told

    def answered(self, outlet: str, page: PageKind) -> None:
        """Note that a page came."""
        self.trouble(outlet).note_answer(page)

    def close(self, outlet: str, state: str, why: str | None) -> tuple[str, str | None]:
        """Bring an outlet's record up to date after its night; the night's state and reason, with what follows."""
        now, gave_up = clock_now(), self.trouble(outlet).given_up
        if gave_up:
            state, why = "given-up", gave_up
        standing = after_night(self.standings.of(outlet), self.trouble(outlet), state, now)
        self.standings.put(standing)
        if standing.state(now) == "suspended":
            why = f"{why}; suspended until {standing.suspended_until:%Y-%m-%d %H:%M}"
        return state, why

    def trouble(self, outlet: str) -> Trouble:
        """What an outlet's night met with so far."""
        return self._troubles.setdefault(outlet, Trouble())
