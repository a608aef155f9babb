"""Nights begin at their time, once, or are made up for; they end when they are told to."""

import json
import os
import signal
import subprocess
import sys
import threading
import time as machine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clock import Clock
from crawler.ledger import Ledger
from crawler.schedule import Scheduler, Timetable, last_begun
from crawler.standing import Standing, Standings
from tests.newsroom.demo import crawl_environment, scrapy
from tests.newsroom.process import ROOT, running_newsroom
from tests.warm import run_scrapy

SEOUL = Timetable.parse("03:30", "Asia/Seoul")


def at(text):
    return datetime.fromisoformat(text)


# When nights are


@pytest.mark.parametrize(
    ("hour", "zone", "days", "nights"),
    [
        ("03:30", "Asia/Seoul", "2026-11-25 2026-11-26", "2026-11-24T18:30 2026-11-25T18:30"),
        ("02:30", "America/New_York", "2026-03-07 2026-03-08 2026-03-09", "2026-03-07T07:30 2026-03-08T07:30 2026-03-09T06:30"),
        ("01:30", "America/New_York", "2026-10-31 2026-11-01 2026-11-02", "2026-10-31T05:30 2026-11-01T05:30 2026-11-02T06:30"),
        ("00:00", "Africa/Cairo", "2026-04-23 2026-04-24 2026-04-25", "2026-04-22T22:00 2026-04-23T22:00 2026-04-24T21:00"),
    ],
    ids=["without summer time", "clocks put forward over it", "clocks put back over it", "a day without midnight"],
)  # fmt: skip
def test_each_day_has_one_night(hour, zone, days, nights):
    timetable = Timetable.parse(hour, zone)
    moment = at(days.split()[0]).replace(tzinfo=ZoneInfo(zone)) - timedelta(hours=6)
    found = []
    for _ in days.split():
        moment = timetable.next(moment)
        found.append(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}")
    assert found == nights.split()


ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))


@given(
    st.sampled_from(ZONES),
    st.times().map(lambda time: time.replace(second=0, microsecond=0)),
    st.datetimes(datetime(2012, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_moment_lies_between_two_nights_a_day_apart(zone, hour, moment):
    timetable = Timetable(hour, ZoneInfo(zone))
    last, following = timetable.last(moment), timetable.next(moment)
    assert last <= moment < following
    assert timetable.next(last) == following
    assert timetable.last(following) == following
    assert timedelta(hours=21) < following - last < timedelta(hours=27)  # clocks are never put by 3 hours


@pytest.mark.parametrize(
    ("hour", "zone", "said"),
    [
        ("3 Uhr", "Asia/Seoul", "'3 Uhr' is no time of day; write e.g. 03:30"),
        ("24:00", "Asia/Seoul", "'24:00' is no time of day"),
        ("03:30", "Asia/Soul", "there is no time zone 'Asia/Soul'; write e.g. Asia/Seoul"),
        ("03:30", "", "there is no time zone ''"),
        ("03:30", "Asia", "there is no time zone 'Asia'"),
        ("03:30", "../Asia/Seoul", "there is no time zone '../Asia/Seoul'"),
    ],
)
def test_a_wrong_time_or_zone_is_told(hour, zone, said):
    with pytest.raises(ValueError, match="^" + said.replace(".", r"\.")):
        Timetable.parse(hour, zone)


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("--at", "03:30"), {"ILJARI_ZONE": "KST"}, "iljari: there is no time zone 'KST'; write e.g. Asia/Seoul"),
        ((), {"ILJARI_NEWSROOM": ""}, "iljari: No contact is set"),
    ],
)
def test_wrong_use_is_told_at_once_and_not_at_night(tmp_path, arguments, environment, said):
    done = run_scrapy(
        crawl_environment("http://127.0.0.1:9", tmp_path, **environment), "schedule", *arguments, seconds=20
    )
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1


