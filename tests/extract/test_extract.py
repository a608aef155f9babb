"""Whole articles of our own making: the facts, their evidence, and what is flagged instead of published."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extract import SCALARS, JobPlan, Source, extract
from tests.extract.press import write_number

TITLE = "거제시, 올해 일자리 1만2천여개 만든다"
YEARLY = """경남 거제시(시장 홍길순)가 올해 일자리 1만2,345개를 만드는 내용의 ‘2024년 거제시 일자리대책 세부계획’을 29일 공시했다.
시는 지난해보다 8.5% 늘어난 812억원을 들여 4대 전략, 15개 과제, 120개 세부사업을 추진한다.
4대 전략은 ▲조선업 숙련인력 양성 ▲청년이 머무는 일터 ▲골목상권 회복 지원 ▲촘촘한 고용안전망 등이다.
부문별로는 직접일자리 7,000개, 직업훈련 1,345개, 고용서비스 3,000개, 창업지원 1,000개 등이다.
15~64세 고용률 목표는 66.5%다. 전국 평균 고용률은 69.2%다.
시는 지난해 목표 1만1천개를 넘긴 1만3,200개의 일자리를 창출해 목표 대비 120%를 달성했다.
홍길순 거제시장은 “좋은 일자리 100만개 시대를 열겠다”고 말했다.
관련기사
창원시, 일자리 5만개 만든다
"""
TERM = """충북 진천군이 2026년까지 4년간 일자리 3만1천500개를 만들기로 했다.
군은 ‘민선 8기 일자리대책 종합계획’을 세워 이렇게 밝혔다.
올해는 7천800개가 목표다. 모두 2천100억원을 투입한다.
"""


@pytest.fixture(scope="module")
def plan() -> JobPlan:
    return extract(Source(YEARLY, TITLE, date(2024, 3, 29)))


def test_a_yearly_plan_is_read_whole(plan: JobPlan) -> None:
    read = {field: getattr(plan, field) for field in SCALARS}
    assert read == {
        "municipality": "경상남도 거제시",
        "head_name": "홍길순",
        "head_office": "시장",
        "plan_year": 2024,
        "plan_year_end": 2024,
        "plan_name": "2024년 거제시 일자리대책 세부계획",
        "job_target": 12_345,
        "budget_krw": 81_200_000_000,
        "budget_change_pct": 8.5,
        "budget_change_krw": None,
        "employment_rate_target": 66.5,
        "strategies": 4,
        "tasks": 15,
        "projects": 120,
        "prior_job_target": 11_000,
        "prior_jobs_created": 13_200,
        "achievement_rate": 120.0,
    }
    assert plan.kind == "yearly"
    assert plan.employment_rate_base == "15-64"


def test_lists_keep_their_order_and_categories(plan: JobPlan) -> None:
    assert [name.name for name in plan.strategy_names] == [
        "조선업 숙련인력 양성", "청년이 머무는 일터", "골목상권 회복 지원", "촘촘한 고용안전망",
    ]  # fmt: skip
    rows = [(row.label, row.value, row.categories) for row in plan.breakdown]
    assert rows == [
        ("직접일자리", 7000, ("direct",)),
        ("직업훈련", 1345, ("training",)),
        ("고용서비스", 3000, ("service",)),
        ("창업지원", 1000, ("startup",)),
    ]


def test_arithmetic_confirms(plan: JobPlan) -> None:
    assert "sum of breakdown" in plan.evidence["job_target"].checks
    assert "result over target" in plan.evidence["achievement_rate"].checks
    assert not plan.flags


def test_evidence_stands_where_it_says(plan: JobPlan) -> None:
    sources = {"text": YEARLY, "title": TITLE}
    for field, spot in plan.evidence.items():
        assert sources[spot.where][spot.start : spot.end] == spot.as_written, field
        assert len(spot.clause) <= 120
    assert all(getattr(plan, field) is None or field in plan.evidence for field in SCALARS)


def test_a_term_plan_keeps_the_year_s_target_apart() -> None:
    plan = extract(Source(TERM, "진천군, 4년간 일자리 3만1500개 창출", date(2022, 12, 20)))
    assert (plan.kind, plan.job_target, plan.plan_year_end, plan.budget_krw) == ("term", 31_500, 2026, 210_000_000_000)
    assert [(other.field, other.value) for other in plan.others] == [("job_target", 7800)]


def test_a_lost_unit_is_flagged_and_not_published() -> None:
    text = "홍천군은 올해 일자리 4천개 창출을 목표로 2024년 일자리대책 세부계획을 세웠다. 전년보다 31억 원 늘어난 450여 원 예산을 투입한다."
    plan = extract(Source(text, "홍천군, 올해 일자리 4천개", date(2024, 3, 2)))
    assert plan.budget_krw is None
    assert plan.budget_change_krw == 3_100_000_000
    (flag,) = plan.flags
    assert (flag.field, flag.code, flag.likely) == ("budget_krw", "unit-lost", 45_000_000_000)


def test_a_ratio_that_does_not_fit_is_flagged() -> None:
    text = "홍천군은 2024년 일자리대책 세부계획을 공시했다. 군은 지난해 일자리 목표 4천개를 세웠고 4천400개의 일자리를 창출해 목표 대비 130%를 달성했다."
    plan = extract(Source(text, "홍천군, 일자리대책 공시", date(2024, 3, 2)))
    assert [flag.code for flag in plan.flags] == ["ratio-differs"]


def test_without_a_date_this_year_stays_open() -> None:
    plan = extract(
        Source(
            "홍천군은 올해 일자리 4천200개를 만든다는 일자리대책 세부계획을 공시했다.", "홍천군, 올해 일자리 4천200개"
        )
    )
    assert plan.job_target == 4200
    assert plan.plan_year is None


@settings(deadline=None)
@given(st.integers(1_000, 99_999), st.sampled_from(["comma", "mixed", "mixed-comma", "thousands"]))
def test_any_target_is_read_from_a_plain_announcement(value: int, style: str) -> None:
    text = f"강원 홍천군은 올해 {write_number(value, style)}개의 일자리를 창출한다는 ‘2024년 일자리대책 세부계획’을 공시했다."
    plan = extract(Source(text, "홍천군, 일자리대책 세부계획 공시", date(2024, 3, 29)))
    assert plan.job_target == value
    assert plan.evidence["job_target"].as_written == f"{write_number(value, style)}개"


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str, title: str) -> None:
    plan = extract(Source(text, title))
    assert plan.to_dict()["relevant"] in {True, False}


@pytest.mark.parametrize(
    "piece", ["1", "일자리 창출 목표 ", "(", "▲가나 ", "‘가나다’, ", "1만2천개, ", "홍천군은 일자리 4천개를 만든다.\n"]
)
def test_endless_input_ends_soon(piece: str) -> None:
    text = "홍천군은 일자리 4천개를 만든다. " + piece * (200_000 // len(piece))
    start = time.perf_counter()
    extract(Source(text, "홍천군, 일자리 4천개", date(2024, 3, 29)))
    assert time.perf_counter() - start < 5
