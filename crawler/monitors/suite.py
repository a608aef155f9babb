"""The checks as a Spidermon suite, one monitor a check, run when an outlet's crawl has ended.

Digest, exit code and channels are the night's, not the suite's: three hundred outlets would send three hundred alerts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from unittest import SkipTest

from spidermon import Monitor, MonitorSuite, monitors
from spidermon.runners import MonitorRunner

from crawler.monitors.checks import CHECKS, CannotTellError, Check, Evidence
from crawler.monitors.findings import Change, Finding, Level, Problem


@monitors.name("outlet")
class OutletMonitor(Monitor):
    """The checks of `crawler.monitors.checks`; `data.evidence` is what they look at, `data.problems` what they find,
    `data.untold` those that cannot tell."""


def _as_test(check: Check) -> Callable[[OutletMonitor], None]:
    def test(self: OutletMonitor) -> None:
        try:
            problem = check.find(self.data.evidence)
        except Exception as error:
            if isinstance(error, CannotTellError) or not isinstance(error, SkipTest):
                self.data.untold.add(check.name)
            raise
        if problem is not None:
            self.data.problems[check.name] = problem
            self.fail(problem.en)

    test.__doc__ = check.name
    return test


for _check in CHECKS:
    setattr(OutletMonitor, f"test_{_check.name}", _as_test(_check))


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks make of an outlet's night."""

    problems: dict[str, Problem]  # by check, in the order of CHECKS
    untold: frozenset[str]  # checks that cannot tell, and those that broke
    broken: list[str]  # why checks broke


def check_outlet(evidence: Evidence) -> Checked:
    """What is wrong with an outlet's night."""
    found: dict[str, Problem] = {}
    untold: set[str] = set()
    suite: MonitorSuite = MonitorSuite(monitors=[OutletMonitor])
    result = MonitorRunner().run(suite, evidence=evidence, problems=found, untold=untold)
    broken = [f"{test}: {error.strip().splitlines()[-1]}" for test, error in result.errors]
    return Checked(
        {check.name: found[check.name] for check in CHECKS if check.name in found}, frozenset(untold), broken
    )


def findings_of(
    outlet: str,
    problems: Mapping[str, tuple[Level, Problem, str, str]],
    before: Mapping[str, Mapping[str, Any]],
    night: date,
    untold: Collection[str] = (),
) -> list[Finding]:
    """Problems of a night as findings, beside those of the night before: since when, new, changed, going on, over.

    `problems` maps a monitor to level, problem and what to look at first (English, Korean); `before` to its row of
    `run_checks`. What a monitor said before goes on where it cannot tell tonight (`untold`).
    """
    made = []
    for name, (level, problem, look_en, look_ko) in problems.items():
        known = before.get(name)
        since = date.fromisoformat(known["since"]) if known else night
        change: Change = "new"
        if known:
            change = "continuing" if (known["cause"], known["level"]) == (problem.cause, level) else "changed"
        en = f"{problem.en}, since {since}: {look_en}"
        ko = f"{since}부터 {problem.ko}: {look_ko}"
        made.append(Finding(outlet, name, level, ko, en, since, change, problem.cause))
    for name, known in before.items():
        since = date.fromisoformat(known["since"])
        if name in untold:
            made.append(
                Finding(outlet, name, known["level"], known["ko"], known["en"], since, "continuing", known["cause"])
            )
        elif name not in problems:
            ko, en = f"해결됨({night}): {known['ko']}", f"over on {night}: {known['en']}"
            made.append(Finding(outlet, name, known["level"], ko, en, since, "recovered", known["cause"]))
    return sorted(made, key=lambda finding: finding.order)