def test_the_clock_tells_how_long_to_wait():
    start = at("2020-03-31T03:00+09:00")
    assert Clock(start).seconds_until(start) == float("inf"), "a clock that stands still"
    fast = Clock(start, 3600, machine.time())
    assert 23.9 < fast.seconds_until(fast.now() + timedelta(days=1)) <= 24


# Which night is due


def begin(data, monkeypatch, *moments, **run):
    """Enter runs that began at these moments in a ledger."""
    with Ledger(data / "crawl.db") as ledger:
        for moment in moments:
            monkeypatch.setenv("ILJARI_CLOCK", moment)
            ledger.open_run("1", **run)


NOW = "2020-03-31T08:00+09:00"
NIGHT = at("2020-03-31T03:30+09:00")


@pytest.mark.parametrize(
    ("began", "now", "due"),
    [
        (["2020-03-30T03:30:02+09:00"], NOW, True),
        (["2020-03-25T03:30:02+09:00"], NOW, True),
        (["2020-03-30T12:00+09:00"], NOW, True),
        (["2020-03-31T03:30+09:00"], NOW, False),
        (["2020-03-31T07:00+09:00"], NOW, False),
        (["2020-03-30T03:30:02+09:00"], "2020-03-31T03:29:59+09:00", False),
        (["2020-03-30T03:30:02+09:00"], "2020-03-31T23:30+09:00", True),
        (["2020-03-30T03:30:02+09:00"], "2020-03-31T23:31+09:00", False),
        (["2020-03-30T03:30:02+09:00", "2031-01-01T03:30+09:00"], NOW, True),
        ([], NOW, False),
    ],
    ids=[
        "missed one", "missed some", "made up for the one before at noon", "began", "made up for", "before its time",
        "20 hours late", "too late", "a run of a clock that was wrong", "nothing was missed before the first night",
    ],
)  # fmt: skip
def test_the_ledger_tells_which_night_is_due(tmp_path, monkeypatch, capsys, began, now, due):
    begin(tmp_path, monkeypatch, *began)
    monkeypatch.setenv("ILJARI_CLOCK", now)
    scheduler = Scheduler(SEOUL, [], tmp_path)
    assert scheduler._due(at(now)) == (NIGHT if due else None)
    assert ("the night of 2020-03-31 03:30 Asia/Seoul was missed" in capsys.readouterr().err) == ("T23:31" in now)


def test_a_scheduler_that_slept_makes_up_for_a_night_also_without_a_ledger(tmp_path, monkeypatch):
    monkeypatch.setenv("ILJARI_CLOCK", "2020-03-30T22:00+09:00")
    scheduler = Scheduler(SEOUL, [], tmp_path)
    assert scheduler._due(at("2020-03-30T22:00+09:00")) is None
    assert scheduler._due(at(NOW)) == NIGHT


def test_other_runs_are_no_nights(tmp_path, monkeypatch):
    begin(tmp_path, monkeypatch, "2020-03-30T03:30+09:00")
    begin(tmp_path, monkeypatch, "2020-03-31T04:00+09:00", kind="backfill")
    begin(tmp_path, monkeypatch, "2020-03-31T05:00+09:00", newsroom=True)
    assert last_begun(tmp_path, at(NOW), newsroom=False) == at("2020-03-30T03:30+09:00")
    assert last_begun(tmp_path, at(NOW), newsroom=True) == at("2020-03-31T05:00+09:00")


@pytest.mark.parametrize("content", [None, b"", b"this is no database" * 100])
def test_a_ledger_that_tells_nothing_is_no_hindrance(tmp_path, content):
    if content is not None:
        (tmp_path / "crawl.db").write_bytes(content)
    assert last_begun(tmp_path, at(NOW), newsroom=False) is None


def test_a_clock_that_was_ahead_and_is_put_right_costs_no_night(tmp_path, monkeypatch):
    monkeypatch.setenv("ILJARI_CLOCK", "2027-03-31T12:00+09:00")
    scheduler = Scheduler(SEOUL, [], tmp_path)
    assert scheduler._due(at("2027-03-31T12:00+09:00")) is None
    assert scheduler._due(at("2026-03-31T12:00+09:00")) is None
    assert scheduler._due(at("2026-04-01T03:30+09:00")) == at("2026-04-01T03:30+09:00")


