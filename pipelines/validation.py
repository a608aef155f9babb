"""What is stored of an article, held against the published JSON Schema (`published.schema.json`)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

SCHEMA = Path(__file__).with_name("published.schema.json")


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator  # slow to import, and most nights have no plan article

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def published(db: Database, article: str) -> dict[str, Any]:
    """What `jobplans.db` holds of an article, by its id: its own row, those of its plans, those of its facts."""
    plans = "select p.* from plans p join plan_articles l on l.plan = p.id where l.article = ? order by p.id"
    return {
        "article": next(db.query("select * from articles where id = ?", [article])),
        "plans": list(db.query(plans, [article])),
        "facts": list(db.query("select * from facts where article = ? order by id", [article])),
    }


def misfits(document: dict[str, Any]) -> list[str]:
    """What of `published()` does not fit the schema, each as `place: what is wrong`; empty where all fits."""
    return [
        f"{'/'.join(map(str, error.absolute_path)) or 'document'}: {error.message[:200]}"
        for error in sorted(_validator().iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    ]


def invalid_articles(db: Database, outlet: str, since: str) -> dict[str, list[str]]:
    """Articles of an outlet retrieved since a moment (ISO) that do not fit, by their address, each with what is wrong."""
    rows = list(db.query("select id, url from articles where outlet = ? and retrieved >= ?", [outlet, since]))
    found = {row["url"]: misfits(published(db, row["id"])) for row in rows}
    return {url: wrong for url, wrong in found.items() if wrong}
