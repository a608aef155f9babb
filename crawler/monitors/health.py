"""How the crawl stands, read from `jobplans.db`: is it well, what is wrong and since when, who is left out.

A night's rows are published when it has ended, so that one that never ran or was killed shows by its absence. Runs of a
newsroom count only where there are no others, and are never overdue: their time is not ours.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from sqlite3 import Connection
from typing import Any, Literal

from crawler.monitors.findings import LEFT_OUT, WHOLE_NIGHT, Finding
from crawler.monitors.measures import Usual, usual
from pipelines.model import KST

Row = dict[str, Any]
Status = Literal["ok", "degraded", "failing", "stale"]
"""All is well; some outlets need a look; the night as a whole did not do its work; there was no night lately."""

NIGHTS = 14
"""How many nights the overview shows. An outlet that is in none of them is no longer crawled."""
TREND_NIGHTS = 30
EPISODES = 50
LATELY = timedelta(days=7)
"""How long what is over is still told."""
OVERDUE = timedelta(hours=26)
"""From the start of a night to that of the next, with some grace; the longest of the last nights comes on top."""
SLOW_AT = 1.0
"""The score from which on an outlet is crawled slowly (crawler/standing.py, which needs Scrapy)."""
CUT_OFF = ("stopped", "killed")
"""States of `runs` that did not come to their end."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a finding's two sentences: what happened, and what to look at first (empty where it is over)."""

    what_ko: str
    what_en: str
    look_ko: str
    look_en: str


def parts(finding: Finding) -> Parts:
    """Take the sentences apart as `crawler.monitors.suite` puts them together."""
    ko, en = finding.ko, finding.en
    is_over = finding.change == "recovered"
    if is_over:
        ko, en = ko.partition("): ")[2] or ko, en.partition(": ")[2] or en
    what_ko, _, look_ko = ko.removeprefix(f"{finding.since}부터 ").rpartition(": ")
    what_en, _, look_en = en.rpartition(f", since {finding.since}: ")
    if not what_ko or not what_en:
        return Parts(ko, en, "", "")
    return Parts(what_ko, what_en, *(("", "") if is_over else (look_ko, look_en)))


@dataclass(slots=True)
class OutletHealth:
    """How an outlet stands."""

    key: str
    name: str
    domain: str | None
    state: str  # ok, slowed, suspended, paused
    standing: Row  # its row of `standings`; empty where nothing tells against it
    last_run: (
        Row  # row of `run_outlets` of the run that crawled it last, with `started` and `kind` of the run; or empty
    )
    last_success: str | None  # when the last run began in which it was ok
    findings: list[Finding]  # what is open, worst first
    nights: list[Row | None]  # rows of `run_outlets` of the last nights, oldest first; None: it was not in it

    @property
    def is_crawled(self) -> bool:
        """Whether it is still among the outlets of the nights."""
        return any(self.nights)

    @property
    def has_error(self) -> bool:
        """Whether something is wrong, as against what is only to be watched."""
        return any(finding.level == "error" for finding in self.findings)

    @property
    def status(self) -> Status:
        """`failing` where something is wrong, `degraded` where it is watched, slowed or left out."""
        if self.has_error and self.state != "paused":
            return "failing"
        return "degraded" if self.findings or self.state != "ok" else "ok"


