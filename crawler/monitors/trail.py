"""What stands behind the findings of an outlet: the list pages and articles of the run that crawled it last, and its queue.

Read from `crawl.db`, which is private, without writing.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import Any

from crawler.ledger import MAX_TRIES

Row = dict[str, Any]

MOST = 50
"""How many articles are told, those with trouble first."""
_TABLES = {"urls", "listings", "list_pages", "visits", "run_checks"}
_LAST = """
select o.run, r.started, r.kind, o.state, o.reason, o.listed, o.fetched, o.failed, o.blocked, o.robots, o.deferred
from run_outlets o join runs r on r.id = o.run
where o.outlet = ? and o.state not in ('skipped', 'suspended', 'paused') and r.kind != 'backfill'
order by o.run desc limit 1
"""
_FINDINGS = """
select monitor, level, change, since, cause, ko, en from run_checks where run = ? and outlet = ?
order by change = 'recovered', level, monitor
"""
_LIST_PAGES = """
select listing, number, outcome, entries, reason, url from list_pages where run = ? and outlet = ? order by listing, number
"""
_ARTICLES = """
with asked as (
    select l.url, 'listed' as stage, l.outcome, l.reason from listings l
    where l.run = :run and l.outlet = :outlet and l.outcome in ('failed', 'blocked', 'robots', 'fetched')
    union all
    select v.url, 'visit', v.outcome, v.reason from visits v
    where v.run = :run and v.outlet = :outlet and v.outcome in ('failed', 'blocked', 'robots', 'no-text', 'unread')
), told as (
    select a.stage, a.outcome, case when a.outcome = 'fetched' then coalesce(u.verdict, 'unread') end as reading, a.reason,
        case when a.outcome = 'fetched' then (
            select min(o.link) from urls o where o.outlet = u.outlet and o.text_hash = u.text_hash and o.url != u.url
        ) end as same_text_as,
        u.link as url
    from asked a join urls u on u.url = a.url
)
select *, count(*) over () as total from told
order by outcome = 'fetched' and reading in ('plan', 'no-plan', 'gone') and same_text_as is null, stage, outcome, url
limit :most
"""
_QUEUE = """
select count(*) as waiting, min(first_seen) as oldest from urls
where outlet = ? and (state = 'listed' or (state in ('failed', 'blocked') and tries < ?))
"""


def trail(ledger: Connection, outlet: str) -> Row | None:
    """What is known of an outlet's last run: `last_run`, `findings`, `list_pages`, `articles` (MOST at most),
    `articles_more`, `waiting`, `oldest`. None where it was never crawled or the database is of an earlier version."""
    tables = {name for (name,) in ledger.execute("select name from sqlite_master where type = 'table'")}
    if not tables >= _TABLES:
        return None
    runs = _rows(ledger, _LAST, [outlet])
    if not runs:
        return None
    run = runs[0]["run"]
    articles = _rows(ledger, _ARTICLES, {"run": run, "outlet": outlet, "most": MOST})
    total = articles[0]["total"] if articles else 0
    for article in articles:
        del article["total"]
    return {
        "last_run": runs[0],
        "findings": _rows(ledger, _FINDINGS, [run, outlet]),
        "list_pages": _rows(ledger, _LIST_PAGES, [run, outlet]),
        "articles": articles,
        "articles_more": total - len(articles),
        **_rows(ledger, _QUEUE, [outlet, MAX_TRIES])[0],
    }


def _rows(ledger: Connection, query: str, values: Any) -> list[Row]:
    cursor = ledger.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
