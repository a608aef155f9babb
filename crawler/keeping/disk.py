"""Room on the disk: a crawl that would fill it does not begin, or stops in time."""

from __future__ import annotations

import shutil
from pathlib import Path

MB = 10**6


class NoRoomError(OSError):
    """Less is free on a disk than was asked to stay free."""


def check_room(data: Path, least: int) -> None:
    """Raise NoRoomError where less than `least` bytes are free for the databases or for the archive."""
    for folder in (data, data / "archive"):
        if folder.exists() and (free := shutil.disk_usage(folder).free) < least:
            raise NoRoomError(
                f"{free // MB} MB are free on the disk of {folder}, fewer than {least // MB} (ILJARI_FREE_MB); make room:"
                " `scrapy archive` shows what the archive takes"
            )