# Nights as processes

SCHEDULE = """
import sys
from pathlib import Path
from crawler.schedule import Scheduler, Timetable
data = Path(sys.argv[1])
night = [sys.executable, "-c", (data / "night.py").read_text(), str(data)]
sys.exit(Scheduler(Timetable.parse("03:30", "Asia/Seoul"), night, data).run())
"""
BEGIN = """
import os, signal, sys, time
from pathlib import Path
from crawler.ledger import Ledger
from crawler.keeping.lock import hold_lock
data = Path(sys.argv[1])
held = hold_lock(data)  # fails where two are at work
with Ledger(data / "crawl.db") as ledger:
    run = ledger.open_run("1")
    print("night", run, os.getpid(), flush=True)
"""


class Running:
    """A scheduler in a process of its own, and what it says; it is killed where that takes longer than a minute."""

    def __init__(self, data: Path, night: str, clock: str) -> None:
        (data / "night.py").write_text(night)
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCHEDULE, str(data)], cwd=ROOT, text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "ILJARI_CLOCK": clock},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.said: list[str] = []
        self.limit = threading.Timer(60, self.process.kill)
        self.limit.start()

    def until(self, start: str) -> str:
        """Read what it says up to a line that starts so."""
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith(start):
                return line.rstrip()
        raise AssertionError("\n".join(self.said))

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        """Read the rest; the exit code."""
        self.said += [line.rstrip() for line in self.process.stdout]
        return self.process.wait(30)


@pytest.fixture
def schedule(tmp_path):
    started = []

    def start(night, clock):
        started.append(Running(tmp_path, night, clock))
        return started[-1]

    yield start
    for running in started:
        running.limit.cancel()
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()


