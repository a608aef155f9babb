"""The locks of a data folder: who holds one is written in it, and the death of its holder frees it.

`run.lock` is for what writes the databases or the archive, `copy.lock` for what needs archived records to stay where
they are (a backup) or moves them.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Self

from crawler.clock import now

logger = logging.getLogger(__name__)

RUN, COPY = "run.lock", "copy.lock"
RESTORING = "restoring"
"""A file that stands in a data folder until a restore has brought everything."""


class LockedError(Exception):
    """Another process works on the same data folder; the message says which and since when."""

    def __init__(self, message: str, hours: float = 0.0) -> None:
        super().__init__(message)
        self.hours = hours
        """For how long it has been at work, as far as it has told."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock."""

    command: str
    pid: int
    host: str
    since: str  # ISO, by the project's clock

    @classmethod
    def me(cls) -> Owner:
        """This process."""
        return cls(_command(sys.orig_argv), os.getpid(), socket.gethostname(), now().isoformat(timespec="seconds"))

    @classmethod
    def parse(cls, text: bytes) -> Owner | None:
        """What a lock file tells; None where it tells nothing."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None

    def __str__(self) -> str:
        return f"`{self.command}` (process {self.pid} on {self.host})"

    @property
    def hours(self) -> float:
        """How long it has been at work."""
        return max(timedelta(), now() - datetime.fromisoformat(self.since)) / timedelta(hours=1)

    @property
    def age(self) -> str:
        """The same for a person: `2 h 5 min`."""
        hours, minutes = divmod(int(self.hours * 60), 60)
        return f"{hours} h {minutes} min" if hours else f"{minutes} min"


class Lock:
    """A lock that is held; close it, or use it in a `with` statement."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the lock; an empty file tells that its holder ended in order."""
        if not self._file.closed:
            self._file.truncate(0)
            self._file.close()


def hold_lock(data: Path, name: str = RUN, *, restoring: bool = False) -> Lock:
    """Take a lock of a data folder for this process. Raises LockedError, OSError.

    A data folder whose restore was cut off is refused, unless it is to be restored.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"{data} cannot be made a data folder: {error.strerror}") from error
    if (data / RESTORING).exists() and not restoring:
        raise OSError(f"the restore into {data} was cut off: run `scrapy restore` again, it takes the folder over")
    file = FileIO(data / name, "a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = _owner(file)
        file.close()
        raise LockedError(_refusal(data, owner), owner.hours if owner else 0.0) from None
    left = _owner(file)
    if left:
        logger.warning("Taking over from %s, which began %s and died at its work", left, left.since)
    file.truncate(0)
    with suppress(OSError):  # a full disk may still be worked on, to free some of it
        file.write(json.dumps(asdict(Owner.me())).encode())
    return Lock(file)


def holder(data: Path, name: str = RUN) -> tuple[Owner | None, bool]:
    """Who is written in a lock of a data folder, and whether it is held: who is not there any more died at its work.

    Nothing is taken: a lock without a name in it is not even tried. Raises OSError.
    """
    try:
        file = FileIO(data / name, "r")
    except FileNotFoundError:
        return None, False
    with file:
        owner = _owner(file)
        if owner is None:
            return None, False
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return owner, True
        return owner, False


def _owner(file: FileIO) -> Owner | None:
    file.seek(0)
    return Owner.parse(file.read())


def _refusal(data: Path, owner: Owner | None) -> str:
    who = f"{owner} has been at work since {owner.since}, {owner.age}" if owner else "it has not told its name yet"
    return f"another run works on {data}: {who}; wait for it or name another folder (ILJARI_DATA)"


def _command(arguments: list[str]) -> str:
    """A command line without interpreter and paths: `scrapy nightly --only asiae`."""
    words = arguments[1:]
    if words[:1] == ["-m"]:
        words = words[1:]
    elif words[:1] == ["-c"]:
        words = ["python -c", *words[2:]]
    return " ".join([Path(words[0]).name, *words[1:]]) if words else "python"
