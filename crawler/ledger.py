"""The crawl's memory, `crawl.db`: every URL ever listed, what became of it and why. Private, never thrown away.

Each listing of a URL in a run is one row of `listings` and ends in exactly one outcome; so does each list page that was
asked for (`list_pages`) and each visit to an article fetched before (`visits`). `run_outcomes` holds their sums for good,
these rows are those of the last KEPT_NIGHTS nights.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from crawler.accounts import Account, LedgerError, Outcome
from crawler.backfill import Progress
from crawler.clock import now
from crawler.keeping.archive import Position
from crawler.ledger_schema import migrations
from crawler.monitors.findings import Finding
from crawler.visits import LAST_DAY, Known, VisitOutcome, is_due
from crawler.walks import ListOutcome, Memory, Walk
from pipelines.canonical import canonical_url
from pipelines.database import DatabaseFile
from pipelines.model import Page
from pipelines.schema import RUN_KEYS

MAX_TRIES = 3
"""How many nights a failing article is asked for again without being listed again."""

KEPT_NIGHTS = 400
"""Nightly runs of which each listing, list page and visit is kept: a year, to compare with, and some more."""

_ROWS = {"listed": "listings", "list_pages": "list_pages", "visits": "visits"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article as a listing shows it. `url` is its identity, `link` what is requested."""

    url: str
    link: str
    title: str
    found_by: str  # list, feed, search, queue
    listed_on: str | None = None  # ISO date, where the listing gives one


Judged = tuple[Candidate, tuple[Outcome, str] | None]
"""A candidate with the verdict of its listing."""


