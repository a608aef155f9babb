"""A night begins by taking over what an earlier one archived: the ledger and the database follow the archive."""

import asyncio
import os
import shutil
import sqlite3
import threading
from contextlib import closing, nullcontext
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.arguments import Window
from crawler.keeping import archive
from crawler.keeping.archive import ArchiveError, DamageError
from crawler.keeping.lock import LockedError
from crawler.ledger import Candidate
from crawler.middlewares.archive import ArchiveMiddleware
from crawler.middlewares.errors import StoppedError
from crawler.night import Night
from pipelines.store import Store
from tests.readings import OUTLETS, page, reading

ARTICLES = 8


@pytest.fixture(scope="module")
def small(demo, tmp_path_factory):
    """A folder whose archive holds the first records of the demo's, up to some articles; all of them read."""
    folder = tmp_path_factory.mktemp("small") / "data"
    (whole,) = archive.files(demo.data / "archive")
    articles = [position for position, found in archive.pages(whole) if archive.is_article(found)]
    (folder / "archive").mkdir(parents=True)
    (folder / "archive" / whole.name).write_bytes(whole.read_bytes()[: articles[ARTICLES].offset])
    assert night(folder)[0] == ARTICLES
    return folder


@pytest.fixture(scope="module")
def wanted(small):
    with Store(small / "jobplans.db") as store:
        assert store.counts()["plans"] > 1
        return store.digests()


@pytest.fixture
def data(small, tmp_path):
    """A copy of the folder to spoil."""
    return shutil.copytree(small, tmp_path / "data")


def ledger_says(data, sql, *values):
    with closing(sqlite3.connect(data / "crawl.db")) as connection, connection:
        return connection.execute(sql, values).fetchall()


def night(data, **more):
    """Open a night and close it; how many pages it read, and the digests then."""
    tonight = Night(data, **more)
    digests = tonight.store.digests()
    recovered = tonight.recovered
    tonight.close()
    return recovered, digests


def only_file(data):
    (path,) = archive.files(data / "archive")
    return path


def first_page(path):
    """Where the first record lies that tells of a page."""
    return next(archive.pages(path))[0].offset


def test_after_a_whole_run_there_is_nothing_to_do(data, wanted):
    assert night(data) == (0, wanted)


def test_the_whole_demo_comes_back_from_its_archive_alone(demo, tmp_path):
    shutil.copytree(demo.data / "archive", tmp_path / "archive")
    fetched = demo.rows("select sum(fetched) n from run_outlets")[0]["n"]
    assert night(tmp_path) == (fetched, demo.digests())


@pytest.mark.parametrize(
    "forgotten",
    [
        ["update urls set verdict = null"],
        ["delete from archive_files"],
        ["delete from urls", "delete from archive_files"],
        ["delete from urls where rowid % 2", "update archive_files set length = 0"],
        None,
    ],
    ids=["what was read", "the lengths", "every url", "half of the urls", "everything"],
)
def test_a_ledger_that_knows_less_is_completed_from_the_archive(data, wanted, forgotten):
    before = set(ledger_says(data, "select url, link, warc_offset, verdict from urls where warc_file is not null"))
    for name in ("jobplans.db", "crawl.db") if forgotten is None else ("jobplans.db",):
        (data / name).unlink()
    for sql in forgotten or ():
        ledger_says(data, sql)
    if forgotten == ["delete from archive_files"]:
        ledger_says(data, "update urls set verdict = null")
    recovered, digests = night(data)
    assert recovered == len(before)
    assert digests == wanted
    after = ledger_says(data, "select url, link, warc_offset, verdict from urls where warc_file is not null")
    assert {(row[0], *row[2:]) for row in after} == {(row[0], *row[2:]) for row in before}
    assert night(data) == (0, wanted)


def test_a_torn_tail_is_cut_and_the_rest_kept(data, wanted):
    path = only_file(data)
    whole = path.stat().st_size
    with path.open("ab") as file:
        file.write(path.read_bytes()[first_page(path) :][:700])
    assert night(data) == (0, wanted)
    assert path.stat().st_size == whole


def test_pages_behind_what_the_ledger_knows_are_entered_and_read(data, wanted):
    """A kill between the archive's write and the ledger's."""
    path = only_file(data)
    articles = [(position, found) for position, found in archive.pages(path) if archive.is_article(found)]
    position, last = articles[-1]
    ledger_says(data, "delete from urls where url = ?", last.listed_url)
    ledger_says(data, "update archive_files set length = ?", position.offset)
    assert night(data) == (1, wanted)


def test_an_archive_file_that_comes_from_elsewhere_is_taken_in(data, wanted):
    """The last plan article and what follows it in a second file, as from another machine."""
    path = only_file(data)
    articles = [position.offset for position, found in archive.pages(path) if archive.is_article(found)]
    middle = ledger_says(data, "select max(warc_offset) from urls where verdict = 'plan'")[0][0]
    before = articles.index(middle)
    whole = path.read_bytes()
    path.write_bytes(whole[:middle])
    for name in ("crawl.db", "jobplans.db"):
        (data / name).unlink()
    first, digests = night(data)
    assert digests != wanted
    (data / "archive" / "elsewhere.warc.gz").write_bytes(whole[middle:])
    second, digests = night(data)
    assert digests == wanted
    assert (first, second) == (before, ARTICLES - before)


def test_pages_may_lie_twice_in_the_archive(data, wanted):
    shutil.copy(only_file(data), data / "archive" / "again.warc.gz")
    recovered, digests = night(data)
    assert recovered > 0
    assert digests == wanted


