"""Records leave the archive: a file is written anew without them and put in the old one's place.

A kill at any moment leaves the old file or the new one, and positions that fit it: the new file is whole on the disk
before the ledger commits where its records lie, and a swap that was committed is finished at the next start.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crawler.keeping import archive
from crawler.keeping.archive import ArchiveError, Record
from crawler.ledger import Ledger


@dataclass(slots=True)
class Rewritten:
    """What left the archive."""

    files: int = 0
    records: int = 0
    bytes: int = 0


def drop(folder: Path, ledger: Ledger, leaves: Callable[[Record], bool]) -> Rewritten:
    """Write every file of the archive anew that holds records which leave.

    The data folder's locks are held and the ledger knows all records (`crawler/keeping/recovery.py`). Raises ArchiveError; a file
    that cannot be replaced stays as it is.
    """
    result = Rewritten()
    for path in archive.files(folder):
        records = list(archive.records(path))
        stays = [record for record in records if not leaves(record)]
        if len(stays) < len(records):
            before = path.stat().st_size
            length = _swap(path, ledger, stays)
            result.files += 1
            result.records += len(records) - len(stays)
            result.bytes += before - length
    return result


def finish(folder: Path, ledger: Ledger) -> None:
    """Finish the swaps that a kill cut off, undo those that were not committed. Raises ArchiveError.

    To be called with the data folder's lock held, before anything of the archive is read.
    """
    committed = dict(ledger.swaps())
    for file, length in committed.items():
        _put_in_place(folder / file, length)
        ledger.end_swap(file)
    for new in folder.glob("*.warc.gz.new"):
        new.unlink()


def _swap(path: Path, ledger: Ledger, stays: list[Record]) -> int:
    """Replace a file by one that holds these of its records; the new length."""
    new = _new(path)
    moved: dict[int, int] = {}
    try:
        with path.open("rb") as source, new.open("wb") as target:
            for record in stays:
                moved[record.position.offset] = target.tell()
                source.seek(record.position.offset)
                target.write(source.read(record.position.end - record.position.offset))
            target.flush()
            os.fsync(target.fileno())
            length = target.tell()
        archive.sync_folder(path.parent)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise ArchiveError(f"{path} cannot be written anew: {error}") from error
    ledger.begin_swap(path.name, length, moved)
    _put_in_place(path, length)
    ledger.end_swap(path.name)
    return length


def _put_in_place(path: Path, length: int) -> None:
    new = _new(path)
    try:
        if new.exists():
            new.replace(path)
        archive.sync_folder(path.parent)
        if path.stat().st_size != length:
            raise ArchiveError(f"{path} is {path.stat().st_size} bytes long, where it was rewritten to {length}")
    except OSError as error:
        raise ArchiveError(f"{path} cannot be replaced: {error}") from error


def _new(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")
