"""Each check of an outlet's night, by itself: when it speaks, what it says, when it is content or cannot tell."""

from datetime import date, timedelta

import pytest

from crawler.accounts import Account
from crawler.arguments import SpiderMistakeError, Window
from crawler.cms.listing import Listing
from crawler.monitors.checks import CHECKS, Evidence
from crawler.monitors.measures import Usual
from crawler.monitors.suite import check_outlet
from crawler.monitors.thresholds import thresholds
from crawler.network.failures import FAMILIES, TEMPORARY, Failure
from crawler.walks import Memory, Walk
from tests.conftest import crawl

NIGHT = date(2020, 4, 14)  # a Tuesday; the 15th was an election day


def walk(key="all articles", found_by="list", entries=20, ended=True, failure=None, kind=None):
    listing = Listing(key, found_by, "/list?page={page}")
    return Walk(
        listing, Window(), Memory(), NIGHT, pages=1, entries=entries, ended=ended, failure=failure, failure_kind=kind
    )


def night(*walks, reason="finished", listed=None, reading=None, visits=None, **more):
    account = Account(
        {"listed": listed or {"fetched": 10}, "list_pages": {}, "read": reading or {}, "visits": visits or {}}
    )
    walks = {each.listing.key: each for each in walks or (walk(),)}
    return Evidence(finish=reason, walks=walks, account=account, **{"day": NIGHT, "compare": True} | more)


def found(evidence):
    checked = check_outlet(evidence)
    assert checked.broken == []
    return {name: problem.en for name, problem in checked.problems.items()}


def usual(median, *names, nights=14, spread=0.0):
    return {name: Usual(median, spread, nights) for name in names}


def days(*back):
    return [NIGHT - timedelta(days=days) for days in back]


FEED, LIST = "entries of feed", "entries of all articles"
DAILY = days(11, 10, 8, 7, 6, 5, 4)  # up to Friday the 10th: two working days of silence
WEEKLY = days(42, 35, 28, 21, 14, 7)


@pytest.mark.parametrize(
    "evidence",
    [
        night(walk()),
        night(walk(), walk("search", "search", 0)),
        night(walk(), walk("section new", entries=0)),
        night(walk("search", "search", 0)),
        night(listed={"known": 20}),
        night(listed={"fetched": 9, "failed": 1}),
        night(listed={"fetched": 7, "robots": 3}),
        night(reading={"plan": 9, "unreadable": 1}),
        night(reading={"plan": 5, "no-body": 5}),
        night(listed={"fetched": 2}, reading={"no-body": 2}),
        night(visits={"unchanged": 3, "gone": 7}),
        night(read=2, measures={"garbled": 1, "undated": 1, "misdated": 1}),
        night(read=8, measures={"garbled": 4, "undated": 4, "misdated": 4}),
        night(measures={"doubled": 3}),
        night(measures={FEED: 13}, usual=usual(20, FEED)),
        night(measures={FEED: 10}, usual=usual(20, FEED, spread=4)),
        night(measures={FEED: 5}, usual=usual(20, FEED, nights=4)),
        night(measures={FEED: 5}, usual=usual(20, FEED), compare=False),
        night(measures={FEED: 1}, usual=usual(3, FEED)),
        night(measures={FEED: 20}, usual=usual(20, FEED, "entries of section closed")),
        night(read=9, measures={"garbled": 4, "new": 9, "garbled_titles": 4}),
        night(measures={"latency": 1.9}, usual=usual(0.1, "latency")),
        night(measures={"latency": 7.9}, usual=usual(2, "latency")),
        night(measures={"held": 1.0, "entries": 20, "new": 3}),
        night(measures={"held": 0.5, "entries": 20, "new": 0}),
        night(measures={"held": 0.0, "entries": 0, "new": 0}),
        night(measures={"held": 0.0, "entries": 20, "new": 0}, compare=False),
        night(measures={"fetched": 49}, usual=usual(1, "fetched")),
        night(measures={"new": 0}, news=DAILY),
        night(measures={"new": 0}, news=WEEKLY),
        night(measures={"new": 0}, news=WEEKLY[-2:], day=NIGHT + timedelta(days=90)),
        night(measures={"new": 0}, news=WEEKLY, day=date(2020, 4, 24)),
        night(measures={"new": 1}, news=WEEKLY, day=NIGHT + timedelta(days=30)),
    ],
)
def test_healthy(evidence):
    assert found(evidence) == {}


