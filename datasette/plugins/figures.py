"""Figures and words as a person reads them: 67,700,000,000 is 677억 원, a code is a word, a list is tags."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from math import isfinite
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode
from jinja2 import Environment
from markupsafe import Markup, escape

STEPS = ((10**12, "조"), (10**8, "억"), (10**4, "만"))
LISTS = frozenset({"categories", "checks", "reasons", "municipality_candidates", "flags"})
VALUES = frozenset({"value", "prior", "before", "after"})
"""Columns whose unit depends on the row."""
ROWS = {"plan": "plans", "article": "articles", "fact": "facts"}
"""Columns of a query's result that name a row of a table."""


def plain(value: float | str | None) -> str:
    """A number with thousands separators, without a needless fraction; anything else as text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10f}".rstrip("0").rstrip(".")


def won(value: float) -> str:
    """Money as Korean writes it: 422220000000 is 4,222억 2,000만 원."""
    rest, parts = abs(round(value)), []
    for step, name in STEPS:
        count, rest = divmod(rest, step)
        if count:
            parts.append(f"{count:,}{name}")
    if rest or not parts:
        parts.append(f"{rest:,}")
    return f"{'-' if value < 0 else ''}{' '.join(parts)} 원"


def figure(value: Any, unit: str | None) -> Markup:
    """A value with its unit; won also in full. What is no number is shown as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return escape("" if value is None else value)
    if unit == "원":
        return Markup('<span class="figure">{}</span> <small class="exact">{}</small>').format(won(value), plain(value))
    return Markup('<span class="figure">{}{}</span>').format(plain(value), unit or "")


def mark(clause: str, as_written: str) -> Markup:
    """The clause with what was read from it highlighted, where it stands in it letter by letter."""
    if not as_written or as_written not in clause:
        return escape(clause)
    before, found, after = clause.partition(as_written)
    return Markup("{}<mark>{}</mark>{}").format(before, found, after)


def outward(url: str, text: str | None = None) -> Markup:
    """A link to another site; text alone where the address is not http or https."""
    shown = text or url
    if not url.startswith(("http://", "https://")):
        return escape(shown)
    return Markup('<a href="{}" rel="noopener noreferrer external">{}</a>').format(url, shown)


def parsed(text: Any) -> Any:
    """What a JSON text holds; None for anything else, for a query may call any value by any name."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None


def listed(text: Any) -> list[Any]:
    """The items of a JSON list; empty for anything else."""
    items = parsed(text)
    return items if isinstance(items, list) else []


def _tag(item: Any) -> Markup:
    text = f"{item.get('field')}: {item.get('code')}" if isinstance(item, Mapping) else str(item)
    return Markup('<span class="tag">{}</span>').format(text)


class Wording:
    """Units and words from the plugin's configuration in `metadata.yml`."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.units: Mapping[str, str] = config["units"]
        self.stored_units: Mapping[str, str] = config["stored_units"]
        self.counts = frozenset(config["counts"])
        self.words: Mapping[str, Mapping[str, list[str]]] = config["words"]

    def word(self, group: str, code: Any) -> tuple[str, str]:
        """Korean and English for a code; the code itself twice where it has no word."""
        korean, english = self.words.get(group, {}).get(str(code), (str(code), str(code)))
        return korean, english

    def field(self, name: str) -> tuple[str, str]:
        """Korean and English for a field; `other_job_target` has the words of `job_target`."""
        return self.word("field", name.removeprefix("other_"))

    def both(self, pair: tuple[str, str]) -> Markup:
        """Korean with the English small beside it."""
        korean, english = pair
        if korean == english:
            return escape(korean)
        return Markup('<span lang="ko">{}</span> <small lang="en">{}</small>').format(korean, english)

    def unit_of(self, column: str, row: Mapping[str, Any]) -> str | None:
        """The unit of a column; of a stated value, the one that stands beside it or that its field has."""
        if column not in VALUES:
            return self.units.get(column)
        stated = {key: str(row[key] or "") for key in ("unit", "field") if key in row.keys()}  # noqa: SIM118 - sqlite3.Row
        unit = stated.get("unit", "")
        return self.stored_units.get(unit, unit) or self.units.get(stated.get("field", "").removeprefix("other_"))

    def cell(self, row: Mapping[str, Any], value: Any, column: str) -> Markup | None:
        """How a cell is shown; None leaves it to Datasette."""
        if value is None or isinstance(value, dict):
            return None
        if column in LISTS:
            items = [self.word("category", item)[0] if column == "categories" else item for item in listed(value)]
            return Markup(" ").join(map(_tag, items)) or Markup("&nbsp;")
        if column == "agreement":
            counted = parsed(value)
            counts = counted.items() if isinstance(counted, dict) else ()
            return Markup(" ").join(_tag(f"{self.field(name)[0]} {agree}") for name, agree in counts) or None
        if column == "field":
            return self.both(self.field(str(value)))
        if column in self.words and isinstance(value, str):
            return self.both(self.word(column, value))
        if column == "url":
            return outward(str(value))
        if column in VALUES and "field" in row.keys() and str(row["field"]).startswith("plan_year"):  # noqa: SIM118
            return None  # a year is no quantity
        unit = self.unit_of(column, row)
        if unit or column in self.counts or column in VALUES:
            return figure(value, unit)
        return None


@cache
def _wording(datasette: Datasette) -> Wording:
    return Wording(datasette.plugin_config("figures"))


def _row_link(datasette: Datasette) -> Callable[[str, str], str]:
    def row_url(table: str, key: str) -> str:
        return str(datasette.urls.row("jobplans", table, tilde_encode(str(key))))

    return row_url


@hookimpl
def render_cell(
    row: Mapping[str, Any], value: Any, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | None:
    """Cells of tables and of query results."""
    if table is None and column in ROWS and value is not None:
        return Markup('<a href="{}">{}</a>').format(_row_link(datasette)(ROWS[column], value), value)
    return _wording(datasette).cell(row, value, column)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Filters and functions of the project's templates."""
    wording = _wording(datasette)
    env.filters |= {
        "plain": plain,
        "figure": figure,
        "both": wording.both,
        "day": lambda moment: (moment or "")[:10],
        "from_json_list": listed,
        "halves": lambda text: tuple(text.split(" · ", 1)),
    }
    env.globals |= {
        "word": wording.word,
        "field_word": wording.field,
        "unit_of": wording.unit_of,
        "mark": mark,
        "outward": outward,
        "row_url": _row_link(datasette),
    }
