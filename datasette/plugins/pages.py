"""What the start page and the pages of a plan, an article and a municipality show beyond their own row."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request

Row = dict[str, Any]

HEADLINE = ("job_target", "budget_krw", "employment_rate_target")
FIELDS = (
    *HEADLINE, "budget_change_pct", "budget_change_krw", "strategies", "tasks", "projects", "prior_job_target",
    "prior_jobs_created", "achievement_rate", "plan_name", "head_name", "head_office",
)  # fmt: skip
"""Fields of a plan in the order in which a person reads them."""

FACTS = """
    select f.*, a.title, a.url, a.published, a.original_outlet, a.outlet, a.status as article_status,
           o.name as outlet_name, o.tier
    from facts f join articles a on a.id = f.article join outlets o on o.key = a.outlet
    where f.{column} = ? order by o.tier = 'repost', a.published is null, a.published, a.id, f.source, f.start
"""
ARTICLES = """
    select a.*, o.name as outlet_name, o.tier from articles a join outlets o on o.key = a.outlet
    where {where} order by o.tier = 'repost', a.published is null, a.published, a.id
"""
COPIES = """
    select p.release, a.*, o.name as outlet_name, o.tier from plan_articles p join articles a on a.id = p.article
    join outlets o on o.key = a.outlet where p.plan = ?
    order by min(coalesce(a.published, '9999')) over (partition by p.release), p.release, o.tier = 'repost',
             a.published is null, a.published, a.id
"""
VERSIONS = "select * from versions where article = ? order by number desc"
CHANGES = "select * from changes where article = ? order by version, position"
PLANS = "select * from plans where {where} order by plan_year desc, kind, id"
BREAKDOWNS = """
    select b.*, f.evidence, f.as_written, f.qualifier from breakdowns b join facts f on f.id = b.fact
    where b.plan = ? order by b.frame is null, b.frame, b.position
"""
STRATEGIES = """
    select s.*, f.evidence, f.as_written from strategies s join facts f on f.id = s.fact
    where s.plan = ? order by s.position
"""
CONFLICTS = """
    select c.*, f.as_written, f.qualifier, a.title, a.published, a.url, a.original_outlet, a.status as article_status,
           o.name as outlet_name, o.tier, p.release
    from conflicts c join plan_articles p on p.plan = c.plan and p.article = c.article join facts f on f.id = c.fact join articles a on a.id = c.article join outlets o on o.key = c.outlet
    where c.plan = ? order by c.field, c.chosen desc, a.published
"""
COUNTS = """
    select (select count(*) from plans) as plans, (select count(distinct municipality) from plans) as municipalities,
           (select count(*) from facts) as facts, (select count(*) from articles) as articles,
           (select count(distinct outlet) from articles) as outlets,
           exists (select 1 from runs where newsroom) as newsroom
"""
NEWEST = "select * from plans order by first_published desc, id limit 15"
LAST_RUN = """
    select r.*, count(o.outlet) as outlets, sum(o.listed) as listed, sum(o.fetched) as fetched, sum(o.failed) as failed,
           sum(o.plan_articles) as plan_articles
    from (select * from runs order by started desc limit 1) r left join run_outlets o on o.run = r.id group by r.id