FAILING = [
    ("sums", night(wrong_sum="4 listed, but 3 with an outcome"), "add up: 4 listed, but 3 with an outcome"),
    (
        "given-up",
        night(reason="x", given_up="5 in a row", failures=[Failure("timeout", "failed", "slow", TEMPORARY)]),
        "5 in a row",
    ),
    ("ended", night(walk(ended=False), reason="shutdown"), "the crawl ended early: shutdown"),
    (
        "host",
        night(walk(ended=False, failure="HTTP 500", kind="server error"), walk("feed", "feed")),
        "1 of 2 listings failed: all articles: HTTP 500",
    ),
    ("blocked", night(walk(ended=False, failure="block page", kind="blocked")), "1 of 1 listings failed"),
    ("robots", night(walk(ended=False, failure="no", kind="robots.txt denies")), "1 of 1 listings failed"),
    ("pages", night(walk(ended=False, failure="gone", kind="gone")), "1 of 1 listings failed"),
    ("ours", night(walk(ended=False, failure="stopped", kind="stopped")), "1 of 1 listings failed"),
    ("lists", night(walk(), walk("s", "search", 0, ended=False)), "1 of 2 listings failed: s: broken off by an error"),
    ("no-article", night(walk(entries=0)), "no article on all articles: was the site relaunched?"),
    ("no-article", night(walk("a", entries=0), walk("b", entries=0), walk("feed", "feed")), "no article on a, b"),
    ("no-article", night(walk("a"), walk("feed", "feed", 0)), "no article on feed"),
    ("denied", night(listed={"fetched": 2, "robots": 3}), "robots.txt denies 3 of 5 articles"),
    ("not-fetched", night(listed={"fetched": 8, "failed": 1}), "1 of 9 articles could not be fetched"),
    ("not-fetched", night(listed={"blocked": 1}), "1 of 1 articles could not be fetched"),
    ("unread", night(listed={"fetched": 9}, reading={"unread": 1, "plan": 8}), "1 of 9 articles could not be read"),
    ("bodies", night(reading={"plan": 4, "no-body": 4, "script-body": 2}), "6 of 10 articles came without a text"),
    ("bodies", night(listed={"known": 9}, visits={"no-text": 3, "unchanged": 2}), "3 of 5 articles came without"),
    ("charset", night(read=3, measures={"garbled": 2}), "2 of 3 articles have damaged characters"),
    ("charset", night(measures={"new": 5, "garbled_titles": 4}), "4 of 5 new titles have damaged characters"),
    ("undated", night(read=2, measures={"undated": 2}), "2 of 2 articles have no date"),
    ("dates", night(read=2, measures={"misdated": 2}), "2 of 2 articles have a date"),
    ("invalid", night(measures={"invalid": 1}), "1 plan articles do not fit the published schema"),
    (
        "entries",
        night(measures={FEED: 10}, usual=usual(20, FEED)),
        "the lists show 10 articles where 20 are usual (feed)",
    ),
    (
        "entries",
        night(measures={FEED: 20, LIST: 8}, usual=usual(20, FEED, LIST)),
        "8 articles where 20 are usual (all articles)",
    ),
    (
        "entries",
        night(measures={FEED: 10, LIST: 8}, usual=usual(20, FEED, LIST)),
        "show 18 articles where 40 are usual",
    ),
    ("stale", night(measures={"held": 0.4, "entries": 20, "new": 0}), "60% of what led them last time is gone"),
    ("silent", night(measures={"new": 0}, news=DAILY, day=date(2020, 4, 17)), "for 4 working days"),
    ("silent", night(measures={"new": 0}, news=WEEKLY, day=date(2020, 5, 22)), "for 30 working days"),
    ("doubled", night(listed={"fetched": 6}, measures={"doubled": 3}), "3 of 6 new articles have the text"),
    ("fetched", night(measures={"fetched": 60}, usual=usual(10, "fetched")), "60 articles were fetched where 10"),
    ("flags", night(reading={"plan": 5}, measures={"plans_flagged": 3}), "3 plan articles came with flags"),
    ("conflicts", night(reading={"plan": 5}, measures={"plans_conflicting": 3}), "3 plan articles differ"),
    ("coverage", night(measures={"coverage": 0.4}, usual=usual(0.9, "coverage")), "in 40% of the latest plan articles"),
    ("latency", night(measures={"latency": 2.1}, usual=usual(0.1, "latency")), "takes 2.1 s to answer where 0.1 s"),
    ("seconds", night(measures={"seconds": 3600}, usual=usual(600, "seconds")), "took 60 minutes where 10"),
    ("waiting", night(measures={"waiting": 501}), "501 articles are left for later nights"),
]


