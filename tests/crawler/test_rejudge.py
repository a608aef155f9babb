"""Titles that were put aside are kept, and a better judge may want them."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from crawler.ledger import Candidate, Ledger
from tests.conftest import crawl
from tests.newsroom.demo import crawl_environment
from tests.warm import run_scrapy


@pytest.fixture
def data(demo, tmp_path):
    """A night that judged a title worse than today's judge does."""
    folder = shutil.copytree(demo.data, tmp_path / "data")
    with closing(sqlite3.connect(folder / "crawl.db")) as ledger, ledger:
        ((url,),) = ledger.execute(
            "select url from urls where state = 'fetched' and verdict = 'plan' and outlet = 'knnws' and found_by = 'list' limit 1"
        ).fetchall()
        ledger.execute("update urls set state = 'irrelevant', verdict = null, warc_file = null where url = ?", [url])
    return folder, url


def state_of(folder, url):
    with closing(sqlite3.connect(folder / "crawl.db")) as ledger:
        return ledger.execute("select state from urls where url = ?", [url]).fetchone()[0]


def test_what_the_judge_wants_now_is_queued_and_fetched_by_the_next_night(data):
    folder, url = data
    environment = crawl_environment("", folder)
    looked = run_scrapy(environment, "rejudge", "--dry-run")
    assert looked.returncode == 0, looked.stderr
    assert "1 titles would be queued (dry run): 1 of knnws.com" in looked.stdout
    assert state_of(folder, url) == "irrelevant"
    done = run_scrapy(environment, "rejudge")
    assert "1 titles queued for the next run: 1 of knnws.com" in done.stdout
    assert state_of(folder, url) == "listed"
    made = crawl(folder, "--only", "knnws")
    assert made.done.returncode == 0, made.done.stdout
    assert state_of(folder, url) == "fetched"
    assert "0 titles queued" in run_scrapy(environment, "rejudge").stdout


def test_without_a_ledger_it_says_so(tmp_path):
    done = run_scrapy(crawl_environment("", tmp_path), "rejudge")
    assert done.returncode == 2
    assert "there is no" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_only_titles_that_were_irrelevant_are_judged_again(tmp_path):
    with Ledger(tmp_path / "crawl.db") as ledger:
        run = ledger.open_run("test")
        shown = [(Candidate(f"https://a.kr/{n}", f"http://a.kr/{n}", f"제목 {n}", "list"), None) for n in range(4)]
        shown[1] = (shown[1][0], ("irrelevant", "no cue"))
        shown[2] = (shown[2][0], ("irrelevant", "no cue"))
        ledger.judge(run, "a", shown)
        ledger.settle(run, "a", "https://a.kr/3", "robots", "denied")
        assert [one.title for one in ledger.rejudge(lambda title: title != "제목 2")] == ["제목 1"]
        assert {one.title for one in ledger.queue("a")} == {"제목 0", "제목 1"}
