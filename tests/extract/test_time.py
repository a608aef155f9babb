"""For which years a plan is, and what kind it is."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extract import JobPlan, Source, extract
from pipelines.extract.document import date_stamp, read_sentences
from pipelines.extract.names import choose_plan_name, read_plan_names


def _plan(title: str, text: str, day: date | None) -> JobPlan:
    return extract(Source(text, title, day))


@pytest.mark.parametrize(
    ("title", "text", "day", "kind", "years"),
    [
        (
            "홍천군, 내년 일자리 4천200개 만든다",
            "홍천군은 내년 일자리 4천200개를 만든다고 밝혔다. 홍천군은 내년도 일자리 창출 추진계획을 확정했다.",
            date(2023, 12, 20),
            "yearly",
            (2024, 2024),
        ),
        (
            "홍천군, 내년부터 4년간 일자리 2만개",
            "홍천군은 내년부터 2026년까지 일자리 2만개를 만든다고 밝혔다. 홍천군은 민선 8기 일자리 종합계획을 공시했다.",
            date(2022, 12, 20),
            "term",
            (2023, 2026),
        ),
        (
            "홍천군, 2014년까지 일자리 2만개",
            "홍천군은 2014년까지 일자리 2만개를 만든다고 3일 밝혔다. 일자리는 2011년 3천개, 2012년 4천개, 2013년 6천개, 2014년 7천개다.",
            date(2011, 1, 3),
            "term",
            (2011, 2014),
        ),
        (
            "홍천군, 일자리 시책 추진상황 보고회",
            "홍천군은 28일 ‘일자리대책 세부계획’을 확정했다. 군은 노인과 여성, 청년의 일자리를 함께 늘린다.",
            date(2017, 6, 29),
            "yearly",
            (2017, 2017),
        ),
        (
            "홍천군, 일자리 시책 추진상황 보고회",
            "홍천군은 28일 ‘일자리대책 세부계획’을 확정했다. 군은 노인과 여성, 청년의 일자리를 함께 늘린다.",
            date(2017, 12, 29),
            "yearly",
            (None, None),
        ),
        (
            "홍천군, 지난해 일자리 1천700개 창출",
            "홍천군이 집계한 2019년 말 현재 일자리 창출은 1천700개다. 홍천군은 올해 새 시책으로 일자리를 더 늘린다.",
            date(2020, 1, 16),
            "results",
            (2019, 2019),
        ),
        (
            "홍천군, 일자리 목표 고쳐 공시",
            "홍천군은 올해 일자리대책 세부계획을 수정 공시했다. 올해 일자리 목표는 4천개다.",
            date(2023, 11, 2),
            "revised",
            (2023, 2023),
        ),
    ],
    ids=["next year", "from next year on", "row of years", "by its day", "december", "results", "revised"],
)
def test_kind_and_years(title: str, text: str, day: date, kind: str, years: tuple[int | None, int | None]) -> None:
    plan = _plan(title, text, day)
    assert (plan.kind, plan.plan_year, plan.plan_year_end) == (kind, *years)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("시는 ‘민선7기 다함께 누리는 일자리 로드맵’을 수립했다.", "민선7기 다함께 누리는 일자리 로드맵"),
        ("시는 올해 일자리 5천개를 만드는 연차별 세부계획을 공시했다.", "연차별 세부계획"),
        ("일자리 공시제에 따라 낸 2015년 세부계획을 보면 목표는 5천개다.", "2015년 세부계획"),
        ("시는 도로 정비 세부계획을 세웠다.", None),
    ],
)
def test_plan_names_in_other_dress(text: str, name: str | None) -> None:
    names = read_plan_names(read_sentences(Source(text)), date(2019, 3, 1))
    chosen = choose_plan_name(names, yearly="민선" not in text)
    assert (chosen.text if chosen else None) == name


def test_a_year_glued_to_a_comma_or_a_full_stop_is_read() -> None:
    text = "예산은 해마다 는다.2019년 300억원,2020년 350억원,2021년 400억원,2022년 480억원이다.군은 2022년까지 일자리 2만개를 만든다.군은 민선7기 일자리대책 종합계획을 공시했다."
    plan = _plan("홍천군 2022년까지 일자리 2만개", text.replace("군은 2022", "홍천군은 2022"), None)
    assert (plan.plan_year, plan.plan_year_end) == (2019, 2022)


KINDS_OF_WORK = " 군은 직업훈련과 창업 지원, 청년·노인·여성 일자리, 기업 유치에 힘쓴다."


@pytest.mark.parametrize(
    "sentence",
    [
        "군은 지난 2014년 민선 6기 일자리 종합계획을 공시한 바 있다.",
        "앞서 군은 ‘민선 6기 일자리대책 종합계획’을 수립했으며 해마다 목표를 정한다.",
        "이는 민선 6기(2014~2018) 일자리 종합계획의 둘째 해 목표다.",
        "민선 6기 일자리 종합계획(2014∼2018년)의 3년 차 목표다.",
    ],
)
def test_a_term_that_began_years_ago_is_backdrop(sentence: str) -> None:
    text = f"홍천군은 일자리 4천200개를 만들기로 했다고 20일 밝혔다. {sentence}{KINDS_OF_WORK}"
    plan = _plan("홍천군, 일자리 4천200개 목표", text, date(2016, 3, 20))
    assert (plan.plan_year, plan.plan_year_end, plan.plan_name) == (2016, 2016, None)


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        (
            "홍천군 2022년 고용률 70% 겨눈다",
            "‘민선 7기 일자리 종합대책’을 내놓고 2022년에 고용률 70%를 이루겠다고 했다.",
        ),
        ("홍천군 일자리 2만개", "2022년 일자리 2만개를 목표로 하는 일자리 종합계획을 세웠다고 20일 밝혔다."),
        ("홍천군 일자리 2만개", "임기가 끝나는 2022년이면 일자리 2만개가 생긴다고 20일 밝혔다."),
        ("홍천군 일자리 2만개", "일자리 2만개를 2022년에는 이룬다는 일자리 종합계획을 20일 내놨다."),
        ("홍천군 2020년까지 일자리 2만개", "2022년까지 일자리 2만개를 만드는 일자리 종합계획을 20일 내놨다."),
    ],
    ids=["rate", "target", "end of office", "late", "the text beats the headline"],
)
def test_a_year_far_ahead_is_the_end_of_a_term(title: str, sentence: str) -> None:
    plan = _plan(title, f"홍천군은 {sentence}{KINDS_OF_WORK}", date(2018, 9, 20))
    assert (plan.kind, plan.plan_year, plan.plan_year_end) == ("term", None, 2022)


def test_a_term_without_its_years_gets_no_year() -> None:
    plan = _plan(
        "홍천군 일자리 2만개",
        f"홍천군은 시장 임기 안에 일자리 2만개를 만든다고 20일 밝혔다.{KINDS_OF_WORK}",
        date(2018, 9, 20),
    )
    assert (plan.kind, plan.plan_year, plan.plan_year_end) == ("term", None, None)


def test_a_results_report_that_lays_down_the_next_plan_is_that_plan() -> None:
    told = "홍천군은 지난해 일자리 5천400개를 만들어 목표 5천개를 8% 넘었다고 20일 밝혔다. "
    title, day = "홍천군, 지난해 일자리 목표 초과", date(2018, 2, 20)
    laid = _plan(title, told + "2018년 일자리대책 세부계획을 이달 누리집에 올린다." + KINDS_OF_WORK, day)
    promised = _plan(title, told + "2018년 일자리대책 세부계획은 다음 달 공시할 예정이다." + KINDS_OF_WORK, day)
    assert (laid.plan_year, laid.kind) == (2018, "yearly")
    assert (promised.plan_year, promised.kind) == (2017, "results")


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("2025.12.03 (수)\n맑음서울 1℃\n구는 2012년도 목표를 고쳤다.", None),
        ("UPDATED. 2025-12-03 10:11 (수)\n입력 2013.04.02 11:20\n군은 올해 목표를 정했다.", (2013, 4, 2)),
        ("2025.12.03\n기사입력 2013-04-02\n군은 2013년 목표를 정했다.\nCopyright 2025년 홍천신문", (2013, 4, 2)),
        ("2019-03-28 (목)\n군은 2019년 목표를 정했다.", (2019, 3, 28)),
        ("2024년 3월 5일\n군은 올해 목표를 정했다.", (2024, 3, 5)),
    ],
)
def test_the_clock_of_a_page_is_not_the_articles_date(head: str, day: tuple[int, int, int] | None) -> None:
    assert date_stamp(head) == day


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("시는 지난해 일자리 7천개를 목표로 한 일자리 종합대책을 공시했다.", None),
        ("시는 작년에 세운 일자리 종합계획을 점검한다.", None),
        ("시는 지난해 실적을 토대로 일자리 종합대책을 마련했다.", "일자리 종합대책"),
        ("시는 지난해보다 일자리를 늘린 일자리 종합대책을 마련했다.", "일자리 종합대책"),
    ],
)
def test_a_plan_of_a_past_year_gives_no_name(text: str, name: str | None) -> None:
    chosen = choose_plan_name(read_plan_names(read_sentences(Source(text)), date(2019, 3, 1)), yearly=True)
    assert (chosen.text if chosen else None) == name


@pytest.mark.parametrize(
    ("title", "sentence", "years"),
    [
        (
            "홍천군, 일자리 목표 3천개",
            "일자리 목표 3천개를 공시했다고 20일 밝혔다. 2018년에는 2천개를 만들었다.",
            (2019, 2019),
        ),
        ("홍천군, 일자리 1만개", "민선 7기(2019~2022) 일자리 종합계획을 공시했다고 20일 밝혔다.", (2019, 2022)),
    ],
    ids=["a past year is a result's", "range in brackets"],
)
def test_the_years_beside_other_years(title: str, sentence: str, years: tuple[int, int]) -> None:
    plan = _plan(title, f"홍천군은 {sentence}{KINDS_OF_WORK}", date(2019, 3, 20))
    assert (plan.plan_year, plan.plan_year_end) == years


def test_the_years_of_the_term_before_are_not_the_plan_s() -> None:
    plan = _plan(
        "홍천군, 2018년까지 일자리 1만개",
        "홍천군은 오는 2018년까지 일자리 1만개를 만든다. 군은 ‘민선 6기 일자리 종합계획’을 공시했다.\n"
        "군은 앞선 민선 5기(2010~2014년) 동안 일자리 9천개를 만들었다.",
        date(2014, 9, 23),
    )
    assert (plan.kind, plan.plan_year, plan.plan_year_end) == ("term", None, 2018)
