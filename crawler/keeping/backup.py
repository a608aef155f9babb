"""A copy of a data folder that can be made while a run is at work, and brought back.

A backup is a folder: `manifest.json` names its files with length and SHA-256, and what the manifest does not name is no
part of it. Databases are copied whole under new names, archive files by what has grown; the manifest is put in place
last, so that until then, and after any interruption, the backup before is the one that counts.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from crawler.clock import now
from crawler.keeping import archive, rewrite
from crawler.keeping.lock import COPY, RESTORING, RUN, hold_lock
from crawler.ledger import Ledger
from crawler.progress import Progress
from pipelines.database import DatabaseError

MANIFEST = "manifest.json"
LEDGER = "crawl.db"
DATABASES = (LEDGER, "jobplans.db")
MEND = "remove it, and the next `scrapy backup` copies it anew"
PARTS = ("databases", "archive")

_CHUNK = 1 << 20
_TRIES = 50


class BackupError(Exception):
    """A backup cannot be made, or is not what its manifest says; the message says why."""


class DamagedBackupError(BackupError):
    """A file of a backup is not what was copied."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file of a backup: its first `length` bytes are the file `name` of the data folder."""

    name: str
    stored: str
    length: int
    sha256: str
    modified: int = 0  # of the source, in ns: equal length and time, equal content


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole backup."""

    made: str | None  # ISO; None where none came to its end yet
    copies: tuple[Copy, ...]

    @property
    def bytes(self) -> int:
        """How much it holds."""
        return sum(copy.length for copy in self.copies)

    def text(self) -> str:
        """For a person."""
        return f"{len(self.copies):,} files, {self.bytes / 1e6:,.1f} MB, made {self.made}"


def read_manifest(backup: Path) -> Manifest:
    """The manifest of a backup; raises BackupError where there is none or no backup came to its end."""
    manifest = _manifest(backup)
    if manifest is None or manifest.made is None:
        raise BackupError(f"{backup} holds no whole backup")
    return manifest


def back_up(data: Path, backup: Path) -> Manifest:
    """Copy a data folder into a backup's folder, new or to be renewed.

    Raises BackupError, LockedError (another backup or a rewriting is on), ArchiveError, DatabaseError, OSError; the backup
    before then still counts.
    """
    folder = archive.folder_of(data)
    with hold_lock(data, COPY):
        before = _open(data, backup)
        _finish_rewriting(data, folder)
        lengths = {path.name: path.stat().st_size for path in archive.files(folder)}
        mark = f"{now():%Y%m%dT%H%M%S}-{time.time_ns()}"
        copies, known = _copy_databases(data, backup, mark)
        lengths |= known
        copied = {copy.name: copy for copy in before.copies}
        progress = Progress("copied", sum(lengths.values()))
        for name, length in sorted(lengths.items()):
            copies.append(_copy_grown(folder / name, length, backup, copied.get(f"archive/{name}"), mark, progress))
        for part in PARTS:
            archive.sync_folder(backup / part)
        manifest = Manifest(now().isoformat(timespec="seconds"), tuple(copies))
        _put_manifest(backup, manifest)
        _sweep(backup, manifest)
    return manifest


def verify(backup: Path) -> Manifest:
    """Compare a backup's files with its manifest; raises BackupError, DamagedBackupError naming the first that differs."""
    manifest = read_manifest(backup)
    progress = Progress("checked", manifest.bytes)
    for copy in manifest.copies:
        path = backup / copy.stored
        try:
            with path.open("rb") as file:
                same = _digest(progress.watch(_chunks(file, copy.length))) == copy.sha256
        except (OSError, BackupError) as error:
            raise DamagedBackupError(f"{path} is not what was copied: {error}; {MEND}") from error
        if not same:
            raise DamagedBackupError(f"{path} is not what was copied; {MEND}")
    return manifest


def restore(backup: Path, data: Path) -> Manifest:
    """Bring a backup into an empty data folder, or go on with a restore that was cut off.

    Raises BackupError, LockedError, OSError.
    """
    read_manifest(backup)
    marker = data / RESTORING
    if data.exists() and not marker.exists() and any(path.name not in (RUN, COPY) for path in data.iterdir()):
        raise BackupError(f"{data} is not empty; name an empty data folder by ILJARI_DATA, or move what is there away")
    manifest = verify(backup)
    with hold_lock(data, restoring=True):
        marker.touch()
        archive.sync_folder(data)
        shutil.rmtree(data / "archive", ignore_errors=True)  # of a restore that was cut off
        (data / "archive").mkdir()
        progress = Progress("restored", manifest.bytes)
        for copy in manifest.copies:
            with (backup / copy.stored).open("rb") as source, (data / copy.name).open("wb") as target:
                for chunk in progress.watch(_chunks(source, copy.length)):
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
        archive.sync_folder(data / "archive")
        marker.unlink()
        archive.sync_folder(data)
    return manifest


def _open(data: Path, backup: Path) -> Manifest:
    """Make or clear a backup's folder; its manifest. Raises BackupError where the folder holds something else."""
    if data.resolve() in (backup.resolve(), *backup.resolve().parents):
        raise BackupError(f"{backup} lies in the data folder; a backup belongs elsewhere, best on another disk")
    backup.mkdir(parents=True, exist_ok=True)
    manifest = _manifest(backup)
    if manifest is None:
        if any(path.name != f"{MANIFEST}.new" for path in backup.iterdir()):
            raise BackupError(f"{backup} is not empty and no backup; name a folder of its own")
        manifest = Manifest(None, ())
        _put_manifest(backup, manifest)
    for part in PARTS:
        (backup / part).mkdir(exist_ok=True)
    _sweep(backup, manifest)
    return manifest


