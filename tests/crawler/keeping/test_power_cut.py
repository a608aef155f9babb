"""A power cut, simulated: the last archive file ends anywhere, and the databases may be older than the archive.

Commits last (`synchronous=full`), so the ledger never tells of a page that is not archived, nor takes one for read that is
not stored; a copy that was brought back may be older still.
"""

import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from crawler.keeping import archive
from crawler.keeping.archive import ArchiveWriter
from crawler.ledger import Candidate, Ledger
from crawler.night import Night
from pipelines.store import Store
from tests.crawler.keeping.test_rewrite import article, listing
from tests.readings import reading

PAGES = [
    listing(1),
    *(article(number) for number in (1, 2, 3)),
    listing(2),
    *(article(number) for number in (4, 5, 6, 7)),
]


def read(page):
    """Its number is its target."""
    made = reading(job_target=1000 + int(page.url.rpartition("=")[2]))
    made.page = page
    return made


class Reader:
    """Stands in for the reading process, which would take a second a night."""

    def __init__(self, *_):
        pass

    async def read(self, page):
        return read(page)

    def close(self):
        pass


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """The data folder after each page of a night of three archive files, the databases as they were then."""
    folder = tmp_path_factory.mktemp("states")
    live = folder / "live"
    states = []
    with Ledger(live / "crawl.db") as ledger, Store(live / "jobplans.db") as store:
        run = ledger.open_run("test")
        writer = ArchiveWriter(live / "archive", run, most=1200)
        for number, each in enumerate(PAGES):
            position = writer.write(each, {"Content-Type": "text/html"})
            if each.kind == "article":
                ledger.judge(run, "knnws", [(Candidate(each.listed_url, each.url, "부평구 일자리", "list"), None)])
                ledger.archived(each, position, run=run)
                store.put(read(each))
                ledger.set_verdict(each, "plan")
            else:
                ledger.archive_grew(position)
            states.append(folder / f"{number}")
            states[-1].mkdir()
            for name in ("crawl.db", "jobplans.db"):
                with (
                    closing(sqlite3.connect(live / name)) as source,
                    closing(sqlite3.connect(states[-1] / name)) as copy,
                ):
                    source.backup(copy)
            shutil.copytree(live / "archive", states[-1] / "archive")
        writer.close()
    assert len(archive.files(live / "archive")) > 2
    return states


def cut(states, target, archive_state, end, ledger_state, store_state):
    """A data folder whose last archive file ends at a byte, with databases of other moments."""
    shutil.copytree(states[archive_state] / "archive", target / "archive")
    path = archive.files(target / "archive")[-1]
    with path.open("r+b") as file:
        file.truncate(end)
    whole = [
        each.url
        for one in archive.files(target / "archive")
        for _, each in archive.pages(one)
        if each.kind == "article"
    ]
    for name, state in (("crawl.db", ledger_state), ("jobplans.db", store_state)):
        if state is not None:
            shutil.copy(states[state] / name, target / name)
    return whole


def assert_recovered(data, whole):
    """Every article whose record is whole is known, stored once and read; nothing else is."""
    for _ in range(2):
        with closing(Night(data)) as tonight:
            known = tonight.ledger.db.execute(
                "select link, warc_file, warc_offset, verdict from urls where state = 'fetched'"
            )
            rows = known.fetchall()
            targets = {
                row[0]
                for row in tonight.store.db.execute("select distinct value from facts where field = 'job_target'")
            }
            assert [row[0] for row in tonight.store.db.execute("select url from articles order by retrieved")] == whole
        assert sorted(row[0] for row in rows) == sorted(whole)
        assert targets == {1000 + int(url.rpartition("=")[2]) for url in whole}
        for link, file, offset, verdict in rows:
            assert archive.page_at(data / "archive" / file, offset).url == link
            assert verdict == "plan"
        for path in archive.files(data / "archive"):
            assert archive.recover(path) == 0


def test_after_a_cut_anywhere_in_the_last_file_every_whole_page_is_there_once(states, tmp_path, monkeypatch):
    """The ledger is of the last commit before the cut or of any earlier one, the published database of any before that."""
    monkeypatch.setattr("crawler.worker.Worker", Reader)
    dice = random.Random(20200331)
    (*_, last) = archive.files(states[-1] / "archive")
    length = last.stat().st_size
    borders = [0, *(record.position.end for record in archive.records(last))]
    points = {border + step for border in borders for step in (-1, 0, 1) if 0 <= border + step <= length}
    points |= {dice.randrange(length) for _ in range(12)}
    first_of_last_file = next(
        n for n, state in enumerate(states) if last.name in {p.name for p in archive.files(state / "archive")}
    )
    for end in sorted(points):
        # the ledger cannot know more than was on the disk before it
        whole_records = sum(border <= end for border in borders[2:])  # without the warcinfo record
        newest = first_of_last_file + whole_records - 1
        ledger_state = dice.choice([newest, dice.randint(0, newest), None])
        store_state = None if ledger_state is None else dice.choice([ledger_state, newest])
        data = tmp_path / f"{end}"
        whole = cut(states, data, len(states) - 1, end, ledger_state, store_state)
        assert_recovered(data, whole)
        shutil.rmtree(data)


def synchronous(database):
    return database.db.execute("pragma synchronous").fetchone()[0]


def test_what_the_archive_cannot_give_again_lasts_through_a_power_cut(tmp_path):
    """The published database's commits, and of the ledger's those of takedowns and rewritings: 2 is full, 1 normal."""
    with Ledger(tmp_path / "crawl.db") as ledger, Store(tmp_path / "jobplans.db") as store:
        assert (synchronous(store), synchronous(ledger)) == (2, 1)
        levels = []
        ledger.db.conn.set_trace_callback(lambda statement: levels.append(statement))
        ledger.take_down("https://paper.test/1", "asked for")
        ledger.begin_swap("iljari-1.warc.gz", 10, {})
        ledger.db.conn.set_trace_callback(None)
        pragmas = [one.split("=")[1] for one in levels if one.lower().startswith("pragma synchronous=")]
        assert pragmas == ["full", "normal", "full", "normal"]
        assert synchronous(ledger) == 1


def test_a_published_database_older_than_the_ledger_is_told_and_made_good_by_a_rebuild(states, tmp_path, monkeypatch):
    """As where somebody brought back an old jobplans.db alone."""
    from crawler.rebuild import rebuild

    monkeypatch.setattr("crawler.worker.Worker", Reader)
    data = tmp_path / "data"
    end = archive.files(states[-1] / "archive")[-1].stat().st_size
    whole = cut(states, data, len(states) - 1, end, len(states) - 1, len(states) - 3)
    assert not rebuild(data, 60, check=True).same
    rebuild(data, 60)
    assert_recovered(data, whole)
