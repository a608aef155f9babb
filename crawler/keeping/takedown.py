"""An article is taken down: its pages leave the archive, its rows the published database, and it is never fetched again.

The ledger keeps the URL, the day and the reason. Mobile and AMP twins are the same article.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crawler.keeping import archive, recovery, rewrite
from crawler.keeping.archive import Record
from crawler.keeping.lock import COPY, hold_lock
from crawler.ledger import Ledger
from pipelines.canonical import canonical_url
from pipelines.database import DatabaseFile
from pipelines.store import Store


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What a takedown removed."""

    urls: tuple[str, ...]  # identities, the asked-for one first
    records: int
    plans: tuple[str, ...]  # that lost a source or are gone

    def text(self) -> str:
        """For a person."""
        lines = [f"taken down · 게시 중단: {url}" for url in self.urls]
        left = f"{self.records} records have left the archive" if self.records else "nothing of it was in the archive"
        lines.append(f"{left}; plans changed: {', '.join(self.plans) or 'none'}")
        return "\n".join(lines)


def take_down(data: Path, url: str, reason: str) -> TakenDown:
    """Remove the article at a URL for good. Doing it again finishes one that was cut off.

    Raises ValueError, LockedError, ArchiveError, DatabaseError, OSError.
    """
    asked = canonical_url(url)
    if not asked.startswith("https://"):
        raise ValueError(f"{url!r} is no address of an article; write http://… or https://…")
    if not reason.strip():
        raise ValueError("say why, for those who come after: --reason TEXT")
    folder = archive.folder_of(data)
    with hold_lock(data), hold_lock(data, COPY), Ledger(data / "crawl.db") as ledger:
        _leave_no_trace(ledger)
        recovery.take_in(folder, ledger)
        same = _same_article(folder, data / "jobplans.db", asked)
        for one in same:
            ledger.take_down(one, reason.strip())
        plans = _remove_rows(data / "jobplans.db", ledger.taken_down())
        gone = ledger.taken_down()
        left = rewrite.drop(folder, ledger, lambda record: bool(_identities(record) & gone))
        ledger.finish_takedowns()
    return TakenDown(same, left.records, plans)


def _same_article(folder: Path, database: Path, asked: str) -> tuple[str, ...]:
    """All identities of an article: a listed link may have led to another URL, a page may have named another its own."""
    groups = {frozenset(_identities(record)) for path in archive.files(folder) for record in archive.records(path)}
    if database.exists():
        with Store(database) as store:
            groups |= store.addresses()
    same = {asked}
    while more := set().union(*(group for group in groups if group & same)) - same:
        same |= more
    return (asked, *sorted(same - {asked}))


def _identities(record: Record) -> set[str]:
    if record.url is None or record.told.get("kind") == "list":
        return set()
    return recovery.identities(record.url, record.told.get("listed_url"))


def _remove_rows(path: Path, urls: frozenset[str]) -> tuple[str, ...]:
    if not path.exists():
        return ()
    touched: set[str] = set()
    with Store(path) as store:
        _leave_no_trace(store)
        for url in sorted(urls):
            touched |= store.remove(url)
        for index in store.db.table_names(fts5=True):  # deleted words stay in its segments until they are merged
            store.db.execute(f"insert into {index} ({index}) values ('optimize')")  # noqa: S608
    return tuple(sorted(touched))


def _leave_no_trace(database: DatabaseFile) -> None:
    """Have deleted content overwritten in the file."""
    database.db.execute("pragma secure_delete=on")
