"""The two databases: whole, of this version, free to be written, not for everybody's eyes."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlite_utils import Database, Migrations

from crawler import ledger_schema
from crawler.doctor.checks import (
    AS_CRAWLER,
    Check,
    Patient,
    Result,
    address_of,
    advice,
    counted,
    is_alone,
    ok,
    problem,
    read,
)
from crawler.keeping.inventory import megabytes
from crawler.keeping.lock import COPY, RESTORING, RUN, holder
from pipelines import schema

LEDGER, PUBLISHED = "crawl.db", "jobplans.db"
DATABASES: tuple[tuple[str, Migrations, str], ...] = (
    (
        LEDGER,
        ledger_schema.migrations,
        "bring the last backup into a new folder: ILJARI_DATA=NEWFOLDER scrapy restore DIR (without one, move the file away:"
        " the next night makes another from the archive, without pauses and takedowns, which are to be given again)",
    ),
    (PUBLISHED, schema.migrations, "move the file away and make it anew from the archive: scrapy rebuild"),
)
"""Each with its migrations, and what to do where it is damaged."""
BIG_LOG = 200 * 10**6
"""Bytes of a log that ought to have been brought into its database."""
_FAULTS = 3
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

_LOG_WRITE_BYTE = 120  # SQLite's file format: the write lock of a database with a log, in its -shm file
_PENDING_BYTE, _LOCK_BYTES = 0x40000000, 512  # and those of one without, in the file itself
_FLOCK = "@hhqqi4x"  # struct flock of 64-bit Linux


def whole(patient: Patient) -> Iterator[Result]:
    """Whether each database is one, and every page of it in order."""
    pragma = "integrity_check" if patient.deep else "quick_check"
    for name, _, cure in DATABASES:
        path = patient.data / name
        if not path.exists():
            yield ok(f"{name} is not there yet")
            continue
        try:
            faults, strays = read(path, partial(_faults, pragma))
        except PermissionError:
            yield advice(f"not checked: this user may not read {name}", AS_CRAWLER)
            continue
        except (sqlite3.Error, OSError) as error:
            yield _unreadable(path, error, cure)
            continue
        if faults:
            yield problem(f"{name} is damaged: {'; '.join(faults)}", cure)
        elif strays:
            told = ", ".join(f"{count} of {table}" for table, count in strays.items())
            yield problem(f"{name} has rows that point nowhere: {told}", cure)
        else:
            yield ok(f"{name} is whole ({pragma}), {megabytes(path.stat().st_size)}")


def _unreadable(path: Path, error: Exception, cure: str) -> Result:
    """The cure of a damaged file would lose data where it is only locked, or where the disk refuses for now."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _LOCKED:
        return problem(f"{path.name} is locked by {writer_of(path) or 'another process'}", f"fuser -v {path}")
    if code in _DAMAGED:
        return problem(f"{path.name} cannot be read: {error}", cure)
    return problem(f"{path.name} cannot be opened: {error}", f"ls -l {path}*; df -h {path.parent}; dmesg | tail")


def _faults(pragma: str, connection: sqlite3.Connection) -> tuple[list[str], Counter[str]]:
    told = [str(row[0]).strip() for row in connection.execute(f"pragma {pragma}({_FAULTS})")]
    faults = [" ".join(one.split()) for one in told if one != "ok"]
    strays = Counter(row[0] for row in connection.execute("pragma foreign_key_check")) if not faults else Counter()
    return faults, strays


def versions(patient: Patient) -> Iterator[Result]:
    """Whether each database has the schema that this code knows."""
    for name, migrations, _ in DATABASES:
        path = patient.data / name
        if not path.exists():
            continue
        try:
            pending, strange = read(path, partial(_steps, migrations))
        except (sqlite3.Error, OSError):
            yield advice(f"not checked: {name} cannot be read")
            continue
        if strange:
            yield problem(f"{name} was written by newer code, which took the steps {', '.join(strange)}", "git pull")
        elif pending:
            yield advice(f"{name} is of an older version; the next night, or this now, migrates it", "scrapy rebuild")
        else:
            yield ok(f"{name} has the schema of this code")
    if not any((patient.data / name).exists() for name, _, _ in DATABASES):
        yield ok("there is none yet")


