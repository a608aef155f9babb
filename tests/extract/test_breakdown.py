from __future__ import annotations

import pytest

from tests.extract.announce import term, yearly

Row = tuple[str, int]


def _rows(sentence: str) -> list[Row]:
    return [(row.label, row.value) for row in yearly(sentence).breakdown]


@pytest.mark.parametrize(
    "sentence",
    [
        "분야별로는 △직접일자리(3천개) △직업훈련(500개) △고용서비스(750개) 등이다.",
        "부문별 목표는 직접일자리 3천개, 직업훈련 500개, 고용서비스 750개 등이다.",
        "직접일자리가 3천명, 직업훈련이 500명, 고용서비스가 750명의 일자리를 맡는다.",
        "직접일자리(12개 사업) 3천개, 직업훈련(3개 사업) 500개, 고용서비스(2개 사업) 750개의 일자리를 만든다.",
        "직접일자리 12개 사업 3천개, 직업훈련 3개 사업 500개, 고용서비스 2개 사업 750개의 일자리를 만든다.",
        "정부부문은 직접일자리(3천개)와 직업훈련(500개), 고용서비스(750개)로 나뉜다.",
        "군은 올해 일자리 4,250개를 만든다.\n직접일자리에 90억원을 투입해 일자리 3천개를, 직업훈련에 10억원을 들여 일자리 500개를, "
        "고용서비스에 5억원을 투입해 일자리 750개를 만든다.",
    ],
)
def test_rows_of_categories(sentence: str) -> None:
    rows = [(row.label, row.value, row.frame) for row in yearly(sentence).breakdown]
    assert rows == [("직접일자리", 3000, "category"), ("직업훈련", 500, "category"), ("고용서비스", 750, "category")]


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "공공부문에서 3천500개, 민간부문에서 750개의 일자리를 만든다.",
            [("공공부문", 3500), ("민간부문", 750)],
        ),
        (
            "군은 “공공분야 3천500개 및 민간분야 750개의 일자리를 창출하겠다”고 밝혔다.",
            [("공공분야", 3500), ("민간분야", 750)],
        ),
        (
            "창업지원(80개), 기타 산업, 문화 분야 등 일자리 마련(414개), 고용서비스(750개)로 이뤄졌다.",
            [("창업지원", 80), ("기타 산업, 문화 분야 등 일자리 마련", 414), ("고용서비스", 750)],
        ),
        (
            "군은 올해 일자리 4,250개를 만든다.\n돌봄 도우미 등 12개 여성일자리 사업에서 500개의 일자리를 만든다.",
            [("여성일자리 사업", 500)],
        ),
        (
            "군은 올해 일자리 4,250개를 만든다.\n민간부문에서는 기업 유치 300개, 관광산업 육성 250개, 사회적경제 육성 200개 등 성장전략으로 750개의 일자리를 만든다.",
            [("기업 유치", 300), ("관광산업 육성", 250), ("사회적경제 육성", 200), ("민간부문", 750)],
        ),
    ],
)
def test_labels(sentence: str, rows: list[Row]) -> None:
    assert _rows(sentence) == rows


@pytest.mark.parametrize(
    "sentence",
    [
        "중앙시장 청년몰은 점포를 20개로 늘린다.",
        "25개 자치구 취업알선센터를 잇는다.",
        "자활 사업단 9개를 꾸린다.",
        "청년 일자리를 통해 1천개의 일자리를 추가로 늘려나간다.",
        "일자리센터 상담사 14명이 취업 상담을 맡는다.",
        "앞서 군은 상반기 청년 일자리 300개를 제공했다.",
    ],
)
def test_what_is_no_row(sentence: str) -> None:
    assert _rows(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "row"),
    [
        ("노인일자리사업도 2023년 1935명에서 올해 2163명으로 대상을 늘린다.", ("노인일자리사업", 2163, 1935)),
        ("노인일자리사업은 2023년 1935명이던 참여자를 올해 2163명까지 늘린다.", ("노인일자리사업", 2163, 1935)),
        ("공공근로사업은 지난해 본예산의 110명보다 60명 많은 170명을 뽑는다.", ("공공근로사업", 170, 110)),
        ("유형별로는 △직접일자리 6천241개(지난해 5천913개)가 가장 많다.", ("직접일자리", 6241, 5913)),
    ],
)
def test_a_row_keeps_last_years_number_beside_it(sentence: str, row: tuple[str, int, int]) -> None:
    (found,) = yearly(sentence).breakdown
    assert (found.label, found.value, found.prior) == row


