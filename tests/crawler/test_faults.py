"""What goes wrong at an outlet gets its own name and count, stops no other outlet, and is never an empty success.

Three nights, each with another fault at each outlet: two first nights, and one after a calm night.
"""

import shutil
from collections import defaultdict

import pytest

from tests.conftest import Crawl, crawl

PATIENCE = ("-s", "DOWNLOAD_TIMEOUT=3", "-s", "RETRY_TIMES=1")


@pytest.fixture(scope="module")
def articles_fail(tmp_path_factory) -> Crawl:
    return crawl(
        tmp_path_factory.mktemp("articles"), *PATIENCE,
        faults={
            "knnws": [{"kind": "challenge", "url": "articles"}],
            "breaknews": [{"kind": "truncated", "url": "articles"}],
            "fnnews": [{"kind": "script_body"}],
            "asiae": [{"kind": "redirect", "to": "itself", "url": "articles"}],
            "icose": [{"kind": "attachment"}],
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def lists_fail(tmp_path_factory) -> Crawl:
    return crawl(
        tmp_path_factory.mktemp("lists"), *PATIENCE,
        faults={
            "knnws": [{"kind": "empty_list", "url": "page=2"}],
            "breaknews": [{"kind": "wrong_charset", "url": "."}],
            "fnnews": [{"kind": "challenge", "url": "lists"}],
            "asiae": [{"kind": "duplicates"}],
            "icose": [{"kind": "garbage", "url": "articles", "times": 1}],
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def overnight(demo, tmp_path_factory) -> Crawl:
    data = tmp_path_factory.mktemp("overnight") / "data"
    shutil.copytree(demo.data, data)
    return crawl(
        data, *PATIENCE,
        faults={
            "knnws": [{"kind": "relaunch"}],
            "breaknews": [{"kind": "robots", "text": "User-agent: *\nDisallow: /\n"}],
            "fnnews": [{"kind": "future", "url": "."}],
            "asiae": [{"kind": "endless", "url": "/list/"}],
            "icose": [{"kind": "empty_list", "url": "."}],
        },
    )  # fmt: skip


def outcomes(made: Crawl, outlet: str, stage: str) -> dict[str, int]:
    """The account of the last run."""
    rows = made.rows(
        "select outcome, count from run_outcomes where outlet = ? and stage = ? and run = (select max(id) from runs)",
        outlet, stage,
    )  # fmt: skip
    return {row["outcome"]: row["count"] for row in rows}


def state(made: Crawl, outlet: str) -> tuple[str, str]:
    (row,) = made.rows(
        "select state, reason from run_outlets where outlet = ? and run = (select max(id) from runs)", outlet
    )
    return row["state"], row["reason"] or ""


def stored(made: Crawl, outlet: str) -> set[str]:
    return {row["canonical"] for row in made.rows("select canonical from articles where outlet = ?", outlet)}


@pytest.mark.parametrize(
    ("outlet", "stage", "outcome", "reason"),
    [
        ("knnws", "listed", "blocked", "5 failures in a row, the last: block page"),
        ("breaknews", "listed", "failed", "5 failures in a row, the last: the body ended early"),
        ("fnnews", "read", "script-body", "articles came without a text"),
        ("asiae", "listed", "failed", "5 failures in a row, the last: redirect loop"),
        ("icose", "read", "attachment-only", ""),
    ],
)
def test_articles_that_are_none_are_named_and_counted(articles_fail, outlet, stage, outcome, reason):
    counts = outcomes(articles_fail, outlet, stage)
    assert counts[outcome] > 1
    assert not counts.get("plan")
    assert stored(articles_fail, outlet) == set()
    assert reason in state(articles_fail, outlet)[1]
    assert articles_fail.done.returncode == 1


def test_what_failed_tells_why(articles_fail):
    query = "select distinct outlet, reason from listings where outcome in ('failed', 'blocked')"
    reasons = defaultdict(set)
    for row in articles_fail.rows(query, database="crawl.db"):
        reasons[row["outlet"]].add(row["reason"])
    assert all("block page: " in reason for reason in reasons["knnws"])
    assert reasons["asiae"] == {"redirect loop"}
    assert reasons["breaknews"] == {"the body ended early"}


def test_a_page_cut_off_on_its_way_is_no_page(articles_fail):
    rows = articles_fail.rows(
        "select url from urls where outlet = 'breaknews' and state = 'fetched'", database="crawl.db"
    )
    assert rows == []


def test_paging_that_ends_early_is_cut_and_walked_again(lists_fail):
    counts = outcomes(lists_fail, "knnws", "list_pages")
    assert counts["cut"] >= 1
    told, why = state(lists_fail, "knnws")
    assert told == "failed"
    assert "page 2 shows nothing new, though the page before leads on to it" in why
    walks = lists_fail.rows("select listing, complete from walks where outlet = 'knnws'", database="crawl.db")
    assert {row["complete"] for row in walks if row["listing"] == "all articles"} == {0}


def test_a_wrong_label_of_the_charset_changes_nothing(lists_fail, demo):
    assert state(lists_fail, "breaknews")[0] == "ok"
    assert stored(lists_fail, "breaknews") == stored(demo, "breaknews") != set()
    query = "select f.* from facts f join articles a on a.id = f.article where a.outlet = 'breaknews' order by f.id"
    assert lists_fail.rows(query) == demo.rows(query)


def test_a_challenge_in_the_place_of_lists(lists_fail):
    assert outcomes(lists_fail, "fnnews", "list_pages")["blocked"] >= 3
    assert state(lists_fail, "fnnews")[0] == "given-up"
    assert "block page" in state(lists_fail, "fnnews")[1]


def test_one_article_is_one_row_whatever_its_links(lists_fail, demo):
    assert state(lists_fail, "asiae")[0] == "ok"
    assert stored(lists_fail, "asiae") == stored(demo, "asiae") != set()
    fetched = [entry["url"] for entry in lists_fail.requests if "asiae.co.kr/article/" in entry["url"]]
    assert len(fetched) == len(set(fetched))


def test_bytes_that_are_no_page_are_counted(lists_fail):
    assert outcomes(lists_fail, "icose", "read")["not-html"] > 3
    assert "came without a text" in state(lists_fail, "icose")[1]


def test_a_relaunch_is_told_by_the_listing_itself(overnight):
    assert outcomes(overnight, "knnws", "list_pages")["empty"] >= 1
    told, why = state(overnight, "knnws")
    assert told == "failed"
    assert "was the site relaunched?" in why


def test_a_robots_txt_that_appears_overnight_is_obeyed(overnight):
    asked = {entry["url"] for entry in overnight.requests if "breaknews" in entry["host"]}
    assert {url.split("breaknews.com")[1] for url in asked} == {"/robots.txt"}
    assert set(outcomes(overnight, "breaknews", "list_pages")) == {"robots"}
    assert "robots.txt denies it" in state(overnight, "breaknews")[1]


def test_absurd_dates_shift_nothing(overnight, demo):
    assert stored(overnight, "fnnews") == stored(demo, "fnnews") != set()
    assert overnight.rows("select * from articles where published > '2027' or published < '1990'") == []


def test_lists_that_go_on_for_ever_end(overnight):
    told, why = state(overnight, "asiae")
    assert told == "failed"
    assert "pages did not reach back to what is known" in why
    asked = [entry["url"] for entry in overnight.requests if "/list/" in entry["url"]]
    assert 0 < len(asked) <= 4 * 50


def test_what_was_there_before_stays(overnight, demo):
    assert {row["id"] for row in demo.rows("select id from plans")} <= {
        row["id"] for row in overnight.rows("select id from plans")
    }


@pytest.mark.parametrize("night", ["articles_fail", "lists_fail", "overnight"])
def test_outcomes_add_up_on_the_worst_night(night, request):
    made = request.getfixturevalue(night)
    for row in made.rows("select * from run_outlets where run = (select max(id) from runs)"):
        for stage, total in (
            ("listed", "listed"),
            ("list_pages", "list_pages"),
            ("visits", "visits"),
            ("read", "fetched"),
        ):
            assert sum(outcomes(made, row["outlet"], stage).values()) == row[total], (row["outlet"], stage)
