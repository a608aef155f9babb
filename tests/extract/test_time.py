"""For which years a plan is, and what kind it is."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extract import JobPlan, Source, extract
from pipelines.extract.document import read_sentences
from pipelines.extract.names import choose_plan_name, read_plan_names


def _plan(title: str, text: str, day: date | None) -> JobPlan:
    return extract(Source(text, title, day))


@pytest.mark.parametrize(
    ("title", "text", "day", "kind", "years"),
    [
        (
            "홍천군, 내년 일자리 4천200개 만든다",
            "홍천군은 내년 일자리 4천200개를 만든다고 밝혔다. 홍천군은 내년도 일자리 창출 추진계획을 확정했다.",
            date(2023, 12, 20),
            "yearly",
            (2024, 2024),
        ),
        (
            "홍천군, 내년부터 4년간 일자리 2만개",
            "홍천군은 내년부터 2026년까지 일자리 2만개를 만든다고 밝혔다. 홍천군은 민선 8기 일자리 종합계획을 공시했다.",
            date(2022, 12, 20),
            "term",
            (2023, 2026),
        ),
        (
            "홍천군, 2014년까지 일자리 2만개",
            "홍천군은 2014년까지 일자리 2만개를 만든다고 3일 밝혔다. 일자리는 2011년 3천개, 2012년 4천개, 2013년 6천개, 2014년 7천개다.",
            date(2011, 1, 3),
            "term",
            (2011, 2014),
        ),
        (
            "홍천군, 일자리 시책 추진상황 보고회",
            "홍천군은 28일 ‘일자리대책 세부계획’을 확정했다. 군은 노인과 여성, 청년의 일자리를 함께 늘린다.",
            date(2017, 6, 29),
            "yearly",
            (2017, 2017),
        ),
        (
            "홍천군, 일자리 시책 추진상황 보고회",
            "홍천군은 28일 ‘일자리대책 세부계획’을 확정했다. 군은 노인과 여성, 청년의 일자리를 함께 늘린다.",
            date(2017, 12, 29),
            "yearly",
            (None, None),
        ),
        (
            "홍천군, 지난해 일자리 1천700개 창출",
            "홍천군이 집계한 2019년 말 현재 일자리 창출은 1천700개다. 홍천군은 올해 새 시책으로 일자리를 더 늘린다.",
            date(2020, 1, 16),
            "results",
            (2019, 2019),
        ),
        (
            "홍천군, 일자리 목표 고쳐 공시",
            "홍천군은 올해 일자리대책 세부계획을 수정 공시했다. 올해 일자리 목표는 4천개다.",
            date(2023, 11, 2),
            "revised",
            (2023, 2023),
        ),
    ],
    ids=["next year", "from next year on", "row of years", "by its day", "december", "results", "revised"],
)
def test_kind_and_years(title: str, text: str, day: date, kind: str, years: tuple[int | None, int | None]) -> None:
    plan = _plan(title, text, day)
    assert (plan.kind, plan.plan_year, plan.plan_year_end) == (kind, *years)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("시는 ‘민선7기 다함께 누리는 일자리 로드맵’을 수립했다.", "민선7기 다함께 누리는 일자리 로드맵"),
        ("시는 올해 일자리 5천개를 만드는 연차별 세부계획을 공시했다.", "연차별 세부계획"),
        ("일자리 공시제에 따라 낸 2015년 세부계획을 보면 목표는 5천개다.", "2015년 세부계획"),
        ("시는 도로 정비 세부계획을 세웠다.", None),
    ],
)
def test_plan_names_in_other_dress(text: str, name: str | None) -> None:
    names = read_plan_names(read_sentences(Source(text)), date(2019, 3, 1))
    chosen = choose_plan_name(names, yearly="민선" not in text)
    assert (chosen.text if chosen else None) == name


def test_a_year_glued_to_a_comma_or_a_full_stop_is_read() -> None:
    text = "예산은 해마다 는다.2019년 300억원,2020년 350억원,2021년 400억원,2022년 480억원이다.군은 2022년까지 일자리 2만개를 만든다.군은 민선7기 일자리대책 종합계획을 공시했다."
    plan = _plan("홍천군 2022년까지 일자리 2만개", text.replace("군은 2022", "홍천군은 2022"), None)
    assert (plan.plan_year, plan.plan_year_end) == (2019, 2022)
