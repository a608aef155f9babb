"""The crawl's memory, `crawl.db`: every URL ever listed, what became of it and why. Private, never thrown away.

Each listing of a URL in a run is one row of `listings` and ends in exactly one outcome; `run_outlets` holds their sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Migrations

from crawler.archive import Position
from crawler.clock import now
from pipelines.canonical import canonical_url
from pipelines.database import DatabaseFile, execute_all
from pipelines.model import Page
from pipelines.schema import CRAWL, RUN_TABLES

Outcome = Literal[
    "known", "listed_twice", "out_of_window", "irrelevant", "robots", "deferred", "fetched", "failed"
]  # fmt: skip
OUTCOMES: tuple[Outcome, ...] = (
    "known", "listed_twice", "out_of_window", "irrelevant", "robots", "deferred", "fetched", "failed",
)  # fmt: skip

MAX_TRIES = 3
"""How many nights a failing article is asked for again without being listed again."""

migrations = Migrations("crawl")

TABLES = """
create table urls (
    url text primary key,
    outlet text not null,
    link text not null,
    title text not null,
    listed_on text,
    found_by text not null,
    first_seen text not null,
    last_seen text not null,
    state text not null,
    reason text,
    tries integer not null default 0,
    status integer,
    etag text,
    last_modified text,
    fetched_at text,
    warc_file text,
    warc_offset integer,
    verdict text
) strict;
create table listings (
    run text not null references runs(id),
    outlet text not null,
    position integer not null,
    url text not null,
    found_by text not null,
    outcome text,
    reason text,
    primary key (run, outlet, position)
) strict;
create table walks (
    outlet text not null,
    listing text not null,
    complete integer not null,
    entries integer not null,
    primary key (outlet, listing)
) strict;
create table archive_files (
    file text primary key,
    length integer not null
) strict;
create index idx_urls_outlet_state on urls(outlet, state);
create index idx_urls_verdict on urls(warc_file) where verdict is null;
create index idx_listings_url on listings(run, outlet, url);
"""

STANDINGS = """
create table standings (
    outlet text primary key,
    score real not null,
    reason text,
    since text,
    suspended_until text,
    suspensions integer not null,
    paused_since text,
    paused_reason text
) strict;
"""


@migrations()
def create_tables(db: Any) -> None:
    """The first schema."""
    execute_all(db, RUN_TABLES + TABLES)


@migrations()
def create_standings(db: Any) -> None:
    """How outlets stand with us (crawler/standing.py)."""
    execute_all(db, STANDINGS)


class LedgerError(Exception):
    """The outcomes of a run do not add up to what was listed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article as a listing shows it. `url` is its identity, `link` what is requested."""

    url: str
    link: str
    title: str
    found_by: str  # list, feed, search, queue
    listed_on: str | None = None  # ISO date, where the listing gives one


class Ledger(DatabaseFile):
    """`crawl.db`, open for writing by the one run there is."""

    migrations = migrations
    durability = "full"

    def __init__(self, path: Path | str) -> None:
        super().__init__(path)
        self._positions: dict[tuple[str, str], int] = {}
        self._new: set[str] = set()

    # runs

    def open_run(self, version: str, *, newsroom: bool = False) -> str:
        """Begin a run, of a newsroom or of the press, and give its id; runs that never ended are marked as killed."""
        moment = now()
        stem = f"{moment:%Y%m%dT%H%M%S}"
        with self.transaction():
            self._execute("update runs set state = 'killed' where state = 'running'")
            taken = self._one("select count(*) from runs where id like ?", f"{stem}%")[0]
            run = f"{stem}-{taken + 1}"
            self._execute(
                "insert into runs (id, started, state, version, newsroom) values (?, ?, 'running', ?, ?)",
                run, moment.isoformat(), version, int(newsroom),
            )  # fmt: skip
        return run

    def close_run(self, run: str, state: str) -> None:
        """End a run as `ok`, `unhealthy` or `stopped`."""
        self._execute("update runs set finished = ?, state = ? where id = ?", now().isoformat(), state, run)

    def sum_up(self, run: str, outlet: str, left_over: str) -> dict[str, int]:
        """Counts of an outlet's part of a run: `listed`, each outcome, `plan_articles`.

        Listings that have no outcome yet become `deferred`, with `left_over` as the reason. Raises LedgerError where the
        outcomes do not add up to what was listed.
        """
        with self.transaction():
            self._execute(
                "update listings set outcome = 'deferred', reason = ? where run = ? and outlet = ? and outcome is null",
                left_over, run, outlet,
            )  # fmt: skip
            query = "select outcome, count(*) from listings where run = ? and outlet = ? group by outcome"
            found = dict(self.db.conn.execute(query, [run, outlet]).fetchall())
        query = (
            "select count(distinct u.url) from listings l join urls u on u.url = l.url"
            " where l.run = ? and l.outlet = ? and l.outcome = 'fetched' and u.verdict = 'plan'"
        )
        sums: dict[str, int] = {outcome: found.get(outcome, 0) for outcome in OUTCOMES}
        listed = self._positions.get((run, outlet), 0)
        if sum(sums.values()) != listed:
            raise LedgerError(f"{outlet}: {listed} listed, but the outcomes add up to {sum(sums.values())}: {sums}")
        return {"listed": listed, **sums, "plan_articles": self._one(query, run, outlet)[0]}

    def sums(self, run: str) -> dict[str, int]:
        """How far a run is: `listed`, `fetched`, `open` (listed, without an outcome yet), `plans`."""
        query = (
            "select count(*), count(*) filter (where l.outcome = 'fetched'), count(*) filter (where l.outcome is null),"
            " count(*) filter (where l.outcome = 'fetched' and u.verdict = 'plan')"
            " from listings l join urls u on u.url = l.url where l.run = ?"
        )
        return dict(zip(("listed", "fetched", "open", "plans"), self._one(query, run), strict=True))

    def close_outlet(
        self, run: str, outlet: str, state: str, reason: str | None, sums: dict[str, int], seconds: float
    ) -> dict[str, Any]:
        """Enter an outlet's part of a run; the row."""
        row = {"run": run, "outlet": outlet, "state": state, "reason": reason, **sums, "seconds": seconds}
        marks = ", ".join("?" for _ in row)
        self._execute(f"insert into run_outlets ({', '.join(row)}) values ({marks})", *row.values())  # noqa: S608
        return row

    def crawl_tables(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of `runs` and `run_outlets`, for the published database."""
        return {name: list(self.db.query(f"select * from {name}")) for name in CRAWL}  # noqa: S608

    # listings

    def judge(self, run: str, outlet: str, candidate: Candidate, verdict: tuple[Outcome, str] | None) -> bool:
        """Note one listing of a URL and tell whether to fetch it.

        `verdict` is what the listing alone says (`irrelevant`, `out_of_window`), None where it speaks for fetching.
        A URL that an earlier listing of any run brought in is `known`; one of this run is `listed_twice`.
        """
        with self.transaction():
            stored = self._one("select state from urls where url = ?", candidate.url)
            earlier = self._one(
                "select outcome from listings where run = ? and outlet = ? and url = ?"
                " and (outcome is null or outcome not in ('irrelevant', 'out_of_window')) limit 1",
                run, outlet, candidate.url,
            )  # fmt: skip
            outcome: Outcome | None
            reason: str | None = None
            if stored is None:
                self._new.add(candidate.url)
            if earlier is not None:
                outcome = "listed_twice"
            elif stored and stored[0] == "fetched":
                outcome = "known"
            elif verdict:
                outcome, reason = verdict
            else:
                outcome = None
            self._note(candidate, outlet, outcome, reason)
            position = self._positions.get((run, outlet), 0) + 1
            self._positions[(run, outlet)] = position
            self._execute(
                "insert into listings (run, outlet, position, url, found_by, outcome, reason) values (?,?,?,?,?,?,?)",
                run, outlet, position, candidate.url, candidate.found_by, outcome, reason,
            )  # fmt: skip
        return outcome is None

    def is_news(self, candidate: Candidate) -> bool:
        """Whether no earlier run settled this URL: it was neither fetched nor judged by its title.

        One that this run saw first, on whatever listing, stays news for the other listings that show it.
        """
        row = self._one("select state from urls where url = ?", candidate.url)
        return row is None or row[0] in ("listed", "out_of_window") or candidate.url in self._new

    def queue(self, outlet: str) -> list[Candidate]:
        """What earlier runs wanted and did not get, oldest first: stopped, killed or failed before."""
        query = (
            "select url, link, title, found_by, listed_on from urls where outlet = ? and"
            " (state = 'listed' or (state = 'failed' and tries < ?)) order by first_seen, url"
        )
        return [Candidate(*row) for row in self.db.conn.execute(query, [outlet, MAX_TRIES])]

    def settle(self, run: str, outlet: str, url: str, outcome: Outcome, reason: str | None = None) -> None:
        """Give the open listing of a URL its outcome."""
        with self.transaction():
            self._settle_listing(run, outlet, url, outcome, reason)
            state = "listed" if outcome == "deferred" else outcome
            tried = 1 if outcome == "failed" else 0
            self._execute(
                "update urls set state = ?, reason = ?, tries = tries + ? where url = ?", state, reason, tried, url
            )

    # pages

    def archived(
        self,
        page: Page,
        position: Position,
        *,
        run: str | None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Commit where an article page lies in the archive. From here on it is fetched, whatever happens to the run.

        `run` is None where a page is taken over from the archive of a run that was killed.
        """
        url = _identity(page)
        outlet = page.outlet.key
        candidate = Candidate(url, page.url, page.listed_title or "", page.found_by or "archive")
        with self.transaction():
            self._note(candidate, outlet, "fetched", None)
            self._execute(
                "update urls set state = 'fetched', reason = null, status = ?, etag = ?, last_modified = ?,"
                " fetched_at = ?, warc_file = ?, warc_offset = ?, verdict = null where url = ?",
                page.status, etag, last_modified, page.retrieved.isoformat(), position.file, position.offset, url,
            )  # fmt: skip
            if run:
                self._settle_listing(run, outlet, url, "fetched", None)
            self._archive_length(position)

    def archive_grew(self, position: Position) -> None:
        """Commit the length of an archive file after a page that is no article."""
        with self.transaction():
            self._archive_length(position)

    def archive_length(self, file: str) -> int:
        """Up to where the records of an archive file are known here."""
        row = self._one("select length from archive_files where file = ?", file)
        return int(row[0]) if row else 0

    def set_verdict(self, page: Page, verdict: str) -> None:
        """What reading the archived page gave: plan, no-plan, or why it could not be read."""
        self._execute("update urls set verdict = ? where url = ?", verdict, _identity(page))

    def set_unreadable(self, page: Page, why: object) -> None:
        """Note that an archived page could not be read or stored; a rebuild tries again."""
        self.set_verdict(page, f"unreadable: {why}")

    def unread_of(self, run: str, outlet: str) -> int:
        """How many articles that a run fetched of an outlet could not be read or stored."""
        query = (
            "select count(distinct u.url) from listings l join urls u on u.url = l.url where l.run = ? and l.outlet = ?"
            " and l.outcome = 'fetched' and (u.verdict is null or u.verdict like 'unreadable%')"
        )
        return int(self._one(query, run, outlet)[0])

    def unread(self) -> list[tuple[str, int]]:
        """Archive positions of articles that were fetched but not read yet, in order."""
        query = (
            "select warc_file, warc_offset from urls where warc_file is not null and verdict is null"
            " order by warc_file, warc_offset"
        )
        return [(row[0], row[1]) for row in self.db.conn.execute(query)]

    # walks

    def begin_walk(self, outlet: str, listing: str) -> tuple[bool, int]:
        """Note that a walk through a listing begins; of the last one, whether it came to its end and what it showed."""
        row = self._one("select complete, entries from walks where outlet = ? and listing = ?", outlet, listing)
        self._execute(
            "insert into walks (outlet, listing, complete, entries) values (?, ?, 0, 0)"
            " on conflict(outlet, listing) do update set complete = 0",
            outlet, listing,
        )  # fmt: skip
        return (bool(row[0]), int(row[1])) if row else (False, 0)

    def end_walk(self, outlet: str, listing: str, entries: int) -> None:
        """Note that a walk came to its end and how many articles it showed; a later one may stop at known articles.

        A walk that showed none leaves the number of the last one, so that a listing gone empty is told every night.
        """
        self._execute(
            "update walks set complete = 1, entries = coalesce(nullif(?, 0), entries) where outlet = ? and listing = ?",
            entries, outlet, listing,
        )  # fmt: skip

    # inner

    def _execute(self, sql: str, *values: Any) -> None:
        self.db.conn.execute(sql, values)

    def _one(self, sql: str, *values: Any) -> Any:
        """The first row, None where there is none."""
        return self.db.conn.execute(sql, values).fetchone()

    def _settle_listing(self, run: str, outlet: str, url: str, outcome: Outcome, reason: str | None) -> None:
        self._execute(
            "update listings set outcome = ?, reason = ? where run = ? and outlet = ? and url = ? and outcome is null",
            outcome, reason, run, outlet, url,
        )  # fmt: skip

    def _archive_length(self, position: Position) -> None:
        self._execute(
            "insert into archive_files (file, length) values (?, ?)"
            " on conflict(file) do update set length = max(length, excluded.length)",
            position.file, position.end,
        )  # fmt: skip

    def _note(self, candidate: Candidate, outlet: str, outcome: Outcome | None, reason: str | None) -> None:
        """Enter or refresh a URL; only a fresh judgement changes its state, what is fetched stays fetched."""
        moment = now().isoformat()
        state = "listed" if outcome in (None, "listed_twice", "known") else outcome
        self._execute(
            "insert into urls (url, outlet, link, title, listed_on, found_by, first_seen, last_seen, state, reason)"
            " values (?,?,?,?,?,?,?,?,?,?) on conflict(url) do update set last_seen = excluded.last_seen,"
            " listed_on = coalesce(excluded.listed_on, listed_on),"
            " state = case when ? then excluded.state else state end,"
            " reason = case when ? then excluded.reason else reason end",
            candidate.url, outlet, candidate.link, candidate.title, candidate.listed_on, candidate.found_by, moment,
            moment, state, reason, *[outcome is None or outcome in ("irrelevant", "out_of_window")] * 2,
        )  # fmt: skip


def _identity(page: Page) -> str:
    return page.listed_url or canonical_url(page.url)
