"""The readings one by one, on sentences of our own."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extract import Source, extract
from pipelines.extract.document import CLAUSE, clause_around, date_stamp, read_sentences
from pipelines.extract.gazetteer import municipalities, valid_on
from pipelines.extract.heads import find_head
from pipelines.extract.names import choose_plan_name, read_plan_names
from pipelines.extract.places import find_issuer, read_mentions
from pipelines.extract.relevance import judge_title
from pipelines.extract.terms import read_periods, term_years

DAY = date(2024, 3, 29)


def _issuer(text: str, title: str = "", day: date = DAY, region: str | None = None):
    sentences = read_sentences(Source(text, title))
    return find_issuer(sentences, read_mentions(sentences, day), day, region)


def test_gazetteer_ids_are_unique_and_successors_exist() -> None:
    rows = municipalities()
    ids = {row.id for row in rows}
    assert len(ids) == len(rows)
    assert all(part in ids for row in rows if row.successor for part in row.successor.split("|"))


@pytest.mark.parametrize(("day", "count"), [(date(2013, 1, 1), 244), (date(2020, 1, 1), 243), (date(2026, 11, 1), 243)])
def test_gazetteer_counts_the_governments_that_disclose(day: date, count: int) -> None:
    assert sum(row.kind != "행정시" for row in valid_on(day)) == count


@pytest.mark.parametrize(
    ("name", "day", "full"),
    [
        ("홍천군", date(2022, 1, 1), "강원도 홍천군"),
        ("홍천군", date(2024, 1, 1), "강원특별자치도 홍천군"),
        ("해남군", date(2026, 10, 1), "전남광주통합특별시 해남군"),
        ("군위군", date(2023, 6, 1), "경상북도 군위군"),
        ("군위군", date(2023, 8, 1), "대구광역시 군위군"),
    ],
)
def test_a_municipality_has_its_name_of_the_day(name: str, day: date, full: str) -> None:
    issuer = _issuer(f"{name}이 올해 일자리 대책을 내놨다.", day=day)
    assert issuer.municipality is not None
    assert issuer.municipality.full_name == full


def test_a_homonym_without_a_province_stays_open_and_names_its_candidates() -> None:
    issuer = _issuer("중구는 올해 일자리 3천개를 만든다고 밝혔다.", "중구, 일자리 3천개 만든다")
    assert issuer.municipality is None
    assert {row.name for row in issuer.candidates} == {"중구"}
    assert len(issuer.candidates) > 3


@pytest.mark.parametrize(
    ("text", "region"),
    [("울산 중구는 올해 일자리 3천개를 만든다.", None), ("중구는 올해 일자리 3천개를 만든다.", "울산광역시")],
)
def test_a_province_beside_the_name_or_the_outlets_region_decides(text: str, region: str | None) -> None:
    issuer = _issuer(text, region=region)
    assert issuer.municipality is not None
    assert issuer.municipality.full_name == "울산광역시 중구"


def test_a_reporters_bureau_is_not_the_issuer() -> None:
    issuer = _issuer(
        "(창원=통신) 기자 = 거제시는 올해 일자리 대책을 세웠다.\n시는 5천개를 만든다.", "거제시, 일자리 5천개 만든다"
    )
    assert issuer.municipality is not None
    assert issuer.municipality.name == "거제시"


@pytest.mark.parametrize(
    "word", ["일자리 목표 달성을 다짐했다.", "고용서비스 강화에 나선다.", "예산을 늘린다.", "일자리를 양산한다."]
)
def test_common_words_that_spell_a_town_are_no_towns(word: str) -> None:
    assert read_mentions(read_sentences(Source(word)), DAY) == []


@pytest.mark.parametrize(
    ("sentence", "name", "office"),
    [
        ("거제시(시장 홍길순)는 일자리 대책을 세웠다.", "홍길순", "시장"),
        ("홍길순 거제시장은 일자리가 먼저라고 말했다.", "홍길순", "시장"),
        ("거제시는 대책을 냈다. 김민수 시장은 “힘쓰겠다”고 했다.", "김민수", "시장"),
    ],
)
def test_the_head_of_government(sentence: str, name: str, office: str) -> None:
    sentences = read_sentences(Source(sentence))
    row = next(row for row in valid_on(DAY) if row.name == "거제시")
    head = find_head(sentences, row)
    assert head is not None
    assert (head.name, head.office) == (name, office)


@pytest.mark.parametrize(
    "sentence",
    [
        "반도체 시장은 커진다.",
        "새로운 시장은 멀다.",
        "김민수 거제부시장은 말했다.",
        "김민수 시장 권한대행은 말했다.",
        "고용 시장이 얼어붙었다.",
    ],
)
def test_markets_deputies_and_acting_heads_are_no_heads(sentence: str) -> None:
    row = next(row for row in valid_on(DAY) if row.name == "거제시")
    assert find_head(read_sentences(Source(sentence)), row) is None


@pytest.mark.parametrize(
    ("text", "first", "last", "kind"),
    [
        ("올해 일자리", 2024, 2024, "year"),
        ("내년에는", 2025, 2025, "year"),
        ("지난해 실적", 2023, 2023, "past"),
        ("2026년까지 3만개", None, 2026, "until"),
        ("'19년 계획", 2019, 2019, "year"),
        ("2023∼26년", 2023, 2026, "range"),
        ("민선 8기 목표", 2022, 2026, "term"),
        ("해마다 900개", None, None, "every"),
        ("상반기에", None, None, "half"),
    ],
)
def test_periods(text: str, first: int | None, last: int | None, kind: str) -> None:
    (period,) = read_periods(text, DAY)
    assert (period.first, period.last, period.kind) == (first, last, kind)


def test_years_in_a_row_are_no_plan_years_and_terms_last_four() -> None:
    assert read_periods("12년 연속 수상", DAY) == []
    assert term_years(9) == (2026, 2030)


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("군은 '2024년 홍천군 일자리대책 세부계획'을 세워 공시했다.", "2024년 홍천군 일자리대책 세부계획"),
        ("시는 2024년 일자리 창출 종합 추진계획에서 이같이 밝혔다.", "2024년 일자리 창출 종합 추진계획"),
        ("구는 ‘2024년 일자리대책 연차별 세부계획’을 마련했다.", "2024년 일자리대책 연차별 세부계획"),
        ("군은 지역일자리 목표 공시제에 따라 목표를 알렸다.", None),
        ("군은 '2024년 청년 일자리 기본계획'을 논의했다.", None),
    ],
)
def test_plan_names(sentence: str, name: str | None) -> None:
    chosen = choose_plan_name(read_plan_names(read_sentences(Source(sentence)), DAY), yearly=True)
    assert (chosen.text if chosen else None) == name


def test_the_plan_of_the_article_is_not_the_plan_it_rests_on() -> None:
    text = "민선 8기 일자리대책 종합계획과 연계한 '2024년 일자리대책 세부계획'을 마련했다."
    chosen = choose_plan_name(read_plan_names(read_sentences(Source(text)), DAY), yearly=True)
    assert chosen is not None
    assert chosen.text == "2024년 일자리대책 세부계획"


def test_page_furniture_is_left_out() -> None:
    text = "기사입력 2024-03-29\n▲ 군청 전경 ©신문\n홍천군이 일자리 대책을 냈다.\n저작권자 ⓒ 신문\n관련기사\n원주시, 일자리 9만개 만든다."
    bodies = [sentence.text for sentence in read_sentences(Source(text)) if sentence.role == "body"]
    assert bodies == ["홍천군이 일자리 대책을 냈다."]
    assert date_stamp(text) == (2024, 3, 29)


def test_a_clause_is_short_and_holds_its_number() -> None:
    text = "가" * 200 + " 일자리 1만868개를 만든다 " + "나" * 200
    at = text.index("1만868개")
    clause = clause_around(text, at, at + 6)
    assert "1만868개" in clause
    assert len(clause) <= CLAUSE


@pytest.mark.parametrize(
    ("title", "relevant"),
    [
        ("홍천군, 올해 일자리 5천개 만든다", True),
        ("고용률 70% 향해", True),
        ("봄꽃 축제 열린다", False),
        ("버스 노선 개편", False),
    ],
)
def test_titles_on_general_lists(title: str, relevant: bool) -> None:
    assert judge_title(title)[0] is relevant


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "정부, 올해 일자리 50만개 만든다",
            "정부는 올해 직접 일자리 50만개를 만들기로 했다. 고용노동부 장관은 조기 집행을 약속했다.",
        ),
        (
            "홍천군, 공공근로 참여자 80명 모집",
            "홍천군은 공공근로사업 참여자 80명을 모집한다. 신청은 읍면사무소에서 받는다.",
        ),
        ("거제시, 채용박람회 연다", "거제시는 30개 업체가 나오는 채용박람회를 연다. 현장에서 200명을 뽑는다."),
        (
            "세종시, 기업 5곳과 투자협약",
            "세종시는 기업 5곳과 협약을 맺었다. 2026년까지 300억원을 들여 일자리 400개를 만든다.",
        ),
        ("홍천군, 어르신 일자리 2천개 만든다", "홍천군은 올해 노인 일자리 2천개를 만든다고 밝혔다."),
    ],
)
def test_other_news_on_jobs_is_no_job_plan(title: str, text: str) -> None:
    plan = extract(Source(text, title, DAY))
    assert not plan.relevant
    assert plan.reasons
    assert plan.municipality is None
    assert plan.evidence == {}
