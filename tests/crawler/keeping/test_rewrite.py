"""Records leave the archive, and a kill at any line of it leaves what was before or what was to be."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from crawler.keeping import archive, inventory, recovery, rewrite
from crawler.keeping.archive import ArchiveError, ArchiveWriter
from crawler.keeping.lock import COPY, LockedError, hold_lock
from crawler.ledger import Candidate, Ledger
from tests.crawler.killing import killed_at
from tests.readings import DAWN, page

CLOCK = "2020-05-01T03:00+09:00"


def article(number):
    url = f"https://knnws.com/news/view.php?idx={number}"
    return page(number, hour=number, body=f"기사 {number} ".encode() * 40, listed_url=url, found_by="list")


def listing(number, days=0):
    return page(
        url=f"http://www.knnws.com/news/list.php?page={number}", kind="list", body=b"list" * number,
        retrieved=DAWN + timedelta(days=days),
    )  # fmt: skip


def fill(data, pages, most=1500):
    """A data folder whose ledger and archive hold these pages."""
    with Ledger(data / "crawl.db") as ledger:
        run = ledger.open_run("test")
        writer = ArchiveWriter(data / "archive", run, most)
        for each in pages:
            position = writer.write(each, {"Content-Type": "text/html"})
            if archive.is_article(each):
                candidate = Candidate(each.listed_url, each.url, "제목", "list")
                ledger.judge(run, "knnws", [(candidate, None)])
                ledger.archived(each, position, run=run)
                ledger.set_verdict(each, "no-plan")
            else:
                ledger.archive_grew(position)
        writer.close()
        ledger.close_run(run, "ok")
    return data


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("ILJARI_CLOCK", CLOCK)
    pages = [listing(1), article(1), listing(2), article(2), article(3), listing(3, days=25), article(4), listing(4)]
    return fill(tmp_path / "data", pages)


def held(data):
    """URLs of the archive's pages by kind, in order."""
    found = [each for path in archive.files(data / "archive") for _, each in archive.pages(path)]
    return [each.url for each in found if each.kind == "article"], [each.url for each in found if each.kind == "list"]


def assert_sound(data):
    """Every position of the ledger leads to its page, no file is longer or shorter than the ledger knows, none is left over."""
    with closing(sqlite3.connect(data / "crawl.db")) as ledger:
        positions = ledger.execute(
            "select url, warc_file, warc_offset from urls where warc_file is not null"
        ).fetchall()
        lengths = dict(ledger.execute("select file, length from archive_files"))
        assert ledger.execute("select count(*) from archive_swaps").fetchone() == (0,)
    for url, file, offset in positions:
        assert archive.page_at(data / "archive" / file, offset).listed_url == url
    assert {path.name: path.stat().st_size for path in (data / "archive").iterdir()} == lengths
    return {row[0] for row in positions}


def next_start(data):
    with hold_lock(data), Ledger(data / "crawl.db") as ledger:
        recovery.take_in(data / "archive", ledger)


ARTICLES = [article(number).url for number in (1, 2, 3, 4)]


def test_list_pages_of_some_age_leave_and_nothing_else(data):
    before = sum(path.stat().st_size for path in archive.files(data / "archive"))
    assert len(archive.files(data / "archive")) > 1
    left = inventory.prune_lists(data, 10)
    assert held(data) == (ARTICLES, [listing(3).url])
    assert left.records == 3
    assert left.bytes == before - sum(path.stat().st_size for path in archive.files(data / "archive"))
    assert len(assert_sound(data)) == 4
    assert inventory.prune_lists(data, 10).records == 0
    assert inventory.prune_lists(data, 4).records == 1


def test_what_stays_is_what_it_was_byte_by_byte(data):
    def kept():
        return {
            each.url: path.read_bytes()[position.offset : position.end]
            for path in archive.files(data / "archive")
            for position, each in archive.pages(path)
            if each.kind == "article"
        }

    before = kept()
    inventory.prune_lists(data, 1)
    assert kept() == before
    for path in archive.files(data / "archive"):
        assert next(archive.records(path)).type == "warcinfo"


@pytest.mark.parametrize(("module", "stride"), [("crawler.keeping.rewrite", 1), ("crawler.ledger", 3)])
def test_a_kill_at_any_line_leaves_the_old_or_the_new(data, tmp_path, module, stride):
    kills = changed = 0
    for line in range(0, 1000, stride):
        copy = shutil.copytree(data, tmp_path / f"copy-{line}")
        hit = killed_at(line, [module], lambda: inventory.prune_lists(copy, 10))  # noqa: B023
        next_start(copy)
        assert_sound(copy)
        articles, lists = held(copy)
        assert articles == ARTICLES
        assert listing(3).url in lists
        changed += len(lists) < 4
        inventory.prune_lists(copy, 10)
        assert held(copy) == (ARTICLES, [listing(3).url])
        assert_sound(copy)
        shutil.rmtree(copy)
        if not hit:
            break
        kills += 1
    assert kills > 10
    assert 0 < changed < kills, "kills before and after the first swap"


