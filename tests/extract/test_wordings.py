"""Wordings that were once misread: each sentence is our own, each stands for a class."""

from __future__ import annotations

import pytest

from tests.extract.announce import TITLE, yearly

TARGET = "군은 올해 일자리 9천240개를 만든다. "


@pytest.mark.parametrize(
    "sentence",
    [
        "목표는 두 가지다. 일자리 9천240개, 그리고 15~64세 고용률 66.4%.",
        "두 가지 목표를 세웠다. 새 일자리 9천240개와 고용률 66.4%다.",
    ],
)
def test_goals_announced_by_the_sentence_before(sentence: str) -> None:
    assert yearly(sentence).employment_rate_target == 66.4


def test_a_change_told_of_two_figures_is_no_row() -> None:
    assert yearly(TARGET + "지난해에 견줘 일자리는 320개, 고용률은 0.4%포인트 높였다.").breakdown == []


@pytest.mark.parametrize(
    "sentence",
    [
        "8천900개였던 지난해 목표보다 3.8% 많다.",
        "지난해 목표 8천900개보다 340개 많다.",
        "2023년 목표치인 8천900개에 견줘 3.8% 높다.",
        "작년 목표(8천900개)보다 340개 늘었다.",
    ],
)
def test_the_goal_of_the_year_before_as_a_comparison(sentence: str) -> None:
    plan = yearly(TARGET + sentence)
    assert (plan.job_target, plan.prior_job_target, plan.prior_jobs_created) == (9240, 8900, None)


@pytest.mark.parametrize(
    "sentence",
    [
        "공공일자리는 6천개다. 노인과 장애인을 위한 42개 사업에 312억원이 들어간다.",
        "공공부문에서는 31개 사업에 312억원을 들여 5천개를 만든다.",
        "직접일자리는 5천개다. 여기에 312억원을 쓴다.",
        "취약계층 관련 예산은 작년보다 12억원(8%) 늘었다.",
        "청년 일자리 예산은 지난해보다 30% 늘렸다.",
    ],
)
def test_money_of_a_part(sentence: str) -> None:
    plan = yearly(TARGET + sentence)
    assert (plan.budget_krw, plan.budget_change_krw, plan.budget_change_pct) == (None, None, None)


def test_money_of_the_whole_beside_related_budget() -> None:
    plan = yearly(TARGET + "관련 예산은 612억원으로 지난해보다 5.2% 늘었다.")
    assert (plan.budget_krw, plan.budget_change_pct) == (61_200_000_000, 5.2)


@pytest.mark.parametrize(
    "sentence",
    [
        "전략은 모두 네 가지다. 청년 일터 확충, 지역산업 육성, 창업 생태계 조성, 고용안전망 강화다.",
        "분야는 넷이다. 청년 일터 확충, 지역산업 육성, 창업 생태계 조성, 고용안전망 강화다.",
        "네 가지 추진전략으로 청년 일터 확충, 지역산업 육성, 창업 생태계 조성, 고용안전망 강화를 세웠다.",
        "4대 전략을 폈다.\n▲청년 일터 확충\n돕는다.\n▲지역산업 육성\n키운다.\n▲창업 생태계 조성\n연다.\n▲고용안전망 강화\n짠다.",
        "4대 전략을 폈다.\n1. 청년 일터 확충\n돕는다.\n2. 지역산업 육성\n키운다.\n3. 창업 생태계 조성\n연다.\n4. 고용안전망 강화\n짠다.",
    ],
)
def test_strategies_counted_in_words_or_listed_as_headings(sentence: str) -> None:
    plan = yearly(sentence)
    names = [strategy.name for strategy in plan.strategy_names]
    assert plan.strategies == 4
    assert names == ["청년 일터 확충", "지역산업 육성", "창업 생태계 조성", "고용안전망 강화"]


def test_tasks_added_up_and_projects_that_are_run() -> None:
    assert yearly("과제는 핵심과제 67개와 자체과제 540개를 합쳐서 607개다.").tasks == 607
    assert yearly("일자리 사업 113개를 돌린다.").projects == 113


@pytest.mark.parametrize(
    "sentence",
    [
        "지난해 성적이 좋았다. 8천900개를 목표로 뛰어 9천612명에게 일터를 이어 줬으니 108% 달성이다.",
        "지난해에는 일자리 8천900개를 만들겠다고 약속해 9천612개를 채웠다. 달성률은 108%다.",
        "지난해에는 일자리 9천612개를 얻었다. 목표 8천900개의 108%다.",
    ],
)
def test_goal_result_and_share_of_the_year_before(sentence: str) -> None:
    plan = yearly(TARGET + sentence)
    assert (plan.prior_job_target, plan.prior_jobs_created, plan.achievement_rate) == (8900, 9612, 108)


def test_the_goal_behind_a_result_is_not_the_result() -> None:
    assert yearly(TARGET + "지난해에는 9천612개로 목표 8천900개를 8% 넘어섰다.").prior_job_target == 8900


def test_a_share_of_this_years_goal_is_no_achievement() -> None:
    plan = yearly(TARGET + "올해 목표 9천240개의 95%는 공공일자리다.")
    assert (plan.job_target, plan.prior_job_target, plan.achievement_rate) == (9240, None, None)


def test_a_slogan_is_no_target() -> None:
    assert yearly("군은 ‘일자리 5만개’ 구호에 다가섰다고 본다.", TITLE).job_target is None


def test_rows_named_by_means_and_rows_in_brackets() -> None:
    plan = yearly(TARGET + "직접 일자리 6천101개와 직업훈련을 통한 취업 512개, 취업 상담을 통한 취업 2천27개 등이다.")
    assert [row.label for row in plan.breakdown] == ["직접 일자리", "직업훈련을 통한 취업", "취업 상담을 통한 취업"]
    plan = yearly(TARGET + "직접일자리 6천101개, 직업훈련 512개, 고용서비스 2천27개, 기타 600개(민간 550개)다.")
    assert [(row.label, row.value) for row in plan.breakdown][-2:] == [("기타", 600), ("민간", 550)]


def test_businesses_are_no_row() -> None:
    assert yearly(TARGET + "한전을 비롯한 13개 공공기관이 뒤를 받친다.").breakdown == []


def test_money_that_makes_jobs_without_the_word() -> None:
    plan = yearly(
        "올해는 더 높이 잡았다. 86개 세부사업에 381억원을 풀어 7424개를 만든다.", "홍천군, 지난해 일자리 목표 달성"
    )
    assert (plan.job_target, plan.budget_krw, plan.projects) == (7424, 38_100_000_000, 86)
