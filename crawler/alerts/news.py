"""What is news tonight: a trouble is told once, and again when it changes or ends. Pure functions.

What the monitors call new, changed or going on is held against what was told, since a night that was killed before it
could tell, or that had no channel, has told nothing. An outlet that is not well without a finding is told as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from crawler.clock import now
from crawler.monitors.findings import WELL, WHOLE_NIGHT, Change, Finding, NightReport
from pipelines.model import KST

OUTLET, NIGHT, UNEXPLAINED = "outlet", "night", "state"
"""The checks of what is found here: an outlet without a finding, a night that failed, an unhealthy one without a finding."""

Key = tuple[str, str]
"""Outlet (empty: the whole night) and check."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a trouble: how bad it was (a level or a state), since when it lasts, on which night it was told."""

    mark: str
    since: date
    night: date


Memory = Mapping[Key, Told]


@dataclass(frozen=True, slots=True)
class News:
    """A night's findings with their true changes, and what will have been told then."""

    findings: tuple[Finding, ...]
    told: Memory

    @property
    def worth_telling(self) -> bool:
        """Whether anything of it was not told before."""
        return any(finding.change != "continuing" for finding in self.findings)


def night_of(report: NightReport) -> date:
    """The day on which a night began, in Korean time."""
    try:
        return datetime.fromisoformat(report.started).astimezone(KST).date()
    except ValueError:
        return now().date()


def has_failed(report: NightReport) -> bool:
    """Whether the night itself failed, not only some of its outlets."""
    return report.state not in ("ok", "unhealthy")


def settle(report: NightReport, told: Memory | None) -> News:
    """The news of a night that ran to its end. `told` is None where it cannot be read: the monitors are believed then."""
    night, memory = night_of(report), dict(told or {})
    found = [*report.findings, *_untold_by_monitors(report, memory, night)]
    settled = []
    for finding in found:
        change = finding.change if told is None else _change(finding, memory.get(_key(finding)))
        if change:
            settled.append(replace(finding, change=change))
    over = {_key(one) for one in found if one.change == "recovered"} | _told_otherwise(report, memory)
    after = {key: one for key, one in memory.items() if key not in over}
    for one in settled:
        if one.change in ("new", "changed"):
            after[_key(one)] = Told(_mark(one, report), one.since, night)
    return News(tuple(settled), after)


def settle_failure(report: NightReport, told: Memory | None) -> tuple[Told, bool]:
    """What is told of a night that failed, and whether it is news: each night is, the second try of a night is not."""
    night, before = night_of(report), (told or {}).get((WHOLE_NIGHT, NIGHT))
    known = before is not None and before.mark == report.state and before.night == night
    return Told(report.state, before.since if before else night, night), not known


def _key(finding: Finding) -> Key:
    return finding.outlet, finding.monitor


def _mark(finding: Finding, report: NightReport) -> str:
    if finding.monitor != OUTLET:
        return finding.level
    return next(str(row["state"]) for row in report.outlets if row["outlet"] == finding.outlet)


def _change(finding: Finding, before: Told | None) -> Change | None:
    """What a finding is to someone who knows what was told; None where it is nothing."""
    if before is None:
        return None if finding.change == "recovered" else "new"
    if finding.change == "recovered":
        return "recovered"
    if finding.monitor != OUTLET and finding.level != before.mark:
        return "changed"
    if finding.change == "new":
        return "continuing" if finding.since == before.since else "new"
    return finding.change


def _untold_by_monitors(report: NightReport, told: Memory, night: date) -> list[Finding]:
    """Outlets that are not well though no finding says so, and troubles told from here that have ended."""
    explained, found = _explained(report), []
    for row in report.outlets:
        outlet, state = str(row["outlet"]), str(row["state"])
        before = told.get((outlet, OUTLET))
        if state not in WELL and outlet not in explained:
            change: Change = "new" if not before else "continuing" if before.mark == state else "changed"
            found.append(_not_well(row, before.since if before else night, change))
        elif before and state == "ok" and outlet not in explained:
            found.append(_recovery(outlet, OUTLET, before.since))
    ended = [NIGHT]
    if report.state == "ok" or any(one.level == "error" for one in _ongoing([*report.findings, *found])):
        ended.append(UNEXPLAINED)
    else:
        found.append(
            _unexplained(told[WHOLE_NIGHT, UNEXPLAINED].since if (WHOLE_NIGHT, UNEXPLAINED) in told else night)
        )
    return found + [
        _recovery(WHOLE_NIGHT, check, told[WHOLE_NIGHT, check].since) for check in ended if (WHOLE_NIGHT, check) in told
    ]


def _explained(report: NightReport) -> set[str]:
    return {finding.outlet for finding in _ongoing(report.findings)}


def _told_otherwise(report: NightReport, told: Memory) -> set[Key]:
    """What was told from here and is now told by a monitor."""
    return {key for key in told if key[1] == OUTLET and key[0] in _explained(report)}


def _ongoing(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.change != "recovered"]


_STATES_KO = {"failed": "실패", "given-up": "포기", "stopped": "중단"}


def _not_well(row: Mapping[str, Any], since: date, change: Change) -> Finding:
    state, why = str(row["state"]), row.get("reason") or "?"
    return Finding(
        str(row["outlet"]), OUTLET, "error",
        f"{since:%Y-%m-%d}부터 수집 {_STATES_KO.get(state, state)}: {why}. `scrapy outlets`로 먼저 살펴보세요.",
        f"{state} since {since:%Y-%m-%d}: {why}. Look at `scrapy outlets` first.",
        since, change,
    )  # fmt: skip


def _recovery(outlet: str, check: str, since: date) -> Finding:
    ko, en = _ENDED[check]
    return Finding(outlet, check, "error", ko.format(since=since), en.format(since=since), since, "recovered")


_ENDED = {
    OUTLET: ("{since}부터 있던 문제가 끝났습니다.", "The trouble since {since} is over."),
    NIGHT: (
        "{since}부터 실패하던 수집이 다시 끝까지 돌았습니다.",
        "The crawl, which failed from {since} on, has run to its end again.",
    ),
    UNEXPLAINED: ("수집이 다시 정상입니다.", "The crawl is healthy again."),
}


def _unexplained(since: date) -> Finding:
    return Finding(
        WHOLE_NIGHT, UNEXPLAINED, "error",
        "수집이 정상이 아닌데 이유를 말하는 점검이 없습니다. 로그를 먼저 살펴보세요.",
        "The night is unhealthy and no check says why. Look at the log first.",
        since,
    )  # fmt: skip