class Ledger(DatabaseFile):
    """`crawl.db`, open for writing by the one run there is."""

    migrations = migrations
    durability = "normal"  # a power cut may take the last commits: the archive, which is synced first, gives them again

    def __init__(self, path: Path | str) -> None:
        super().__init__(path)
        self._positions: dict[tuple[str, str], int] = {}
        self._new: set[str] = set()

    # runs

    def open_run(self, version: str, *, kind: str = "nightly", newsroom: bool = False) -> str:
        """Begin a run, of a newsroom or of the press, and give its id. Runs that never ended were killed: they are
        marked so, and what they had listed is accounted for."""
        moment = now()
        stem = f"{moment:%Y%m%dT%H%M%S}"
        self._close_killed()
        with self.transaction():
            taken = self._one("select count(*) from runs where id like ?", f"{stem}%")[0]
            run = f"{stem}-{taken + 1}"
            self._execute(
                "insert into runs (id, started, state, version, newsroom, kind) values (?, ?, 'running', ?, ?, ?)",
                run, moment.isoformat(), version, int(newsroom), kind,
            )  # fmt: skip
        return run

    def close_run(self, run: str, state: str, memory_mb: float | None = None) -> None:
        """End a run as `ok`, `unhealthy` or `stopped`; `memory_mb` is what its processes took at their highest.

        What is too old to be told page by page goes.
        """
        ended = "update runs set finished = ?, state = ?, memory_mb = ? where id = ?"
        self._execute(ended, now().isoformat(), state, memory_mb, run)
        oldest = self._one(
            "select id from runs where kind = 'nightly' order by id desc limit 1 offset ?", KEPT_NIGHTS - 1
        )
        if oldest:
            with self.transaction():
                for table in _ROWS.values():
                    self._execute(f"delete from {table} where run < ?", oldest[0])  # noqa: S608

    def run_row(self, run: str) -> dict[str, Any]:
        """A row of `runs`."""
        return next(self.db.query("select * from runs where id = ?", [run]))

    def sum_up(self, run: str, outlet: str, left_over: str) -> Account:
        """Count what became of an outlet's part of a run.

        What has no outcome yet becomes `deferred`, with `left_over` as the reason. Raises LedgerError where the outcomes
        do not add up to what was listed.
        """
        with self.transaction():
            account = self._account(run, outlet, left_over)
        listed = self._positions.get((run, outlet), 0)
        if account.total("listed") != listed:
            raise LedgerError(f"{listed} listed, but {account.total('listed')} with an outcome", account)
        if account.total("read") != account.of("listed", "fetched"):
            said = f"{account.of('listed', 'fetched')} fetched, but {account.total('read')} with a reading"
            raise LedgerError(said, account)
        return account

    def sums(self, run: str) -> dict[str, int]:
        """How far a run is: `listed`, `fetched`, `open` (listed, without an outcome yet), `plans`, `visits` still to come."""
        query = (
            "select count(*), count(*) filter (where l.outcome = 'fetched'), count(*) filter (where l.outcome is null),"
            " count(*) filter (where l.outcome = 'fetched' and u.verdict = 'plan'),"
            " (select count(*) from visits v where v.run = ?1 and v.outcome is null)"
            " from listings l join urls u on u.url = l.url where l.run = ?1"
        )
        return dict(zip(("listed", "fetched", "open", "plans", "visits"), self._one(query, run), strict=True))

    def close_outlet(
        self,
        run: str,
        outlet: str,
        state: str,
        reason: str | None,
        account: Account,
        seconds: float | None,
        measures: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Enter an outlet's part of a run; the row of `run_outlets`."""
        row = {"run": run, "outlet": outlet, "state": state, "reason": reason, **account.columns(), "seconds": seconds}
        row |= measures or {}
        marks = ", ".join("?" for _ in row)
        with self.transaction():
            self._execute(f"insert into run_outlets ({', '.join(row)}) values ({marks})", *row.values())  # noqa: S608
            self.db.conn.executemany(
                "insert into run_outcomes (run, outlet, stage, outcome, count) values (?, ?, ?, ?, ?)",
                [(run, outlet, stage, name, n) for stage, by in account.counts.items() for name, n in by.items() if n],
            )
        return row

    def put_findings(self, run: str, findings: Iterable[Finding]) -> None:
        """Enter what the monitors found."""
        with self.transaction():
            for finding in findings:
                row = finding.row(run)
                marks = ", ".join("?" for _ in row)
                self._execute(f"insert into run_checks ({', '.join(row)}) values ({marks})", *row.values())  # noqa: S608

    def crawl_tables(self, known: Mapping[str, str] | None = None) -> dict[str, list[dict[str, Any]]]:
        """The rows of the tables that tell of runs, for the published database: of runs that it does not know in their
        present state. How outlets stand is given whole."""
        known = known or {}
        states = self.db.conn.execute("select id, state from runs").fetchall()
        wanted = json.dumps([run for run, state in states if known.get(run) != state])
        query = "select * from {} where {} in (select value from json_each(?))"
        tables = {name: list(self.db.query(query.format(name, key), [wanted])) for name, key in RUN_KEYS.items()}
        return tables | {"standings": list(self.db.query("select * from standings"))}

    def _close_killed(self) -> None:
        unaccounted = (
            "select outlet from listings where run = ?1 union select outlet from list_pages where run = ?1"
            " union select outlet from visits where run = ?1 except select outlet from run_outlets where run = ?1"
        )
        for (run,) in self.db.conn.execute("select id from runs where state = 'running'").fetchall():
            for (outlet,) in self.db.conn.execute(unaccounted, [run]).fetchall():
                with self.transaction():
                    account = self._account(run, outlet, "the crawl was killed")
                self.close_outlet(run, outlet, "stopped", "the crawl was killed", account, None)
        self._execute("update runs set state = 'killed' where state = 'running'")

    def _account(self, run: str, outlet: str, left_over: str) -> Account:
        counts: dict[str, dict[str, int]] = {}
        for stage, table in _ROWS.items():
            self._execute(
                f"update {table} set outcome = 'deferred', reason = ? where run = ? and outlet = ? and outcome is null",  # noqa: S608
                left_over, run, outlet,
            )  # fmt: skip
            query = f"select outcome, count(*) from {table} where run = ? and outlet = ? group by outcome"  # noqa: S608
            counts[stage] = dict(self.db.conn.execute(query, [run, outlet]).fetchall())
        query = (
            "select case when u.verdict is null then 'unread' when u.verdict like 'unreadable%' then 'unreadable'"
            " else u.verdict end, count(*) from listings l join urls u on u.url = l.url"
            " where l.run = ? and l.outlet = ? and l.outcome = 'fetched' group by 1"
        )
        counts["read"] = dict(self.db.conn.execute(query, [run, outlet]).fetchall())
        return Account(counts)

    # listings

    def judge(self, run: str, outlet: str, judged: Iterable[Judged]) -> list[Candidate]:
        """Note what a page of a listing shows, and give those that are to be fetched, in order.

        A verdict is what the listing alone says (`irrelevant`, `out_of_window`), None where it speaks for fetching.
        A URL that an earlier listing of any run brought in is `known`; one of this run is `listed_twice`.
        """
        with self.transaction():
            return [one for one, verdict in judged if self._judge(run, outlet, one, verdict)]

    def _judge(self, run: str, outlet: str, candidate: Candidate, verdict: tuple[Outcome, str] | None) -> bool:
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
        elif stored and stored[0] in ("fetched", "taken_down"):
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
            " (state = 'listed' or (state in ('failed', 'blocked') and tries < ?)) order by first_seen, url"
        )
        return [Candidate(*row) for row in self.db.conn.execute(query, [outlet, MAX_TRIES])]

    def settle(self, run: str, outlet: str, url: str, outcome: Outcome, reason: str | None = None) -> None:
        """Give the open listing of a URL its outcome."""
        with self.transaction():
            self._settle_listing(run, outlet, url, outcome, reason)
            state = _STATES.get(outcome, outcome)
            tried = 1 if outcome in ("failed", "blocked") else 0
            self._execute(
                "update urls set state = ?, reason = ?, tries = tries + ? where url = ? and state != 'taken_down'",
                state, reason, tried, url,
            )  # fmt: skip

    # pages

    def archived(
        self,
        page: Page,
        position: Position,
        *,
        run: str | None,
        payload: str | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Commit where an article page lies in the archive. From here on it is fetched, whatever happens to the run.

        `payload` is the hash of its bytes. `run` is None where a page is taken over from the archive of a killed run.
        """
        url = identity(page)
        outlet = page.outlet.key
        candidate = Candidate(url, page.url, page.listed_title or "", page.found_by or "archive")
        with self.transaction():
            self._note(candidate, outlet, "fetched", None)
            self._execute(
                "update urls set state = 'fetched', reason = null, status = ?, etag = ?, last_modified = ?,"
                " fetched_at = ?, checked_at = ?, warc_file = ?, warc_offset = ?, payload = ?, verdict = null where url = ?",
                page.status, etag, last_modified, page.retrieved.isoformat(), page.retrieved.isoformat(), position.file,
                position.offset, payload, url,
            )  # fmt: skip
            if run:
                self._settle_listing(run, outlet, url, "fetched", None)
                self._settle_visit(run, url, "unread", None)
            self._archive_length(position)

    def seen_again(self, page: Page, position: Position, run: str, reason: str) -> None:
        """Commit that a visit found the version that is archived already; `position` is that of the revisit record."""
        with self.transaction():
            self._execute("update urls set checked_at = ? where url = ?", page.retrieved.isoformat(), identity(page))
            self._settle_visit(run, identity(page), "unchanged", reason)
            self._archive_length(position)

    def payload_of(self, url: str) -> str | None:
        """The hash of the bytes that were archived last of an article."""
        row = self._one("select payload from urls where url = ?", url)
        return row[0] if row else None

    def archive_grew(self, position: Position) -> None:
        """Commit the length of an archive file after a page that is no article."""
        with self.transaction():
            self._archive_length(position)

    def archive_length(self, file: str) -> int:
        """Up to where the records of an archive file are known here."""
        row = self._one("select length from archive_files where file = ?", file)
        return int(row[0]) if row else 0

    def set_verdict(
        self, page: Page, verdict: str, *, published: date | None = None, text_hash: str | None = None
    ) -> None:
        """What reading the archived page gave: plan, no-plan, or why it could not be read. Settles a visit as well:
        `text_hash`, of title and body, tells whether the text is another one than before."""
        url = identity(page)
        with self.transaction():
            before = self._one("select text_hash from urls where url = ?", url)
            self._execute(
                "update urls set verdict = ?, published = coalesce(?, published), text_hash = coalesce(?, text_hash)"
                " where url = ?",
                verdict, published and published.isoformat(), text_hash, url,
            )  # fmt: skip
            outcome, reason = _visited(verdict, text_hash, before[0] if before else None)
            self._execute(
                "update visits set outcome = ?, reason = ? where url = ? and outcome = 'unread'", outcome, reason, url
            )

    def listed_on(self, page: Page) -> date | None:
        """The day on which a listing says that a page's article appeared."""
        row = self._one("select listed_on from urls where url = ?", identity(page))
        return date.fromisoformat(row[0]) if row and row[0] else None

    def set_unreadable(self, page: Page, why: object) -> None:
        """Note that an archived page could not be read or stored; a rebuild tries again."""
        self._execute("update urls set verdict = ? where url = ?", f"unreadable: {why}", identity(page))

    def unread(self) -> list[tuple[str, int]]:
        """Archive positions of articles that were fetched but not read yet, in order."""
        query = (
            "select warc_file, warc_offset from urls where warc_file is not null and verdict is null"
            " order by warc_file, warc_offset"
        )
        return [(row[0], row[1]) for row in self.db.conn.execute(query)]

    # visits

    def open_visits(self, run: str, outlet: str, today: date) -> list[Known]:
        """The articles of an outlet that are due to be looked at again, newest first; each is a row of `visits` now.

        An article is as young as its page or its list says: a wrong date on one of them must not end the visits.
        """
        query = (
            "select url, link, title, found_by, etag, last_modified, verdict, substr(checked_at, 1, 10),"
            " max(coalesce(published, listed_on, substr(first_seen, 1, 10)), coalesce(listed_on, published, '')) as born"
            " from urls"
            " where outlet = ? and state = 'fetched' and checked_at is not null and born >= ? order by born desc, url"
        )
        oldest = (today - timedelta(days=LAST_DAY)).isoformat()
        due = [
            Known(*row[:6])
            for row in self.db.conn.execute(query, [outlet, oldest])
            if is_due(date.fromisoformat(row[8]), date.fromisoformat(row[7]), today, row[6])
        ]
        with self.transaction():
            self.db.conn.executemany(
                "insert into visits (run, outlet, url) values (?, ?, ?)", [(run, outlet, one.url) for one in due]
            )
        return due

    def settle_visit(self, run: str, url: str, outcome: VisitOutcome, reason: str | None) -> None:
        """Give an open visit its outcome."""
        self._settle_visit(run, url, outcome, reason)

    # what leaves the archive

    def take_down(self, url: str, reason: str) -> None:
        """Note that an identity is taken down: nothing but the URL, the day and the reason is kept of it."""
        moment = now().isoformat()
        with self.transaction(lasting=True):
            self._execute(
                "insert into takedowns (url, taken_down, reason) values (?, ?, ?) on conflict do nothing",
                url,
                moment,
                reason,
            )
            self._execute(
                "insert into urls (url, outlet, link, title, found_by, first_seen, last_seen, state)"
                " values (?, '', '', '', 'takedown', ?, ?, '') on conflict do nothing",
                url, moment, moment,
            )  # fmt: skip
            self._execute(
                "update urls set state = 'taken_down', reason = ?, link = url, title = '', listed_on = null, etag = null,"
                " last_modified = null, published = null, checked_at = null, payload = null, text_hash = null,"
                " warc_file = null, warc_offset = null, verdict = 'taken down' where url = ?",
                reason, url,
            )  # fmt: skip

    def finish_takedowns(self) -> None:
        """Note that nothing of what was taken down is in the archive any more."""
        self._execute("update takedowns set finished = 1")

    def takedowns(self) -> list[dict[str, Any]]:
        """What was taken down, oldest first: `url`, `taken_down`, `reason`, `finished`."""
        return list(self.db.query("select * from takedowns order by taken_down, url"))

    def taken_down(self) -> frozenset[str]:
        """The identities that were taken down."""
        return frozenset(row[0] for row in self.db.conn.execute("select url from takedowns"))

    def takedown_reason(self, url: str) -> str | None:
        """Why an identity was taken down, None where it was not."""
        row = self._one("select reason from takedowns where url = ?", url)
        return row[0] if row else None

    def begin_swap(self, file: str, length: int, moved: Mapping[int, int]) -> None:
        """Commit that a file of the archive is replaced by one of this length, in which records lie elsewhere.

        `moved` maps the old offset of each record that stays to its new one. Positions are changed in every table that
        has them.
        """
        with self.transaction(lasting=True):
            self._execute("insert into archive_swaps (file, length) values (?, ?)", file, length)
            self._execute("update archive_files set length = ? where file = ?", length, file)
            for table in self.db.tables:
                if {"warc_file", "warc_offset"} <= table.columns_dict.keys():
                    self._execute(
                        f"update {table.name} set warc_offset = moved.new"  # noqa: S608
                        " from (select cast(key as integer) old, value new from json_each(?)) moved"
                        f" where {table.name}.warc_file = ? and {table.name}.warc_offset = moved.old",
                        json.dumps(moved), file,
                    )  # fmt: skip

    def swaps(self) -> list[tuple[str, int]]:
        """Archive files whose replacement was committed and not finished, with their new length."""
        return [(row[0], row[1]) for row in self.db.conn.execute("select file, length from archive_swaps")]

    def end_swap(self, file: str) -> None:
        """Note that a file of the archive is replaced."""
        self._execute("delete from archive_swaps where file = ?", file)

    # walks

    def begin_walk(self, outlet: str, listing: str) -> Memory:
        """Note that a walk through a listing begins; what earlier ones knew."""
        row = self._one(
            "select complete, entries, oldest, end_page from walks where outlet = ? and listing = ?", outlet, listing
        )
        self._execute(
            "insert into walks (outlet, listing, complete, entries) values (?, ?, 0, 0)"
            " on conflict(outlet, listing) do update set complete = 0",
            outlet, listing,
        )  # fmt: skip
        if row is None:
            return Memory()
        return Memory(bool(row[0]), int(row[1]), date.fromisoformat(row[2]) if row[2] else None, row[3])

    def ask_list_page(self, run: str, outlet: str, listing: str, number: int, url: str) -> None:
        """Note that a page of a listing is asked for."""
        self._execute(
            "insert into list_pages (run, outlet, listing, number, url) values (?, ?, ?, ?, ?)",
            run, outlet, listing, number, url,
        )  # fmt: skip

    def settle_list_page(
        self,
        run: str,
        outlet: str,
        listing: str,
        number: int,
        outcome: ListOutcome,
        reason: str | None,
        entries: int = 0,
    ) -> None:
        """Give a page of a listing its outcome."""
        self._execute(
            "update list_pages set outcome = ?, reason = ?, entries = ?"
            " where run = ? and outlet = ? and listing = ? and number = ?",
            outcome, reason, entries, run, outlet, listing, number,
        )  # fmt: skip

    def end_walk(self, outlet: str, walk: Walk) -> None:
        """Keep what a walk learnt; after one that ended as it should, a later one may stop at known articles.

        A walk that showed none leaves the number of the last one, so that a listing gone empty is told every night.
        """
        self._execute(
            "update walks set complete = ?, entries = coalesce(nullif(?, 0), entries), end_page = coalesce(?, end_page),"
            " oldest = coalesce(min(oldest, ?), oldest, ?) where outlet = ? and listing = ?",
            int(walk.ended), walk.entries, walk.end_page, walk.oldest and walk.oldest.isoformat(),
            walk.oldest and walk.oldest.isoformat(), outlet, walk.listing.key,
        )  # fmt: skip

    def backfill(self, outlet: str, listing: str) -> Progress:
        """How far the backfill of a listing came."""
        row = self._one("select page, done from backfills where outlet = ? and listing = ?", outlet, listing)
        return Progress(row[0], bool(row[1])) if row else Progress()

    def keep_backfill(self, outlet: str, listing: str, page: int, *, done: bool) -> None:
        """Note that the backfill of a listing has read a page, and whether that was the last one."""
        self._execute(
            "insert into backfills (outlet, listing, page, done) values (?, ?, ?, ?)"
            " on conflict(outlet, listing) do update set page = excluded.page, done = excluded.done",
            outlet, listing, page, int(done),
        )  # fmt: skip

    def rejudge(self, judge: Callable[[str], bool], *, keep: bool = True) -> list[Candidate]:
        """Judge again every title that was irrelevant. Those that are wanted now are given, and wait to be fetched."""
        query = "select url, link, title, found_by, listed_on from urls where state = 'irrelevant' order by outlet, url"
        wanted = [one for row in self.db.conn.execute(query) if judge((one := Candidate(*row)).title)]
        if keep:
            with self.transaction():
                self.db.conn.executemany(
                    "update urls set state = 'listed', reason = null where url = ?", [(one.url,) for one in wanted]
                )
        return wanted

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

    def _settle_visit(self, run: str, url: str, outcome: VisitOutcome, reason: str | None) -> None:
        self._execute(
            "update visits set outcome = ?, reason = ? where run = ? and url = ? and outcome is null",
            outcome, reason, run, url,
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


def identity(page: Page) -> str:
    """The identity under which a page's article is kept: as a listing showed it, else its canonical URL."""
    return page.listed_url or canonical_url(page.url)


_STATES = {"deferred": "listed", "known": "taken_down"}
"""The state of an address by how a request for it ended, where they differ; only what was taken down ends as known."""


def _visited(verdict: str, text_hash: str | None, before: str | None) -> tuple[VisitOutcome, str | None]:
    if verdict == "gone":
        return "gone", None
    if text_hash is None:
        return "no-text", verdict
    return ("unchanged", "the same text") if text_hash == before else ("changed", None)
