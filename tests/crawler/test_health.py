from datetime import date

import pytest

from crawler.arguments import Window
from crawler.cms.listing import Listing
from crawler.health import judge
from crawler.ledger import Account
from crawler.walks import Memory, Walk
from tests.conftest import crawl


def walk(key="all articles", found_by="list", entries=20, ended=True, failure=None):
    listing = Listing(key, found_by, "/list?page={page}")
    return Walk(listing, Window(), Memory(), date(2020, 4, 1), pages=1, entries=entries, ended=ended, failure=failure)


def state(*walks, reason="finished", listed=None, read=None, visits=None):
    account = Account(
        {"listed": listed or {"fetched": 10}, "list_pages": {}, "read": read or {}, "visits": visits or {}}
    )
    return judge(reason, {each.listing.key: each for each in walks}, account)


@pytest.mark.parametrize(
    ("walks", "more"),
    [
        ([walk()], {}),
        ([walk(), walk("search", "search", 0)], {}),
        ([walk(), walk("section new", entries=0)], {}),
        ([walk("search", "search", 0)], {}),
        ([walk()], {"listed": {"known": 20}}),
        ([walk()], {"listed": {"fetched": 9, "failed": 1}}),
        ([walk()], {"read": {"plan": 9, "unreadable": 1}}),
        ([walk()], {"read": {"plan": 5, "no-body": 5}}),
        ([walk()], {"listed": {"fetched": 2}, "read": {"no-body": 2}}),
        ([walk()], {"visits": {"unchanged": 3, "gone": 7}}),
    ],
)
def test_healthy(walks, more):
    assert state(*walks, **more) == ("ok", None)


@pytest.mark.parametrize(
    ("walks", "more", "reason"),
    [
        (
            [walk(ended=False, failure="HTTP 500"), walk("feed", "feed")],
            {},
            "1 of 2 listings failed: all articles: HTTP 500",
        ),
        (
            [walk(), walk("search", "search", 0, ended=False)],
            {},
            "1 of 2 listings failed: search: broken off by an error",
        ),
        ([walk(entries=0)], {}, "no article on all articles: was the site relaunched?"),
        ([walk("a", entries=0), walk("b", entries=0), walk("s", "search")], {}, "no article on a, b"),
        ([walk("a", entries=0), walk("b", entries=0), walk("feed", "feed")], {}, "no article on a, b"),
        ([walk("a"), walk("feed", "feed", 0)], {}, "no article on feed"),
        ([walk()], {"listed": {"fetched": 8, "failed": 1}}, "1 of 9 articles could not be fetched"),
        ([walk()], {"listed": {"blocked": 1}}, "1 of 1 articles could not be fetched"),
        ([walk()], {"listed": {"fetched": 9}, "read": {"unread": 1, "plan": 8}}, "1 of 9 articles could not be read"),
        ([walk()], {"read": {"plan": 4, "no-body": 4, "script-body": 2}}, "6 of 10 articles came without a text"),
        (
            [walk()],
            {"listed": {"known": 9}, "visits": {"no-text": 3, "unchanged": 2}},
            "3 of 5 articles came without a text",
        ),
    ],
)
def test_unhealthy_with_the_reason(walks, more, reason):
    judged, said = state(*walks, **more)
    assert judged == "failed"
    assert reason in said


@pytest.mark.parametrize("reason", ["shutdown", "stopped", "memusage_exceeded", "/data/archive cannot be written"])
def test_a_crawl_that_ended_early_is_never_a_success(reason):
    assert state(walk(), reason=reason) == ("stopped", f"the crawl ended early: {reason}")
    assert state(walk(ended=False), reason=reason)[0] == "stopped"


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
