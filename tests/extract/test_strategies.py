from __future__ import annotations

import pytest

from tests.extract.announce import yearly

NAMES = ["가공산업 육성", "청년 창업 지원", "돌봄 일터 확충", "고용 안전망 강화"]


@pytest.mark.parametrize(
    "sentence",
    [
        "4대 전략은 ▲가공산업 육성 ▲청년 창업 지원 ▲돌봄 일터 확충 ▲고용 안전망 강화 등이다.",
        "4대 전략은 ①가공산업 육성 ②청년 창업 지원 ③돌봄 일터 확충 ④고용 안전망 강화다.",
        "가공산업 육성, 청년 창업 지원, 돌봄 일터 확충, 고용 안전망 강화 등이 4대 추진 전략이다.",
        "계획에는 가공산업 육성, 청년 창업 지원, 돌봄 일터 확충, 고용 안전망 강화의 4대 핵심 전략이 담겼다.",
        "군은 가공산업 육성, 청년 창업 지원, 돌봄 일터 확충, 고용 안전망 강화를 4대 전략으로 삼았다.",
        "군은 4개 전략을 폈다. 첫째 전략은 ‘가공산업 육성’이다. 농가를 돕는다. ‘청년 창업 지원’, ‘돌봄 일터 확충’, "
        "‘고용 안전망 강화’가 뒤따른다.",
        "사업 분야는 가공산업 육성, 청년 창업 지원, 돌봄 일터 확충, 고용 안전망 강화 등이다. 군은 4개 분야에 힘쓴다.",
        "‘가공산업 육성’, ‘청년 창업 지원’, ‘돌봄 일터 확충’, ‘고용 안전망 강화’ 등 4대 핵심 전략을 세웠다.",
        "군은 △가공산업 육성 △청년 창업 지원 △돌봄 일터 확충 △고용 안전망 강화를 4대 핵심 전략으로 삼았다.",
        "올해는 ▷가공산업 육성 ▷청년 창업 지원 ▷돌봄 일터 확충 ▷고용 안전망 강화의 ‘4대 핵심 전략’을 펼친다.",
        "4대 전략은 ▲농가를 살리는 ‘가공산업 육성’ ▲젊은이를 위한 ‘청년 창업 지원’ ▲이웃을 살핀 ‘돌봄 일터 확충’ "
        "▲모두를 위한 ‘고용 안전망 강화’다.",
        "올해 대책은 네 갈래다. ▲농가를 살리는 ‘가공산업 육성’ ▲젊은이를 위한 ‘청년 창업 지원’ ▲이웃을 살핀 "
        "‘돌봄 일터 확충’ ▲모두를 위한 ‘고용 안전망 강화’로 나눠 사업을 배치했다.",
    ],
)
def test_strategy_names(sentence: str) -> None:
    assert [strategy.name for strategy in yearly(sentence).strategy_names] == NAMES


@pytest.mark.parametrize(
    "sentence",
    [
        "군은 △버스 증차 △도로 포장 △공원 정비에도 힘쓴다.",
        "도는 △집행률 △지표 △우수기업 발굴 등 3개 분야를 따져 상을 줬다.",
    ],
)
def test_what_is_no_list_of_strategies(sentence: str) -> None:
    assert yearly(sentence).strategy_names == []


def test_a_name_may_end_in_a_syllable_that_also_ends_clauses() -> None:
    plan = yearly("3대 전략은 ▲지역 활력 제고 ▲일터 안전 ▲인력 양성 등이다.")
    assert [name.name for name in plan.strategy_names] == ["지역 활력 제고", "일터 안전", "인력 양성"]