@pytest.mark.parametrize(("check", "evidence", "said"), FAILING)
def test_unhealthy_with_the_reason(check, evidence, said):
    problems = found(evidence)
    assert list(problems) == [check]
    assert said in problems[check]


def test_a_list_that_failed_further_on_is_told_to_be_short_and_one_that_shows_nothing_is_not():
    broken, shown = walk(ended=False, failure="it is cut"), {FEED: 10, LIST: 8}
    problems = found(night(walk("feed", "feed"), broken, measures=shown, usual=usual(20, FEED, LIST)))
    assert "show 18 articles where 40 are usual (feed, all articles)" in problems["entries"]
    problems = found(night(walk("feed", "feed"), broken, measures=shown | {LIST: 0}, usual=usual(20, FEED, LIST)))
    assert "show 10 articles where 20 are usual (feed)" in problems["entries"]


def test_every_check_is_seen_to_speak_and_says_it_in_korean_too():
    assert {check for check, _, _ in FAILING} == {check.name for check in CHECKS}
    for _, evidence, _ in FAILING:
        for problem in check_outlet(evidence).problems.values():
            assert any("가" <= char <= "힣" for char in problem.ko)


@pytest.mark.parametrize("reason", ["shutdown", "stopped", "memusage_exceeded", "/data/archive cannot be written"])
def test_a_crawl_that_ended_early_is_never_a_success(reason):
    assert found(night(reason=reason)) == {"ended": f"the crawl ended early: {reason}"}


def test_failures_of_several_families_are_told_apart():
    evidence = night(
        walk("a", ended=False, failure="HTTP 403", kind="refused"),
        walk("b", ended=False, failure="no host", kind="no such host"),
        walk("c"),
    )
    assert found(evidence) == {
        "host": "1 of 3 listings failed: b: no host",
        "blocked": "1 of 3 listings failed: a: HTTP 403",
    }


def test_every_family_of_failures_has_its_check():
    assert set(FAMILIES.values()) <= {check.name for check in CHECKS}


def test_a_spider_changes_the_thresholds_for_its_outlet():
    evidence = night(walk(), listed={"fetched": 6, "failed": 4}, limits=thresholds({"failed_share": 0.5}))
    assert found(evidence) == {}


@pytest.mark.parametrize("wrong", [{"faild_share": 0.5}, {"failed_share": "0.5"}, {"failed_share": True}])
def test_a_threshold_that_is_none_is_refused_by_name(wrong):
    with pytest.raises(SpiderMistakeError, match="fail"):
        thresholds(wrong)


def test_an_article_answered_by_half_or_a_challenge_is_a_failure_and_asked_for_again(tmp_path):
    """A status like 202 is no error to Scrapy; such a page is archived, not read, and not taken for fetched."""
    made = crawl(tmp_path, "--only", "knnws", faults={"knnws": {"status": {"/news/view.php": 202}}})
    assert made.done.returncode == 1
    (row,) = made.rows("select * from run_outlets")
    assert row["state"] == "given-up"
    assert row["fetched"] == 0
    assert row["blocked"] > 3
    reasons = made.rows("select distinct reason from listings where outcome = 'blocked'", database="crawl.db")
    assert [each["reason"] for each in reasons] == ["HTTP 202, which is no page"]
    assert made.rows("select * from articles") == []
