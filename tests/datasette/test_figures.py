"""Figures and words as a person reads them."""

from __future__ import annotations

import importlib.util
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]


def _plugin(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"iljari_{name}", ROOT / f"datasette/plugins/{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


figures = _plugin("figures")
CONFIG = yaml.safe_load((ROOT / "datasette/metadata.yml").read_text())["plugins"]["figures"]
WORDING = figures.Wording(CONFIG)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (67_700_000_000, "677억 원"),
        (422_220_000_000, "4,222억 2,000만 원"),
        (1_019_982_000_000, "1조 199억 8,200만 원"),
        (10_000_000_000_000, "10조 원"),
        (-9_100_000_000, "-91억 원"),
        (12_345, "1만 2,345 원"),
        (780, "780 원"),
        (0, "0 원"),
    ],
)
def test_won_reads_as_korean_writes_it(value: int, text: str) -> None:
    assert figures.won(value) == text


@given(st.integers(min_value=0, max_value=10**16))
def test_won_loses_nothing(value: int) -> None:
    steps = {"조": 10**12, "억": 10**8, "만": 10**4}
    parts = figures.won(value).removesuffix(" 원").replace(",", "").split()
    assert sum(int(part.rstrip("조억만")) * steps.get(part[-1], 1) for part in parts) == value


@pytest.mark.parametrize(
    ("value", "text"), [(10868, "10,868"), (67.0, "67"), (136.6, "136.6"), (None, ""), ("차준택", "차준택")]
)
def test_numbers_have_separators_and_no_needless_fraction(value: Any, text: str) -> None:
    assert figures.plain(value) == text


@given(st.text(max_size=60), st.text(max_size=10))
def test_marking_escapes_and_keeps_every_character(clause: str, written: str) -> None:
    marked = str(figures.mark(clause, written))
    plain = marked.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in plain
    assert unescape(plain) == clause
    assert ("<mark>" in marked) == (bool(written) and written in clause)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//host/x", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    assert "<a" not in figures.outward(url, "원문")


def test_a_link_out_gives_nothing_away() -> None:
    link = figures.outward('https://a.example/?a=1&b="2"')
    assert 'rel="noopener noreferrer external"' in link
    assert '"2"' not in link


@pytest.mark.parametrize(
    ("row", "column", "unit"),
    [
        ({}, "budget_krw", "원"),
        ({"unit": "KRW", "field": "other_budget_krw"}, "value", "원"),
        ({"unit": "명", "field": "breakdown"}, "prior", "명"),
        ({"field": "job_target"}, "value", "개"),
        ({"unit": None, "field": "other_employment_rate"}, "value", "%"),
        ({"unit": None, "field": "head_name"}, "value", None),
        ({}, "plan_year", None),
    ],
)
def test_the_unit_comes_from_the_column_or_from_beside_the_value(
    row: dict[str, Any], column: str, unit: str | None
) -> None:
    assert WORDING.unit_of(column, row) == unit


VALUES = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.binary(max_size=9), st.text(max_size=20),
    st.sampled_from(["<b>", '["<b>", 1, null, {"a": []}]', '{"<b>": 1}', "http://[<b>", "[" * 9999, "yearly"]),
)  # fmt: skip
COLUMNS = st.sampled_from(
    sorted({"agreement", "field", "url", "value", "prior", *figures.LISTS, *CONFIG["units"], *CONFIG["words"]})
)


@given(COLUMNS, VALUES, VALUES, VALUES)
def test_no_value_that_a_query_gives_upsets_a_cell(column: str, value: Any, unit: Any, field: Any) -> None:
    shown = WORDING.cell({"unit": unit, "field": field}, value, column)
    assert "<b>" not in str(shown)


def test_cells() -> None:
    assert "677억 원" in WORDING.cell({}, 67_700_000_000, "budget_krw")
    assert "67,700,000,000" in WORDING.cell({}, 67_700_000_000, "budget_krw")
    assert "연간 계획" in WORDING.cell({}, "yearly", "kind")
    assert WORDING.cell({}, '["direct", "<b>"]', "categories").count('class="tag"') == 2
    assert "<b>" not in WORDING.cell({}, '["direct", "<b>"]', "categories")
    assert WORDING.cell({}, 2020, "plan_year") is None
    assert WORDING.cell({}, "no list", "checks") == "&nbsp;"
    assert WORDING.field("other_job_target") == ("일자리 목표", "job target")
    assert WORDING.word("flag", "never heard of") == ("never heard of", "never heard of")
