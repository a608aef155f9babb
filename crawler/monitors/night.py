"""The checks of a night as a whole: where many outlets fail at once, the trouble is ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from crawler.clock import now
from crawler.monitors import measures
from crawler.monitors.findings import LEFT_OUT, UNREACHED, WHOLE_NIGHT, WIDESPREAD, Finding, Level, Problem
from crawler.monitors.rhythm import in_season, working_days
from crawler.monitors.suite import findings_of
from pipelines.model import KST

if TYPE_CHECKING:
    from crawler.night import Night


@dataclass(frozen=True, slots=True)
class NightEvidence:
    """All that is known of a night when its outlets have ended."""

    state: str  # of the run
    reason: str | None  # why it was stopped
    outlets: Sequence[Mapping[str, Any]]  # rows of run_outlets
    findings: Sequence[Finding]
    memory: float  # megabytes
    night: date
    last_plan: date | None  # the night on which the last plan article came, with at least one healthy night since
    limits: Mapping[str, float]


def _stopped(seen: NightEvidence) -> Problem | None:
    if seen.state != "stopped":
        return None
    why = seen.reason or "it was told to"
    return Problem(f"the night stopped before its end: {why}", f"밤 수집이 끝나기 전에 중단됨({why})", why)


def _widespread(seen: NightEvidence) -> Problem | None:
    crawled = [row for row in seen.outlets if row["state"] not in LEFT_OUT]
    unreached = {one.outlet for one in seen.findings if one.monitor in UNREACHED and one.change != "recovered"}
    least, share = seen.limits["widespread_least"], seen.limits["widespread_share"]
    if len(unreached) < least or len(unreached) <= share * len(crawled):
        return None
    return Problem(
        f"{len(unreached)} of {len(crawled)} outlets could not be reached: the trouble is likely our network's",
        f"매체 {len(crawled)}곳 중 {len(unreached)}곳에 닿지 못함, 우리 쪽 네트워크 문제로 보임",
    )


def _memory(seen: NightEvidence) -> Problem | None:
    if seen.memory <= seen.limits["memory_mb"]:
        return None
    return Problem(f"the night took {seen.memory:.0f} MB of memory", f"메모리를 {seen.memory:.0f}MB 사용함")


def _season(seen: NightEvidence) -> Problem | None:
    if seen.last_plan is None or not in_season(seen.night):
        return None
    days = working_days(seen.last_plan, seen.night)
    if days <= seen.limits["season_days"]:
        return None
    return Problem(
        f"no outlet has had a job plan for {days} working days in the season of their disclosure",
        f"공시 철인데 근무일 기준 {days}일째 어느 매체에서도 일자리 계획 기사가 없음",
    )


NIGHT_CHECKS: tuple[tuple[str, Level, Callable[[NightEvidence], Problem | None], str, str], ...] = (
    ("stopped", "error", _stopped, "read the log of the run, then `scrapy doctor`", "실행 로그와 `scrapy doctor` 확인"),
    (WIDESPREAD, "error", _widespread, "`scrapy doctor`, then the network and name server of this machine",
     "`scrapy doctor`와 이 서버의 네트워크·이름 서버 확인"),
    ("season", "warning", _season, "`scrapy try` a known plan article", "`scrapy try`로 아는 계획 기사 하나 확인"),
    ("memory", "warning", _memory, "`memory_mb` of the table runs", "runs 표의 memory_mb 확인"),
)  # fmt: skip
"""Name, level, check, what to look at first."""

_LAST_PLAN = (
    "select max(substr(r.started, 1, 10)) from runs r join run_outlets o on o.run = r.id where o.plan_articles > 0"
    " and r.kind = 'nightly' and r.newsroom = (select newsroom from runs where id = ?)"
)


def check_night(night: Night, state: str, memory: float) -> list[Finding]:
    """What is wrong with a night as a whole, before its run is closed; `state` is that of the run, `memory` in MB."""
    ledger, today = night.ledger.db.conn, now().astimezone(KST).date()
    last = ledger.execute(_LAST_PLAN, [night.run]).fetchone()[0]
    evidence = NightEvidence(
        state=state, reason=night.stop_reason, outlets=list(night.outlets.values()), findings=night.findings, memory=memory,
        night=today, last_plan=date.fromisoformat(last) if last else None, limits=night.limits,
    )  # fmt: skip
    problems = {
        name: (level, problem, look_en, look_ko)
        for name, level, find, look_en, look_ko in NIGHT_CHECKS
        if (problem := find(evidence)) is not None
    }
    return findings_of(WHOLE_NIGHT, problems, measures.before(ledger, night.run, WHOLE_NIGHT), today)