def ended(pid):
    """Whether a process is at work no more (an orphan may wait for a while for someone to take note)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_missed_night_is_made_up_for_once(tmp_path, monkeypatch, schedule):
    begin(tmp_path, monkeypatch, "2020-03-25T03:30+09:00")
    running = schedule(BEGIN, NOW)
    running.until("schedule: the night is over, all outlets healthy")
    assert (
        "schedule: the night of 2020-03-31 03:30 Asia/Seoul did not begin at its time and is made up for now"
        in "\n".join(running.said)
    )
    running.until("schedule: next night · 다음 수집: 2020-04-01 03:30 Asia/Seoul, in 19 h 30 min")
    running.signal(signal.SIGTERM)
    assert running.end() == 0
    assert sum(line.startswith("night ") for line in running.said) == 1


def test_a_night_every_night_and_never_two_at_once(schedule):
    running = schedule(BEGIN, f"2020-03-31T00:00+09:00 x40000 @{machine.time()}")
    runs = [running.until("night ").split()[1] for _ in range(2)]
    running.signal(signal.SIGINT)
    assert running.end() == 0
    assert len({run[:8] for run in runs}) == 2, running.said
    assert "Traceback" not in "\n".join(running.said)


TURNS = """
import os, sys
from pathlib import Path
turns = Path(sys.argv[1], "turns")
turn = len(turns.read_text()) if turns.exists() else 0
turns.write_text("x" * (turn + 1))
print("turn", turn, flush=True)
if turn == {locked}: sys.exit(3)
"""


def test_a_night_that_finds_another_run_at_work_asks_again(tmp_path, monkeypatch, schedule):
    begin(tmp_path, monkeypatch, "2020-03-25T03:30+09:00")
    running = schedule(TURNS.format(locked=0) + BEGIN, f"2020-03-31T08:00+09:00 x900 @{machine.time()}")
    running.until("schedule: another run is on, so the night waits 15 min")
    running.until("turn 1")
    assert not any(line.startswith("schedule: next night") for line in running.said[1:])
    assert running.until("night ").startswith("night 20200331T")
    running.until("schedule: the night is over")
    running.signal(signal.SIGTERM)
    assert running.end() == 0


def test_what_became_of_a_night_is_told_and_the_next_is_waited_for(schedule):
    ends = "sys.exit(1) if turn == 0 else sys.exit(2) if turn == 1 else os.kill(os.getpid(), 9) if turn == 2 else sys.exit(77)"
    running = schedule(TURNS.format(locked=-1) + ends, f"2020-03-31T00:00+09:00 x90000 @{machine.time()}")
    for said in (
        "the night is over, some outlets need a look", "the night could not begin", "the night ended with SIGKILL",
        "the night ended with exit code 77",
    ):  # fmt: skip
        running.until(f"schedule: {said}")
        running.until("schedule: next night")
    running.signal(signal.SIGHUP)
    assert running.end() == 0


ORDERLY = """
def stop(*_):
    print("ending in order", flush=True)
    time.sleep(1)
    print("ended", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
time.sleep(60)
"""
STUBBORN = """
import subprocess
signal.signal(signal.SIGTERM, signal.SIG_IGN)
reader = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"])
print("ready", reader.pid, flush=True)
time.sleep(60)
"""


def test_a_signal_lets_the_night_end_in_order(tmp_path, monkeypatch, schedule):
    begin(tmp_path, monkeypatch, "2020-03-25T03:30+09:00")
    running = schedule(BEGIN + ORDERLY, NOW)
    pid = int(running.until("night ").split()[2])
    running.until("ready")
    running.signal(signal.SIGTERM)
    assert running.end() == 0
    assert running.said.count("ending in order") == 1, "told once"
    assert "ended" in running.said
    assert running.said[-1].startswith("schedule: stopped")
    assert ended(pid)


def test_a_second_signal_kills_the_night_with_all_its_processes(tmp_path, monkeypatch, schedule):
    begin(tmp_path, monkeypatch, "2020-03-25T03:30+09:00")
    running = schedule(BEGIN + STUBBORN, NOW)
    night = int(running.until("night ").split()[2])
    reader = int(running.until("ready").split()[1])
    running.signal(signal.SIGTERM)
    running.until("schedule: the night ends in order")
    assert not ended(night)
    running.signal(signal.SIGTERM)
    assert running.end() == 0
    assert "schedule: the night ended with SIGKILL" in "\n".join(running.said)
    assert ended(night)
    assert ended(reader)


# The command itself


def test_the_command_runs_a_real_night(tmp_path, monkeypatch):
    begin(tmp_path, monkeypatch, "2026-04-01T03:30+09:00", newsroom=True)
    with Ledger(tmp_path / "crawl.db") as ledger, ledger.transaction():
        for outlet in ("asiae", "breaknews", "fnnews", "knnws"):
            Standings(ledger.db.conn).put(Standing(outlet).paused("to be quick", at("2026-04-01T12:00+09:00")))
    with running_newsroom(clock="2026-04-02T08:00+09:00") as newsroom:
        environment = crawl_environment(newsroom.url, tmp_path / "nothing", ILJARI_CLOCK="2026-04-02T08:00+09:00")
        process = subprocess.Popen(
            scrapy("schedule", "--at", "04:00", "-s", f"ILJARI_DATA={tmp_path}"), cwd=ROOT, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        said = []
        for line in process.stdout:
            said.append(line.rstrip())
            if line.startswith("schedule: the night is over"):
                process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, said
    assert said[0] == "schedule: next night · 다음 수집: 2026-04-03 04:00 Asia/Seoul, in 20 h 0 min"
    assert "all outlets healthy · 모든 매체 정상" in said, "what the night prints is passed on"
    assert (tmp_path / "logs/20260402T080000-1.log").exists()
    assert not (tmp_path / "nothing").exists(), "settings of the command line hold for the night too"
    assert json.loads((tmp_path / "run.lock").read_bytes() or b"null") is None
