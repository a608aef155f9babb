"""Single facts in the many ways the press puts them; each sentence stands in an article of our own."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extract import JobPlan, Source, extract

DAY = date(2024, 3, 29)
LEAD = "강원 홍천군이 ‘2024년 일자리대책 세부계획’을 공시했다.\n"


def _plan(sentence: str, title: str = "홍천군, 일자리대책 세부계획 공시") -> JobPlan:
    plan = extract(Source(LEAD + sentence, title, DAY))
    assert plan.relevant
    return plan


@pytest.mark.parametrize(
    "sentence",
    [
        "군은 올해 4,250개의 일자리를 만든다.",
        "올해 일자리 창출 목표는 4천250개다.",
        "군이 올해 마련할 일자리는 모두 4,250개로 정해졌다.",
        "올해 목표를 일자리 4,250개로 잡았다.",
        "6개 분야 4,250명의 일자리를 만들 계획이다.",
        "공공부문 3,000개와 민간부문 1,250개를 더한 총 4,250개의 일자리를 만든다.",
        "고용률 71.5%, 취업자 3만9천명, 일자리 4,250개를 목표로 내걸었다.",
        "군은 지난해보다 250개 늘어난 4,250개의 일자리를 만든다.",
        "상용일자리 1,200개를 포함한 총 4,250개의 일자리를 만든다.",
    ],
)
def test_the_target(sentence: str) -> None:
    assert _plan(sentence).job_target == 4250


@pytest.mark.parametrize(
    "sentence",
    [
        "취업자 수 목표는 3만9천명이다.",
        "정부는 올해 직접일자리 100만개를 만든다.",
        "원주시는 올해 일자리 9천개를 만든다.",
        "군은 전문가 12명으로 협의체를 꾸렸다.",
        "현재 산업단지에는 1천250개 기업이 있다.",
        "노인일자리사업은 2천163명을 뽑는다.",
        "지난해 만든 일자리는 4,100개다.",
        "군수는 “일자리 만개(滿開)를 이루겠다”고 했다.",
    ],
)
def test_what_is_no_target(sentence: str) -> None:
    assert _plan(sentence).job_target is None


@pytest.mark.parametrize(
    ("sentence", "won"),
    [
        ("군은 올해 일자리 사업에 국비 90억원과 군비 110억원 등 총 200억원을 투입한다.", 20_000_000_000),
        ("일자리 사업에 드는 총사업비는 1천44억원이다.", 104_400_000_000),
        ("이를 위해 1조 755억원을 들여 120개 사업을 추진한다.", 1_075_500_000_000),
        ("일자리 예산 200억원을 편성했다. 우수기관으로 뽑혀 인센티브 7천만원을 받았다.", 20_000_000_000),
        ("일자리 사업에 200억원(군비 90억원, 민간 110억원)을 들여 120개 사업을 추진한다.", 20_000_000_000),
        ("군은 인센티브 7천만원을 받았다.", None),
        ("입주기업의 매출은 300억원이다.", None),
    ],
)
def test_the_budget(sentence: str, won: int | None) -> None:
    assert _plan(sentence).budget_krw == won


@pytest.mark.parametrize(
    ("sentence", "change", "percent"),
    [
        ("예산은 200억원으로 지난해보다 31억원 늘었다.", 3_100_000_000, None),
        ("전년보다 12.5% 증가한 200억원의 일자리 예산을 투입한다.", None, 12.5),
        ("일자리 예산은 200억원으로, 지난해에 견줘 20억원(9.1%)이 줄어든 규모다.", -2_000_000_000, -9.1),
        ("군은 200억원을 투입한다. 일자리 목표는 지난해보다 6% 높다.", None, None),
    ],
)
def test_the_change_of_the_budget(sentence: str, change: int | None, percent: float | None) -> None:
    plan = _plan(sentence)
    assert (plan.budget_krw, plan.budget_change_krw, plan.budget_change_pct) == (20_000_000_000, change, percent)


@pytest.mark.parametrize(
    ("sentence", "rate", "base"),
    [
        ("고용률(15∼64세)은 71.5% 이상으로 끌어올린다.", 71.5, "15-64"),
        ("15세 이상 고용률 목표는 71.5%다.", 71.5, "15+"),
        ("군은 고용률 71.5% 달성을 목표로 삼았다.", 71.5, None),
        ("지난해 고용률은 70.1%를 기록했다.", None, None),
        ("청년 고용률 목표는 41.5%다.", None, None),
        ("전국 평균 고용률은 69.2%다.", None, None),
        ("고용률 목표를 당초 65.1%에서 67.5%로 높였다.", 67.5, None),
    ],
)
def test_the_employment_rate(sentence: str, rate: float | None, base: str | None) -> None:
    plan = _plan(sentence)
    assert (plan.employment_rate_target, plan.employment_rate_base) == (rate, base)


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("군은 5대 전략 14개 과제 241개 사업을 추진한다.", (5, 14, 241)),
        ("4대 분야 53개 사업을 벌인다.", (4, None, 53)),
        ("군은 5대 중점과제를 정했다.", (5, None, None)),
        ("추진할 분야는 정부부문 6개에 민간부문 2개를 더한 총 8개이며 세부사업은 80개다.", (8, None, 80)),
        ("10개 부서가 참여하고 30개 기업을 끌어온다.", (None, None, None)),
    ],
)
def test_counts_of_the_plan(sentence: str, counts: tuple[int | None, ...]) -> None:
    plan = _plan(sentence)
    assert (plan.strategies, plan.tasks, plan.projects) == counts


@pytest.mark.parametrize(
    ("sentence", "result"),
    [
        ("지난해 목표는 4천개였지만 실제로는 5천개의 일자리가 생겨 125% 성과를 냈다.", (4000, 5000, 125.0)),
        ("군은 지난해 5천개의 일자리를 창출해 목표 대비 125%를 달성했다.", (None, 5000, 125.0)),
        ("지난해 실적은 일자리 목표인 4천개를 621개 웃돌았다.", (4000, None, None)),
        ("지난해 만든 일자리는 모두 5천개로, 목표치(4천개) 대비 125%의 실적을 달성했다.", (4000, 5000, 125.0)),
        ("상반기에 2천개를 만들어 목표 대비 47%를 달성했다.", (None, None, None)),
    ],
)
def test_last_year(sentence: str, result: tuple[float | None, ...]) -> None:
    plan = _plan(sentence)
    assert (plan.prior_job_target, plan.prior_jobs_created, plan.achievement_rate) == result


@pytest.mark.parametrize(
    "sentence",
    [
        "4대 전략은 ▲가공산업 육성 ▲청년 창업 지원 ▲돌봄 일터 확충 ▲고용 안전망 강화 등이다.",
        "가공산업 육성, 청년 창업 지원, 돌봄 일터 확충, 고용 안전망 강화 등이 4대 추진 전략이다.",
        "‘가공산업 육성’, ‘청년 창업 지원’, ‘돌봄 일터 확충’, ‘고용 안전망 강화’ 등 4대 핵심 전략을 세웠다.",
        "군은 △가공산업 육성 △청년 창업 지원 △돌봄 일터 확충 △고용 안전망 강화를 4대 핵심 전략으로 삼았다.",
        "4대 전략은 ▲농가를 살리는 ‘가공산업 육성’ ▲젊은이를 위한 ‘청년 창업 지원’ ▲이웃을 위한 ‘돌봄 일터 확충’ "
        "▲모두를 위한 ‘고용 안전망 강화’다.",
    ],
)
def test_strategy_names(sentence: str) -> None:
    names = [strategy.name for strategy in _plan(sentence).strategy_names]
    assert names == ["가공산업 육성", "청년 창업 지원", "돌봄 일터 확충", "고용 안전망 강화"]


def test_a_list_without_a_cue_is_no_list_of_strategies() -> None:
    assert _plan("군은 △버스 증차 △도로 포장 △공원 정비에도 힘쓴다.").strategy_names == []


@pytest.mark.parametrize(
    "sentence",
    [
        "분야별로는 △직접일자리(3천개) △직업훈련(500개) △고용서비스(750개) 등이다.",
        "부문별 목표는 직접일자리 3천개, 직업훈련 500개, 고용서비스 750개 등이다.",
        "직접일자리가 3천명, 직업훈련이 500명, 고용서비스가 750명의 일자리를 맡는다.",
        "직접일자리(12개 사업) 3천개, 직업훈련(3개 사업) 500개, 고용서비스(2개 사업) 750개의 일자리를 만든다.",
        "직접일자리 12개 사업 3천개, 직업훈련 3개 사업 500개, 고용서비스 2개 사업 750개의 일자리를 만든다.",
    ],
)
def test_breakdown_rows(sentence: str) -> None:
    rows = [(row.label, row.value, row.frame) for row in _plan(sentence).breakdown]
    assert rows == [("직접일자리", 3000, "category"), ("직업훈련", 500, "category"), ("고용서비스", 750, "category")]


def test_a_row_keeps_last_years_number_beside_it() -> None:
    (row,) = _plan("노인일자리사업도 2023년 1935명에서 올해 2163명으로 대상을 늘린다.").breakdown
    assert (row.label, row.value, row.unit, row.prior) == ("노인일자리사업", 2163, "명", 1935)


def test_a_merged_label_keeps_both_categories() -> None:
    rows = _plan("부문별로는 고용장려금 및 창업지원 300개, 직접일자리 900개, 직업훈련 200개 등이다.").breakdown
    assert rows[0].categories == ("subsidy", "startup")


def test_a_results_report_has_the_reported_year_and_no_new_target() -> None:
    text = "홍천군이 지난해 일자리 5천개를 창출했다고 밝혔다. 군은 지난해 일자리 목표 4천개 대비 125%를 달성했다. 지역일자리 목표 공시제의 성과다."
    plan = extract(Source(text, "홍천군, 지난해 일자리 5천개 창출 성과", DAY))
    assert (plan.kind, plan.plan_year, plan.job_target) == ("results", 2023, None)
    assert (plan.prior_job_target, plan.prior_jobs_created, plan.achievement_rate) == (4000, 5000, 125.0)


def test_a_revised_plan_says_so() -> None:
    text = "홍천군은 ‘2024년 일자리대책 세부계획’을 수정 공시했다. 군은 올해 4,250개의 일자리를 만든다."
    assert extract(Source(text, "홍천군, 일자리 계획 수정 공시", DAY)).kind == "revised"


def test_sources_that_disagree_within_one_text_do_not_mix_governments() -> None:
    text = LEAD + "군은 올해 일자리 4,250개를 만든다.\n원주시는 올해 일자리 9천개를 만들고 1천억원을 투입한다."
    plan = extract(Source(text, "홍천군, 일자리대책 공시", DAY))
    assert (plan.municipality, plan.job_target, plan.budget_krw) == ("강원특별자치도 홍천군", 4250, None)