@dataclass(slots=True)
class Health:
    """How the crawl stands at a moment."""

    moment: datetime
    is_checked: bool = False  # False: the database is of a version that did not keep what monitors say
    is_newsroom: bool = False
    nights: list[Row] = field(default_factory=list)  # rows of `runs` with sums over their outlets, the latest first
    whole: list[Finding] = field(default_factory=list)  # open, of the nights as a whole
    outlets: list[OutletHealth] = field(default_factory=list)  # worst first
    recovered: list[tuple[date, Finding]] = field(default_factory=list)  # and when it was seen to be over, latest first

    @property
    def last(self) -> Row | None:
        """The last night."""
        return self.nights[0] if self.nights else None

    @property
    def age(self) -> timedelta | None:
        """How long ago the last night ended, or began where it was cut off."""
        return self.moment - _moment(self.last["finished"] or self.last["started"]) if self.last else None

    @property
    def as_of(self) -> datetime:
        """Up to when days are counted: now; where that tells nothing of the nights, the end of the last one."""
        if self.last and (self.is_newsroom or self.is_overdue):
            return _moment(self.last["finished"] or self.last["started"])
        return self.moment

    @property
    def is_overdue(self) -> bool:
        """Whether the next night should have been published by now."""
        if self.last is None or self.is_newsroom:
            return False
        longest = max(night["seconds"] or 0 for night in self.nights)
        return self.moment - _moment(self.last["started"]) > OVERDUE + timedelta(seconds=longest)

    @property
    def crawled(self) -> list[OutletHealth]:
        """The outlets that are still crawled, worst first."""
        return [one for one in self.outlets if one.is_crawled]

    @property
    def wrong(self) -> list[OutletHealth]:
        """Those that need a look."""
        return [one for one in self.crawled if one.status == "failing"]

    @property
    def watched(self) -> list[OutletHealth]:
        """Those of which there are only warnings."""
        return [one for one in self.crawled if one.findings and not one.has_error and one.state != "paused"]

    @property
    def left_out(self) -> list[OutletHealth]:
        """Those that are suspended or paused."""
        return [one for one in self.crawled if one.state in LEFT_OUT]

    @property
    def status(self) -> Status:
        """The worst that holds."""
        last = self.last
        if last is None or self.is_overdue:
            return "stale"
        results = [one.last_run["state"] for one in self.crawled if one.last_run.get("run") == last["id"]]
        all_lost = bool(results) and "ok" not in results
        if last["state"] in CUT_OFF or all_lost or any(finding.level == "error" for finding in self.whole):
            return "failing"
        return "degraded" if self.wrong or (last["state"] == "unhealthy" and not self.is_checked) else "ok"

    def outlet(self, key: str) -> OutletHealth | None:
        """An outlet by its key; None where it is not known."""
        return next((one for one in self.outlets if one.key == key), None)


def health(db: Connection, now: datetime) -> Health:
    """How the crawl stands. `db` may be of an earlier version: then there is no more than its nights."""
    tables = {name for (name,) in db.execute("select name from sqlite_master where type = 'table'")}
    made = Health(now, is_checked={"run_checks", "standings"} <= tables)
    if "runs" not in tables:
        return made
    newsrooms = [bool(flag) for (flag,) in db.execute("select distinct newsroom from runs")]
    made.is_newsroom = bool(newsrooms) and all(newsrooms)
    if not made.is_checked:
        rows = _rows(db, "select * from runs where newsroom = ? order by started desc", [made.is_newsroom])
        nights = [_night(row) for row in rows if row.get("kind", "nightly") == "nightly"]
        made.nights = nights[:NIGHTS]
        return made
    made.nights = [_night(row) for row in _rows(db, _NIGHTS, [made.is_newsroom, NIGHTS])]
    made.outlets = sorted(_outlets(db, made), key=_worst_first)
    if made.last:
        made.whole = [_finding(row) for row in _rows(db, _OPEN, [json.dumps([[made.last["id"], WHOLE_NIGHT]])])]
        made.recovered = _recovered(db, made)
    return made


@dataclass(slots=True)
class History:
    """What is known of an outlet beside how it stands."""

    nights: list[Row]  # rows of `run_outlets` with `started` of the night, oldest first
    episodes: list[
        tuple[Finding, date | None, int]
    ]  # what was found, until when (None: it is open), on how many nights
    more: int  # episodes that are not among them
    usual: Mapping[str, Usual]  # before the run that crawled it last, by measure