def test_a_rebuild_and_a_backup_finish_what_was_cut_off(data, tmp_path):
    """At the moment when the ledger has the new positions and the file is still the old one."""
    for line in range(1000):
        copy = shutil.copytree(data, tmp_path / f"copy-{line}")
        assert killed_at(line, ["crawler.keeping.rewrite"], lambda: inventory.prune_lists(copy, 10))  # noqa: B023
        with closing(sqlite3.connect(copy / "crawl.db")) as ledger:
            pending = ledger.execute("select count(*) from archive_swaps").fetchone()[0]
        if pending and list((copy / "archive").glob("*.new")):
            break
        shutil.rmtree(copy)
    from crawler.keeping.backup import back_up, restore
    from crawler.rebuild import rebuild

    back_up(copy, tmp_path / "backup")
    assert_sound(copy)
    restore(tmp_path / "backup", tmp_path / "restored")
    assert_sound(tmp_path / "restored")
    shutil.rmtree(copy)
    copy = shutil.copytree(data, tmp_path / "again")
    assert killed_at(line, ["crawler.keeping.rewrite"], lambda: inventory.prune_lists(copy, 10))
    assert rebuild(copy, 60).pages == 4
    assert_sound(copy)


def test_pages_that_the_ledger_does_not_know_are_entered_first(data):
    """A kill between the archive's write and the ledger's, then a pruning before the next night."""
    with closing(sqlite3.connect(data / "crawl.db")) as ledger, ledger:
        file, offset = ledger.execute("select warc_file, max(warc_offset) from urls").fetchone()
        ledger.execute("delete from urls where warc_file = ? and warc_offset = ?", (file, offset))
        ledger.execute("update archive_files set length = ? where file = ?", (offset, file))
    inventory.prune_lists(data, 10)
    assert len(assert_sound(data)) == 4


def test_where_the_disk_is_full_the_file_stays_as_it_is(data, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rewrite.os, "fsync", full)
    before = held(data)
    with pytest.raises(ArchiveError, match=r"cannot be written anew: .*No space left"):
        inventory.prune_lists(data, 10)
    monkeypatch.undo()
    monkeypatch.setenv("ILJARI_CLOCK", CLOCK)
    assert held(data) == before
    assert_sound(data)


def test_positions_of_any_table_follow(data):
    """Other parts of the crawl may keep positions too."""
    with closing(sqlite3.connect(data / "crawl.db")) as ledger, ledger:
        ledger.execute("create table versions as select url, warc_file, warc_offset from urls")
    inventory.prune_lists(data, 10)
    with closing(sqlite3.connect(data / "crawl.db")) as ledger:
        query = "select url, warc_file, warc_offset from {} order by url"
        assert ledger.execute(query.format("versions")).fetchall() == ledger.execute(query.format("urls")).fetchall()


def test_not_while_a_run_or_a_backup_is_on(data):
    for lock in ("run.lock", COPY):
        with hold_lock(data, lock), pytest.raises(LockedError):
            inventory.prune_lists(data, 10)
    inventory.prune_lists(data, 10)


def test_the_inventory_adds_up(data):
    fill(
        data,
        [
            page(9, status=404, listed_url="https://knnws.com/9"),
            page(1, "asiae", hour=24 * 40, listed_url="https://asiae.co.kr/1"),
        ],
    )
    found = inventory.inventory(data / "archive")
    assert (found.articles, found.lists, found.others) == (5, 4, 1)
    assert found.files == len(archive.files(data / "archive"))
    pages = sum(share.pages for share in found.outlets.values())
    sizes = sum(share.bytes for share in found.outlets.values())
    assert pages == 10 == sum(share.pages for share in found.months.values())
    assert sizes == sum(share.bytes for share in found.months.values())
    overhead = sum(
        each.position.end for path in archive.files(data / "archive") for each in [next(archive.records(path))]
    )
    assert found.bytes == sizes + overhead
    assert found.outlets["asiae"].pages == found.months["2020-05"].pages == 1
    assert found.oldest == DAWN.isoformat()
    assert found.newest == (DAWN + timedelta(hours=24 * 40)).isoformat()
    assert found.free > 0
