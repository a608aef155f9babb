"""The published database made anew from the archive: jobplans.db is a function of archive, code and gazetteer."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.keeping import archive, recovery, rewrite
from crawler.keeping.lock import hold_lock
from crawler.ledger import Ledger
from crawler.worker import ReadError, read_all
from pipelines.model import Page
from pipelines.store import Store, UnfitError

ASIDE = "rebuild-"


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild gave, beside what was there before."""

    digest: str
    before: str | None = None
    pages: int = 0
    unreadable: list[str] = field(default_factory=list)
    unmet_corrections: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    check: bool = False

    @property
    def same(self) -> bool:
        """Whether the content is what it was."""
        return self.digest == self.before

    def text(self) -> str:
        """For a person."""
        counts = ", ".join(f"{count} {name}" for name, count in self.counts.items() if name != "municipalities")
        lines = [f"{self.pages} article pages read: {counts}", *(f"unreadable: {why}" for why in self.unreadable)]
        lines += self.unmet_corrections
        lines.append(f"digest of the database: {self.before or 'there is none'}")
        lines.append(f"digest of the rebuild:  {self.digest}")
        if self.same:
            lines.append("same content · 내용이 같음")
        elif self.before:
            lines.append(f"different content in {', '.join(self.differing)} · 내용이 다름")
        if not self.check:
            lines.append("jobplans.db is the rebuild now · 다시 만든 것으로 바꿈")
        return "\n".join(lines)


def rebuild(data: Path, read_timeout: float, *, check: bool = False) -> Rebuilt:
    """Read the archive under `data` again; with `check` compare only. Raises LockedError, ArchiveError, DatabaseError."""
    folder = archive.folder_of(data)
    with hold_lock(data), _aside(data) as aside:
        gone, crawl_tables = _from_ledger(data, folder)
        with Store(Path(aside) / "jobplans.db") as made:
            made.db.execute("pragma synchronous=off")  # thrown away where it is cut off, and synced when brought over
            result = _read_all(folder, gone, made, read_timeout)
            result.check = check
            made.put_crawl_tables(crawl_tables)
            digests = made.digests()
            result.digest, result.counts = made.digest(), made.counts()
            result.unmet_corrections = made.unmet_corrections()
        live = data / "jobplans.db"
        if live.exists():
            with Store(live) as old:
                result.before = old.digest()
                result.differing = [name for name, value in old.digests().items() if value != digests[name]]
        if not check:
            _bring_over(Path(aside) / "jobplans.db", live)
    return result


def _from_ledger(data: Path, folder: Path) -> tuple[frozenset[str], dict[str, list[dict[str, Any]]]]:
    """What was taken down and the tables of runs; a rewriting of the archive that was cut off is finished first."""
    if not (data / "crawl.db").exists():
        return frozenset(), {}
    with Ledger(data / "crawl.db") as ledger:
        rewrite.finish(folder, ledger)
        return ledger.taken_down(), ledger.crawl_tables()


@contextmanager
def _aside(data: Path) -> Iterator[str]:
    """A folder beside the data, and none of a rebuild that was killed."""
    for left in data.glob(f"{ASIDE}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=ASIDE, dir=data) as aside:
        yield aside


def _read_all(folder: Path, gone: frozenset[str], made: Store, read_timeout: float) -> Rebuilt:
    result = Rebuilt(digest="")
    processes = max(1, min(4, os.cpu_count() or 1))
    with closing(read_all(_articles(folder, gone, made), read_timeout, processes)) as readings:
        for page, reading in readings:
            result.pages += 1
            try:
                made.put(reading.result())
            except (ReadError, UnfitError) as error:
                result.unreadable.append(f"{page.url}: {error}")
            if result.pages % 500 == 0:
                print(f"{result.pages} pages read", file=sys.stderr, flush=True)
    return result


def _articles(folder: Path, gone: frozenset[str], made: Store) -> Iterator[Page]:
    for page in recovery.pages(folder, gone):
        made.put_outlet(page.outlet)
        if archive.tells_of_article(page):
            yield page


def _bring_over(new: Path, live: Path) -> None:
    """Copy a database over the live one page by page; never rename onto a file whose log a reader may replay."""
    source, target = sqlite3.connect(new), sqlite3.connect(live, timeout=60)
    try:
        source.backup(target)
        target.execute("pragma journal_mode=wal")
    finally:
        source.close()
        target.close()
