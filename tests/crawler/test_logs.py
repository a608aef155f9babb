"""The log of a run: what it holds, and what it does not let itself be made to do."""

import json
import logging

import pytest

from crawler.logs import RunLog
from tests.conftest import crawl
from tests.newsroom.demo import crawl_environment
from tests.warm import run_scrapy

NAME = "20200331T030000-1"


@pytest.fixture
def log(tmp_path):
    """A log for at most 500 bytes of messages in a folder for three, and a logger whose messages it takes."""
    made = RunLog(tmp_path / "logs", "WARNING", 500, 3)
    logging.root.addHandler(made)
    yield made
    made.end("")


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setenv("ILJARI_CLOCK", "2020-03-31T03:00+09:00")


logger = logging.getLogger("crawler.test")


def test_a_line_tells_time_level_and_source_and_the_outcome_comes_last(log, clock):
    logger.warning("before the run has its id: %s", "목록")
    log.open(NAME, "nightly of five outlets")
    logger.error("after")
    logger.info("of no concern")
    path = log.end("the table\n일자리")
    assert path.read_text(encoding="utf-8").splitlines() == [
        "nightly of five outlets",
        "2020-03-31T03:00:00+09:00 WARNING [crawler.test] before the run has its id: 목록",
        "2020-03-31T03:00:00+09:00 ERROR [crawler.test] after",
        "the table",
        "일자리",
    ]


def test_a_message_without_end_fills_no_disk_and_the_outcome_is_written_all_the_same(log):
    log.open(NAME, "head")
    for number in range(2000):
        logger.error("complaint %d", number)
    path = log.end("the table")
    first, *_, left_out, last = path.read_text().splitlines()
    kept = path.read_text().count("complaint")
    assert first == "head"
    assert "complaint 0" in path.read_text()
    assert left_out == f"{2000 - kept:,} more messages were left out (ILJARI_LOG_MB)"
    assert last == "the table"
    assert path.stat().st_size < 800


def test_the_newest_logs_are_kept_and_nothing_else_is_touched(log, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    for day in range(1, 8):
        (folder / f"2020030{day}T030000-1.log").touch()
    (folder / "notes.txt").touch()
    (folder / "other.log").touch()
    log.open(NAME, "")
    kept = ["20200306T030000-1.log", "20200307T030000-1.log", f"{NAME}.log", "notes.txt", "other.log"]
    assert sorted(path.name for path in folder.iterdir()) == kept


def test_the_log_that_is_written_stays_where_the_clock_was_put_back(log, tmp_path):
    (tmp_path / "logs").mkdir()
    for day in range(1, 8):
        (tmp_path / f"logs/2030030{day}T030000-1.log").touch()
    log.open(NAME, "")
    assert log.path.exists()
    assert len(list((tmp_path / "logs").iterdir())) == 3


def test_a_page_can_neither_forge_a_line_nor_reach_the_terminal(log):
    log.open(NAME, "")
    title = "x\n2020-03-31T03:00:00+09:00 ERROR [fake] y\r\x1b[2J\x9b31m \ud800"
    log.handle(logging.makeLogRecord({"levelname": "WARNING", "name": "test", "msg": "title: %s", "args": (title,)}))
    lines = log.end("").read_text(encoding="utf-8").splitlines()
    assert not any(line.startswith("2020-03-31T03:00:00+09:00 ERROR") for line in lines)
    assert "\\x0d\\x1b[2J\\x9b31m \\ud800" in "".join(lines)
    assert not any(ord(char) < 32 for line in lines for char in line)


def test_an_error_comes_with_its_traceback(log):
    log.open(NAME, "")
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        logger.exception("broken")
    assert "    ZeroDivisionError: division by zero" in log.end("").read_text().splitlines()


def test_without_a_folder_the_run_goes_on_and_it_is_said_once(log, tmp_path, capsys):
    (tmp_path / "logs").write_text("a file stands where the folder should be")
    log.open(NAME, "")
    logger.error("one")
    logger.error("two")
    assert log.end("the table") is None
    assert capsys.readouterr().err.count("the log cannot be written, the run goes on without: ") == 1


def test_on_a_full_disk_the_run_goes_on_and_it_is_said_once(log, capsys):
    log.open(NAME, "")
    log._file.close()
    log._file = open("/dev/full", "w")  # noqa: SIM115, PTH123
    for _ in range(3):
        logger.error("one")
    log.end("the table")
    said = capsys.readouterr().err
    assert said.count("the run goes on without") == 1
    assert "No space left" in said


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """A night on which no article of an outlet is to be had."""
    faults = {"icose": [{"kind": "status", "url": "articles", "status": 404}]}
    return crawl(tmp_path_factory.mktemp("troubled"), "--only", "icose", "--json", faults=faults)


def test_a_nights_log_names_outlet_and_page_and_holds_the_table(troubled):
    told = json.loads(troubled.done.stdout)
    path = troubled.data / "logs" / f"{told['run']}.log"
    assert told["log"] == str(path)
    text = path.read_text(encoding="utf-8")
    failed = troubled.rows("select link from urls where state = 'failed'", database="crawl.db")
    assert failed
    for row in failed:
        assert f"WARNING [icose] {row['link']}: HTTP 404: there is no such page" in text
    assert "살펴볼 매체가 있음" in text.splitlines()[-1]
    assert f"log · 기록: {path}" in troubled.done.stderr


@pytest.mark.parametrize(("name", "value"), [("ILJARI_LOGS_KEPT", "0"), ("ILJARI_LOG_MB", "viel")])
def test_a_setting_that_is_no_number_is_one_clear_line(tmp_path, name, value):
    done = run_scrapy(crawl_environment("http://127.0.0.1:9", tmp_path, **{name: value}), "nightly")
    assert done.returncode == 2
    assert done.stderr.strip() == f"iljari: {name}={value!r} is no whole number above 0"


def test_a_dry_run_keeps_no_log(tmp_path):
    dry = crawl(tmp_path, "--only", "icose", "--dry-run", "--json")
    assert json.loads(dry.done.stdout)["log"] is None
    assert not (tmp_path / "logs").exists()


def test_a_message_that_does_not_take_its_arguments_stops_no_crawl(log, capsys):
    log.open(NAME, "head")
    log.handle(logging.LogRecord("crawler.test", logging.WARNING, __file__, 1, "%d pages", ("many",), None))
    logger.warning("the next")
    assert "the next" in log.end("").read_text()
    assert "Logging error" in capsys.readouterr().err


def test_what_cannot_be_cleared_away_stops_no_crawl(log, tmp_path):
    for second in range(3):
        (tmp_path / "logs" / f"20200330T03000{second}-1.log").mkdir(parents=True)
    log.open(NAME, "head")
    assert log.end("the table").read_text().splitlines() == ["head", "the table"]
