"""Past years by site search: done once, told on the way, and gone on with after a kill."""

import itertools
import re
import signal
import sqlite3
import subprocess
from contextlib import closing
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.arguments import Window
from crawler.backfill import Estimate, share, years
from tests.conftest import Crawl
from tests.crawler.test_kill import is_article, wait_until
from tests.newsroom.demo import crawl_environment, scrapy
from tests.newsroom.process import ROOT, running_newsroom
from tests.warm import run_scrapy

BACKFILL = ("backfill", "--since", "2010-01-01", "--until", "2026-06-30", "--only", "knnws,fnnews")


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 9000))
def test_years_cover_a_period_without_gap_or_overlap(since, days):
    until = date.fromordinal(since.toordinal() + days)
    parts = list(years(Window(since, until)))
    assert (parts[-1].since, parts[0].until) == (since, until)
    for later, earlier in itertools.pairwise(parts):
        assert later.since.toordinal() - earlier.until.toordinal() == 1
    assert all(part.since.year == part.until.year for part in parts)


def test_the_share_of_a_period_that_is_done():
    period = Window(date(2020, 1, 1), date(2020, 12, 31))
    assert share(period, None) == 0
    assert share(period, date(2020, 12, 31)) == 0
    assert share(period, date(2020, 7, 1)) == pytest.approx(0.5, abs=0.01)
    assert share(period, date(2011, 1, 1)) == 1


def test_the_estimate_goes_by_what_this_run_has_done():
    estimate = Estimate()
    assert estimate.told([0.5, 0.5], 1000) == "50% of the period"
    assert estimate.told([0.6, 0.6], 1600) == "60% of the period, about 40 min to go"
    assert estimate.told([1, 0.6], 8200) == "80% of the period, about 1 h 20 min to go"
    assert estimate.told([1, 1], 9000) == "100% of the period"


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Crawl:
    data = tmp_path_factory.mktemp("whole")
    with running_newsroom() as newsroom:
        done = run_scrapy(crawl_environment(newsroom.url, data), *BACKFILL)
        return Crawl(data, done, newsroom.log_entries())


def test_every_hit_of_every_year_is_fetched(whole, desk):
    assert whole.done.returncode == 0, whole.done.stdout + whole.done.stderr
    rows = whole.rows("select substr(published, 1, 4) year, count(*) n from articles group by year")
    assert len(rows) >= 6
    units = whole.rows("select outlet, listing, done from backfills", database="crawl.db")
    assert all(unit["done"] for unit in units)
    assert sum(unit["outlet"] == "knnws" for unit in units) == 3 * 17, "year by year where the search takes dates"
    assert sum(unit["outlet"] == "fnnews" for unit in units) == 3
    assert whole.rows("select kind from runs") == [{"kind": "backfill"}]


def test_a_backfill_that_is_done_asks_for_nothing_again(whole):
    with running_newsroom() as newsroom:
        again = run_scrapy(crawl_environment(newsroom.url, whole.data), *BACKFILL)
        assert again.returncode == 0, again.stdout + again.stderr
        assert [entry["url"] for entry in newsroom.log_entries() if "robots.txt" not in entry["url"]] == []


def pages_done(data) -> list[tuple[str, int]]:
    """The searches that are under way, and up to which page."""
    if not (data / "crawl.db").exists():
        return []
    with closing(sqlite3.connect(f"file:{data / 'crawl.db'}?mode=ro", uri=True)) as ledger:
        try:
            return ledger.execute("select outlet, page from backfills where not done and page > 0").fetchall()
        except sqlite3.OperationalError:
            return []  # the table is about to be made


@pytest.mark.parametrize("moment", ["listing", "fetching"])
def test_a_killed_backfill_goes_on_and_ends_with_the_same_content(whole, tmp_path, moment):
    faults = {key: [{"kind": "slow", "url": place, "seconds": 0.08} for place in ("lists", "articles")] for key in ("knnws", "fnnews")}  # fmt: skip
    with running_newsroom(faults=faults) as newsroom:

        def far_enough() -> bool:
            if moment == "listing":
                return any(outlet == "fnnews" for outlet, _ in pages_done(tmp_path))
            return sum(is_article(entry["url"]) for entry in newsroom.log_entries()) >= 8

        environment = crawl_environment(newsroom.url, tmp_path)
        crawl = subprocess.Popen(
            scrapy(*BACKFILL), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert wait_until(far_enough)
        crawl.kill()
        assert crawl.wait() == -signal.SIGKILL
        under_way = pages_done(tmp_path)
        before = [entry["url"] for entry in newsroom.log_entries()]
        again = run_scrapy(environment, *BACKFILL)
        after = [entry["url"] for entry in newsroom.log_entries()][len(before) :]
    assert again.returncode == 0, again.stdout + again.stderr
    assert Crawl(tmp_path, again, []).digests() == whole.digests()
    repeated = set(filter(is_article, before)) & set(after)
    assert len(repeated) <= 2 * 2, "of each host, at most a page just arrived and one under way"
    if moment == "listing":
        firsts = [url for url in after if "fnnews" in url and url.endswith("page=0")]
        assert len(firsts) <= 3 - len([outlet for outlet, _ in under_way if outlet == "fnnews"])


def test_progress_is_told(tmp_path):
    slow = {"knnws": {"article_delay": 0.4}}
    with running_newsroom(faults=slow) as newsroom:
        environment = crawl_environment(newsroom.url, tmp_path, ILJARI_PROGRESS_SECONDS="1")
        done = run_scrapy(environment, *BACKFILL[:-1], "knnws")
    assert re.search(r"\d+ listed · \d+ fetched · \d+ to come · \d+ plan articles · \d+% of the period", done.stderr)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "write: scrapy backfill --since"),
        (("--since", "2020"), "since='2020' is no date"),
        (("--since", "2020-01-01", "--only", "nobody"), "there is no outlet nobody"),
    ],
)
def test_wrong_use_is_one_line(tmp_path, arguments, message):
    done = run_scrapy(crawl_environment("http://127.0.0.1:9", tmp_path), "backfill", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
