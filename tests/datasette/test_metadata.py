"""Every table and column of the schema has its words in Korean and English."""

from __future__ import annotations

import ast
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlite_utils import Database

from pipelines.extract.model import SCALARS
from pipelines.schema import migrations

ROOT = Path(__file__).resolve().parents[2]
METADATA: dict[str, Any] = yaml.safe_load((ROOT / "datasette/metadata.yml").read_text())
JOBPLANS = METADATA["databases"]["jobplans"]
INTERNAL = re.compile(r"(_fts(_\w+)?|^sqlite_\w+)$")


def _schema() -> dict[str, list[str]]:
    db = Database(sqlite3.connect(":memory:", isolation_level=None))
    migrations.apply(db)
    return {table.name: [column.name for column in table.columns] for table in db.tables}


SCHEMA = _schema()
HIDDEN = {name for name, table in JOBPLANS["tables"].items() if table.get("hidden")}
PUBLIC = sorted(name for name in SCHEMA if not INTERNAL.search(name) and name not in HIDDEN)


def in_both_languages(text: str | None) -> bool:
    korean, dot, english = (text or "").partition(" · ")
    return bool(dot and re.search("[가-힣]", korean) and re.search("[A-Za-z]", english))


def test_the_instance_and_the_database_are_described() -> None:
    for part in (METADATA, JOBPLANS):
        assert in_both_languages(part["title"])
        assert in_both_languages(part["description"])
    assert METADATA["license_url"].startswith("https://creativecommons.org/licenses/by/4.0")
    assert in_both_languages(METADATA["about"])


@pytest.mark.parametrize("table", PUBLIC)
def test_a_table_has_title_and_description(table: str) -> None:
    words = JOBPLANS["tables"].get(table, {})
    assert in_both_languages(words.get("title")), table
    assert in_both_languages(words.get("description")), table


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in PUBLIC for column in SCHEMA[table]])
def test_a_column_is_described(table: str, column: str) -> None:
    assert in_both_languages(JOBPLANS["tables"].get(table, {}).get("columns", {}).get(column)), f"{table}.{column}"


def test_nothing_is_described_that_is_not_there() -> None:
    assert set(JOBPLANS["tables"]) <= set(SCHEMA)
    for table in PUBLIC:
        assert set(JOBPLANS["tables"][table]["columns"]) <= set(SCHEMA[table]), table


def test_settings_of_tables_name_their_columns() -> None:
    for table in PUBLIC:
        words = JOBPLANS["tables"][table]
        facets = [one if isinstance(one, str) else one["array"] for one in words.get("facets", ())]
        named = {words.get(key) for key in ("label_column", "sort", "sort_desc")} - {None}
        assert named | set(facets) <= set(SCHEMA[table]), table
        assert words.get("fts_table", f"{table}_fts") == f"{table}_fts"
        assert ("fts_table" in words) == (f"{table}_fts" in SCHEMA), table


def test_queries_are_described() -> None:
    for name, query in JOBPLANS["queries"].items():
        assert in_both_languages(query["title"]), name
        assert in_both_languages(query["description"]), name


def _flag_codes() -> set[str]:
    """The codes of all flags that the extractor can raise, from its source."""
    calls = (
        node
        for path in (ROOT / "pipelines/extract").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Flag"
    )
    return {call.args[1].value for call in calls if isinstance(call.args[1], ast.Constant)}


def test_every_flag_of_the_extractor_has_a_word() -> None:
    codes = _flag_codes()
    assert codes
    assert codes <= set(METADATA["plugins"]["figures"]["words"]["flag"])


def test_every_field_of_a_plan_has_a_word() -> None:
    words = METADATA["plugins"]["figures"]["words"]
    assert set(SCALARS) <= set(words["field"])
    for group in words.values():
        for korean, english in group.values():
            assert korean
            assert english