def test_a_year_in_one_row_s_bracket_says_nothing_of_the_next() -> None:
    rows = _rows("유형별로는 △직접일자리 3천개(지난해 2천900개) △직업훈련 500개 △고용서비스 750개다.")
    assert rows == [("직접일자리", 3000), ("직업훈련", 500), ("고용서비스", 750)]


def test_a_merged_label_keeps_both_categories() -> None:
    rows = yearly("부문별로는 고용장려금 및 창업지원 300개, 직접일자리 900개, 직업훈련 200개 등이다.").breakdown
    assert rows[0].categories == ("subsidy", "startup")


def test_rows_of_one_list_share_a_frame() -> None:
    rows = yearly("유형별로는 ▲직접일자리 3천개 ▲직업훈련 500개 ▲민간부문 750개다.").breakdown
    assert {row.frame for row in rows} == {"category"}
    assert rows[-1].categories == ("private",)


def test_numbers_that_add_up_to_the_target_are_its_rows_whatever_their_words() -> None:
    plan = yearly(
        "군은 올해 일자리 4,250개를 만든다.\n가장 큰 덩어리는 취약계층 일자리사업으로 급식 도우미와 행정보조 등에 3천명을 쓴다. "
        "산림을 아우른 환경생태 분야가 750명으로 그다음이다. 문화재 관리를 맡을 문화체육 분야가 500명이다."
    )
    assert [(row.label, row.value) for row in plan.breakdown] == [
        ("취약계층 일자리사업", 3000),
        ("환경생태", 750),
        ("문화체육", 500),
    ]
    assert plan.breakdown[0].evidence is not None
    assert plan.breakdown[0].evidence.checks == ("sum of breakdown",)


def test_the_sum_of_a_list_is_a_row_of_its_field_and_apart_from_the_list() -> None:
    plan = yearly(
        "군은 올해 일자리 4,250개를 만든다.\n미래일자리는 새싹기업 10개 사업 280개, 인력 양성 16개 사업 360개 등 총 640개다. "
        "상생일자리는 돌봄 6개 사업 일자리 110개, 소상공인 지원 5개 사업 일자리 190개 등 총 300개다."
    )
    assert [(row.label, row.value) for row in plan.breakdown] == [
        ("새싹기업", 280), ("인력 양성", 360), ("미래일자리", 640), ("돌봄", 110), ("소상공인 지원", 190), ("상생일자리", 300),
    ]  # fmt: skip
    assert [row.value for row in plan.breakdown if row.frame == "sector"] == [640, 300]


def test_the_years_of_a_term_are_no_rows() -> None:
    plan = term(
        "군은 2026년까지 일자리 1만개를 만든다. 연도별로는 올해 3천개, 내년에 3천400개, 2026년에 3천600개가 목표다."
    )
    assert (plan.job_target, plan.breakdown) == (10_000, [])


@pytest.mark.parametrize(
    "sentence",
    [
        "올해 일자리 목표는 4,250개다. 애초 연도별 목표로 잡아 둔 4,100개에 150개를 더했다.",
        "올해 일자리 목표는 4,250개다. 10월 말까지 만들어진 일자리는 3,900개로 집계됐다.",
    ],
)
def test_an_older_goal_or_a_result_is_no_row(sentence: str) -> None:
    assert _rows(sentence) == []
