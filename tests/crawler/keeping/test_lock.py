import json
import os
import signal
import subprocess
import sys

import pytest

from crawler.keeping import lock
from crawler.keeping.lock import COPY, LockedError, Owner, hold_lock
from tests.newsroom.process import ROOT

HOLDER = """
import sys, time
from pathlib import Path
from crawler.keeping.lock import hold_lock
held = hold_lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path, monkeypatch):
    """Another process that holds the lock since three o'clock."""
    monkeypatch.setenv("ILJARI_CLOCK", "2020-03-31T03:00+09:00")
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_refusal_tells_who_holds_it_and_since_when(tmp_path, monkeypatch, holder):
    monkeypatch.setenv("ILJARI_CLOCK", "2020-03-31T05:05+09:00")
    with pytest.raises(LockedError) as refused:
        hold_lock(tmp_path)
    said = str(refused.value)
    assert f"(process {holder.pid} on {Owner.me().host})" in said
    assert "has been at work since 2020-03-31T03:00:00+09:00, 2 h 5 min;" in said
    assert "ILJARI_DATA" in said


def test_what_a_dead_process_left_is_taken_over_with_one_line(tmp_path, caplog, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with hold_lock(tmp_path):
        (said,) = [record.getMessage() for record in caplog.records]
        assert f"process {holder.pid} on" in said
        assert "2020-03-31T03:00:00+09:00 and died" in said
        assert json.loads((tmp_path / "run.lock").read_text())["pid"] == os.getpid()
    caplog.clear()
    hold_lock(tmp_path).close()
    assert caplog.records == [], "a lock that was let go of in order leaves nothing to say"


def test_a_lock_is_free_once_closed_and_its_file_stays(tmp_path):
    first = hold_lock(tmp_path)
    with pytest.raises(LockedError):
        hold_lock(tmp_path)
    hold_lock(tmp_path, COPY).close()
    first.close()
    first.close()
    with hold_lock(tmp_path):
        pass
    assert (tmp_path / "run.lock").read_bytes() == b""


@pytest.mark.parametrize("left", [b"", b"garbage \xff", b"{}", b'{"pid": 1, "more": 2}', b"[1]"])
def test_a_file_that_tells_nothing_is_no_hindrance(tmp_path, caplog, left):
    (tmp_path / "run.lock").write_bytes(left)
    with hold_lock(tmp_path):
        assert caplog.records == []
        (tmp_path / "run.lock").write_bytes(left)
        with pytest.raises(LockedError, match="it has not told its name yet"):
            hold_lock(tmp_path)


RACER = """
import os, sys, time
from pathlib import Path
from crawler.keeping.lock import LockedError, hold_lock
data, most = Path(sys.argv[1]), 0
for _ in range(300):
    try:
        with hold_lock(data):
            handle = os.open(data / "inside", os.O_CREAT | os.O_EXCL)  # fails where two are inside
            os.close(handle)
            os.unlink(data / "inside")
            most += 1
    except LockedError:
        time.sleep(0.0005)
print(most)
"""


def test_never_two_at_once(tmp_path):
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(tmp_path)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for racer in racers:
        said, errors = racer.communicate(timeout=60)
        assert racer.returncode == 0, errors
        assert int(said) > 0


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["python", "-m", "scrapy", "nightly", "--only", "asiae"], "scrapy nightly --only asiae"),
        (["python", ".venv/bin/scrapy", "rebuild"], "scrapy rebuild"),
        (["python", "-c", "import os", "x"], "python -c x"),
        (["python"], "python"),
    ],
)
def test_a_command_is_named_as_a_person_gives_it(arguments, command):
    assert lock._command(arguments) == command


def test_an_age_is_told_in_hours_and_minutes(monkeypatch):
    monkeypatch.setenv("ILJARI_CLOCK", "2020-03-31T03:00+09:00")

    def age(since):
        return Owner("scrapy nightly", 1, "host", since).age

    assert age("2020-03-31T02:59:01+09:00") == "0 min"
    assert age("2020-03-31T02:01:00+09:00") == "59 min"
    assert age("2020-03-29T02:00:00+09:00") == "49 h 0 min"
    assert age("2020-03-31T04:00:00+09:00") == "0 min", "a clock that was put back"
