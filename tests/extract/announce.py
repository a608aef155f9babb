"""An announcement of our own to put a sentence into, so that each test shows only the words it is about."""

from __future__ import annotations

from datetime import date

from pipelines.extract import JobPlan, Source, extract

DAY = date(2024, 3, 29)
TITLE = "홍천군, 일자리대책 세부계획 공시"
LEAD = "강원 홍천군이 ‘2024년 일자리대책 세부계획’을 공시했다.\n"
TERM_TITLE = "홍천군, 민선 8기 일자리 종합계획 공시"
TERM_LEAD = "강원 홍천군이 2026년까지 4년 동안 펼칠 ‘민선 8기 일자리대책 종합계획’을 공시했다.\n"


def yearly(sentence: str, title: str = TITLE) -> JobPlan:
    """What is read of a yearly plan's announcement that goes on with `sentence`."""
    return _read(LEAD + sentence, title)


def term(sentence: str, title: str = TERM_TITLE) -> JobPlan:
    """What is read of a term plan's announcement that goes on with `sentence`."""
    return _read(TERM_LEAD + sentence, title)


def _read(text: str, title: str) -> JobPlan:
    plan = extract(Source(text, title, DAY))
    assert plan.relevant
    return plan