def _steps(migrations: Migrations, connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
    """Migrations that are to come, and those that this code does not know."""
    database = Database(connection)
    pending = [one.name for one in migrations.pending(database)]
    applied = [one.name for one in migrations.applied(database)]
    known = {one.name for one in migrations._migrations}
    return pending, [name for name in applied if name not in known]


def logs(patient: Patient) -> Iterator[Result]:
    """Whether what was written stays in logs beside the databases."""
    sizes = {}
    for name, _, _ in DATABASES:
        with suppress(FileNotFoundError):
            sizes[name] = (patient.data / f"{name}-wal").stat().st_size
    big = {name: size for name, size in sizes.items() if size > BIG_LOG}
    if big and not patient.at_work:
        told = ", ".join(f"{name}-wal has {megabytes(size)}" for name, size in big.items())
        yield advice(f"{told}: a reader that never ends keeps it from being emptied", "restart Datasette")
    elif any(sizes.values()):
        yield ok(", ".join(f"{name}-wal has {megabytes(size)}" for name, size in sizes.items()))
    else:
        yield ok("all that was written is in the databases")


def locks(patient: Patient) -> Iterator[Result]:
    """Who works on the data folder, since when, and who died at it."""
    if (patient.data / RESTORING).exists():
        yield problem("a restore was cut off, and until it is done nothing begins", "scrapy restore DIR")
    for name in (RUN, COPY):
        try:
            owner, held = holder(patient.data, name)
        except OSError as error:
            yield problem(f"{name} cannot be read: {error.strerror}", f"ls -l {patient.data / name}")
            continue
        if owner and held:
            yield ok(f"{owner} has been at work since {owner.since}")
        elif owner:
            yield advice(
                f"{owner}, which began {owner.since}, died at its work; the next run goes on", "scrapy nightly"
            )
        elif name == RUN:
            yield from _strangers(patient)


def _strangers(patient: Patient) -> Iterator[Result]:
    """Processes that would keep a night from writing, though no run is on."""
    found = False
    for name, _, _ in DATABASES:
        path = patient.data / name
        who = writer_of(path) if path.exists() else None
        if who:
            found = True
            yield problem(
                f"{name} is being written to by {who}, though no run is on", f"end it, or wait; fuser -v {path}"
            )
    if not found:
        yield ok("nobody works on the data folder")


def writer_of(path: Path) -> str | None:
    """The process that holds SQLite's lock for writing on a database, where the machine tells; None where nobody does."""
    asked = ((path.with_name(f"{path.name}-shm"), _LOG_WRITE_BYTE, 1), (path, _PENDING_BYTE, _LOCK_BYTES))
    for file, start, length in asked:
        with suppress(OSError, struct.error):
            if pid := _locking(file, start, length):
                return _told(pid)
    return None


def _locking(file: Path, start: int, length: int) -> int | None:
    """The process with a lock on bytes of a file that keeps others from reading them, as the kernel tells."""
    handle = os.open(file, os.O_RDONLY)
    try:
        asked = struct.pack(_FLOCK, fcntl.F_RDLCK, os.SEEK_SET, start, length, 0)
        kind, _, _, _, pid = struct.unpack(_FLOCK, fcntl.fcntl(handle, fcntl.F_GETLK, asked))
    finally:
        os.close(handle)
    return pid if kind != fcntl.F_UNLCK else None


def _told(pid: int) -> str:
    try:
        command = (
            (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
        )
        began = datetime.fromtimestamp((Path("/proc") / str(pid)).stat().st_mtime).astimezone()
    except OSError:
        return f"process {pid}"
    return f"`{command[:80]}` (process {pid}, which began {began:%Y-%m-%d %H:%M})"


_READER = (
    "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1], uri=True, timeout=1);"
    " print(connection.execute('select count(*) from plans').fetchone()[0])"
)


def published(patient: Patient) -> Iterator[Result]:
    """Whether another process can read the published database, as Datasette does."""
    path = patient.data / PUBLISHED
    if not path.exists():
        yield ok("there is nothing to publish yet")
        return
    try:
        address = address_of(path, alone=is_alone(path))
        done = subprocess.run(  # noqa: S603 (this interpreter, on a file of ours)
            [sys.executable, "-c", _READER, address], capture_output=True, text=True, timeout=30, check=False
        )
    except subprocess.TimeoutExpired:
        yield problem(f"{PUBLISHED} is not read by another process within 30 s", f"fuser -v {path}")
        return
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["it says nothing"])[-1].partition(": ")[2]
        yield problem(f"{PUBLISHED} cannot be read by another process: {why}", f"ls -l {path}; fuser -v {path}")
    else:
        yield ok(f"another process reads {counted(int(done.stdout), 'plan')} in it")


PRIVATE = (LEDGER, f"{LEDGER}-wal", f"{LEDGER}-shm", "archive", "logs")
"""What holds texts of others and all that was ever listed."""


def privacy(patient: Patient) -> Iterator[Result]:
    """Whether strangers on this machine can read what is private."""
    if not patient.data.is_dir() or not patient.data.stat().st_mode & stat.S_IXOTH:
        yield ok("strangers cannot enter the data folder")
        return
    named = [patient.data / name for name in PRIVATE]
    if patient.settings["ILJARI_LOGS"]:
        named.append(Path(patient.settings["ILJARI_LOGS"]))
    paths = [path for path in named if path.exists()]
    open_to_all = [path for path in paths if path.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH)]
    if open_to_all:
        names = " ".join(path.name for path in open_to_all)
        paths_told = " ".join(str(path) for path in open_to_all)
        yield advice(f"every user of this machine can read {names}, which is private", f"chmod o-rwx {paths_told}")
    else:
        yield ok("crawl.db, archive/ and logs/ are closed to strangers")


_PART = "databases 데이터베이스"
CHECKS = (
    Check(_PART, "locks", "locks 잠금", locks),
    Check(_PART, "whole", "whole 손상 여부", whole),
    Check(_PART, "schema", "schema 구조", versions),
    Check(_PART, "logs", "logs 로그", logs),
    Check(_PART, "published", "published 공개", published),
    Check(_PART, "privacy", "private 비공개", privacy),
)
