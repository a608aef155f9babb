from __future__ import annotations

import pytest

from pipelines.extract import Source, extract
from tests.extract.announce import DAY, LEAD, term, yearly


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
        "공공 및 민간 일자리 4,250개를 만들 생각이다.",
        "직접일자리, 직업훈련 등 부문별로 모두 4,250명에게 예산 50억원 정도가 드는 일자리 목표를 공시했다.",
        "직접일자리 창출(△마을 가꾸기), 고용서비스(△상담 창구 운영) 등을 통해 일자리 4,250개를 만들 계획이다.",
    ],
)
def test_the_target(sentence: str) -> None:
    assert yearly(sentence).job_target == 4250


@pytest.mark.parametrize(
    "sentence",
    [
        "취업자 수 목표는 3만9천명이다.",
        "정부는 올해 직접일자리 100만개를 만든다.",
        "도는 올해 일자리 3만개를 만든다.",
        "원주시는 올해 일자리 9천개를 만든다.",
        "군은 전문가 12명으로 협의체를 꾸렸다.",
        "현재 산업단지에는 1천250개 기업이 있다.",
        "전통시장은 점포를 150개로 늘린다.",
        "노인일자리사업은 2천163명을 뽑는다.",
        "지난해 만든 일자리는 4,100개다.",
        "‘일자리 9천개 창출’을 목표로 내걸었던 군이다.",
        "군수는 “일자리 만개(滿開)를 이루겠다”고 했다.",
    ],
)
def test_what_is_no_target(sentence: str) -> None:
    assert yearly(sentence).job_target is None


@pytest.mark.parametrize(
    "sentence",
    [
        "군은 일자리 목표를 당초 3,900개에서 4,250개로 350개 늘렸다.",
        "일자리 목표(3,900개→4,250개)를 고쳤다.",
        "올해 일자리 목표는 3,900개이던 것을 4,250개로 고쳤다.",
    ],
)
def test_a_revised_target_replaces_the_old_one(sentence: str) -> None:
    assert yearly(sentence).job_target == 4250


def test_an_old_value_and_its_change_confirm_the_new_one() -> None:
    plan = yearly("군은 일자리 목표를 당초 3,900개에서 4,250개로 350개 늘렸다.")
    assert "old plus change" in plan.evidence["job_target"].checks


def test_of_two_totals_the_one_that_its_parts_add_up_to_is_the_target() -> None:
    plan = yearly(
        "군은 올해 신규 일자리 1천5백개를 만들고 고용유지 등으로 일자리 4천250개를 만든다고 밝혔다.\n"
        "청년 일자리사업에서 1천개의 일자리를 만든다. 여성 일자리사업에서 1천250개를, 노인 일자리사업에서 2천개를 만든다."
    )
    assert plan.job_target == 4250


def test_the_year_s_part_of_a_term_is_kept_apart() -> None:
    plan = term("군은 2026년까지 일자리 1만8천개를 만든다. 올해는 4천250개가 목표다.")
    assert plan.job_target == 18_000
    assert [(other.field, other.value) for other in plan.others] == [("job_target", 4250)]


def test_sources_that_disagree_within_one_text_do_not_mix_governments() -> None:
    text = LEAD + "군은 올해 일자리 4,250개를 만든다.\n원주시는 올해 일자리 9천개를 만들고 1천억원을 투입한다."
    plan = extract(Source(text, "홍천군, 일자리대책 공시", DAY))
    assert (plan.municipality, plan.job_target, plan.budget_krw) == ("강원특별자치도 홍천군", 4250, None)


def test_a_revised_plan_says_so() -> None:
    text = "홍천군은 ‘2024년 일자리대책 세부계획’을 수정 공시했다. 군은 올해 4,250개의 일자리를 만든다."
    assert extract(Source(text, "홍천군, 일자리 계획 수정 공시", DAY)).kind == "revised"


def test_the_lines_of_a_release_name_goal_and_programmes() -> None:
    plan = yearly(
        "ㅇ 목표 : 공공 일자리 4천개, 고용률 66%\nㅇ 사업 : 120개(총 사업비 90억원)\n"
        "군은 산림휴양 등 7개 대표사업을 먼저 추진한다."
    )
    assert (plan.job_target, plan.projects, plan.breakdown) == (4000, 120, [])
