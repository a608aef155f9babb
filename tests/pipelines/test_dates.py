from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dates import is_plausible, is_utc, parse_iso, parse_moment, read_dates
from pipelines.model import KST


def kst(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=KST)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("기사입력 2021/02/03 [09:57]", kst(2021, 2, 3, 9, 57)),
        ("이가람 | 입력 : 2021/02/03 [09:57]", kst(2021, 2, 3, 9, 57)),
        ("기사입력 : 2021년 02월 03일 09시 57분", kst(2021, 2, 3, 9, 57)),
        ("기사입력 :[ 2018-08-25 15:24 ]", kst(2018, 8, 25, 15, 24)),
        ("• 기사등록 2020-03-30 21:57:46", kst(2020, 3, 30, 21, 57, 46)),
        ("승인 2020.02.07 14:38", kst(2020, 2, 7, 14, 38)),
        ("송고시간2021-02-03 09:57", kst(2021, 2, 3, 9, 57)),
        ("작성자 관리자 작성일16-02-11 21:59 조회4,604회", kst(2016, 2, 11, 21, 59)),
        ("입력2023.09.07. 오후 12:22", kst(2023, 9, 7, 12, 22)),
        ("입력 2023.09.07. 오전 12:05", kst(2023, 9, 7, 0, 5)),
        ("등록 : 2021년 2월 3일 오전 9:57", kst(2021, 2, 3, 9, 57)),
        ("입력 2024.03.05 (화) 18:00", kst(2024, 3, 5, 18, 0)),
        ("작성일 2025-12-09 담당부서 경제과", date(2025, 12, 9)),
        ("등록일\n2025.12.05 16:40", kst(2025, 12, 5, 16, 40)),
        ("입력 2023.3.5 9:30 AM", kst(2023, 3, 5, 9, 30)),
    ],
)
def test_labelled_dates(text, published):
    assert read_dates(text).published == published


def test_the_better_label_wins_over_the_earlier_place():
    dates = read_dates("승인 2020.02.08 10:00\n최종수정 2020.02.09 11:00 기사입력 2020.02.07 14:38")
    assert dates.published == kst(2020, 2, 7, 14, 38)
    assert dates.modified == kst(2020, 2, 9, 11, 0)


@pytest.mark.parametrize("label", ["수정", "최종수정", "업데이트", "수정일시", "최종 수정"])
def test_labels_of_a_change_are_no_publication(label):
    dates = read_dates(f"{label} : 2020.02.07 14:38")
    assert dates.published is None
    assert dates.modified == kst(2020, 2, 7, 14, 38)


def test_a_bare_date_counts_only_where_the_place_vouches_for_it():
    text = "2020.02.07 14:38   수정 : 2020.02.08 15:00기사원문"
    assert read_dates(text).published is None
    dates = read_dates(text, unlabelled=True)
    assert (dates.published, dates.modified) == (kst(2020, 2, 7, 14, 38), kst(2020, 2, 8, 15, 0))


@pytest.mark.parametrize(
    "text",
    [
        "등록번호 : 가나 아00123 | 등록일: 2015-01-02 | 발행인 : 이가람",
        "[ 등록년월일 : 2012년 11월 06일 ]",
        "등록번호(등록일) : 가나 아00093(2005.10.25)",
        "신규등록 2020.02.07 업체",
        "입력 2020.13.07",
        "시는 2020년 2월 7일 밝혔다",
        "조회 16-02-11",
    ],
)
def test_dates_of_others_are_not_the_articles(text):
    assert read_dates(text).published is None


def test_timestamps_come_to_korean_time():
    assert parse_iso("2025-05-15T20:00:52.000+0900") == kst(2025, 5, 15, 20, 0, 52)
    assert parse_iso("2025-05-15T11:00:52Z") == kst(2025, 5, 15, 20, 0, 52)
    assert parse_iso("2025-05-15 20:00:52") == kst(2025, 5, 15, 20, 0, 52)
    assert parse_iso("2025.05.15 20:00") == kst(2025, 5, 15, 20, 0)
    assert parse_iso("soon") is None
    assert is_utc("2025-05-15T11:00:52.000Z")
    assert not is_utc("2025-05-15T11:00:52+09:00")


def test_absurd_dates():
    now = kst(2024, 3, 1, 12)
    assert not is_plausible(date(1989, 12, 31), now)
    assert not is_plausible(date(2024, 3, 4), now)
    assert is_plausible(kst(2024, 3, 3, 9), now)
    assert is_plausible(date(2124, 1, 1))


@given(st.text(max_size=300))
def test_any_text_is_read_without_error(text):
    read_dates(text, unlabelled=True)
    parse_iso(text)


@given(
    st.datetimes(kst(1990, 1, 1).replace(tzinfo=None), kst(2069, 12, 31).replace(tzinfo=None)), st.sampled_from("-./")
)
def test_a_written_moment_is_read_back(moment, mark):
    moment = moment.replace(second=0, microsecond=0)
    written = f"{moment:%Y{mark}%m{mark}%d %H:%M}"
    assert parse_moment(written) == moment.replace(tzinfo=KST)
    assert read_dates(f"기사입력 {written}").published == moment.replace(tzinfo=KST)
