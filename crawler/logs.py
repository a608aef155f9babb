"""The log of a run: one file, by the run's id, with what went wrong on the way and the table at the end.

A log is for the operator and as private as `crawl.db`, since it names pages. It is bounded in size, and so is the number
of logs: a run that complains without end fills no disk. A log that cannot be written stops no crawl.
"""

from __future__ import annotations

import logging
import re
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from scrapy.settings import BaseSettings

from crawler.clock import now
from crawler.keeping.disk import MB

_NAME = re.compile(r"\d{8}T\d{6}-\d+\.log")
_BEFORE = 1000
"""How many messages from before the run had its id are kept for its log."""
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}
"""What a page could do to the terminal in which the log is read, spelled out."""


class _Format(logging.Formatter):
    """`time LEVEL [outlet or module] message`; further lines are indented, so that none can pass for another message."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return now().isoformat(timespec="seconds")

    def format(self, record: logging.LogRecord) -> str:
        record.source = getattr(getattr(record, "spider", None), "name", record.name)
        return super().format(record).translate(_CONTROLS).replace("\n", "\n    ")


class RunLog(logging.Handler):
    """Takes the messages of all loggers from its making on, and writes them to a file once the run has an id."""

    def __init__(self, folder: Path, level: int | str, size: int, kept: int) -> None:
        """`size` is the bytes that messages may take, `kept` the number of logs in the folder."""
        super().__init__(level)
        self.setFormatter(_Format("%(asctime)s %(levelname)s [%(source)s] %(message)s"))
        self.path: Path | None = None
        self._folder, self._room, self._kept = folder, size, kept
        self._before: deque[str] = deque(maxlen=_BEFORE)
        self._left_out = 0
        self._file: TextIO | None = None

    @classmethod
    def begin(cls, settings: BaseSettings) -> RunLog:
        """A log that listens from now on. Raises ValueError where a setting is none."""
        folder = settings["ILJARI_LOGS"] or Path(settings["ILJARI_DATA"]) / "logs"
        size, kept = number(settings, "ILJARI_LOG_MB"), number(settings, "ILJARI_LOGS_KEPT")
        log = cls(Path(folder), settings["LOG_LEVEL"], size * MB, kept)
        logging.root.addHandler(log)
        return log

    def open(self, run: str, head: str) -> None:
        """Begin the file of a run with a line about it and what was said so far; the oldest logs go."""
        path = self._folder / f"{run}.log"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            self._give_up(error)
            return
        self.path = path
        self._write(head)
        for message in self._before:
            self._take(message)
        others = sorted(other for other in self._folder.iterdir() if _NAME.fullmatch(other.name) and other != path)
        for other in others[: max(0, len(others) + 1 - self._kept)]:
            with suppress(OSError):
                other.unlink()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a message, or keep it for the file that is not open yet."""
        try:
            message = self.format(record)
        except Exception:  # a message that does not take its arguments
            self.handleError(record)
            return
        if self.path is None:
            self._before.append(message)
        else:
            self._take(message)

    def end(self, outcome: str) -> Path | None:
        """Write the outcome and let go of the file; its path, None where there is none."""
        logging.root.removeHandler(self)
        if self._left_out:
            self._write(f"{self._left_out:,} more messages were left out (ILJARI_LOG_MB)")
        self._write(outcome)
        if self._file:
            self._file.close()
            self._file = None
        return self.path

    def _take(self, message: str) -> None:
        """Write a message, unless messages have had their room."""
        self._room -= len(message.encode(errors="backslashreplace"))
        if self._room < 0:
            self._left_out += 1
        else:
            self._write(message)

    def _write(self, text: str) -> None:
        if self._file:
            try:
                print(text, file=self._file, flush=True)
            except OSError as error:
                self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """Say once on standard error that there will be no log; the crawl goes on."""
        self._file = None
        print(f"iljari: the log cannot be written, the run goes on without: {error}", file=sys.stderr)


def number(settings: BaseSettings, name: str) -> int:
    """A setting that is a number from 1 on. Raises ValueError, which names it."""
    text = str(settings[name])
    if not text.isdecimal() or not int(text):
        raise ValueError(f"{name}={text!r} is no whole number above 0")
    return int(text)
