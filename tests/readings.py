"""Readings made by hand, for tests that need rows and no extractor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pipelines.extract.model import SCALARS, BreakdownRow, Evidence, Flag, JobPlan, OtherValue, Strategy
from pipelines.model import KST, Article, CleanStatus, Outlet, Page, Reading

DAWN = datetime(2020, 4, 1, 3, tzinfo=KST)
BUPYEONG = ("28237", "인천광역시 부평구")
OUTLETS = {
    "knnws": Outlet("knnws", "KN NEWS", "knnws.com", "newsbuilder", region="인천광역시"),
    "asiae": Outlet("asiae", "아시아경제", "asiae.co.kr", "asiae"),
    "icose": Outlet("icose", "인천사회적기업협의회", "icose.example", "gnuboard5", tier="repost"),
}


def page(number: int = 1, outlet: str = "knnws", hour: int = 0, **more: Any) -> Page:
    """The page of an article, fetched `hour` hours after dawn."""
    domain = OUTLETS[outlet].domain
    return Page(
        **{
            "url": f"http://www.{domain}/news/view.php?idx={number}",
            "body": b"<html><body>...</body></html>",
            "retrieved": DAWN + timedelta(hours=hour),
            "outlet": OUTLETS[outlet],
            **more,
        }
    )


def spot(as_written: Any, qualifier: str | None = None, clause: str | None = None) -> Evidence:
    """Evidence that nobody looks up in a text."""
    text = str(as_written)
    return Evidence(3, 3 + len(text), text, "by.hand", clause=clause or f"올해 {text} 계획", qualifier=qualifier)


def plan(qualifiers: dict[str, str] | None = None, **fields: Any) -> JobPlan:
    """A relevant plan of 부평구 for 2020; every scalar that is given has evidence."""
    given = {
        "municipality_id": BUPYEONG[0], "municipality": BUPYEONG[1], "kind": "yearly", "plan_year": 2020, **fields,
    }  # fmt: skip
    evidence = {
        name: spot(value, (qualifiers or {}).get(name))
        for name, value in given.items()
        if name in SCALARS and value is not None
    }
    return JobPlan(relevant=True, reasons=["by hand"], evidence=evidence, **given)


def reading(
    number: int = 1,
    outlet: str = "knnws",
    hour: int = 0,
    *,
    title: str = "부평구, 올해 일자리 계획 공시",
    published: datetime | None = DAWN,
    body: str | None = None,
    made: JobPlan | None = None,
    **fields: Any,
) -> Reading:
    """A reading of an article; fields go to `plan` unless a plan is given."""
    article = Article(
        url=None, title=title, published=published, body=f"본문 {number} {hour}" if body is None else body
    )
    return Reading(page(number, outlet, hour), article, made if made is not None else plan(**fields), version="test/1")


def gone(number: int = 1, outlet: str = "knnws", hour: int = 0, **more: Any) -> Reading:
    """A reading of a page that says its article is gone; `more` goes to the page."""
    article = Article(url=None, status="gone")
    return Reading(page(number, outlet, hour, **more), article, JobPlan(reasons=["gone"]), version="test/1")


def not_whole(number: int = 1, outlet: str = "knnws", hour: int = 0, status: CleanStatus = "no-body") -> Reading:
    """A reading of a page without an article."""
    return Reading(page(number, outlet, hour), Article(url=None, status=status), JobPlan(), version="test/1")


def strategies(*names: str) -> list[Strategy]:
    """Strategies with evidence."""
    return [Strategy(name, spot(name)) for name in names]


def rows(**values: int) -> list[BreakdownRow]:
    """Breakdown rows with evidence, by label."""
    return [
        BreakdownRow(label, value, "개", categories=("direct_job_creation",), frame="category", evidence=spot(value))
        for label, value in values.items()
    ]


def other(field: str, value: float, **more: Any) -> OtherValue:
    """A figure beside the headline."""
    return OtherValue(field, value, evidence=spot(value), **more)


def flag(code: str, message: str = "look at it") -> Flag:
    """A flag on the budget."""
    return Flag("budget_krw", code, message)
