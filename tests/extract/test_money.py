from __future__ import annotations

import pytest

from tests.extract.announce import term, yearly

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("sentence", "won"),
    [
        ("군은 올해 일자리 사업에 국비 90억원과 군비 110억원 등 총 200억원을 투입한다.", 20_000 * MILLION),
        ("예산은 국비 90억원, 도비 30억원, 군비 80억원을 합쳐 200억원이 들어간다.", 20_000 * MILLION),
        ("일자리 사업에 드는 총사업비는 1천44억원이다.", 104_400 * MILLION),
        ("이를 위해 1조 755억원을 들여 120개 사업을 추진한다.", 1_075_500 * MILLION),
        ("일자리 예산 200억원을 편성했다. 우수기관으로 뽑혀 인센티브 7천만원을 받았다.", 20_000 * MILLION),
        ("일자리 사업에 200억원(군비 90억원, 민간 110억원)을 들여 120개 사업을 추진한다.", 20_000 * MILLION),
        ("일자리 예산은 98억원에서 116억원이 됐다.", 11_600 * MILLION),
        ("일자리 예산 200억원을 투입한다. 어르신 일자리에는 별도 사업비 92억원이 들어간다.", 20_000 * MILLION),
        ("군은 인센티브 7천만원을 받았다.", None),
        ("입주기업의 매출은 300억원이다.", None),
        ("새 산업단지에는 2029년까지 4천억원대의 국비가 투입될 예정이어서 일자리가 기대된다.", None),
        ("군이 유치한 기업 여섯 곳이 약속한 투자는 2천억원이다.", None),
        ("공공부문에 300억원을 들여 일자리 2천개를 만든다.", None),
        ("2022년 일자리 사업 예산은 150억원이었다.", None),
    ],
)
def test_the_budget(sentence: str, won: int | None) -> None:
    assert yearly(sentence).budget_krw == won


def test_the_budget_of_a_term_is_no_year_s_instalment() -> None:
    sentence = "예산은 2024년 300억원, 2025년 350억원, 2026년 400억원으로 늘어난다. 다 더하면 1천50억원이다."
    assert term(sentence).budget_krw == 105_000 * MILLION


def test_sources_that_add_up_confirm_the_budget() -> None:
    plan = yearly("예산은 국비 90억원, 도비 30억원, 군비 80억원을 합쳐 200억원이 들어간다.")
    assert plan.evidence["budget_krw"].checks == ("sum of sources",)


@pytest.mark.parametrize(
    ("sentence", "change", "percent"),
    [
        ("예산은 200억원으로 지난해보다 31억원 늘었다.", 3_100 * MILLION, None),
        ("전년보다 12.5% 증가한 200억원의 일자리 예산을 투입한다.", None, 12.5),
        ("일자리 예산은 200억원으로, 지난해에 견줘 20억원(9.1%)이 줄어든 규모다.", -2_000 * MILLION, -9.1),
        ("일자리 예산으로 지난해 대비 10%인 18억원 늘어난 총 200억원을 투입한다.", 1_800 * MILLION, 10.0),
        ("군은 200억원을 투입한다. 일자리 목표는 지난해보다 6% 높다.", None, None),
    ],
)
def test_the_change_of_the_budget(sentence: str, change: int | None, percent: float | None) -> None:
    plan = yearly(sentence)
    assert (plan.budget_krw, plan.budget_change_krw, plan.budget_change_pct) == (20_000 * MILLION, change, percent)


def test_another_article_on_the_page_has_its_own_money() -> None:
    text = "군은 올해 일자리 4천개를 만든다.\n\n◆홍천군 물놀이터 새 단장\n홍천군은 총사업비 90억원을 들여 물놀이터를 고친다고 3일 밝혔다."
    assert yearly(text).budget_krw is None
    assert yearly(text.replace("물놀이터", "일자리센터")).budget_krw == 9_000 * MILLION


def test_a_change_may_follow_the_budget_that_it_gives() -> None:
    plan = yearly("일자리 예산은 90억원이다. 지난해 80억원보다 10억원(12.5%) 늘었다.")
    assert (plan.budget_krw, plan.budget_change_krw, plan.budget_change_pct) == (9_000 * MILLION, 1_000 * MILLION, 12.5)


def test_money_told_as_spent_is_no_budget_and_its_programmes_are_not_the_plan_s() -> None:
    plan = yearly(
        "군은 올해 일자리 4천개를 만든다.\n청년 정책도 폈다.\n"
        "군은 2개 분야에서 31개 사업에 지난해보다 10억원을 늘린 90억원을 투입했다."
    )
    assert (plan.budget_krw, plan.budget_change_krw, plan.strategies, plan.projects) == (None, None, None, None)
