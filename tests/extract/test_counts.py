from __future__ import annotations

import pytest

from tests.extract.announce import yearly

Counts = tuple[int | None, ...]


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("군은 5대 전략 14개 과제 241개 사업을 추진한다.", (5, 14, 241)),
        ("계획은 5전략 14과제 241사업으로 짜였다.", (5, 14, 241)),
        ("4대 분야 53개 사업을 벌인다.", (4, None, 53)),
        ("5개 분야에 81개 사업(신규 6, 기존 75)을 벌인다.", (5, None, 81)),
        ("군은 5대 중점과제를 정했다.", (5, None, None)),
        ("추진할 분야는 정부부문 6개에 민간부문 2개를 더한 총 8개이며 세부사업은 80개다.", (8, None, 80)),
        ("핵심 추진전략은 ▲일터 넓히기 ▲사람 기르기 ▲기업 살리기 등 3가지다.", (3, None, None)),
        ("새 일터 찾기 등 20개 사업과 기업 유치 10개 사업 등 총 30개 사업을 벌인다.", (None, None, 30)),
    ],
)
def test_counts_of_the_plan(sentence: str, counts: Counts) -> None:
    plan = yearly(sentence)
    assert (plan.strategies, plan.tasks, plan.projects) == counts


@pytest.mark.parametrize(
    "sentence",
    [
        "10개 부서가 참여하고 30개 기업을 끌어온다.",
        "어촌 뉴딜 300사업도 이어간다.",
        "지난해에는 31개 부서에서 206개 사업을 벌여 일자리 5천개를 주민에게 제공했다.",
        "2022년 132개 사업에서 지난해 192개 사업으로 늘었다.",
        "도는 시군을 놓고 8개 분야 11개 항목을 따졌다.",
        "숲길 정비 등 12개 사업이 먼저다.\n인력 양성은 강사 과정 등 11개 사업이 맡는다.\n민간일자리 분야 사업은 25개다.",
    ],
)
def test_what_is_no_count_of_the_plan(sentence: str) -> None:
    plan = yearly(sentence)
    assert (plan.strategies, plan.tasks, plan.projects) == (None, None, None)
