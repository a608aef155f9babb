"""Nights of crawls as the crawl records them, with planted problems: rows of the tables of runs, for the health pages."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.monitors.checks import CHECKS
from crawler.monitors.findings import WHOLE_NIGHT, Level, Problem
from crawler.monitors.suite import findings_of
from pipelines.model import KST, Outlet
from pipelines.store import Store

Tables = dict[str, list[dict[str, Any]]]
LAST = datetime(2026, 3, 5, 3, 30, tzinfo=KST)
"""When the last night of the samples began; a Thursday."""
_LOOKS = {check.name: (check.look_en, check.look_ko) for check in CHECKS}
_OUTCOMES = ("known", "listed_twice", "out_of_window", "irrelevant", "robots", "deferred", "fetched", "failed")


@dataclass(frozen=True)
class Planted:
    """A problem of an outlet (or of the nights as a whole) from so many nights before the last one up to another."""

    outlet: str
    monitor: str
    problem: Problem
    first: int  # nights back; 0 is the last night
    last: int = 0
    level: Level = "error"
    state: str = "failed"
    look: tuple[str, str] | None = None  # English, Korean; by default that of the check
    columns: Mapping[str, Any] = field(default_factory=dict)  # of `run_outlets`, where they show the problem

    def told(self) -> tuple[Level, Problem, str, str]:
        looks = self.look or _LOOKS[self.monitor]
        english, korean = (words.format(outlet=self.outlet, domain=f"{self.outlet}.example") for words in looks)
        return self.level, self.problem, english, korean


@dataclass(frozen=True)
class LeftOut:
    """An outlet that was not crawled for some nights."""

    outlet: str
    state: str  # suspended, paused, skipped
    reason: str
    first: int
    last: int = 0


@dataclass(frozen=True)
class Course:
    """What happened over some nights."""

    outlets: Sequence[str]
    nights: int
    planted: Sequence[Planted] = ()
    left_out: Sequence[LeftOut] = ()
    states: Mapping[int, str] = field(default_factory=dict)  # of runs, by nights back, where findings do not tell them
    newsroom: bool = False
    last: datetime = LAST


def tables_of(course: Course) -> Tables:
    """The rows that so many nights leave."""
    made: Tables = {"runs": [], "run_outlets": [], "run_outcomes": [], "run_checks": []}
    before: dict[str, dict[str, Mapping[str, Any]]] = {}
    for back in range(course.nights - 1, -1, -1):
        started = course.last - timedelta(days=back)
        run = f"{started:%Y%m%dT%H%M%S}-1"
        findings, states = [], set()
        for number, outlet in enumerate(course.outlets):
            out = next((one for one in course.left_out if one.outlet == outlet and one.last <= back <= one.first), None)
            if out:
                made["run_outlets"].append(_row(run, outlet, out.state, out.reason, None))
                continue
            here = [one for one in course.planted if one.outlet == outlet and one.last <= back <= one.first]
            found = findings_of(
                outlet, {one.monitor: one.told() for one in here}, before.get(outlet, {}), started.date()
            )
            findings += found
            before[outlet] = {one.monitor: one.row(run) for one in found if one.change != "recovered"}
            errors = [one for one in here if one.level == "error"]
            state, reason = (errors[0].state, errors[0].problem.en) if errors else ("ok", None)
            states.add(state)
            shown = {name: value for one in here for name, value in one.columns.items()}
            made["run_outlets"].append(_row(run, outlet, state, reason, number + back) | shown)
        here = [one for one in course.planted if one.outlet == WHOLE_NIGHT and one.last <= back <= one.first]
        told = {one.monitor: one.told() for one in here}
        findings += findings_of(WHOLE_NIGHT, told, before.get(WHOLE_NIGHT, {}), started.date())
        before[WHOLE_NIGHT] = {
            one.monitor: one.row(run) for one in findings if not one.outlet and one.change != "recovered"
        }
        wrong = states - {"ok"} or any(one.level == "error" and one.change != "recovered" for one in findings)
        state = course.states.get(back, "unhealthy" if wrong else "ok")
        finished = started + timedelta(minutes=42 + back % 7)
        made["runs"].append(
            {
                "id": run, "started": started.isoformat(), "finished": None if state == "killed" else finished.isoformat(),
                "state": state, "version": "sample", "newsroom": int(course.newsroom), "kind": "nightly",
                "memory_mb": 612.4 + back % 9,
            }
        )  # fmt: skip
        made["run_checks"] += [one.row(run) for one in findings]
    made["run_outcomes"] = [
        {"run": row["run"], "outlet": row["outlet"], "stage": "listed", "outcome": "fetched", "count": row["fetched"]}
        for row in made["run_outlets"]
        if row["fetched"] and row["run"] == made["runs"][-1]["id"]
    ]
    return made


def _row(run: str, outlet: str, state: str, reason: str | None, turn: int | None) -> dict[str, Any]:
    """A row of `run_outlets`; `turn` makes nights differ, None: nothing was listed."""
    fetched = 0 if turn is None else 3 + turn * 7 % 11
    counts = dict.fromkeys(_OUTCOMES, 0)
    if turn is not None:
        counts |= {"known": 180 + turn % 5, "irrelevant": 40 + turn % 13, "listed_twice": 11, "fetched": fetched}
    row = {"run": run, "outlet": outlet, "state": state, "reason": reason, "listed": sum(counts.values()), **counts}
    row |= {
        "plan_articles": int(turn is not None and turn % 4 == 0),
        "seconds": None if turn is None else 61.5 + turn % 20,
    }
    if turn is not None:
        row |= {
            "list_pages": 9, "visits": 14, "entries": 58 + turn % 4, "new": 6 + turn % 9, "held": 0.9, "undated": 0,
            "misdated": 0, "garbled": 0, "doubled": 0, "plans_flagged": 0, "plans_conflicting": 0, "invalid": 0,
            "coverage": 0.85, "waiting": turn % 3, "latency": 0.21 + turn % 5 / 100,
        }  # fmt: skip
    return row


def write(path: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Put the tables of runs into a published database in the place of all that is there, as one that is being served."""
    with Store(path) as store:
        with store.transaction():
            for name in ("run_checks", "run_outcomes", "run_outlets", "runs"):
                store.db.conn.execute(f"delete from {name}")
        store.put_crawl_tables(tables)


def main() -> None:
    """python -m tests.datasette.nights FILE OUTLETS NIGHTS: a large database, for measuring; a tenth of the outlets fails."""
    path, outlets, nights = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    names = [f"outlet{number:03}" for number in range(outlets)]
    problem = Problem(
        "no article on all articles: was the site relaunched?", "목록에 기사가 하나도 없음, 사이트 개편 의심"
    )
    planted = [Planted(name, "no-article", problem, 40 + 7 * n % 300, n % 3) for n, name in enumerate(names[::10])]
    planted += [Planted(name, "waiting", problem, 300, 0, "warning") for name in names[5::50]]
    with Store(path) as store:
        for name in names:
            store.put_outlet(Outlet(name, f"{name} 신문", f"{name}.example", "ndsoft"))
    course = Course(names, nights, planted, last=datetime.now(KST) - timedelta(hours=5))
    write(path, tables_of(course) | {"standings": []})
    print(path, path.stat().st_size >> 20, "MB", sqlite3.sqlite_version)


if __name__ == "__main__":
    main()
