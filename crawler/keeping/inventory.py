"""What the archive holds: files, pages and bytes, by outlet and by month, and how much room is left."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crawler.clock import now
from crawler.keeping import archive, recovery, rewrite
from crawler.keeping.archive import Record
from crawler.keeping.lock import COPY, hold_lock
from crawler.keeping.rewrite import Rewritten
from crawler.ledger import Ledger
from crawler.progress import Progress
from crawler.report import as_columns
from pipelines.model import Page

KINDS = {"articles": "articles 기사", "lists": "lists 목록", "others": "others 기타"}


PAGES, SIZE = "pages 쪽", "size 크기"


@dataclass(slots=True)
class Share:
    """A part of the archive."""

    pages: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Inventory:
    """The archive in figures. Bytes are those on the disk; records that are no pages count in `bytes` only."""

    files: int = 0
    bytes: int = 0
    free: int = 0
    articles: int = 0
    lists: int = 0
    others: int = 0  # errors, block pages
    oldest: str | None = None  # ISO
    newest: str | None = None
    outlets: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))  # by key
    months: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))  # by YYYY-MM

    def add(self, page: Page, length: int) -> None:
        """Count a page whose record has this length."""
        if archive.is_article(page):
            self.articles += 1
        elif page.kind == "list":
            self.lists += 1
        else:
            self.others += 1
        moment = page.retrieved.isoformat(timespec="seconds")
        self.oldest = min(self.oldest or moment, moment)
        self.newest = max(self.newest or moment, moment)
        for share in (self.outlets[page.outlet.key], self.months[moment[:7]]):
            share.pages += 1
            share.bytes += length

    def text(self) -> str:
        """For a person."""
        pages = self.articles + self.lists + self.others
        kinds = ", ".join(f"{getattr(self, name):,} {label}" for name, label in KINDS.items())
        lines = [
            f"{self.files:,} files 파일, {megabytes(self.bytes)}; free on the disk 남은 공간 {megabytes(self.free)}",
            f"{pages:,} pages 쪽: {kinds}",
            f"from {self.oldest} to {self.newest}" if pages else "no pages yet · 아직 없음",
        ]
        for title, shares in (("outlet 매체", self.outlets), ("month 월", self.months)):
            rows = [[key, f"{share.pages:,}", megabytes(share.bytes)] for key, share in sorted(shares.items())]
            lines += ["", *as_columns([[title, PAGES, SIZE], *rows], right=(PAGES, SIZE))] if rows else []
        return "\n".join(lines)


def inventory(folder: Path) -> Inventory:
    """Look through the whole archive. Raises ArchiveError."""
    result = Inventory(free=shutil.disk_usage(folder).free)
    paths = archive.files(folder)
    result.files, result.bytes = len(paths), sum(path.stat().st_size for path in paths)
    progress = Progress("looked through", result.bytes)
    for path in paths:
        for position, page in archive.pages(path):
            result.add(page, position.end - position.offset)
            progress.step(position.end - position.offset)
    return result


def prune_lists(data: Path, days: int) -> Rewritten:
    """Drop list pages fetched more than so many days ago; all others stay. What left.

    Raises LockedError, ArchiveError, DatabaseError, OSError.
    """
    limit = now() - timedelta(days=days)

    def leaves(record: Record) -> bool:
        told = record.told
        return told.get("kind") == "list" and datetime.fromisoformat(told["retrieved"]) < limit

    folder = archive.folder_of(data)
    with hold_lock(data), hold_lock(data, COPY), Ledger(data / "crawl.db") as ledger:
        recovery.take_in(folder, ledger)
        return rewrite.drop(folder, ledger, leaves)


def megabytes(size: float) -> str:
    """A size for a person: `12.3 MB`."""
    return f"{size / 1e6:,.1f} MB"
