"""The schema of `jobplans.db`, as migrations that are applied once each and in order.

The database is derived from the archive, so a change that a migration cannot express is a rebuild.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Migrations

from pipelines.database import execute_all
from pipelines.history import content_of
from pipelines.merge import as_json

migrations = Migrations("jobplans")

RUN_TABLES = """
create table runs (
    id text primary key,
    started text not null,
    finished text,
    state text not null,
    version text not null,
    newsroom integer not null default 0
) strict;

create table run_outlets (
    run text not null references runs(id),
    outlet text not null,
    state text not null,
    reason text,
    listed integer not null,
    known integer not null,
    listed_twice integer not null,
    out_of_window integer not null,
    irrelevant integer not null,
    robots integer not null,
    deferred integer not null,
    fetched integer not null,
    failed integer not null,
    plan_articles integer not null,
    seconds real,
    primary key (run, outlet)
) strict;
"""
"""Tables of runs: kept in `crawl.db`, copied into `jobplans.db`."""

RUN_ACCOUNTS = """
alter table runs add column kind text not null default 'nightly';
alter table run_outlets add column blocked integer not null default 0;
alter table run_outlets add column list_pages integer not null default 0;
alter table run_outlets add column visits integer not null default 0;
create table run_outcomes (
    run text not null references runs(id),
    outlet text not null,
    stage text not null,
    outcome text not null,
    count integer not null,
    primary key (run, outlet, stage, outcome)
) strict;
"""
"""What the second schema adds to them: an account of every list page, listed address, reading and visit."""

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

RUN_CHECKS = """
alter table runs add column memory_mb real;
alter table run_outlets add column entries integer;
alter table run_outlets add column new integer;
alter table run_outlets add column held real;
alter table run_outlets add column undated integer;
alter table run_outlets add column misdated integer;
alter table run_outlets add column garbled integer;
alter table run_outlets add column garbled_titles integer;
alter table run_outlets add column doubled integer;
alter table run_outlets add column plans_flagged integer;
alter table run_outlets add column plans_conflicting integer;
alter table run_outlets add column invalid integer;
alter table run_outlets add column coverage real;
alter table run_outlets add column waiting integer;
alter table run_outlets add column latency real;
create table run_checks (
    run text not null references runs(id),
    outlet text not null,
    monitor text not null,
    level text not null,
    change text not null,
    since text not null,
    cause text not null,
    ko text not null,
    en text not null,
    primary key (run, outlet, monitor)
) strict;
create index idx_run_outlets_outlet on run_outlets(outlet, run);
create index idx_run_checks_outlet on run_checks(outlet, run);
"""
"""What monitors measure (crawler/monitors/measures.py) and what they said. Checks that are content leave no row."""

TABLES = """
create table municipalities (
    id text primary key,
    code text not null,
    province text not null,
    name text not null,
    full_name text not null,
    kind text not null,
    valid_from text,
    valid_to text,
    successor text,
    lat real,
    lon real
) strict;

create table outlets (
    key text primary key,
    name text not null,
    domain text not null,
    system text not null,
    region text,
    tier text not null,
    verified text not null
) strict;

create table articles (
    id text primary key,
    canonical text not null unique,
    url text not null,
    outlet text not null references outlets(key),
    original_outlet text,
    title text not null,
    published text,
    modified text,
    retrieved text not null,
    municipality text references municipalities(id),
    municipality_candidates text not null,
    kind text,
    plan_year integer,
    plan_year_end integer,
    reasons text not null,
    flags text not null,
    body_sha256 text not null,
    body_chars integer not null,
    system text,
    skin text,
    encoding text not null,
    reader text not null
) strict;

create table plans (
    id text primary key,
    municipality text not null references municipalities(id),
    municipality_name text not null,
    province text not null,
    kind text not null,
    plan_year integer not null,
    plan_year_end integer not null,
    revised integer not null,
    plan_name text,
    head_name text,
    head_office text,
    job_target integer,
    budget_krw integer,
    budget_change_pct real,
    budget_change_krw integer,
    employment_rate_target real,
    employment_rate_base text,
    strategies integer,
    tasks integer,
    projects integer,
    prior_job_target integer,
    prior_jobs_created integer,
    achievement_rate real,
    sources integer not null,
    agreement text not null,
    flags text not null,
    first_published text
) strict;

create table plan_articles (
    plan text not null references plans(id),
    article text not null references articles(id),
    primary key (plan, article)
) strict;

create table facts (
    id text primary key,
    article text not null references articles(id),
    plan text references plans(id),
    field text not null,
    position integer not null,
    label text,
    value any,
    unit text,
    prior any,
    as_written text not null,
    qualifier text,
    frame text,
    categories text not null,
    period text,
    status text,
    base text,
    evidence text not null,
    start integer not null,
    end integer not null,
    source text not null,
    rule text not null,
    checks text not null
) strict;

create table breakdowns (
    id text primary key,
    plan text not null references plans(id),
    article text not null references articles(id),
    fact text not null references facts(id),
    position integer not null,
    frame text,
    label text not null,
    categories text not null,
    value integer not null,
    unit text not null,
    prior integer
) strict;

