"""The perfect crawler: it takes every page off the newsroom's systems without HTTP, and knows all that can be known."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings

from crawler.cms.base import OutletSpider
from pipelines.canonical import article_id, canonical_url
from pipelines.model import KST, Page
from pipelines.read import read_page
from pipelines.schema import DERIVED
from pipelines.store import NOT_IN_DIGEST, Store
from tests.newsroom.demo import ICOSE
from tests.newsroom.model import Article, Desk
from tests.newsroom.systems import SYSTEMS, System
from tests.newsroom.wire import Request


@dataclass(frozen=True)
class Difference:
    """What one table holds too little or too much of one article (or, without one, of one plan), and why it may be."""

    table: str
    label: str
    missing: int
    surplus: int
    columns: tuple[str, ...]
    why: str = ""
    explained: bool = True

    def text(self) -> str:
        """For a person."""
        parts = [f"{n} {word}" for n, word in ((self.missing, "missing"), (self.surplus, "too much")) if n]
        parts += [f"{', '.join(self.columns)} differ"] if self.columns else []
        return f"{self.table}: {self.label}: {'; '.join(parts)}{f' ({self.why})' if self.why else ''}"


def know(path: Path, desk: Desk, moments: Sequence[datetime], without: Collection[str] = ()) -> dict[str, str]:
    """Fill a database with what the outlets showed at these moments; by canonical URL, the names of the articles.

    A page is read when it says something new: the article appears, is edited or goes. `without` names articles that
    could not be had at any of the moments.
    """
    names: dict[str, str] = {}
    told: dict[str, Article | None] = {}
    with Store(path) as store:
        spiders = {key: spider_of(key) for key in desk.outlets}
        sites = {key: SYSTEMS[outlet.system](outlet, desk.of(key)) for key, outlet in desk.outlets.items()}
        for moment in moments:
            for key, site in sites.items():
                site.turn_to(moment)
                robots = Protego.parse(site.robots())
                for whole, at in desk.of(key):
                    url = spiders[key].reader.article_url.replace("{id}", at.id)
                    article = whole.as_of(moment.astimezone(KST).replace(tzinfo=None))
                    if whole.slug in without or told.get(url) == article or not robots.can_fetch(url, "iljari"):
                        continue
                    told[url] = article
                    names[canonical_url(url)] = whole.slug
                    page = page_of(site, url, moment, spiders[key])
                    store.put_outlet(page.outlet)
                    store.put(read_page(page))
    return names


def spider_of(key: str) -> OutletSpider:
    """An outlet's spider, of which the perfect crawler takes what the outlet is and how its articles are requested."""
    spider: type[OutletSpider] = SpiderLoader.from_settings(get_project_settings()).load(key)
    return spider(address=ICOSE) if spider.address_setting else spider()


def page_of(site: System, url: str, moment: datetime, spider: OutletSpider) -> Page:
    """What the outlet answers under an article's URL, as the crawl would keep it."""
    parts = urlsplit(url)
    answer = site.answer(Request("GET", url, path=parts.path, query=parts.query), moment)
    return Page(
        url=url, body=answer.body, retrieved=moment, outlet=spider.about, status=answer.status,
        content_type=answer.content_type, listed_url=canonical_url(url),
    )  # fmt: skip


def differences(
    names: Mapping[str, str], wanted: Path, data: Path
) -> tuple[dict[str, str], dict[str, str], list[Difference]]:
    """The digests of the perfect crawler's database and of a crawl's, and how their rows differ."""
    with Store(wanted) as perfect, Store(data / "jobplans.db") as real:
        digests = perfect.digests(), real.digests()
    labels = {article_id(url): f"{slug} {url}" for url, slug in names.items()}
    found: list[Difference] = []
    with (
        sqlite3.connect(wanted) as perfect_db,
        sqlite3.connect(data / "jobplans.db") as real_db,
        sqlite3.connect(data / "crawl.db") as ledger,
    ):
        for connection in (perfect_db, real_db, ledger):
            connection.row_factory = sqlite3.Row
        for table in DERIVED:
            if digests[0][table] != digests[1][table]:
                found += _of_table(table, perfect_db, real_db, ledger, labels)
    return *digests, found


def _of_table(
    table: str,
    perfect: sqlite3.Connection,
    real: sqlite3.Connection,
    ledger: sqlite3.Connection,
    labels: Mapping[str, str],
) -> list[Difference]:
    rows = _rows(perfect, table), _rows(real, table)
    groups: dict[str, list[tuple[dict[str, Any] | None, dict[str, Any] | None]]] = {}
    for key in rows[0].keys() | rows[1].keys():
        pair = rows[0].get(key), rows[1].get(key)
        if pair[0] != pair[1]:
            one: dict[str, Any] = pair[0] or pair[1] or {}
            groups.setdefault(str(one.get("article") or one.get("plan") or key[0]), []).append(pair)
    made = []
    for group, pairs in sorted(groups.items()):
        missing = sum(there is None for _, there in pairs)
        surplus = sum(here is None for here, _ in pairs)
        columns = {name for here, there in pairs if here and there for name in here if here[name] != there.get(name)}
        url = _url(group, perfect, real)
        why, explained = _why(url, ledger) if url and table == "articles" else ("", True)
        label = labels.get(group) or (f"unknown to the perfect crawler {url}" if url else group)
        made.append(Difference(table, label, missing, surplus, tuple(sorted(columns)), why, explained))
    return made


def _rows(database: sqlite3.Connection, table: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    columns = database.execute(f"pragma table_info([{table}])").fetchall()
    keys = [column["name"] for column in sorted(columns, key=lambda column: column["pk"]) if column["pk"]]
    left_out = NOT_IN_DIGEST.get(table, set())
    found = {}
    for row in database.execute(f"select * from [{table}]"):
        found[tuple(row[key] for key in keys)] = {name: row[name] for name in row.keys() if name not in left_out}  # noqa: SIM118
    return found


def _url(article: str, *databases: sqlite3.Connection) -> str | None:
    for database in databases:
        row = database.execute("select canonical from articles where id = ?", [article]).fetchone()
        if row:
            return str(row[0])
    return None


def _why(url: str, ledger: sqlite3.Connection) -> tuple[str, bool]:
    """What the ledger says of an article, and whether that is a reason for not having it."""
    row = ledger.execute("select * from urls where url = ?", [url]).fetchone()
    if row is None:
        return "never listed", False
    listed = ledger.execute("select run, outcome, reason from listings where url = ? order by run", [url]).fetchall()
    visits = ledger.execute("select run, outcome, reason from visits where url = ? order by run", [url]).fetchall()
    history = [
        f"{one['run'][4:8]} {what}{one['outcome']}{': ' + one['reason'] if one['reason'] else ''}"
        for what, rows in (("", listed), ("visit ", visits))
        for one in rows
        if one["outcome"] not in ("known", "listed_twice")
    ]
    said = (
        f"{row['state']}, {row['verdict'] or row['reason']}; tries {row['tries']}; {'; '.join(dict.fromkeys(history))}"
    )
    return said, row["verdict"] != "plan" and bool(row["verdict"] or row["reason"])
