"""The newsroom as a child process, for tests and trials that are not asynchronous themselves."""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.clock import VARIABLE
from tests.newsroom.data import ARTICLES, OUTLETS

ROOT = Path(__file__).resolve().parent.parent.parent
READY = "newsroom: "


class NewsroomError(RuntimeError):
    """The newsroom did not start; the message holds what it said."""


@dataclass(frozen=True)
class RunningNewsroom:
    """A newsroom in another process."""

    url: str
    pid: int
    log: Path

    def log_entries(self) -> list[dict[str, Any]]:
        """The requests so far, in the order they were answered."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@contextlib.contextmanager
def running_newsroom(
    articles_dir: Path = ARTICLES,
    outlets_dir: Path = OUTLETS,
    *,
    faults: Mapping[str, Any] | None = None,
    browse: bool = False,
    port: int = 0,
    log: Path | None = None,
    clock: str | None = None,
    seconds: float = 15.0,
) -> Iterator[RunningNewsroom]:
    """Start a newsroom, wait at most `seconds` until it is ready, and end it afterwards.

    `clock` is the time by which it serves, in the form of ILJARI_CLOCK; without it this process's clock.
    Raises NewsroomError where it does not get ready, with its last words (a mistake in a data file, say).
    """
    with tempfile.TemporaryDirectory(prefix="newsroom-") as folder:
        log = log or Path(folder) / "log.jsonl"
        log.touch()
        command = [sys.executable, "-m", "tests.newsroom", "--port", str(port), "--log", str(log.resolve())]
        command += ["--articles", str(articles_dir.resolve()), "--outlets", str(outlets_dir.resolve())]
        if faults is not None:
            path = Path(folder) / "faults.json"
            path.write_text(json.dumps(faults), encoding="utf-8")
            command += ["--faults", str(path)]
        process = subprocess.Popen(
            command + ["--browse"] * browse,
            cwd=ROOT,
            env=os.environ | ({VARIABLE: clock} if clock else {}),
            stdout=subprocess.PIPE,
            stderr=(said := tempfile.TemporaryFile("w+", dir=folder)),  # noqa: SIM115 (goes with the folder)
            text=True,
        )
        try:
            line = _first_line(process, seconds)
            if not line.startswith(READY):
                said.seek(0)
                raise NewsroomError(said.read().strip() or f"not ready within {seconds} s")
            yield RunningNewsroom(line.removeprefix(READY).strip(), process.pid, log)
        finally:
            _end(process)
            said.close()


def _first_line(process: subprocess.Popen[str], seconds: float) -> str:
    """The first line on stdout; empty where the process ends or the time is over before it."""
    assert process.stdout
    limit = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        ready = selector.select(max(0.0, limit - time.monotonic()))
    return process.stdout.readline() if ready else ""


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
    if process.stdout:
        process.stdout.close()