create table strategies (
    id text primary key,
    plan text not null references plans(id),
    article text not null references articles(id),
    fact text not null references facts(id),
    position integer not null,
    name text not null
) strict;

create table conflicts (
    id text primary key,
    plan text not null references plans(id),
    field text not null,
    value any,
    fact text not null references facts(id),
    article text not null references articles(id),
    outlet text not null references outlets(key),
    chosen integer not null
) strict;

create index idx_facts_article on facts(article);
create index idx_facts_field on facts(field);
create index idx_facts_plan on facts(plan, field);
create index idx_plan_articles_article on plan_articles(article);
create index idx_articles_published on articles(published);
create index idx_articles_municipality on articles(municipality);
create index idx_articles_outlet on articles(outlet);
create index idx_plans_municipality on plans(municipality);
create index idx_plans_province on plans(province);
create index idx_plans_year on plans(plan_year);
create index idx_breakdowns_plan on breakdowns(plan);
create index idx_strategies_plan on strategies(plan);
create index idx_conflicts_plan on conflicts(plan);
create index idx_municipalities_code on municipalities(code);

create virtual table plans_fts using fts5(bigrams, tokenize='unicode61');
create virtual table articles_fts using fts5(bigrams, tokenize='unicode61');
create virtual table municipalities_fts using fts5(bigrams, tokenize='unicode61');
"""

VERSIONS = """
alter table articles add column status text not null default 'live';
alter table articles add column versions integer not null default 1;
alter table articles add column gone_seen text;
alter table plans add column releases integer not null default 0;
alter table plans add column withdrawn integer not null default 0;
alter table plan_articles add column release text references articles(id);

create table versions (
    article text not null references articles(id),
    number integer not null,
    event text not null,
    title text,
    modified text,
    body_sha256 text,
    body_chars integer,
    seen text not null,
    primary key (article, number)
) strict;

create table changes (
    article text not null references articles(id),
    version integer not null,
    position integer not null,
    field text not null,
    label text,
    before any,
    after any,
    as_written_before text,
    as_written_after text,
    primary key (article, version, position),
    foreign key (article, version) references versions(article, number)
) strict;

create table sightings (
    article text not null,
    at text not null,
    content text not null,
    shown text not null,
    told text not null,
    sketch blob,
    primary key (article, at, content)
) strict;

create table addresses (
    address text primary key,
    canonical text not null
) strict;

create index idx_changes_field on changes(field);
create index idx_plan_articles_release on plan_articles(release);
create index idx_addresses_canonical on addresses(canonical);
"""

DERIVED = (
    "municipalities", "articles", "versions", "changes", "plans", "plan_articles", "facts", "breakdowns", "strategies",
    "conflicts",
)  # fmt: skip
"""Tables that the archive and the code determine; the digest covers them."""

INNER = ("sightings", "addresses")
"""Tables that the others are made from, fetch by fetch; nothing for a reader."""

CRAWL = ("runs", "run_outlets", "run_outcomes", "run_checks")
"""Tables that tell of the crawl, in the order of their references; copied from `crawl.db`, outside the digest. How
outlets stand now (`standings`) is copied with them."""

RUN_KEYS = {name: "id" if name == "runs" else "run" for name in CRAWL}
"""The column of each that names the run."""


@migrations()
def create_tables(db: Any) -> None:
    """The first schema."""
    execute_all(db, RUN_TABLES + TABLES)


@migrations()
def account_for_outcomes(db: Any) -> None:
    """Runs tell what became of list pages, readings and visits as well."""
    execute_all(db, RUN_ACCOUNTS)


@migrations()
def keep_versions(db: Any) -> None:
    """Versions of articles, releases, and what they are made from. What was stored becomes the first version."""
    articles = list(db.query("select * from articles"))
    execute_all(db, VERSIONS)
    for row in articles:
        article = row.pop("id")
        del row["canonical"]
        facts = list(db.query("select * from facts where article = ?", [article]))
        for fact in facts:
            fact["id"], fact["article"] = fact["id"].removeprefix(article), ""
        plans = [found["plan"] for found in db.query("select plan from plan_articles where article = ?", [article])]
        told = {"article": row, "facts": facts, "plan": plans[0] if plans else None}
        told |= {name: row[name] for name in ("body_sha256", "body_chars")}
        db.execute(
            "insert into sightings (article, at, content, shown, told) values (?, ?, ?, 'plan', ?)",
            [article, row["retrieved"], content_of("plan", row["title"], row["body_sha256"]), as_json(told)],
        )
        db.execute(
            "insert into versions (article, number, event, title, modified, body_sha256, body_chars, seen)"
            " values (?, 1, 'published', ?, ?, ?, ?, ?)",
            [article, *(row[name] for name in ("title", "modified", "body_sha256", "body_chars", "retrieved"))],
        )
    execute_all(db, "update plan_articles set release = article; update plans set releases = sources")


@migrations()
def publish_checks(db: Any) -> None:
    """What the monitors measured and said, and how outlets stand."""
    execute_all(db, RUN_CHECKS + STANDINGS)
