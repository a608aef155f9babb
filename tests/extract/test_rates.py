from __future__ import annotations

import pytest

from tests.extract.announce import yearly


@pytest.mark.parametrize(
    ("sentence", "rate", "base"),
    [
        ("고용률(15∼64세)은 71.5% 이상으로 끌어올린다.", 71.5, "15-64"),
        ("15세 이상 고용률 목표는 71.5%다.", 71.5, "15+"),
        ("군은 고용률 71.5% 달성을 목표로 삼았다.", 71.5, None),
        ("지난해 고용률은 70.1%를 기록했다.", None, None),
        ("청년 고용률 목표는 41.5%다.", None, None),
        ("전국 평균 고용률은 69.2%다.", None, None),
        ("군은 경제협력개발기구(OECD) 기준 고용률 71.5%를 달성하기로 했다.", 71.5, "15-64"),
        ("강원도 전체의 고용률 목표는 66%다.", None, None),
        ("고용률 목표를 당초 65.1%에서 67.5%로 높였다.", 67.5, None),
        ("고용률 목표는 지난해 실적 69.7%보다 0.4% 높은 70.1%로 잡았다.", 70.1, None),
        ("민선 8기 동안 해마다 고용률을 높여 72.2%를 달성한다. 올해 고용률 목표는 71.1%다.", 71.1, None),
    ],
)
def test_the_employment_rate(sentence: str, rate: float | None, base: str | None) -> None:
    plan = yearly(sentence)
    assert (plan.employment_rate_target, plan.employment_rate_base) == (rate, base)


def test_the_exact_rate_stands_for_the_rounded_one_of_the_title() -> None:
    plan = yearly("올해는 고용률을 69.4%까지 올린다는 계획이다.", "홍천군, 일자리로 고용률 70% 만든다")
    assert plan.employment_rate_target == 69.4
