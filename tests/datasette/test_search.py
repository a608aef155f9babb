"""The search box finds Korean inside longer words and survives whatever is typed."""

from __future__ import annotations

import httpx
import pytest


def _found(web: httpx.Client, table: str, query: str) -> set[str]:
    answer = web.get(f"/jobplans/{table}.json", params={"_search": query, "_shape": "array", "_size": "max"})
    assert answer.status_code == 200, answer.text
    return {row["id"] for row in answer.json()}


def test_two_syllables_find_plans(web: httpx.Client) -> None:
    assert _found(web, "plans", "청년") == {"28237-yearly-2020"}
    assert _found(web, "plans", "부평") == {
        f"28237-{rest}" for rest in ("yearly-2020", "yearly-2021", "yearly-2022", "term-2019-2022")
    }


def test_words_narrow_each_other(web: httpx.Client) -> None:
    assert _found(web, "plans", "부평 2020") == {"28237-yearly-2020"}
    assert _found(web, "plans", "부평 천안") == set()


def test_municipalities_and_articles_are_found(web: httpx.Client) -> None:
    assert "28237" in _found(web, "municipalities", "부평")
    assert len(_found(web, "articles", "인천나날")) == 5


@pytest.mark.parametrize(
    "query",
    [
        '"',
        '부평"',
        "'",
        "AND",
        "부평 OR",
        "NEAR(부평, 2)",
        "-부평",
        "title:부평",
        "*",
        "(((",
        "^",
        "%",
        "\\",
        "😀",
        "ㅋ",
        "부" * 500,
    ],
)
def test_odd_queries_are_no_errors(web: httpx.Client, query: str) -> None:
    for table in ("plans", "articles", "municipalities"):
        _found(web, table, query)


def test_operators_are_words(web: httpx.Client) -> None:
    assert _found(web, "plans", '"부평"') == _found(web, "plans", "부평")
    assert _found(web, "plans", "부평 OR 천안") == set()


@pytest.mark.parametrize(
    ("query", "rows"), [("_search=", 18), ("_search=+%20", 18), ("_search=&kind=term", 1), ("kind=term&_search=", 1)]
)
def test_an_empty_search_is_none(web: httpx.Client, query: str, rows: int) -> None:
    assert len(web.get(f"/jobplans/plans.json?_shape=array&{query}").json()) == rows
