"""A full disk and a locked database stop the crawl in order, and nothing that was archived is lost."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from crawler.keeping.disk import MB, NoRoomError, check_room
from crawler.night import Night
from tests.conftest import Crawl
from tests.newsroom.demo import crawl_environment
from tests.newsroom.process import ROOT, running_newsroom
from tests.soak.kills import doubled
from tests.warm import run_scrapy

ONLY = ("--only", "knnws")
SLOW = {"knnws": {"article_delay": 0.05}}


@pytest.fixture(scope="module")
def newsroom():
    with running_newsroom(faults=SLOW) as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(newsroom, tmp_path_factory):
    data = tmp_path_factory.mktemp("undisturbed")
    done = run_scrapy(crawl_environment(newsroom.url, data), "nightly", *ONLY)
    assert done.returncode == 0, done.stdout + done.stderr
    return Crawl(data, done, [])


@pytest.fixture
def small_disk(tmp_path):
    """Make a folder a disk of some kB of its own."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = []

    def mount(folder: Path, kilobytes: int) -> Path:
        folder.mkdir(parents=True)
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], capture_output=True, check=False
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"no small disk can be mounted here: {done.stderr.decode()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def assert_stopped_in_order(done, why):
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if "The crawl stops" in line]
    assert len(lines) == 1, done.stderr
    assert why in lines[0]
    assert "stopped before the end" in done.stdout, "the table is printed"
    assert "knnws" in done.stdout


def grow(disk: Path) -> None:
    """Give a small disk more room."""
    subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)


def assert_next_night_goes_on(newsroom, data, undisturbed):
    """To the same content, with every article page archived once and known to the ledger."""
    done = run_scrapy(crawl_environment(newsroom.url, data, ILJARI_FREE_MB="0"), "nightly", *ONLY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert Crawl(data, done, []).digests() == undisturbed.digests()
    query = "select url, verdict from urls where state = 'fetched' order by url"
    found = Crawl(data, done, []).rows(query, database="crawl.db")
    assert found == undisturbed.rows(query, database="crawl.db")
    assert doubled(data) == 0


def test_the_archives_disk_is_full(newsroom, undisturbed, tmp_path, small_disk):
    disk = small_disk(tmp_path / "data" / "archive", 24)
    done = run_scrapy(crawl_environment(newsroom.url, tmp_path / "data", ILJARI_FREE_MB="0"), "nightly", *ONLY)
    assert_stopped_in_order(done, "No space left on device")
    grow(disk)
    assert_next_night_goes_on(newsroom, tmp_path / "data", undisturbed)


IMPATIENT = """
import sys
import pipelines.database
pipelines.database.BUSY_SECONDS = 0.3
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""


def night_with(newsroom, data, trouble):
    """A night that meets trouble (a context manager) once it has asked for some articles; how it ended."""
    asked = len(newsroom.log_entries())
    environment = crawl_environment(newsroom.url, data, ILJARI_FREE_MB="0", PYTHONPATH=str(ROOT))
    with subprocess.Popen(
        [sys.executable, "-c", IMPATIENT, "nightly", *ONLY], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as night:  # fmt: skip
        limit = time.monotonic() + 60
        while sum("view.php" in entry["url"] for entry in newsroom.log_entries()[asked:]) < 3:
            assert time.monotonic() < limit
            assert night.poll() is None, night.communicate()
            time.sleep(0.01)
        with trouble:
            said, errors = night.communicate(timeout=60)
    return subprocess.CompletedProcess([], night.returncode, said, errors)


@contextlib.contextmanager
def full(disk):
    """Nothing more can be written to a disk."""
    with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    yield
    (disk / "ballast").unlink()


@contextlib.contextmanager
def locked(database):
    """Another process writes to a database and does not let go."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=20)) as other:
        other.execute("begin immediate")
        yield


@pytest.mark.parametrize("database", ["crawl.db", "jobplans.db"])
def test_a_databases_disk_is_full(newsroom, undisturbed, tmp_path, small_disk, database):
    """The ledger, then the published database, each on a small disk of its own."""
    disk, data = small_disk(tmp_path / "disk", 8000), tmp_path / "data"
    data.mkdir()
    (data / database).symlink_to(disk / database)
    done = night_with(newsroom, data, full(disk))
    assert_stopped_in_order(done, f"{database} cannot be written: ")
    assert_next_night_goes_on(newsroom, data, undisturbed)


@pytest.mark.parametrize("database", ["crawl.db", "jobplans.db"])
def test_another_process_does_not_let_go_of_a_database(newsroom, undisturbed, tmp_path, database):
    done = night_with(newsroom, tmp_path / "data", locked(tmp_path / "data" / database))
    assert_stopped_in_order(done, f"{database} cannot be written: database is locked")
    assert_next_night_goes_on(newsroom, tmp_path / "data", undisturbed)


def test_a_night_that_cannot_be_closed_says_so(tmp_path, caplog):
    """The database is locked when the last sums are to be entered."""
    tonight = Night(tmp_path)
    tonight.store.db.execute("pragma busy_timeout=0")
    with closing(sqlite3.connect(tmp_path / "jobplans.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        assert tonight.close() == "stopped"
    assert "jobplans.db cannot be written: database is locked" in caplog.text
    with closing(Night(tmp_path)) as again:
        assert again.ledger.db.execute("select state from runs order by id").fetchone()[0] == "stopped"


def test_too_little_room_is_refused_before_the_start(tmp_path):
    done = run_scrapy(crawl_environment("http://127.0.0.1:9", tmp_path, ILJARI_FREE_MB="999999999"), "nightly")
    assert done.returncode == 2
    assert "fewer than 999999999 (ILJARI_FREE_MB)" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["ILJARI_FREE_MB", "ILJARI_ARCHIVE_FILE_MB"])
def test_a_size_that_is_none_is_one_clear_line(tmp_path, name):
    done = run_scrapy(crawl_environment("http://127.0.0.1:9", tmp_path, **{name: "5 GB"}), "nightly")
    assert done.returncode == 2
    assert done.stderr == f"iljari: {name}='5 GB' is no whole number of megabytes\n"


def test_a_disk_that_gets_full_stops_the_crawl_before_it_is(newsroom, undisturbed, tmp_path, small_disk):
    data = small_disk(tmp_path / "data", 20_000)
    with closing(Night(data)):
        pass
    statistics = os.statvfs(data)
    (data / "ballast").write_bytes(bytes(statistics.f_bavail * statistics.f_frsize - 5 * MB - 200_000))
    done = run_scrapy(crawl_environment(newsroom.url, data, ILJARI_FREE_MB="5"), "nightly", *ONLY)
    assert_stopped_in_order(done, "fewer than 5 (ILJARI_FREE_MB)")
    (data / "ballast").unlink()
    assert_next_night_goes_on(newsroom, data, undisturbed)


def test_room_is_measured_where_the_archive_is(tmp_path, small_disk):
    small_disk(tmp_path / "data" / "archive", 2000)
    check_room(tmp_path / "data", 1 * MB)
    with pytest.raises(NoRoomError, match=r"data/archive, fewer than 5 "):
        check_room(tmp_path / "data", 5 * MB)
