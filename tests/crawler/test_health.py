import pytest

from crawler.health import Walk, judge
from tests.conftest import crawl


def walk(listing="all articles", found_by="list", before=20, entries=20, ended=True, failure=None):
    return Walk(listing, found_by, before, pages=1, entries=entries, ended=ended, failure=failure)


def sums(fetched=10, failed=0):
    return {"fetched": fetched, "failed": failed}


def state(*walks, reason="finished", unread=0, **counts):
    return judge(reason, {each.listing: each for each in walks}, sums(**counts), unread)


@pytest.mark.parametrize(
    ("walks", "more"),
    [
        ([walk()], {}),
        ([walk(), walk("search", "search", 0, 0)], {}),
        ([walk(), walk("search", "search", 5, 0)], {}),
        ([walk(), walk("section new", before=0, entries=0)], {}),
        ([walk("search", "search", 0, 0)], {}),
        ([walk()], {"fetched": 0}),
        ([walk()], {"fetched": 9, "failed": 1}),
        ([walk()], {"fetched": 10, "unread": 1}),
    ],
)
def test_healthy(walks, more):
    assert state(*walks, **more) == ("ok", None)


@pytest.mark.parametrize(
    ("walks", "more", "reason"),
    [
        ([walk(failure="HTTP 500"), walk("feed", "feed")], {}, "1 of 2 listings failed: HTTP 500"),
        ([walk("search", "search", 0, 0, failure="HTTP 403")], {}, "1 of 1 listings failed: HTTP 403"),
        ([walk(), walk("search", "search", 0, 0, ended=False)], {}, "1 of 2 listings failed: broken off by an error"),
        ([walk(entries=0)], {}, "no article on all articles: was the site relaunched?"),
        ([walk(), walk("section 1", entries=0)], {}, "no article on section 1"),
        ([walk("a", before=0, entries=0), walk("b", before=0, entries=0)], {}, "no article on a, b"),
        ([walk()], {"fetched": 8, "failed": 1}, "1 of 9 articles could not be fetched"),
        ([walk()], {"fetched": 0, "failed": 1}, "1 of 1 articles could not be fetched"),
        ([walk()], {"fetched": 9, "unread": 1}, "1 of 9 articles could not be read"),
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
    assert row["state"] == "failed"
    assert (row["fetched"], row["deferred"]) == (0, 0)
    assert row["failed"] > 3
    reasons = made.rows("select distinct reason from listings where outcome = 'failed'", database="crawl.db")
    assert [each["reason"] for each in reasons] == ["Blocked: HTTP 202"]
    assert made.rows("select * from articles") == []