"""
RUN_STATES = "select state, count(*) as n from run_outlets where run = ? group by state order by n desc, state"


async def _rows(db: Database, sql: str, *params: Any) -> list[Row]:
    return [dict(row) for row in (await db.execute(sql, params)).rows]


def _grouped(rows: Iterable[Row], key: str) -> list[tuple[Any, list[Row]]]:
    return [(value, list(group)) for value, group in groupby(rows, key=lambda row: row[key])]


def _stated(plan: Row, facts: list[Row]) -> list[Row]:
    """The fields of the plan that have a value, each with all that its articles state, those of this value first."""
    agreement = json.loads(plan["agreement"])
    return [
        {
            "field": name,
            "value": plan[name],
            "agreement": agreement.get(name, "").split("/"),
            "facts": sorted(
                (fact for fact in facts if fact["field"] == name), key=lambda fact: fact["value"] != plan[name]
            ),
        }
        for name in FIELDS
        if plan[name] is not None
    ]


async def _plan_page(db: Database, key: str) -> Row:
    (plan,) = await _rows(db, "select * from plans where id = ?", key)
    facts = await _rows(db, FACTS.format(column="plan"), key)
    flags = json.loads(plan["flags"])
    return {
        "plan": plan,
        "headline": [(name, plan[name], any(flag.get("field") == name for flag in flags)) for name in HEADLINE],
        "stated": _stated(plan, facts),
        "others": [fact for fact in facts if fact["field"].startswith("other_")],
        "frames": _grouped(await _rows(db, BREAKDOWNS, key), "frame"),
        "strategies": await _rows(db, STRATEGIES, key),
        "conflicts": _grouped(await _rows(db, CONFLICTS, key), "field"),
        "releases": _grouped(await _rows(db, COPIES, key), "release"),
        "flags": flags,
    }


async def _article_page(db: Database, key: str) -> Row:
    (article,) = await _rows(db, ARTICLES.format(where="a.id = ?"), key)
    named = [article["municipality"], *json.loads(article["municipality_candidates"])]
    marks = ", ".join("?" for _ in named)
    return {
        "article": article,
        "municipalities": await _rows(db, f"select * from municipalities where id in ({marks})", *named),  # noqa: S608
        "plans": await _rows(db, PLANS.format(where="id in (select plan from plan_articles where article = ?)"), key),
        "facts": await _rows(db, FACTS.format(column="article"), key),
        "versions": await _rows(db, VERSIONS, key),
        "changes": dict(_grouped(await _rows(db, CHANGES, key), "version")),
        "flags": json.loads(article["flags"]),
    }


async def _municipality_page(db: Database, key: str) -> Row:
    (municipality,) = await _rows(db, "select * from municipalities where id = ?", key)
    after = (municipality["successor"] or "").split("|")
    marks = ", ".join("?" for _ in after)
    plans = await _rows(db, PLANS.format(where="municipality = ?"), key)
    return {
        "municipality": municipality,
        "plans": plans,
        "largest": max((plan["job_target"] or 0 for plan in plans if plan["kind"] == "yearly"), default=0),
        "articles": await _rows(
            db,
            ARTICLES.format(
                where="a.municipality = ? and not exists (select 1 from plan_articles where article = a.id)"
            ),
            key,
        ),
        "before": await _rows(
            db, "select * from municipalities where '|' || successor || '|' like '%|' || ? || '|%' order by id", key
        ),
        "after": await _rows(db, f"select * from municipalities where id in ({marks}) order by id", *after),  # noqa: S608
    }


async def _start_page(db: Database) -> Row:
    (counts,) = await _rows(db, COUNTS)
    last = await _rows(db, LAST_RUN)
    return {
        "counts": counts,
        "newest": await _rows(db, NEWEST),
        "run": last[0] if last else None,
        "run_states": await _rows(db, RUN_STATES, last[0]["id"]) if last else [],
    }


ROW_PAGES: Mapping[str, Callable[[Database, str], Awaitable[Row]]] = {
    "plans": _plan_page,
    "articles": _article_page,
    "municipalities": _municipality_page,
}


@hookimpl
def extra_template_vars(
    view_name: str | None, table: str | None, request: Request | None, datasette: Datasette
) -> Callable[[], Awaitable[Row]]:
    """`page`, what the project's own templates show; nothing for Datasette's."""

    async def load() -> Row:
        db = datasette.databases.get("jobplans")
        if db is None or request is None:
            return {}
        if view_name == "index":
            return {"page": await _start_page(db)}
        if view_name == "row" and table and table in ROW_PAGES:
            return {"page": await ROW_PAGES[table](db, tilde_decode(request.url_vars["pks"]))}
        return {}

    return load