def history(db: Connection, seen: Health, outlet: OutletHealth) -> History:
    """The last nights of an outlet, what was ever found of it, the latest first, and what is usual for it."""
    values = [outlet.key, seen.is_newsroom]
    episodes: list[tuple[Finding, date | None, int]] = []
    for row in _rows(db, _EPISODES, values):
        finding, is_over = _finding(row), row["change"] == "recovered"
        is_open = any((one.monitor, one.since) == (finding.monitor, finding.since) for one in outlet.findings)
        episodes.append((finding, None if is_open and not is_over else date.fromisoformat(row["day"]), row["nights"]))
    run = outlet.last_run
    return History(
        nights=_rows(db, _TREND, [*values, TREND_NIGHTS])[::-1],
        episodes=episodes[:EPISODES],
        more=max(0, len(episodes) - EPISODES),
        usual=usual(db, run["run"], outlet.key, _moment(run["started"]).date()) if run else {},
    )


# from rows

_NIGHTS = """
select r.*, count(o.outlet) as outlets, sum(o.state = 'ok') as ok,
    sum(o.state in ('skipped', 'suspended', 'paused')) as left_out, sum(o.listed) as listed, sum(o.fetched) as fetched,
    sum(o.new) as new, sum(o.plan_articles) as plan_articles
from (
    select * from runs where kind = 'nightly' and state != 'running' and newsroom = ? order by started desc limit ?
) r left join run_outlets o on o.run = r.id group by r.id order by r.started desc
"""
_KNOWN = """
with known (outlet) as (
    select outlet from run_outlets where run in (select value from json_each(:nights))
    union select outlet from standings union select key from outlets
), run (outlet, last, last_ok) as materialized (
    select k.outlet,
        (select o.run from run_outlets o cross join runs r on r.id = o.run where o.outlet = k.outlet
            and o.state not in ('skipped', 'suspended', 'paused') and r.kind != 'backfill' and r.newsroom = :newsroom
            order by o.run desc limit 1),
        (select o.run from run_outlets o cross join runs r on r.id = o.run where o.outlet = k.outlet and o.state = 'ok'
            and r.newsroom = :newsroom order by o.run desc limit 1)
    from known k
)
select run.outlet, run.last, n.name, n.domain, (select started from runs where id = run.last_ok) as last_success,
    (select r.started from run_outlets o cross join runs r on r.id = o.run where o.outlet = run.outlet
        and o.run > coalesce(run.last_ok, '') and o.state not in ('skipped', 'suspended', 'paused')
        and r.kind != 'backfill' and r.newsroom = :newsroom order by o.run limit 1) as failing_since
from run left join outlets n on n.key = run.outlet
"""
_LAST_RUNS = """
select o.*, r.started, r.kind from json_each(?) pair cross join run_outlets o
    on o.run = pair.value ->> 0 and o.outlet = pair.value ->> 1 cross join runs r on r.id = o.run
"""
_OPEN = """
select c.* from json_each(?) pair cross join run_checks c on c.run = pair.value ->> 0 and c.outlet = pair.value ->> 1
where c.change != 'recovered'
"""
_RECOVERED = """
select c.*, substr(r.started, 1, 10) as day from runs r cross join run_checks c on c.run = r.id
where c.change = 'recovered' and r.newsroom = ? and r.started >= ? order by r.started desc, c.level, c.outlet, c.monitor
"""
_TREND = """
select o.*, r.started from run_outlets o cross join runs r on r.id = o.run
where o.outlet = ? and r.newsroom = ? and r.kind = 'nightly' order by o.run desc limit ?
"""
_EPISODES = """
select c.*, max(c.run), sum(c.change != 'recovered') as nights, substr(r.started, 1, 10) as day
from run_checks c cross join runs r on r.id = c.run where c.outlet = ? and r.newsroom = ?
group by c.monitor, c.since order by c.since desc, c.monitor
"""
"""One row an unbroken series of nights: SQLite takes the other columns from the row that has the greatest run."""
_WORST: tuple[Status, ...] = ("failing", "degraded", "ok")


