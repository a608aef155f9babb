from __future__ import annotations

import pytest

from pipelines.extract import Source, extract
from pipelines.extract.results import fits
from tests.extract.announce import DAY, yearly

Result = tuple[float | None, ...]


def _result(sentence: str) -> Result:
    plan = yearly(sentence)
    return plan.prior_job_target, plan.prior_jobs_created, plan.achievement_rate


@pytest.mark.parametrize(
    "sentence",
    [
        "지난해 목표는 4천개였지만 실제로는 5천개의 일자리가 생겨 125% 성과를 냈다.",
        "지난해 만든 일자리는 모두 5천개로, 목표치(4천개) 대비 125%의 실적을 달성했다.",
        "군은 지난해 4천개를 목표로 세워 5천개를 만들어 달성률 125%를 기록했다.",
        "군은 지난해 4천개의 일자리 창출을 목표로 내걸어 5천개의 일자리를 창출, 목표를 125% 초과 달성했다.",
        "군은 2023년 목표 4천개보다 많은 5천개의 일자리를 만들어 목표 대비 125%를 달성했다.",
        "군은 지난해 일자리 5천개(목표 4천개)를 창출해 목표 대비 125%를 달성했다.",
        "지난해 군은 일자리 5천개를 창출했다. 목표로 잡은 4천개 대비 125%에 이르는 실적이다.",
    ],
)
def test_target_result_and_share(sentence: str) -> None:
    assert _result(sentence) == (4000, 5000, 125.0)


@pytest.mark.parametrize(
    ("sentence", "result"),
    [
        ("군은 지난해 5천개의 일자리를 창출해 목표 대비 125%를 달성했다.", (None, 5000, 125.0)),
        ("지난해 실적은 일자리 목표인 4천개를 621개 웃돌았다.", (4000, None, None)),
        ("군의 일자리 실적은 2022년 4천500개, 지난해 5천개로 해마다 늘었다.", (None, 5000, None)),
        ("군은 2022년 4천500명, 지난해 5천명에게 일자리를 드렸다.", (None, 5000, None)),
        ("지난해 당초 목표로 했던 일자리(4천개) 보다 더 많은 5천개의 일자리를 창출해 상을 받았다.", (4000, 5000, None)),
        ("지난해 군은 총 5천개의 일자리를 주민들에게 제공했다.", (None, 5000, None)),
        ("상반기에 2천개를 만들어 목표 대비 47%를 달성했다.", (None, None, None)),
        ("군은 2021년 목표 4천개를 넘어 일자리 5천개를 만든 일로 지난해 상을 받았다.", (None, None, None)),
        ("산림휴양 일자리 410개가 이미 생겼습니다. 주민과 함께 만든 결과입니다.", (None, None, None)),
        (
            "지난해 목표는 4천개였다. 10월 말까지 생겨난 일자리는 5천개로 두 달을 남기고 125%를 찍었다.",
            (4000, 5000, 125.0),
        ),
        ("군은 3개월 만에 연간 일자리 목표의 54%를 달성했다.", (None, None, None)),
    ],
)
def test_what_is_told_of_last_year(sentence: str, result: Result) -> None:
    assert _result(sentence) == result


@pytest.mark.parametrize(
    ("share", "after", "goal", "made", "fit"),
    [
        (125.0, " 초과 달성했다", 4000, 5000, True),
        (25.0, " 초과 달성했다", 4000, 5000, True),
        (25.0, "를 달성했다", 4000, 5000, False),
        (107.0, " 초과 달성했다", 3641, 3698, False),
    ],
)
def test_arithmetic_tells_what_a_share_means(share: float, after: str, goal: int, made: int, fit: bool) -> None:
    assert fits(share, after, goal, made) is fit


def test_a_share_above_the_target_is_counted_from_all_of_it() -> None:
    plan = yearly("군은 지난해 일자리 5천개를 창출해 목표 4천개를 25% 초과 달성했다.")
    assert plan.achievement_rate == 125.0
    assert "result over target" in plan.evidence["achievement_rate"].checks


def test_a_results_report_has_the_reported_year_and_no_new_target() -> None:
    text = "홍천군이 지난해 일자리 5천개를 창출했다고 밝혔다. 군은 지난해 일자리 목표 4천개 대비 125%를 달성했다. 지역일자리 목표 공시제의 성과다."
    plan = extract(Source(text, "홍천군, 지난해 일자리 5천개 창출 성과", DAY))
    assert (plan.kind, plan.plan_year, plan.job_target) == ("results", 2023, None)
    assert (plan.prior_job_target, plan.prior_jobs_created, plan.achievement_rate) == (4000, 5000, 125.0)
