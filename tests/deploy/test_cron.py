"""The documented crontab, run as cron runs it: no terminal, a bare environment, another folder, by `/bin/sh -c`."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.newsroom.demo import ICOSE
from tests.newsroom.process import ROOT, running_newsroom

CRONTAB = ROOT / "deploy/crontab"
JOB = re.compile(r"(?:[\d*]+ ){5}(?P<command>.+)")


def settings_and_job():
    """What cron reads out of the file: the environment, and the command of its one job."""
    lines = [line for line in CRONTAB.read_text().splitlines() if line and not line.startswith("#")]
    *settings, job = lines
    pairs = [re.fullmatch(r"(\w+)=(.*)", setting).groups() for setting in settings]
    return {name: value.strip('"') for name, value in pairs}, JOB.fullmatch(job)["command"]


@pytest.fixture(scope="module")
def cron(tmp_path_factory):
    """Starts the job as cron would, on a data folder of its own; and that folder."""
    if not (ROOT / ".venv/bin/scrapy").exists():
        pytest.skip("the line runs .venv/bin/scrapy, and there is no .venv here: make .venv/.ready")
    home = tmp_path_factory.mktemp("home")
    settings, command = settings_and_job()
    here = {"/opt/iljari": str(ROOT), "/srv/iljari": str(home / "data")}

    def placed(text):
        for there, path in here.items():
            assert there not in text or text.count(there) == 1
            text = text.replace(there, path)
        return text

    with running_newsroom() as newsroom:
        environment = {
            "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "HOME": str(home), "LOGNAME": "operator",
            **{name: placed(value) for name, value in settings.items()},
            "ILJARI_NEWSROOM": newsroom.url, "ILJARI_ICOSE_URL": ICOSE,
        }  # fmt: skip

        def start():
            return subprocess.Popen(
                ["/bin/sh", "-c", placed(command)], cwd=home, env=environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip

        yield start, home / "data"


@pytest.fixture(scope="module")
def two(cron):
    """A night by the crontab's line, and a second one started while the first, stopped in its tracks, holds the lock."""
    start, data = cron
    first = start()
    try:
        limit = time.monotonic() + 120
        while not ((data / "run.lock").exists() and (data / "run.lock").read_bytes()):
            assert first.poll() is None and time.monotonic() < limit, first.communicate()  # noqa: PT018
            time.sleep(0.05)
        pid = json.loads((data / "run.lock").read_bytes())["pid"]
        os.kill(pid, signal.SIGSTOP)
        try:
            second = start()
            refused = second.communicate(timeout=120)
        finally:
            os.kill(pid, signal.SIGCONT)
        said = first.communicate(timeout=240)
    finally:
        if first.poll() is None:
            os.killpg(first.pid, signal.SIGKILL)
    return data, (first.returncode, *said), (second.returncode, *refused), pid


def test_the_documented_line_makes_a_night(two):
    data, (code, out, err), _, _ = two
    assert code == 0, err.decode()
    assert "all outlets healthy · 모든 매체 정상" in out.decode("utf-8"), "Hangul without a locale"
    with sqlite3.connect(data / "jobplans.db") as published:
        assert published.execute("select count(*) from plans").fetchone()[0] > 10
    with sqlite3.connect(data / "crawl.db") as ledger:
        ((run, state),) = ledger.execute("select id, state from runs").fetchall()
    assert state == "ok"
    assert list((data / "archive").glob("*.warc.gz"))
    assert "all outlets healthy" in (data / "logs" / f"{run}.log").read_text(encoding="utf-8")
    assert sorted(path.name for path in data.parent.iterdir()) == ["data"], "nothing is left in the home folder"


def test_of_two_at_once_the_second_says_so_and_exits_with_3(two):
    data, _, (code, out, err), pid = two
    assert code == 3
    assert out == b""
    assert err.decode().startswith(f"iljari: another run works on {data}: `scrapy nightly` (process {pid} on ")
    assert len(err.decode().splitlines()) == 1


@pytest.mark.parametrize("document", ["README.md", "docs/scheduling.md"])
def test_the_documents_show_the_same_line(document):
    _, command = settings_and_job()
    assert command in Path(ROOT / document).read_text(encoding="utf-8")


def test_cron_takes_the_line_as_it_stands():
    _, command = settings_and_job()
    assert "%" not in command, "to cron that is the end of a line"
    assert "make" not in command.split(), "its exit code is not the night's"
