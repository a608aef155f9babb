from __future__ import annotations

import pytest

from tests.extract.announce import yearly

FIRST = "군은 올해 일자리 4,250개를 만든다.\n"


def _flags(sentence: str, title: str = "홍천군, 일자리대책 세부계획 공시") -> list[tuple[str, str, float | None]]:
    return [(flag.field, flag.code, flag.likely) for flag in yearly(sentence, title).flags]


@pytest.mark.parametrize(
    ("sentence", "flags"),
    [
        (FIRST + "유형별로는 직접일자리 3,000개, 직업훈련 500개, 고용서비스 750개다.", []),
        (FIRST + "유형별로는 직접일자리 3,000개, 직업훈련 500개 등이다.", []),
        (
            FIRST + "유형별로는 직접일자리 3,400개, 직업훈련 500개, 고용서비스 750개다.",
            [("breakdown", "sum-differs", None)],
        ),
        (
            FIRST + "유형별로는 직접일자리 3,031개, 직업훈련 424개, 고용서비스 750개다.",
            [("job_target", "sum-differs", 4205)],
        ),
        ("군은 5대 전략 80\n4,250개로 계획을 짰다.", []),
        (
            "계획은 16개 과제 944천250개로 짜였다. 군은 올해 일자리 4천250개를 만든다.",
            [("job_target", "fused-digits", None)],
        ),
        ("일자리 예산으로 450여 원을 투입한다.", [("budget_krw", "unit-lost", 45_000_000_000)]),
        (
            "지난해 일자리 목표는 4천개였고 4천400개의 일자리를 창출해 목표 대비 130%를 달성했다.",
            [("achievement_rate", "ratio-differs", 110.0)],
        ),
        ("군은 지난해 일자리 목표를 17% 초과 달성했다.", [("achievement_rate", "share-above", 117.0)]),
        (FIRST + "일자리 사업에 1억원을 투입한다.", [("budget_krw", "per-job-unlikely", 100_000_000)]),
    ],
)
def test_flags(sentence: str, flags: list[tuple[str, str, float | None]]) -> None:
    assert _flags(sentence) == flags


def test_a_digit_that_differs_between_title_and_text_is_shown() -> None:
    flags = _flags("군은 올해 일자리 4,253개를 만든다.", "홍천군, 올해 일자리 4,523개 만든다")
    assert [(field, code) for field, code, _ in flags] == [("job_target", "digits-differ")]


@pytest.mark.parametrize(
    ("sentence", "field"),
    [
        ("지난해 일자리 목표는 4천개였고 4천400개의 일자리를 창출해 목표 대비 130%를 달성했다.", "achievement_rate"),
        (FIRST + "일자리 사업에 1억원을 투입한다.", "budget_krw"),
        ("일자리 예산으로 450여 원을 투입한다.", "budget_krw"),
    ],
)
def test_what_cannot_be_is_not_published(sentence: str, field: str) -> None:
    plan = yearly(sentence)
    assert getattr(plan, field) is None
    assert field not in plan.evidence
