"""The published database: one writer, one transaction an article, and a digest that tells whether two hold the same."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipelines import corrections
from pipelines.canonical import article_id, canonical_url, identity
from pipelines.corrections import Correction
from pipelines.database import DatabaseError, DatabaseFile
from pipelines.dedupe import Sketch, releases, sketch
from pipelines.extract.gazetteer import municipalities
from pipelines.facts import Fact, facts_of, plan_id
from pipelines.history import Shown, Sighting, Version, content_of, versions
from pipelines.merge import PLAN_COLUMNS, Merged, Stated, as_json, merge
from pipelines.model import KST, Outlet, Reading
from pipelines.schema import CRAWL, DERIVED, RUN_KEYS, migrations
from pipelines.search import bigrams

NOT_IN_DIGEST = {"articles": {"retrieved", "reader", "gone_seen"}, "versions": {"seen"}}
"""Columns that tell when the crawl passed by and which code read, not what the sources state."""


class UnfitError(Exception):
    """A reading holds what the database does not take; the message says what. Nothing of it is stored."""


class Store(DatabaseFile):
    """`jobplans.db`, open for writing. `table` holds the corrections by persons; raises DatabaseError."""

    migrations = migrations
    durability = "full"  # the ledger takes what was put for stored; after a power cut that must be so

    def __init__(self, path: Path | str, table: Path = corrections.TABLE) -> None:
        self.corrections: dict[str, list[Correction]] = defaultdict(list)
        for one in corrections.load(table):
            self.corrections[one.article].append(one)
        super().__init__(path)
        try:
            self._load_gazetteer()
        except sqlite3.Error as error:
            raise DatabaseError(f"{self.path} cannot be written: {error}") from error

    def put_outlet(self, outlet: Outlet) -> None:
        """Store or renew an outlet."""
        self._upsert("outlets", asdict(outlet), key="key")

    def put(self, reading: Reading) -> list[str]:
        """Take in what a fetch of an article showed and recompute every plan it touches; the plans' ids.

        Every version that is a job plan is kept, and so is what became of a known article afterwards: that its outlet
        says it is gone (`withdrawn`), or a whole article that is no job plan any more (`no-plan`). The row and the facts
        of an article are those of its newest version that is a job plan. A page that is no whole article (no body, a
        block page) tells nothing and changes nothing, nor does one that is no job plan of an article that never was one.

        Once an article is known, its versions may come in any order. Raises UnfitError, and then nothing is stored.
        """
        try:
            with self.transaction():
                touched = self._put(reading)
                for plan in sorted(touched):
                    self._recompute(plan)
        except (OverflowError, UnicodeError, sqlite3.IntegrityError, sqlite3.DataError) as error:
            raise UnfitError(f"{type(error).__name__}: {error}") from error
        return sorted(touched)

    def _put(self, reading: Reading) -> set[str]:
        shown = _shown(reading)
        if shown is None:
            return set()
        touched = self._learn_addresses(reading) if shown == "plan" else set()
        canonical = self.identity_of(reading)
        article = article_id(canonical)
        fitting = self._corrections_of(canonical, reading) if shown == "plan" else []
        if any(one.removes for one in fitting):
            return touched | self._remove(canonical)
        if shown == "plan":
            self.put_outlet(reading.page.outlet)
        elif not self._is_known(canonical):
            return touched
        plan = corrections.correct(reading.plan, reading.article, fitting) if fitting else reading.plan
        self._keep_sighting(article, shown, replace(reading, plan=plan))
        return touched | self._renew(article, canonical)

    def identity_of(self, reading: Reading) -> str:
        """The canonical URL under which the article of a reading is stored: one function for all who ask."""
        own = reading.identity
        asked = [own]
        if reading.article.status == "gone" and reading.page.listed_url:
            asked.insert(0, reading.page.listed_url)  # it may have led to a page of its own for what is gone
        resolved = [self._resolve(address) for address in asked]
        return next((one for one in resolved if self._is_known(one)), resolved[-1])

    def remove(self, url: str) -> set[str]:
        """Take an article and all that is kept of it out, for a takedown, and recompute its plans; the plans' ids."""
        with self.transaction():
            touched = self._remove(self._resolve(canonical_url(url)))
            for plan in sorted(touched):
                self._recompute(plan)
        return touched

    def addresses(self) -> set[frozenset[str]]:
        """Pairs of an address and the identity that it was found to lead to."""
        return {frozenset(row) for row in self.db.conn.execute("select address, canonical from addresses")}

    def unmet_corrections(self) -> list[str]:
        """Corrections that change nothing now, one line each: their article is not stored, or their words do not fit."""
        unmet = []
        for one in sorted((one for rows in self.corrections.values() for one in rows), key=lambda one: one.line):
            query = "select flags from articles where canonical = ?"
            row = self.db.conn.execute(query, [self._resolve(one.article)]).fetchone()
            refused = row and any(
                flag["code"] == "correction-refused" and flag["field"] == one.field for flag in json.loads(row[0])
            )
            if refused or (row is None and not one.removes):
                why = f"{one.as_written!r} does not stand in the article" if refused else "no job plan has this address"
                unmet.append(f"corrections, line {one.line}: {one.article} {one.field}: {why}")
        return unmet

    def known_runs(self) -> dict[str, str]:
        """The runs that are told of here, with the states they are said to be in."""
        return dict(self.db.conn.execute("select id, state from runs").fetchall())

    def put_crawl_tables(self, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Enter runs with all that tells of them (`schema.CRAWL`), in the place of what was there of the same runs, and
        how outlets stand now."""
        with self.transaction():
            for run in tables["runs"]:
                for name in reversed(CRAWL):
                    self.db.conn.execute(f"delete from {name} where {RUN_KEYS[name]} = ?", [run["id"]])  # noqa: S608
            self.db.conn.execute("delete from standings")
            for name in (*CRAWL, "standings"):
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

    def _resolve(self, address: str) -> str:
        """The identity that an address was found to lead to; itself where that is not known."""
        row = self.db.conn.execute("select canonical from addresses where address = ?", [address]).fetchone()
        return str(row[0]) if row else address

    def _is_known(self, canonical: str) -> bool:
        return bool(self.db.conn.execute("select 1 from articles where canonical = ?", [canonical]).fetchone())

    def _learn_addresses(self, reading: Reading) -> set[str]:
        """Note which other addresses lead to an article; what was stored under them moves to it."""
        own = self._resolve(reading.identity)
        leading = {canonical_url(reading.page.url)}
        if (listed := reading.page.listed_url) and identity(listed, [own]) == own:
            leading.add(listed)
        touched: set[str] = set()
        for address in sorted(leading - {own}):
            if self._resolve(address) != address:
                continue
            self.db.conn.execute("update addresses set canonical = ? where canonical = ?", [own, address])
            self._upsert("addresses", {"address": address, "canonical": own}, key=None)
            if self._is_known(address):
                article, other = article_id(own), article_id(address)
                self.db.conn.execute("update or ignore sightings set article = ? where article = ?", [article, other])
                touched |= self._remove(address) | self._renew(article, own)
        return touched

    def _corrections_of(self, canonical: str, reading: Reading) -> list[Correction]:
        if not self.corrections:
            return []
        query = "select address from addresses where canonical = ?"
        addresses = {canonical, canonical_url(reading.page.url), reading.page.listed_url or canonical}
        addresses.update(row["address"] for row in self.db.query(query, [canonical]))
        fitting = [one for address in addresses for one in self.corrections.get(address, ())]
        return sorted(fitting, key=lambda one: one.line)

    def _keep_sighting(self, article: str, shown: Shown, reading: Reading) -> None:
        found = reading.article
        body = hashlib.sha256(found.body.encode()).hexdigest()
        told: dict[str, Any] = {} if shown == "gone" else {"body_sha256": body, "body_chars": len(found.body)}
        made = None
        if shown == "plan":
            told["article"] = _article_row(reading)
            told["plan"] = plan_id(reading.plan)
            told["facts"] = [asdict(fact) for fact in facts_of("", reading.plan)]
            made = sketch(found.body)
        row = {
            "article": article, "at": reading.page.retrieved.astimezone(KST).isoformat(),
            "content": content_of(shown) if shown == "gone" else content_of(shown, found.title, body), "shown": shown,
            "told": as_json(told), "sketch": made.to_bytes() if made else None,
        }  # fmt: skip
        self._upsert("sightings", row, key="article, at, content")

    def _sightings(self, article: str) -> list[Sighting]:
        query = "select at, shown, content, told from sightings where article = ?"
        return [_sighting(article, row) for row in self.db.query(query, [article])]

    def _renew(self, article: str, canonical: str) -> set[str]:
        """Write the rows of an article anew from all its sightings; the plans that this touches."""
        history = versions(self._sightings(article))
        touched = self._clear(article)
        if not history:
            return touched
        newest = next(one for one in reversed(history) if one.last.shown == "plan").last
        gone = history[-1] if history[-1].last.shown != "plan" else None
        published = next((when for one in reversed(history) if (when := one.last.published)), None)
        row = {
            "id": article, "canonical": canonical, **(newest.article or {}), "published": published,
            "versions": len(history),
            "status": "withdrawn" if gone else "live", "gone_seen": gone.last.at if gone else None,
        }  # fmt: skip
        self._upsert("articles", row, key="id")
        rowid = next(self.db.query("select rowid from articles where id = ?", [article]))["rowid"]
        named = next((str(fact.value) for fact in newest.facts if fact.field == "municipality"), None)
        outlet = next(self.db.query("select name from outlets where key = ?", [row["outlet"]]))["name"]
        self._index("articles", rowid, [row["title"], named, outlet])
        if newest.plan:
            self._open_plan(newest.plan, row)
            self._upsert("plan_articles", {"plan": newest.plan, "article": article}, key=None)
            touched.add(newest.plan)
        for fact in newest.facts:
            self._upsert("facts", asdict(fact), key=None)
        for version in history:
            self._insert_version(article, version)
        self._forget_between(article, history)
        return touched

    def _insert_version(self, article: str, version: Version) -> None:
        told = version.last.article or {}
        row = {
            "article": article, "number": version.number, "event": version.event, "title": told.get("title"),
            "modified": told.get("modified"), "body_sha256": version.last.body_sha256,
            "body_chars": version.last.body_chars, "seen": version.first.at,
        }  # fmt: skip
        self._upsert("versions", row, key=None)
        for position, change in enumerate(version.changes, 1):
            row = {"article": article, "version": version.number, "position": position, **asdict(change)}
            self._upsert("changes", row, key=None)

    def _forget_between(self, article: str, history: Iterable[Version]) -> None:
        """Of fetches in a row that showed the same, the first and the last are enough, whatever comes between later."""
        kept = {one.at for version in history for one in (version.first, version.last)}
        marks = ", ".join("?" for _ in kept)
        since = min(kept)
        self.db.conn.execute(
            f"delete from sightings where article = ? and at > ? and at not in ({marks})",  # noqa: S608
            [article, since, *sorted(kept)],
        )

    def _clear(self, article: str) -> set[str]:
        """Take out all rows that are made from an article's sightings, its own row excepted; the plans it told of."""
        touched = {row["plan"] for row in self.db.query("select plan from plan_articles where article = ?", [article])}
        for plan in touched:
            self._remove_merged(plan)
            self.db.conn.execute("update plan_articles set release = null where plan = ?", [plan])
        for table in ("plan_articles", "facts", "changes", "versions"):
            self.db.conn.execute(f"delete from {table} where article = ?", [article])  # noqa: S608
        return touched

    def _remove(self, canonical: str) -> set[str]:
        article = article_id(canonical)
        touched = self._clear(article)
        self.db.conn.execute(
            "delete from articles_fts where rowid = (select rowid from articles where id = ?)", [article]
        )
        self.db.conn.execute("delete from articles where id = ?", [article])
        self.db.conn.execute("delete from sightings where article = ?", [article])
        self.db.conn.execute("delete from addresses where canonical = ?", [canonical])
        return touched

    def _open_plan(self, plan: str, article: Mapping[str, Any]) -> None:
        """Make sure that the plan's row exists, for the rows that refer to it; `_recompute` fills it."""
        place = article["municipality"]
        row = {
            "id": plan, "municipality": place, "municipality_name": "", "province": "",
            "kind": plan.removeprefix(f"{place}-").split("-")[0], "plan_year": article["plan_year"],
            "plan_year_end": article["plan_year_end"] or article["plan_year"], "revised": 0, "sources": 0,
            "agreement": "{}", "flags": "[]",
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
        release = releases({one["id"]: self._sketch(one["id"]) for one in articles})
        for article, first in release.items():
            values = [first, plan, article]
            self.db.conn.execute("update plan_articles set release = ? where plan = ? and article = ?", values)
        merged = merge(self._stated(plan, release))
        name = self._municipality_name(plan)
        row = {column: merged.values.get(column) for column in PLAN_COLUMNS} | {
            "municipality_name": name,
            "province": name.split()[0],
            "employment_rate_base": merged.rate_base,
            "revised": int(any(one["kind"] == "revised" for one in articles)),
            "sources": len(articles),
            "releases": len(set(release.values())),
            "withdrawn": sum(one["status"] == "withdrawn" for one in articles),
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

    def _sketch(self, article: str) -> Sketch | None:
        query = (
            "select sketch from sightings where article = ? and shown = 'plan' order by at desc, content desc limit 1"
        )
        row = self.db.conn.execute(query, [article]).fetchone()
        return Sketch.from_bytes(row[0]) if row and row[0] else None

    def _stated(self, plan: str, release: Mapping[str, str]) -> list[Stated]:
        query = (
            "select f.*, a.kind article_kind, a.published article_published, a.outlet article_outlet,"
            " a.status article_status, o.tier"
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
                release=release[row["article"]],
                withdrawn=row["article_status"] == "withdrawn",
            )
            for row in self.db.query(query, [plan])
        ]


def _shown(reading: Reading) -> Shown | None:
    """What a page tells of its article; None where it is no whole article."""
    if reading.plan.relevant:
        return "plan"
    status = reading.article.status
    return "gone" if status == "gone" else "no-plan" if status == "ok" else None


def _sighting(article: str, row: Mapping[str, Any]) -> Sighting:
    told = json.loads(row["told"])
    facts = [Fact(**fact) for fact in told.pop("facts", ())]
    return Sighting(
        at=row["at"], shown=row["shown"], content=row["content"], **told,
        facts=tuple(replace(fact, id=f"{article}{fact.id}", article=article) for fact in facts),
    )  # fmt: skip


def _article_row(reading: Reading) -> dict[str, Any]:
    """The row of `articles`, without its keys and without what other fetches decide."""
    found, plan, page = reading.article, reading.plan, reading.page
    return {
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