def _manifest(backup: Path) -> Manifest | None:
    path = backup / MANIFEST
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(told["made"], tuple(Copy(**one) for one in told["copies"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{path} cannot be read: {error}") from error
    for copy in manifest.copies:
        if copy.name not in DATABASES and Path(copy.name).parent != Path("archive"):
            raise BackupError(f"{path} names {copy.name!r}, which belongs to no data folder")
    return manifest


def _put_manifest(backup: Path, manifest: Manifest) -> None:
    new = backup / f"{MANIFEST}.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(backup / MANIFEST)
    archive.sync_folder(backup)


def _sweep(backup: Path, manifest: Manifest) -> None:
    """Remove what an older or an interrupted backup left."""
    stored = {backup / copy.stored for copy in manifest.copies}
    for part in PARTS:
        for path in (backup / part).iterdir():
            if path not in stored:
                path.unlink()


def _finish_rewriting(data: Path, folder: Path) -> None:
    """A rewriting that was killed is finished first: until then positions and files differ."""
    if list(folder.glob("*.warc.gz.new")):
        with hold_lock(data), Ledger(data / "crawl.db") as ledger:
            rewrite.finish(folder, ledger)


def _copy_databases(data: Path, backup: Path, mark: str) -> tuple[list[Copy], dict[str, int]]:
    """Both databases as they were at one moment; with them how long the archive's files are to the ledger."""
    paths = [data / name for name in DATABASES if (data / name).exists()]
    lengths: dict[str, int] = {}
    copies: list[Copy] = []
    if not paths:
        return copies, lengths
    try:
        with _one_moment(paths) as sources:
            for path, source in zip(paths, sources, strict=True):
                if path.name == LEDGER:
                    lengths = dict(source.execute("select file, length from archive_files").fetchall())
                copies.append(_copy_database(path.name, source, backup, mark))
    except sqlite3.Error as error:
        raise DatabaseError(f"the databases of {data} cannot be copied: {error}") from error
    return copies, lengths


@contextmanager
def _one_moment(paths: list[Path]) -> Iterator[list[sqlite3.Connection]]:
    """Databases, opened for reading between two commits to the first of them, so that their contents belong together."""
    with ExitStack() as opened:
        watch, *sources = (
            opened.enter_context(closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, isolation_level=None)))
            for path in (*paths[:1], *paths)
        )
        for _ in range(_TRIES):
            version = _data_version(watch)
            for source in sources:
                source.execute("begin")
                source.execute("select count(*) from sqlite_master").fetchone()
            if _data_version(watch) == version:
                yield sources
                return
            for source in sources:
                source.execute("rollback")
    raise BackupError(f"{paths[0]} is written to without a pause; try again")


def _data_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma data_version").fetchone()[0])


def _copy_database(name: str, source: sqlite3.Connection, backup: Path, mark: str) -> Copy:
    path = backup / "databases" / f"{mark}-{name}"
    with closing(sqlite3.connect(path)) as target:
        source.backup(target)
        target.execute("pragma journal_mode=delete")
    length = path.stat().st_size
    with path.open("r+b") as file:
        digest = _digest(_chunks(file, length))
        os.fsync(file.fileno())
    return Copy(name, f"databases/{path.name}", length, digest)


def _copy_grown(path: Path, length: int, backup: Path, before: Copy | None, mark: str, progress: Progress) -> Copy:
    """Copy the first `length` bytes of an archive file: nothing where they were copied, what has grown where it grew.

    What was written anew gets a new name, so that the copy before stays.
    """
    name = f"archive/{path.name}"
    try:
        modified = path.stat().st_mtime_ns
        if before and not _holds(backup, before):
            before = None
        if before and (before.length, before.modified) == (length, modified):
            progress.step(length)
            return before
        with path.open("rb") as source:
            whole, offset = hashlib.sha256(), 0
            if before and before.length <= length:
                for chunk in _chunks(source, before.length):
                    whole.update(chunk)
                offset = before.length
            if before and whole.hexdigest() == before.sha256:
                stored = before.stored
            else:
                stored, whole, offset = f"{name}.{mark}", hashlib.sha256(), 0
            source.seek(offset)
            progress.step(offset)
            with (backup / stored).open("r+b" if offset else "wb") as target:
                target.seek(offset)
                for chunk in _chunks(source, length - offset):
                    target.write(chunk)
                    whole.update(chunk)
                    progress.step(len(chunk))
                target.flush()
                os.fsync(target.fileno())
    except OSError as error:
        raise BackupError(f"{path} cannot be copied: {error}") from error
    return Copy(name, stored, length, whole.hexdigest(), modified)


def _holds(backup: Path, copy: Copy) -> bool:
    path = backup / copy.stored
    return path.is_file() and path.stat().st_size >= copy.length


def _chunks(file: BinaryIO, length: int) -> Iterator[bytes]:
    """The next `length` bytes of a file; raises BackupError where it is shorter."""
    while length:
        chunk = file.read(min(length, _CHUNK))
        if not chunk:
            raise BackupError(f"{file.name} is {length} bytes shorter than it should be")
        length -= len(chunk)
        yield chunk


def _digest(chunks: Iterator[bytes]) -> str:
    whole = hashlib.sha256()
    for chunk in chunks:
        whole.update(chunk)
    return whole.hexdigest()
