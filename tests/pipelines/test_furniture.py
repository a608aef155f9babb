from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.furniture import drop_furniture, scrub
from pipelines.markup import Line

ARTICLE = [
    "가람시가 올해 일자리 대책 세부계획을 마련하고 1만2천300개의 일자리를 만든다고 밝혔다.",
    "시는 공공 부문에서 8천개, 민간 부문에서 4천300개를 만들 계획이다.",
    "이를 위해 지난해보다 5.2% 늘어난 412억원을 투입한다.",
]

FURNITURE = [
    "광고",
    "[광고]",
    "AD",
    "기사 메일전송",
    "기사수정",
    "기사원문",
    "스크랩",
    "글자크기 설정",
    "URL 복사",
    "페이지 정보",
    "본문 바로가기",
    "사이트 내 전체검색",
    "home > 알림마당 > 가람소식",
    "TAG",
    "0",
    "작성자 관리자",
    "조회수 1,204",
    "조회 42회",
    "• 기사등록 2020-03-30 21:57:46",
    "이가람 | 입력 : 2021/02/03 [09:57]",
    "최종수정 2024.03.05 18:00 기사입력 2024.03.05 17:10",
    "2020.02.07 14:38 수정 : 2020.02.07 14:40기사원문",
    "작성자 관리자 작성일16-02-11 21:59 조회4,604회 댓글0건",
    "2016-01-21",
    "댓글 12",
    "등록된 댓글이 없습니다.",
    "구독 12,345 응원 99",
    "<저작권자 (c) 가람뉴스, 무단 전재- 재배포 금지 >",
    "Copyright © 가람경제. 무단전재 및 재배포 금지.",
    "ⓒ 가람일보, 무단 전재 및 재배포 금지",
    "저작권자 © 가람신문 무단전재 및 재배포 금지, AI 학습 및 활용 금지",
    "이가람 기자 garam@example.com",
    "garam@example.com 이가람 기자",
    "/가람일보 이가람 기자",
    "이가람 기자",
    "이가람·김나래 기자",
    "(가람=가람뉴스) 이가람 기자",
    "글=이가람 기자",
    "이가람 기자의 다른 기사 보기",
    "▲ 가람시청 전경. ©이가람",
    "가람시청 청사 전경(사진=가람시)",
    "사진 설명) 청사 앞에서 사진을 찍고 있다",
    "이가람 가람시장이 인사말을 하고 있다. /가람시 제공",
    "시민들이 상담을 받고 있다. 연합뉴스",
    "가람시 청사 전경 [가람시 제공]",
    "출처 : 가람일보 2014. 10. 30",
    "다른 곳에 퍼가실 때는 아래 고유 링크 주소를 출처로 사용해주세요.",
    "https://example.com/news/view.php?idx=1",
    "※ 로그인 후 의견을 등록하시면 관리하실 수 있습니다. 0/1000",
    "▶ 네이버 뉴스 구독하기",
    "첨부파일 : 세부계획.hwp",
    "세부계획 보도자료.hwp (240KB)",
    "※ 사진 있음.",
    "<끝>",
    "관련기사",
    "관련기사목록",
    "- 나래시, 올해 일자리 2만개 만든다 - 가람경제",
    "다음글 나래시 일자리 19만개",
]

PLAN_LINES = [
    "▲ 직접일자리 창출 5,913개",
    "▲청년 일자리 확대 ▲여성 취업 지원 ▲창업 지원",
    "- 일자리 1만2천개 창출, 고용률 67% 달성 목표",
    "- 무술목 일원 1조980억 투입 -",
    "◇ 일자리대책 연차별 세부계획 3월 공시",
    "직접일자리 | 5,913 | 개",
    "직업훈련 329명 · 고용서비스 2,599명",
    "① 공공일자리 8천개(12개 사업)",
    "○ 고용률(15~64세) : 67.2%",
    "□ 투입 예산 : 412억원(국비 100억원·시비 312억원)",
    "사업비 : 412억원",
    "신규 일자리 등록 2만명, 취업 알선 1만명",
    "개인정보 보호 전문가 양성 50명",
    "AI 학습 활용 인력 120명 양성",
    "취업상담 등 맞춤형 서비스 제공",
    "청년/중장년 일자리 제공",
    "가람형 일자리/지역경제",
    "2019~2022년 2만7천500개",
    "2024년 1만2천개",
    "구독경제 일자리 100개",
    "기자재 지원 30개사",
    "사진관 창업 지원 5곳",
    "글로벌 인재 양성",
    "댓글 알바가 아닌 양질의 일자리 500개",
    "저작권 분야 일자리 20개",
    "수정 공시한 목표는 5천531개다.",
    "원문에 따르면 일자리 목표는 1만2천300개라고 시는 설명했다.",
    "입력 요원 등 공공일자리 2024년 3월 1일부터 120명을 모집해 투입한다고 밝혔다.",
    "이가람 시장은 “2026년까지 일자리 5만개를 만들겠다”고 말했다.",
    "광고 분야 청년 일자리 30개를 새로 만든다고 밝혔다.",
    "시는 관련 기사에 나온 일자리 3천개를 그대로 추진한다고 설명했다.",
]


def lines(*texts: str) -> list[Line]:
    return [Line(text) for text in texts]


