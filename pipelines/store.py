"""The published database: one writer, one transaction an article, and a digest that tells whether two hold the same."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.canonical import article_id, canonical_url
from pipelines.database import DatabaseError, DatabaseFile
from pipelines.extract.gazetteer import municipalities
from pipelines.facts import Fact, facts_of, plan_id
from pipelines.merge import PLAN_COLUMNS, Merged, Stated, as_json, merge
from pipelines.model import Outlet, Reading
from pipelines.schema import CRAWL, DERIVED, migrations
from pipelines.search import bigrams

NOT_IN_DIGEST = {"articles": {"retrieved", "reader"}}
"""Columns that tell when the crawl passed by and which code read, not what the sources state."""


class UnfitError(Exception):
    """A reading holds what the database does not take; the message says what. Nothing of it is stored."""


class Store(DatabaseFile):
    """`jobplans.db`, open for writing."""

    migrations = migrations
    durability = "full"  # the ledger takes what was put for stored; after a power cut that must be so

    def __init__(self, path: Path | str) -> None:
        super().__init__(path)
        try:
            self._load_gazetteer()
        except sqlite3.Error as error:
            raise DatabaseError(f"{self.path} cannot be written: {error}") from error

    def put_outlet(self, outlet: Outlet) -> None:
        """Store or renew an outlet."""
        self._upsert("outlets", asdict(outlet), key="key")

    def put(self, reading: Reading) -> list[str]:
        """Replace what is stored of the reading's article and recompute every plan it touches; the plans' ids.

        The newest version that is a job plan counts: an older one never replaces it and one that is none leaves it, so
        the order in which readings come does not matter. Raises UnfitError.
        """
        if not reading.plan.relevant:
            return []
        try:
            return self._put(reading)
        except (OverflowError, UnicodeError, sqlite3.IntegrityError, sqlite3.DataError) as error:
            raise UnfitError(f"{type(error).__name__}: {error}") from error

    def _put(self, reading: Reading) -> list[str]:
        canonical = canonical_url(reading.page.url)
        article = article_id(canonical)
        with self.transaction():
            row = next(self.db.query("select retrieved, body_sha256 from articles where id = ?", [article]), None)
            made = _article_row(article, canonical, reading)
            version = (made["retrieved"], made["body_sha256"])
            if row and (row["retrieved"], row["body_sha256"]) > version:
                return []
            touched = self._remove(article)
            self.put_outlet(reading.page.outlet)
            touched |= self._insert(made, reading)
            for plan in sorted(touched):
                self._recompute(plan)
        return sorted(touched)

    def put_crawl_tables(self, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Replace the tables that tell of the crawl (`schema.CRAWL`)."""
        with self.transaction():
            for name in reversed(CRAWL):
                self.db.conn.execute(f"delete from {name}")  # noqa: S608
            for name in CRAWL:
                for row in tables.get(name, ()):
                    self._upsert(name, row, key=None)

    def counts(self) -> dict[str, int]:
        """Rows by table, of the tables that the archive determines."""
        return {name: next(self.db.query(f"select count(*) n from {name}"))["n"] for name in DERIVED}  # noqa: S608

    def digest(self) -> str:
        """A hash over all that the archive and the code determine: equal content, equal digest."""
        return hashlib.sha256(as_json(self.digests()).encode()).hexdigest()[:16]

    def digests(self) -> dict[str, str]:
        """The digest by table."""
        made = {}
        for name in DERIVED:
            table = self.db.table(name)
            left_out = NOT_IN_DIGEST.get(name, set())
            columns = ", ".join(f"[{column.name}]" for column in table.columns if column.name not in left_out)
            whole = hashlib.sha256()
            for row in self.db.conn.execute(f"select {columns} from {name} order by {', '.join(table.pks)}"):  # noqa: S608
                whole.update(json.dumps(tuple(row), ensure_ascii=False).encode() + b"\n")
            made[name] = whole.hexdigest()[:16]
        return made

    def _load_gazetteer(self) -> None:
        rows = [
            {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(one).items()}
            for one in municipalities()
        ]
        if self.db.table("municipalities").count == len(rows):
            stored = {row["id"]: row for row in self.db.query("select * from municipalities")}
            if all(stored.get(row["id"]) == row for row in rows):
                return
        with self.transaction():
            self.db.conn.execute("delete from municipalities_fts")
            for row in rows:
                self._upsert("municipalities", row, key="id")
            for row in self.db.query("select rowid, full_name, code from municipalities"):
                self._index("municipalities", row["rowid"], [row["full_name"], row["code"]])

    def _upsert(self, table: str, row: Mapping[str, Any], key: str | None) -> None:
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        update = f" on conflict({key}) do update set {', '.join(f'{n}=excluded.{n}' for n in row)}" if key else ""
        self.db.conn.execute(f"insert into {table} ({names}) values ({marks}){update}", list(row.values()))  # noqa: S608

    def _index(self, table: str, rowid: int, texts: Iterable[str | None]) -> None:
        self.db.conn.execute(f"delete from {table}_fts where rowid = ?", [rowid])  # noqa: S608
        words = bigrams(" / ".join(text for text in texts if text))
        self.db.conn.execute(f"insert into {table}_fts (rowid, bigrams) values (?, ?)", [rowid, words])  # noqa: S608

    def _remove(self, article: str) -> set[str]:
        touched = {row["plan"] for row in self.db.query("select plan from plan_articles where article = ?", [article])}
        for plan in touched:
            self._remove_merged(plan)
        for table, column in (("plan_articles", "article"), ("facts", "article")):
            self.db.conn.execute(f"delete from {table} where {column} = ?", [article])  # noqa: S608
        self.db.conn.execute(
            "delete from articles_fts where rowid = (select rowid from articles where id = ?)", [article]
        )
        self.db.conn.execute("delete from articles where id = ?", [article])
        return touched

    def _insert(self, row: Mapping[str, Any], reading: Reading) -> set[str]:
        self._upsert("articles", row, key=None)
        rowid = next(self.db.query("select rowid from articles where id = ?", [row["id"]]))["rowid"]
        self._index("articles", rowid, [row["title"], reading.plan.municipality, reading.page.outlet.name])
        plan = plan_id(reading.plan)
        if plan:
            self._open_plan(plan, reading)
            self._upsert("plan_articles", {"plan": plan, "article": row["id"]}, key=None)
        for fact in facts_of(row["id"], reading.plan):
            self._upsert("facts", asdict(fact), key=None)
        return {plan} if plan else set()

    def _open_plan(self, plan: str, reading: Reading) -> None:
        """Make sure that the plan's row exists, for the rows that refer to it; `_recompute` fills it."""
        found = reading.plan
        row = {
            "id": plan, "municipality": found.municipality_id, "municipality_name": found.municipality or "",
            "province": "", "kind": plan.removeprefix(f"{found.municipality_id}-").split("-")[0], "plan_year": found.plan_year,
            "plan_year_end": found.plan_year_end or found.plan_year, "revised": 0, "sources": 0, "agreement": "{}",
            "flags": "[]",
        }  # fmt: skip
        self._upsert("plans", row, key="id")

    def _remove_merged(self, plan: str) -> None:
        for table in ("breakdowns", "strategies", "conflicts"):
            self.db.conn.execute(f"delete from {table} where plan = ?", [plan])  # noqa: S608

    def _recompute(self, plan: str) -> None:
        articles = list(
            self.db.query(
                "select a.* from articles a join plan_articles p on p.article = a.id where p.plan = ?"
                " order by a.published is null, a.published, a.id",
                [plan],
            )
        )
        self._remove_merged(plan)
        if not articles:
            self.db.conn.execute("delete from plans_fts where rowid = (select rowid from plans where id = ?)", [plan])
            self.db.conn.execute("delete from plans where id = ?", [plan])
            return
        merged = merge(self._stated(plan))
        name = self._municipality_name(plan)
        row = {column: merged.values.get(column) for column in PLAN_COLUMNS} | {
            "municipality_name": name,
            "province": name.split()[0],
            "employment_rate_base": merged.rate_base,
            "revised": int(any(one["kind"] == "revised" for one in articles)),
            "sources": len(articles),
            "agreement": as_json(merged.agreement),
            "flags": as_json(_distinct(flag for one in articles for flag in json.loads(one["flags"]))),
            "first_published": next((one["published"] for one in articles if one["published"]), None),
        }
        changes = ", ".join(f"{name} = ?" for name in row)
        self.db.conn.execute(f"update plans set {changes} where id = ?", [*row.values(), plan])  # noqa: S608
        self._insert_merged(plan, merged)
        rowid = next(self.db.query("select rowid from plans where id = ?", [plan]))["rowid"]
        words = [row["municipality_name"], row["plan_name"], row["head_name"], plan]
        words += [one["title"] for one in articles]
        words += [str(one.fact.value) for one in merged.strategies] + [one.fact.label for one in merged.breakdown]
        self._index("plans", rowid, words)

    def _municipality_name(self, plan: str) -> str:
        """As the plan's newest article names it: names of provinces change."""
        query = (
            "select f.value from facts f join articles a on a.id = f.article where f.plan = ?"
            " and f.field = 'municipality' order by coalesce(a.published, '') desc, a.id limit 1"
        )
        row = self.db.conn.execute(query, [plan]).fetchone()
        if row is None:
            query = "select m.full_name from plans p join municipalities m on m.id = p.municipality where p.id = ?"
            row = self.db.conn.execute(query, [plan]).fetchone()
        return str(row[0])

    def _insert_merged(self, plan: str, merged: Merged) -> None:
        for one in merged.breakdown:
            fact = one.fact
            row = {
                "id": fact.id, "plan": plan, "article": fact.article, "fact": fact.id, "position": fact.position,
                "frame": fact.frame, "label": fact.label, "categories": fact.categories, "value": fact.value,
                "unit": fact.unit, "prior": fact.prior,
            }  # fmt: skip
            self._upsert("breakdowns", row, key=None)
        for one in merged.strategies:
            fact = one.fact
            row = {
                "id": fact.id, "plan": plan, "article": fact.article, "fact": fact.id, "position": fact.position,
                "name": fact.value,
            }  # fmt: skip
            self._upsert("strategies", row, key=None)
        for one, chosen in merged.conflicts:
            fact = one.fact
            row = {
                "id": fact.id, "plan": plan, "field": fact.field, "value": fact.value, "fact": fact.id,
                "article": fact.article, "outlet": one.outlet, "chosen": int(chosen),
            }  # fmt: skip
            self._upsert("conflicts", row, key=None)

    def _stated(self, plan: str) -> list[Stated]:
        query = (
            "select f.*, a.kind article_kind, a.published article_published, a.outlet article_outlet, o.tier"
            " from facts f join articles a on a.id = f.article join outlets o on o.key = a.outlet where f.plan = ?"
        )
        names = [one.name for one in fields(Fact)]
        return [
            Stated(
                fact=Fact(**{name: row[name] for name in names}),
                revised=row["article_kind"] == "revised",
                repost=row["tier"] == "repost",
                published=row["article_published"],
                outlet=row["article_outlet"],
            )
            for row in self.db.query(query, [plan])
        ]


def _article_row(article: str, canonical: str, reading: Reading) -> dict[str, Any]:
    found, plan, page = reading.article, reading.plan, reading.page
    return {
        "id": article,
        "canonical": canonical,
        "url": page.url,
        "outlet": page.outlet.key,
        "original_outlet": found.original_outlet,
        "title": found.title,
        "published": found.published.isoformat() if found.published else None,
        "modified": found.modified.isoformat() if found.modified else None,
        "retrieved": page.retrieved.isoformat(),
        "municipality": plan.municipality_id,
        "municipality_candidates": as_json(plan.municipality_candidates),
        "kind": plan.kind,
        "plan_year": plan.plan_year,
        "plan_year_end": plan.plan_year_end,
        "reasons": as_json(plan.reasons),
        "flags": as_json([asdict(flag) for flag in plan.flags]),
        "body_sha256": hashlib.sha256(found.body.encode()).hexdigest(),
        "body_chars": len(found.body),
        "system": found.system or page.outlet.system,
        "skin": found.skin,
        "encoding": found.encoding,
        "reader": reading.version,
    }


def _distinct(flags: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [json.loads(text) for text in sorted({as_json(flag) for flag in flags})]
