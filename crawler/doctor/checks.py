"""The form of a check and of what it finds; reading databases without leaving a trace."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from scrapy.settings import BaseSettings

from crawler import clock
from crawler.keeping import archive
from crawler.keeping.lock import Owner, holder

ROOT = Path(__file__).resolve().parent.parent.parent
"""The folder of the project."""
BUSY_SECONDS = 1.0
"""How long a locked database is waited for."""

AS_CRAWLER = "give this command as the user that crawls: sudo -u USER …"
"""What to do where a file may not be read."""

Level = Literal["ok", "advice", "problem"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found, in one sentence, and what to do about it: a command where there is one."""

    level: Level
    found: str
    do: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A result with the check that gave it."""

    part: str
    check: str
    level: Level
    found: str
    do: str | None = None


class UncheckedError(Exception):
    """Another trouble, which has a check of its own, keeps a check from looking; the message names it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table. `label` is for a person, in English and Korean; `look` gives at least one result."""

    part: str
    name: str
    label: str
    look: Callable[[Patient], Iterator[Result]]


@dataclass(frozen=True)
class Patient:
    """What is examined: the settings, the variables of the environment, the data folder."""

    settings: BaseSettings
    environment: Mapping[str, str]
    deep: bool = False

    @cached_property
    def data(self) -> Path:
        """The data folder, there or not."""
        return Path(self.settings["ILJARI_DATA"] or ".")

    @property
    def folder(self) -> Path:
        """The archive's folder, there or not."""
        return self.data / "archive"

    @property
    def files(self) -> list[Path]:
        """The archive's files, oldest first. Raises PermissionError, where a mere listing would show none."""
        if self.folder.is_dir() and not os.access(self.folder, os.R_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.folder))
        return archive.files(self.folder)

    @property
    def now(self) -> datetime:
        """The time by the project's clock. Raises UncheckedError where that is set to nonsense."""
        try:
            return clock.now()
        except ValueError as error:
            raise UncheckedError("the clock cannot be read") from error

    @cached_property
    def at_work(self) -> Owner | None:
        """The run that holds the data folder."""
        owner, held = holder(self.data)
        return owner if held else None

    def rows(self, name: str, sql: str, *values: Any, table: str) -> list[dict[str, Any]]:
        """Rows of a database of the data folder; none where the database or the table is not there (yet).

        Raises UncheckedError.
        """

        def ask(connection: sqlite3.Connection) -> list[dict[str, Any]]:
            connection.row_factory = sqlite3.Row
            if not connection.execute("select 1 from sqlite_master where name = ?", [table]).fetchone():
                return []
            return [dict(row) for row in connection.execute(sql, values)]

        path = self.data / name
        try:
            return read(path, ask) if path.exists() else []
        except (sqlite3.Error, OSError) as error:
            raise UncheckedError(f"{name} cannot be read ({error})") from error


def read(path: Path, ask: Callable[[sqlite3.Connection], T]) -> T:
    """What `ask` reads from a database, which is not touched: no log is made beside it. Raises sqlite3.Error, OSError.

    Where a writer comes while it is read as a file that nobody writes, it is asked again.
    """
    if is_alone(path):
        with suppress(sqlite3.Error):
            found = _asked(path, ask, alone=True)
            if is_alone(path):
                return found
        if is_alone(path):
            return _asked(path, ask, alone=True)  # the error is the file's own
    return _asked(path, ask, alone=False)


def _asked(path: Path, ask: Callable[[sqlite3.Connection], T], *, alone: bool) -> T:
    with closing(sqlite3.connect(address_of(path, alone=alone), uri=True, timeout=BUSY_SECONDS)) as connection:
        return ask(connection)


def address_of(path: Path, *, alone: bool) -> str:
    """A database as a URI for reading it without a trace."""
    return f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"


def is_alone(path: Path) -> bool:
    """Whether a database that is written by way of a log has none, so that nobody has it open and the file is all."""
    with path.open("rb") as file:
        written_by_log = file.read(20)[18:] == b"\x02\x02"
    return written_by_log and not path.with_name(f"{path.name}-wal").exists()


def diagnose(check: Check, patient: Patient) -> Iterator[Diagnosis]:
    """What a check finds. It never raises: a fault of the check itself is a problem that it tells."""
    try:
        for result in check.look(patient):
            yield Diagnosis(check.part, check.name, result.level, result.found, result.do)
    except UncheckedError as error:
        yield Diagnosis(check.part, check.name, "advice", f"not checked: {error}")
    except PermissionError as error:
        said = f"not checked: this user may not read {error.filename}"
        yield Diagnosis(check.part, check.name, "advice", said, AS_CRAWLER)
    except Exception as error:
        said = f"cannot be checked: {type(error).__name__}: {error}"
        yield Diagnosis(check.part, check.name, "problem", said, "look into the message; nothing was changed")


def nearest(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return next(one for one in (path.resolve(), *path.resolve().parents) if one.exists())


def last_known(patient: Patient, path: Path) -> int:
    """An offset near the end of an archive file where a record begins; 0 where the ledger knows none."""
    sql = "select max(warc_offset) last from urls where warc_file = ?"
    try:
        known = patient.rows("crawl.db", sql, path.name, table="urls")
    except UncheckedError:
        return 0
    return int(known[0]["last"] or 0) if known else 0


def counted(number: int, thing: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def ok(found: str) -> Result:
    """All is well."""
    return Result("ok", found)


def advice(found: str, do: str | None = None) -> Result:
    """Something to know or to do some day."""
    return Result("advice", found, do)


def problem(found: str, do: str | None = None) -> Result:
    """Something that keeps nights from going well, or data from being safe."""
    return Result("problem", found, do)