@pytest.mark.parametrize("furniture", FURNITURE)
def test_furniture_goes_wherever_it_stands(furniture):
    assert drop_furniture(lines(furniture, *ARTICLE)) == ARTICLE
    assert drop_furniture(lines(*ARTICLE, furniture)) == ARTICLE


@pytest.mark.parametrize("plan_line", PLAN_LINES)
def test_lines_of_a_plan_stay(plan_line):
    assert drop_furniture(lines(*ARTICLE[:2], plan_line, ARTICLE[2])) == [*ARTICLE[:2], plan_line, ARTICLE[2]]


@pytest.mark.parametrize(
    "marker", ["관련기사", "댓글목록", "많이 본 뉴스", "나도 한마디", "Hot 포토", "<저작권자 © 가람뉴스 무단전재 금지>"]
)
def test_nothing_behind_the_articles_end_is_read(marker):
    after = ["나래시, 일자리 2만개 창출", "나래시가 일자리 2만개를 만든다고 밝혔다.", "회사 소개 02-123-4567"]
    assert drop_furniture(lines(*ARTICLE * 2, marker, *after)) == ARTICLE * 2


def test_a_credit_before_the_article_ends_nothing():
    assert drop_furniture(lines("<저작권자 © 가람뉴스 무단전재 금지>", "관련기사", *ARTICLE)) == ARTICLE


def test_a_box_of_related_headlines_in_the_middle_ends_nothing():
    box = [Line("관련기사"), Line("나래시 일자리 2만개 만든다", linked=1.0)]
    assert drop_furniture([*lines(ARTICLE[0]), *box, *lines(*ARTICLE[1:])]) == ARTICLE


def test_what_a_board_sets_above_the_text_is_not_the_text():
    above = ["가람사회적기업뉴스", "가람 일자리 9만개", "본문"]
    assert drop_furniture(lines(*above, *ARTICLE)) == ARTICLE


def test_the_title_and_captions_that_repeat_it_are_not_the_text():
    title = "가람시, 올해 1만2천300개 일자리 창출... 412억원 투입"
    repeats = [title, "▲ 올해 1만2천300개 일자리 창출… 412억원 투입", f"▲ {title} ©이가람"]
    assert drop_furniture(lines(*repeats, *ARTICLE), title) == ARTICLE


def test_link_lines_go_and_linked_sentences_stay():
    headline, sentence = "나래시 올해 일자리 2만개 만든다", "나래시는 올해 일자리를 2만개 만든다고 지난 3일 밝혔다."
    assert drop_furniture([Line(headline, 1.0), Line(sentence, 1.0)]) == [sentence]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[김포=가람뉴스 이가람 기자] 김포시는", "[김포=가람뉴스] 김포시는"),
        ("[가람뉴스=이가람 기자] 시는", "[가람뉴스] 시는"),
        ("(인천=가람뉴스) 이가람 기자 = 인천시는", "(인천=가람뉴스) 인천시는"),
        ("[이가람 기자] 시는", "시는"),
        ("가람=이가람 선임기자 = 시는", "시는"),
        ("시는 계획을 밝혔다. 이가람 기자", "시는 계획을 밝혔다."),
        ("시는 문의(031-123-4567)를 받는다.", "시는 문의를 받는다."),
        ("자세한 내용은 1588-1234로 물으면 된다.", "자세한 내용은 로 물으면 된다."),
        ("※ 문의 : 일자리정책과 ☎ 3192-1234", "※ 문의 : 일자리정책과"),
        ("신청은 garam@example.go.kr 로 한다.", "신청은 로 한다."),
        ("신청은garam.k@example.go.kr로 한다.", "신청은로 한다."),
        ("【경제과장 이가람 286-6710, 팀장 김나래 286-6740】", ""),
        ("4년간(2019-2022) 2만개를 만든다.", "4년간(2019-2022) 2만개를 만든다."),
        ("기간 2019-2022 목표 200-3000명", "기간 2019-2022 목표 200-3000명"),
        ("이가람 시장은 “일자리”라고 했다.", "이가람 시장은 “일자리”라고 했다."),
    ],
)
def test_bylines_and_contacts_are_taken_out(before, after):
    assert scrub(before) == after


@given(st.integers(1, 99_999), st.sampled_from(["개", "명"]), st.integers(1, 9_999), st.integers(2011, 2030))
def test_sentences_with_a_plans_figures_always_stay(count, unit, budget, year):
    sentence = f"시는 {year}년 일자리 {count:,}{unit}를 목표로 {budget:,}억원을 투입한다고 밝혔다."
    assert drop_furniture(lines(sentence)) == [sentence]


@given(st.lists(st.tuples(st.text(max_size=120), st.floats(0, 1)), max_size=12), st.text(max_size=60))
def test_any_lines_give_a_subset_without_contacts(texts, title):
    kept = drop_furniture([Line(text, linked) for text, linked in texts], title)
    assert len(kept) <= len(texts)


def test_hostile_lines_take_no_time():
    hostile = [
        "가" * 5000,
        "(" * 5000,
        "0" * 5000,
        "0-" * 3000,
        "가 " * 3000,
        "[가=" * 2000,
        "a@" * 3000,
        "·가" * 3000,
        "- " * 3000,
    ]
    start = time.perf_counter()
    drop_furniture(lines(*hostile, *(text[:250] for text in hostile)), "가" * 300)
    assert time.perf_counter() - start < 2