def test_an_archive_that_lost_a_record_is_named(data):
    path = only_file(data)
    ledger_says(data, "update urls set verdict = null where verdict = 'plan'")
    os.truncate(path, 400)
    with pytest.raises(ArchiveError, match="holds no page at"):
        Night(data)
    path.unlink()
    with pytest.raises(ArchiveError, match="cannot be read"):
        Night(data)


def test_damage_before_whole_records_stops_the_night_and_cuts_nothing(data):
    path = only_file(data)
    ledger_says(data, "delete from archive_files")
    broken = bytearray(path.read_bytes())
    broken[200:300] = bytes(100)
    path.write_bytes(broken)
    with pytest.raises(DamageError, match="is damaged at byte 0"):
        Night(data)
    assert path.read_bytes() == broken


def test_a_dry_run_reads_nothing_and_keeps_nothing(data, wanted):
    """Also after a kill: its throw-away copy has no archive."""
    ledger_says(data, "update urls set verdict = null")
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert night(data, dry=True) == (0, wanted)
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def test_a_page_that_the_database_does_not_take_is_set_aside_once(tmp_path):
    tonight = Night(tmp_path)
    url = "https://knnws.com/news/view.php?idx=1"
    tonight.ledger.judge(tonight.run, "knnws", [(Candidate(url, url, "제목", "list"), None)])
    fetched = page(1, listed_url=url)
    tonight.ledger.archived(fetched, tonight.archive.write(fetched, {}), run=tonight.run)
    made = reading(1, job_target=10**30)
    made.page = fetched
    tonight.keep(made)
    assert tonight.ledger.unread() == []
    assert tonight.ledger.sum_up(tonight.run, "knnws", "ended").counts["read"] == {"unreadable": 1}
    tonight.close()
    verdict = ledger_says(tmp_path, "select verdict from urls")[0][0]
    assert verdict.startswith("unreadable: OverflowError")
    assert night(tmp_path)[0] == 0


@pytest.mark.parametrize("broken", [False, True], ids=["the crawl goes on", "the crawl breaks off meanwhile"])
def test_the_ledger_tells_of_a_page_once_it_is_on_the_disk_and_not_after_the_crawl_broke_off(
    tmp_path, monkeypatch, broken
):
    tonight = Night(tmp_path)
    monkeypatch.setattr("crawler.night._current", tonight)
    middleware = ArchiveMiddleware(SimpleNamespace(spider=SimpleNamespace(about=page(1).outlet)))
    url = "https://knnws.com/news/view.php?idx=1"
    candidate = Candidate(url, page(1).url, "부평구 일자리", "list")
    tonight.ledger.judge(tonight.run, "knnws", [(candidate, None)])
    request = Request(page(1).url, meta={"page_kind": "article", "candidate": candidate})
    asked, may_go_on, sync = threading.Event(), threading.Event(), archive._sync

    def slow(handle):
        if threading.current_thread() is not threading.main_thread():  # there the new folder's name is synced
            asked.set()
            may_go_on.wait(20)
        sync(handle)

    async def archived():
        coming = asyncio.create_task(middleware.process_response(request, Response(page(1).url, body=page(1).body)))
        await asyncio.to_thread(asked.wait, 20)
        assert tonight.ledger.archive_length(tonight.archive.path.name) == 0 < tonight.archive.path.stat().st_size
        if broken:
            tonight.break_off("jobplans.db cannot be written")
        may_go_on.set()
        await coming

    monkeypatch.setattr("crawler.keeping.archive._sync", slow)
    with pytest.raises(StoppedError) if broken else nullcontext():
        asyncio.run(archived())
    monkeypatch.undo()
    assert (tonight.ledger.archive_length(tonight.archive.path.name) == 0) is broken
    assert [row[0] for row in ledger_says(tmp_path, "select state from urls")] == ["listed" if broken else "fetched"]
    tonight.close()
    assert night(tmp_path)[0] == 1


def test_a_page_that_cannot_be_read_does_not_stop_the_next_night(data):
    ledger_says(
        data, "update urls set verdict = null where rowid in (select rowid from urls where verdict = 'plan' limit 2)"
    )
    assert night(data, read_timeout=0.0001)[0] == 2
    verdicts = dict(ledger_says(data, "select verdict, count(*) from urls group by verdict"))
    assert verdicts["unreadable: reading took longer than 0.0001 s"] == 2


def test_two_nights_at_once_are_refused(tmp_path):
    tonight = Night(tmp_path)
    for dry in (False, True):
        with pytest.raises(LockedError, match="another run works on"):
            Night(tmp_path, dry=dry)
    tonight.close()
    night(tmp_path)


def opened(name, about=None):
    """A crawler whose spider was opened and does nothing."""
    told = {"domain": f"{name}.test", "walks": {}, "window": Window(), "monitors": {}}
    return SimpleNamespace(spider=SimpleNamespace(name=name, about=about, **told))


def test_an_outlet_that_was_not_summed_up_makes_no_healthy_run(tmp_path):
    tonight = Night(tmp_path)
    tonight._crawlers["knnws"] = (opened("knnws"), 0.0)
    tonight.ledger._positions[tonight.run, "knnws"] = 1  # a listing that no row tells of
    assert tonight.close() == "unhealthy"
    assert ledger_says(tmp_path, "select state from runs") == [("unhealthy",)]
    with Store(tmp_path / "jobplans.db") as store:
        assert [row["state"] for row in store.db.query("select state from runs")] == ["unhealthy"]


def test_outlets_that_are_opened_at_once_start_one_after_another(tmp_path):
    tonight = Night(tmp_path)
    for name, about in OUTLETS.items():
        tonight.join(opened(name, about))
    assert [tonight.place(name) for name in OUTLETS] == list(range(len(OUTLETS)))
    tonight.close()
