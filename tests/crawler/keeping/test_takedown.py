"""An article that is taken down is gone from archive and databases, and stays so."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler import night
from crawler.keeping import archive, recovery
from crawler.keeping.takedown import take_down
from crawler.ledger import Candidate, Ledger
from crawler.middlewares.archive import ArchiveMiddleware, TakenDownError
from crawler.network.failures import failure_of
from crawler.night import Night
from crawler.rebuild import rebuild
from pipelines.canonical import canonical_url
from pipelines.store import Store
from tests.crawler.killing import killed_at
from tests.newsroom.demo import crawl_environment
from tests.newsroom.process import running_newsroom
from tests.readings import page, reading
from tests.warm import run_scrapy

MOBILE = "https://m.fnnews.com/news/{}?utm_source=x"


@pytest.fixture(scope="module")
def victim(demo):
    """A plan article of an outlet with mobile and AMP twins."""
    query = (
        "select canonical, title from articles where outlet = 'fnnews' and id in (select article from plan_articles)"
    )
    return demo.rows(query)[0]


@pytest.fixture(scope="module")
def done(demo, victim, tmp_path_factory):
    """A copy of the demo from which the article was taken down, by its mobile address, with the command."""
    data = shutil.copytree(demo.data, tmp_path_factory.mktemp("takedown") / "data")
    url = MOBILE.format(victim["canonical"].rsplit("/", 1)[1])
    environment = crawl_environment("http://127.0.0.1:9", data)
    said = run_scrapy(environment, "takedown", url, "--reason", "기자의 요청")
    assert said.returncode == 0, said.stdout + said.stderr
    return data, said.stdout, environment


def everything(data):
    """All that the data folder holds, archive records and the pages in them unpacked, list pages left out."""
    for path in data.rglob("*"):
        if path.suffix == ".db" or path.name.endswith("-wal"):
            yield path.read_bytes()
    for path in archive.files(data / "archive"):
        for _, _, member in archive._members(path, 0):
            if b'"kind": "list"' not in member:
                yield member
        for _, found in archive.pages(path):
            if found.kind != "list":
                yield found.body


def test_pages_and_rows_are_gone_down_to_the_bytes(demo, done, victim):
    data, said, _ = done
    words = [victim["title"].encode(), victim["canonical"].rsplit("/", 1)[1].encode()]
    assert any(words[0] in one for one in everything(demo.data))
    assert not any(words[0] in one for one in everything(data))
    assert sum(words[1] in one for one in everything(data)) == 1, "the ledger alone keeps the URL"
    assert victim["canonical"] in said
    with Store(data / "jobplans.db") as store:
        assert (
            store.db.execute("select count(*) from articles where canonical = ?", [victim["canonical"]]).fetchone()[0]
            == 0
        )
        assert store.db.execute("pragma foreign_key_check").fetchall() == []


def test_the_ledger_keeps_url_day_and_reason(done, victim):
    data, _, environment = done
    with closing(sqlite3.connect(data / "crawl.db")) as ledger:
        row = ledger.execute(
            "select state, reason, title, warc_file from urls where url = ?", [victim["canonical"]]
        ).fetchone()
    assert row == ("taken_down", "기자의 요청", "", None)
    listed = run_scrapy(environment, "takedown", "--list", "--json")
    assert listed.returncode == 0, listed.stderr
    (one,) = json.loads(listed.stdout)
    assert (one["url"], one["reason"], one["finished"]) == (victim["canonical"], "기자의 요청", True)
    shown = run_scrapy(environment, "takedown", "--list").stdout
    assert victim["canonical"] in shown
    assert "기자의 요청" in shown


def test_a_rebuild_gives_the_same_content_without_it(done):
    data, _, _ = done
    assert rebuild(shutil.copytree(data, data.parent / "rebuilt"), 60, check=True).same


def test_the_next_night_does_not_ask_for_it(done, victim):
    data, _, _ = done
    with running_newsroom() as newsroom:
        again = run_scrapy(crawl_environment(newsroom.url, data), "nightly", "--only", "fnnews")
        asked = [canonical_url(entry["url"]) for entry in newsroom.log_entries()]
    assert again.returncode == 0, again.stdout + again.stderr
    assert any("fnnews" in url for url in asked)
    assert victim["canonical"] not in asked
    with Store(data / "jobplans.db") as store:
        assert (
            store.db.execute("select count(*) from articles where canonical = ?", [victim["canonical"]]).fetchone()[0]
            == 0
        )


# small folders, made by hand

SHORT = "https://knnws.com/short/1"
TARGET = "https://knnws.com/news/view.php?idx=1"


TITLES = {1: "부평구 쐛뷁 일자리", 2: "부평구, 올해 일자리 계획 공시"}


def folder(data):
    """Two articles, the first of them in two versions, one of which was found under a short link."""
    tonight = Night(data)
    for number, hour, listed in ((1, 0, TARGET), (2, 0, "https://knnws.com/news/view.php?idx=2"), (1, 30, SHORT)):
        made = reading(number, hour=hour, title=TITLES[number], job_target=1000 + number)
        made.page = page(number, hour=hour, listed_url=listed, body=f"본문 {number}".encode() * 50)
        tonight.ledger.judge(tonight.run, "knnws", [(Candidate(listed, made.page.url, "부평구 일자리", "list"), None)])
        tonight.ledger.archived(made.page, tonight.archive.write(made.page, {}), run=tonight.run)
        tonight.keep(made)
    tonight.ledger.sum_up(tonight.run, "knnws", "")
    tonight.close()
    return data


def urls_in_archive(data):
    return [each.url for path in archive.files(data / "archive") for _, each in archive.pages(path)]


def test_all_versions_go_and_every_link_that_led_there(tmp_path):
    data = folder(tmp_path / "data")
    before = (data / "jobplans.db").read_bytes()
    made = take_down(data, "http://knnws.com/m/news/view.php?idx=1&page=3", "asked for")
    assert set(made.urls) == {TARGET, SHORT}
    for word in ("쐛", "뷁"):
        assert word.encode() in before
        assert word.encode() not in (data / "jobplans.db").read_bytes(), "the search index keeps no deleted word"
    assert urls_in_archive(data) == [page(2).url]
    with Ledger(data / "crawl.db") as ledger:
        run = ledger.open_run("test")
        for url in (TARGET, SHORT):
            assert not ledger.judge(run, "knnws", [(Candidate(url, url, "제목", "list"), None)])
            assert not ledger.is_news(Candidate(url, url, "제목", "list"))
        assert ledger.sum_up(run, "knnws", "").of("listed", "known") == 2
        assert {one.url for one in ledger.queue("knnws")} == set()
        titles = {row[0] for row in ledger.db.execute("select title from urls where state = 'taken_down'")}
        assert titles == {""}
    with Store(data / "jobplans.db") as store:
        assert [row["job_target"] for row in store.db.query("select job_target from plans")] == [1002]


def test_a_new_link_that_leads_to_it_is_not_archived_and_known_from_then_on(tmp_path, monkeypatch):
    data = folder(tmp_path / "data")
    take_down(data, TARGET, "asked for")
    tonight = Night(data)
    monkeypatch.setattr(night, "_current", tonight)
    other = Candidate("https://knnws.com/short/9", "http://knnws.com/short/9", "부평구 일자리", "list")
    assert tonight.ledger.judge(tonight.run, "knnws", [(other, None)])
    request = Request(page(1).url, meta={"page_kind": "article", "candidate": other})
    middleware = ArchiveMiddleware(SimpleNamespace(spider=SimpleNamespace(about=page(1).outlet)))
    with pytest.raises(TakenDownError) as refused:
        asyncio.run(middleware.process_response(request, Response(page(1).url, body=b"back again")))
    failure = failure_of(refused.value, "article")
    outcome, reason = failure.outcome, failure.reason
    tonight.ledger.settle(tonight.run, "knnws", other.url, outcome, reason)
    assert (outcome, reason) == ("known", "taken down: asked for")
    assert not tonight.ledger.judge(tonight.ledger.open_run("next"), "knnws", [(other, None)])
    tonight.close()
    assert urls_in_archive(data) == [page(2).url]


def test_the_address_that_a_page_calls_its_own_takes_it_down(tmp_path):
    data, own = tmp_path / "data", "https://knnws.com/news/view.php?idx=1"
    tonight = Night(data)
    made = reading(1, job_target=1000)
    made.page = page(
        1, url="http://www.knnws.com/paper/1/print.html", listed_url="https://knnws.com/paper/1/print.html"
    )
    made.article.canonical = own
    tonight.ledger.archived(made.page, tonight.archive.write(made.page, {}), run=None)
    tonight.keep(made)
    tonight.close()
    assert set(take_down(data, own, "asked for").urls) == {own, made.page.listed_url}
    assert urls_in_archive(data) == []
    with Store(data / "jobplans.db") as store:
        assert store.counts()["articles"] == store.counts()["plans"] == 0


def test_an_article_never_seen_can_be_taken_down_before(tmp_path):
    data = folder(tmp_path / "data")
    url = "https://knnws.com/news/view.php?idx=77"
    assert take_down(data, url, "asked for").records == 0
    with Ledger(data / "crawl.db") as ledger:
        assert not ledger.judge(ledger.open_run("test"), "knnws", [(Candidate(url, url, "제목", "list"), None)])


def test_a_copy_of_an_old_archive_file_brings_nothing_back(tmp_path):
    data = folder(tmp_path / "data")
    (path,) = archive.files(data / "archive")
    old = path.read_bytes()
    take_down(data, TARGET, "asked for")
    (data / "archive" / "old.warc.gz").write_bytes(old)
    tonight = Night(data)
    assert tonight.ledger.takedown_reason(TARGET) == "asked for"
    assert [row[0] for row in tonight.ledger.db.execute("select state from urls where url = ?", [TARGET])] == [
        "taken_down"
    ]
    tonight.close()
    assert {each.url for each in recovery.pages(data / "archive", frozenset({TARGET, SHORT}))} == {page(2).url}
    assert rebuild(data, 60).pages == 2, "the other article, which lies in both files"
    take_down(data, TARGET, "asked for")
    assert urls_in_archive(data) == [page(2).url] * 2


def test_a_kill_at_any_line_and_the_command_again_takes_it_down(tmp_path):
    data = folder(tmp_path / "data")
    modules = ["crawler.keeping.takedown", "crawler.keeping.rewrite"]
    for line in range(0, 1000, 3):
        copy = shutil.copytree(data, tmp_path / f"copy-{line}")
        hit = killed_at(line, modules, lambda: take_down(copy, TARGET, "asked for"))  # noqa: B023
        tonight = Night(copy)
        states = dict(tonight.ledger.db.execute("select url, state from urls").fetchall())
        tonight.close()
        assert states["https://knnws.com/news/view.php?idx=2"] == "fetched"
        assert states[TARGET] in ("fetched", "taken_down")
        if states[TARGET] == "fetched":
            assert len(urls_in_archive(copy)) == 3
        take_down(copy, TARGET, "asked for")
        assert urls_in_archive(copy) == [page(2).url]
        with Store(copy / "jobplans.db") as store:
            assert store.counts()["articles"] == 1
        with Ledger(copy / "crawl.db") as ledger:
            assert all(one["finished"] for one in ledger.takedowns())
        shutil.rmtree(copy)
        if not hit:
            break
    assert line > 60


@pytest.mark.parametrize(
    ("url", "reason", "message"),
    [
        ("fnnews.com/news/1", "asked", "is no address"),
        ("ftp://x.kr/1", "asked", "is no address"),
        (TARGET, " ", "say why"),
    ],
)
def test_what_is_no_request_is_refused(tmp_path, url, reason, message):
    data = folder(tmp_path / "data")
    with pytest.raises(ValueError, match=message):
        take_down(data, url, reason)
