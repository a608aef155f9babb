"""The checks of a night as a whole: stopped, our network, the season without a plan, memory."""

from datetime import date

import pytest

from crawler.monitors.findings import Finding
from crawler.monitors.night import NIGHT_CHECKS, NightEvidence
from crawler.monitors.thresholds import thresholds

SPRING = date(2026, 4, 14)


def down(*outlets, monitor="host", change="new"):
    return [Finding(name, monitor, "error", "", "", SPRING, change, "timeout") for name in outlets]


def rows(*names, state="failed"):
    return [{"outlet": name, "state": state} for name in names]


def seen(**more):
    usual = {
        "state": "ok", "reason": None, "outlets": rows(*"abcdef", state="ok"), "findings": [], "memory": 400.0,
        "night": SPRING, "last_plan": SPRING, "limits": thresholds(),
    }  # fmt: skip
    return NightEvidence(**usual | more)


def said(evidence):
    return {name: problem.en for name, _, find, *_ in NIGHT_CHECKS if (problem := find(evidence))}


HEALTHY = [
    seen(),
    seen(outlets=[]),
    seen(outlets=rows(*"abcdef"), findings=down(*"abc")),
    seen(outlets=rows(*"ab"), findings=down(*"ab")),
    seen(outlets=rows(*"abcd"), findings=down(*"abcd", change="recovered")),
    seen(outlets=rows(*"abcd"), findings=down(*"abcd", monitor="lists")),
    seen(last_plan=None),
    seen(last_plan=date(2026, 3, 31)),
    seen(last_plan=date(2026, 1, 2), night=date(2026, 6, 12)),
    seen(memory=2000.0),
]


@pytest.mark.parametrize("evidence", HEALTHY)
def test_healthy(evidence):
    assert said(evidence) == {}


FAILING = [
    ("stopped", seen(state="stopped", reason="the disk is full"), "stopped before its end: the disk is full"),
    ("stopped", seen(state="stopped"), "stopped before its end: it was told to"),
    ("widespread", seen(outlets=rows(*"abcdef"), findings=down(*"abcd")), "4 of 6 outlets could not be reached"),
    (
        "widespread",
        seen(outlets=rows(*"abcd") + rows(*"xyz", state="suspended"), findings=down(*"abc", monitor="given-up")),
        "3 of 4 outlets could not be reached",
    ),
    ("season", seen(last_plan=date(2026, 3, 30)), "for 11 working days"),
    ("memory", seen(memory=2001.0), "took 2001 MB"),
]


@pytest.mark.parametrize(("check", "evidence", "words"), FAILING)
def test_unhealthy_with_the_reason(check, evidence, words):
    found = said(evidence)
    assert list(found) == [check]
    assert words in found[check]


def test_every_check_is_seen_to_speak():
    assert {check for check, _, _ in FAILING} == {name for name, *_ in NIGHT_CHECKS}


def test_thresholds_hold_for_the_night_too():
    assert said(seen(memory=500.0, limits=thresholds({"memory_mb": 450}))) == {
        "memory": "the night took 500 MB of memory"
    }