def _outlets(db: Connection, seen: Health) -> list[OutletHealth]:
    nights = json.dumps([night["id"] for night in seen.nights])
    known = _rows(db, _KNOWN, {"nights": nights, "newsroom": seen.is_newsroom})
    pairs = json.dumps([[row["last"], row["outlet"]] for row in known if row["last"]])
    last_runs = {row["outlet"]: row for row in _rows(db, _LAST_RUNS, [pairs])}
    standings = {row["outlet"]: row for row in _rows(db, "select * from standings")}
    found: dict[str, list[Finding]] = defaultdict(list)
    for row in _rows(db, _OPEN, [pairs]):
        found[row["outlet"]].append(_finding(row))
    in_nights: dict[tuple[str, str], Row] = {}
    part = "select run, outlet, state, listed, fetched from run_outlets where run in (select value from json_each(?))"
    for row in _rows(db, part, [nights]):
        in_nights[row["outlet"], row["run"]] = row
    made = []
    for row in known:
        key, run = row["outlet"], last_runs.get(row["outlet"], {})
        findings = found[key] + _untold(run, found[key], row["failing_since"])
        standing = standings.get(key, {})
        made.append(
            OutletHealth(
                key, row["name"] or key, row["domain"], _state(standing, seen), standing, run, row["last_success"],
                sorted(findings, key=lambda finding: finding.order),
                [in_nights.get((key, night["id"])) for night in reversed(seen.nights)],
            )
        )  # fmt: skip
    return made


def _untold(run: Row, findings: Sequence[Finding], failing_since: str | None) -> list[Finding]:
    """What no monitor could tell, for the outlet's part of the run did not come so far: it never began, or was killed."""
    if not run or run["state"] == "ok" or any(finding.level == "error" for finding in findings):
        return []
    since, why = _moment(failing_since or run["started"]).date(), run["reason"] or run["state"]
    ko = f"{since}부터 제대로 수집하지 못함({why}): 실행 로그 확인"
    en = f"it could not be crawled properly ({why}), since {since}: read the log of the run"
    return [Finding(run["outlet"], "crawl", "error", ko, en, since, cause=run["state"])]


def _recovered(db: Connection, seen: Health) -> list[tuple[date, Finding]]:
    """What is over and has not come back, the latest first."""
    assert seen.last
    since = (_moment(seen.last["started"]) - LATELY).isoformat()
    told = {(finding.outlet, finding.monitor) for one in seen.outlets for finding in one.findings}
    told |= {(WHOLE_NIGHT, finding.monitor) for finding in seen.whole}
    made = []
    for row in _rows(db, _RECOVERED, [seen.is_newsroom, since]):
        finding = _finding(row)
        if (finding.outlet, finding.monitor) not in told:
            told.add((finding.outlet, finding.monitor))
            made.append((date.fromisoformat(row["day"]), finding))
    return made


def _state(standing: Row, seen: Health) -> str:
    """What holds now, as crawler.standing.Standing.state says it."""
    if not standing:
        return "ok"
    until = standing["suspended_until"]
    if standing["paused_since"]:
        return "paused"
    if until and (seen.as_of if seen.is_newsroom else seen.moment) < _moment(until):
        return "suspended"
    return "slowed" if standing["score"] >= SLOW_AT else "ok"


def _worst_first(one: OutletHealth) -> tuple[bool, int, bool, str, str]:
    since = min((finding.since.isoformat() for finding in one.findings), default="")
    return not one.is_crawled, _WORST.index(one.status), one.state != "suspended", since, one.name


def _night(row: Row) -> Row:
    took = (_moment(row["finished"]) - _moment(row["started"])).total_seconds() if row["finished"] else None
    return row | {"seconds": took}


def _finding(row: Row) -> Finding:
    names = ("outlet", "monitor", "level", "ko", "en")
    return Finding(
        **{name: row[name] for name in names}, since=date.fromisoformat(row["since"]), change=row["change"],
        cause=row["cause"],
    )  # fmt: skip


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=KST)


def _rows(db: Connection, query: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[Row]:
    cursor = db.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
