"""The schema of `crawl.db`, as migrations that are applied once each and in order."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Migrations

from pipelines.database import execute_all
from pipelines.schema import RUN_ACCOUNTS, RUN_CHECKS, RUN_TABLES, STANDINGS

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

ACCOUNTS = """
alter table urls add column published text;
alter table urls add column checked_at text;
alter table urls add column payload text;
alter table urls add column text_hash text;
update urls set checked_at = fetched_at;
alter table walks add column oldest text;
alter table walks add column end_page integer;
create table list_pages (
    run text not null references runs(id),
    outlet text not null,
    listing text not null,
    number integer not null,
    url text not null,
    outcome text,
    reason text,
    entries integer,
    primary key (run, outlet, listing, number)
) strict;
create table backfills (
    outlet text not null,
    listing text not null,
    page integer,
    done integer not null default 0,
    primary key (outlet, listing)
) strict;
create table visits (
    run text not null references runs(id),
    outlet text not null,
    url text not null,
    outcome text,
    reason text,
    primary key (run, outlet, url)
) strict;
"""


@migrations()
def create_tables(db: Any) -> None:
    """The first schema."""
    execute_all(db, RUN_TABLES + TABLES)


@migrations()
def account_for_outcomes(db: Any) -> None:
    """List pages and visits are kept account of, and what conditional requests and visits need to know."""
    execute_all(db, RUN_ACCOUNTS + ACCOUNTS)


LEAVING = """
create table takedowns (
    url text primary key,
    taken_down text not null,
    reason text not null,
    finished integer not null default 0
) strict;
create table archive_swaps (
    file text primary key,
    length integer not null
) strict;
"""
"""What must not come back, and archive files that are being replaced by shorter ones (`crawler/keeping/rewrite.py`)."""


@migrations()
def create_leaving(db: Any) -> None:
    """Takedowns and the rewriting of archive files."""
    execute_all(db, LEAVING)


@migrations()
def create_standings(db: Any) -> None:
    """How outlets stand with us (crawler/standing.py)."""
    execute_all(db, STANDINGS)


@migrations()
def keep_checks(db: Any) -> None:
    """What the monitors measured and said (crawler/monitors)."""
    execute_all(db, RUN_CHECKS + "create index idx_urls_text on urls(outlet, text_hash)")
