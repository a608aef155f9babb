"""From what the checks say on a night, beside the night before, to findings: new, changed, going on, over, since when."""

from datetime import date
from unittest import SkipTest

import pytest

from crawler.monitors import checks, suite
from crawler.monitors.checks import CannotTellError
from crawler.monitors.findings import Problem
from crawler.monitors.suite import check_outlet, findings_of
from tests.crawler.monitors.test_checks import night, walk

TONIGHT, YESTERDAY = date(2026, 4, 14), "2026-04-13"


def told(en="2 of 3 listings failed", cause="timeout", level="error"):
    return level, Problem(en, "목록 3개 중 2개를 읽지 못함", cause), "look at the site", "사이트 확인"


def known(cause="timeout", level="error", since=YESTERDAY):
    return {"level": level, "since": since, "cause": cause, "ko": "어제의 말", "en": "what was said"}


def test_what_was_not_there_before_is_new_since_tonight():
    (one,) = findings_of("knnws", {"host": told()}, {}, TONIGHT)
    assert (one.change, one.since, one.outlet, one.monitor, one.level, one.cause) == (
        "new", TONIGHT, "knnws", "host", "error", "timeout",
    )  # fmt: skip
    assert one.en == "2 of 3 listings failed, since 2026-04-14: look at the site"
    assert one.ko == "2026-04-14부터 목록 3개 중 2개를 읽지 못함: 사이트 확인"


def test_what_was_there_before_goes_on_since_then_in_the_words_of_tonight():
    (one,) = findings_of("knnws", {"host": told("3 of 3 listings failed")}, {"host": known()}, TONIGHT)
    assert (one.change, one.since) == ("continuing", date(2026, 4, 13))
    assert one.en.startswith("3 of 3 listings failed, since 2026-04-13")


@pytest.mark.parametrize("before", [known(cause="refused"), known(level="warning")])
def test_another_cause_or_level_is_a_change_since_the_same_night(before):
    (one,) = findings_of("knnws", {"host": told()}, {"host": before}, TONIGHT)
    assert (one.change, one.since) == ("changed", date(2026, 4, 13))


def test_what_is_over_is_told_once_with_what_it_was():
    (one,) = findings_of("knnws", {}, {"host": known()}, TONIGHT)
    assert (one.change, one.level, one.since, one.cause) == ("recovered", "error", date(2026, 4, 13), "timeout")
    assert one.en == "over on 2026-04-14: what was said"
    assert one.ko == "해결됨(2026-04-14): 어제의 말"


def test_what_cannot_be_told_tonight_is_not_over():
    (one,) = findings_of("knnws", {}, {"bodies": known()}, TONIGHT, untold={"bodies", "dates"})
    assert (one.change, one.since, one.en) == ("continuing", date(2026, 4, 13), "what was said")


def test_the_worst_comes_first_and_what_is_over_last():
    found = findings_of(
        "knnws", {"latency": told(level="warning"), "host": told()}, {"bodies": known(), "dates": known()}, TONIGHT
    )
    assert [one.monitor for one in found] == ["host", "latency", "bodies", "dates"]


def test_a_night_without_trouble_before_and_now_says_nothing():
    assert findings_of("knnws", {}, {}, TONIGHT, untold={"bodies"}) == []


UNTOLD = [
    ("bodies", night(listed={"fetched": 2})),
    ("charset", night(read=1)),
    ("doubled", night(listed={"fetched": 1})),
    ("not-fetched", night(listed={"known": 3})),
    ("unread", night(listed={"known": 3})),
    ("denied", night(listed={"fetched": 1, "robots": 1})),
    ("host", night(walk(ended=False), reason="shutdown")),
    ("entries", night(walk(ended=False, failure="no", kind="timeout"), measures={"entries": 3})),
    ("no-article", night(walk(ended=False, failure="no", kind="timeout"))),
    ("stale", night(measures={"held": None})),
    ("stale", night(walk("a", ended=False), walk("b"), measures={"held": 0.0, "entries": 20})),
    ("latency", night(measures={"latency": 9.0}, compare=False)),
]


@pytest.mark.parametrize(("check", "evidence"), UNTOLD)
def test_a_check_to_which_a_night_shows_too_little_cannot_tell(check, evidence):
    assert check in check_outlet(evidence).untold


def test_a_check_without_history_has_nothing_to_keep():
    assert not {"entries", "latency", "silent"} & check_outlet(night(measures={"entries": 3, "latency": 1.0})).untold


def broken(error):
    def find(seen):
        raise error

    return find


@pytest.mark.parametrize(
    ("error", "untold", "told"),
    [(ValueError("no sum"), True, True), (CannotTellError("two pages"), True, False), (SkipTest("new"), False, False)],
)
def test_a_check_that_breaks_is_told_and_keeps_what_it_said(monkeypatch, error, untold, told):
    broken_one = checks.Check("broken", "error", broken(error), "", "")
    monkeypatch.setattr(suite.OutletMonitor, "test_broken", suite._as_test(broken_one), raising=False)
    checked = check_outlet(night())
    assert ("broken" in checked.untold) is untold
    assert any("no sum" in line for line in checked.broken) is told
    assert checked.problems == {}
