from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extract.numbers import read_numbers
from tests.extract.press import STYLES, write_number


def _one(text: str):
    found = read_numbers(text)
    assert len(found) == 1, found
    return found[0]


@settings(deadline=None)
@given(st.integers(1, 9_999_999_999_999), st.sampled_from(STYLES))
def test_every_press_style_reads_back(value: int, style: str) -> None:
    assert _one(write_number(value, style)).value == value


@settings(deadline=None)
@given(
    st.integers(1, 99_999_999),
    st.sampled_from(STYLES),
    st.sampled_from(["개", "명", "억원"]),
    st.sampled_from(["", "여 "]),
)
def test_a_number_in_a_sentence_is_found_where_it_stands(value: int, style: str, unit: str, hedge: str) -> None:
    if unit == "억원" and value > 9999:
        value %= 9999
    written = f"{write_number(max(value, 1), style)}{hedge}{unit}"
    text = f"군은 올해 {written}의 목표를 세웠다"
    quantity = _one(text)
    assert text[quantity.start : quantity.end] == quantity.as_written == written
    assert quantity.value == max(value, 1) * (10**8 if unit == "억원" else 1)
    assert quantity.qualifier == ("여" if hedge else None)


@settings(deadline=None)
@given(st.text(alphabet="0123456789,.만억조천백십여 개명원%p년월일~-가나다()·", max_size=60))
def test_no_text_breaks_the_grammar_and_spans_are_true(text: str) -> None:
    end = 0
    for quantity in read_numbers(text):
        assert quantity.start >= end
        assert text[quantity.start : quantity.end] == quantity.as_written
        end = quantity.end


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1만868개", 10_868, "개"),
        ("1만2천300개", 12_300, "개"),
        ("1만 2,515개", 12_515, "개"),
        ("29만 2천여 명", 292_000, "명"),
        ("만3천개", 13_000, "개"),
        ("29천개", 29_000, "개"),
        ("7만 7천 273개", 77_273, "개"),
        ("7만 천여개", 71_000, "개"),
        ("83만 천명", 831_000, "명"),
        ("2억 천만원", 210_000_000, "원"),
        ("2천41명", 2_041, "명"),
        ("천 138억원", 113_800_000_000, "원"),
        ("46.5억원", 4_650_000_000, "원"),
        ("4239억 9100만 원", 423_991_000_000, "원"),
        ("1조 755억원", 1_075_500_000_000, "원"),
        ("2조9천3억원", 2_900_300_000_000, "원"),
        ("52억4천여만원", 5_240_000_000, "원"),
        ("206억여 원", 20_600_000_000, "원"),
        ("국비 90억", 9_000_000_000, "원"),
        ("67.3%", 67.3, "%"),
        ("0.9%p", 0.9, "%p"),
        ("4.6％포인트", 4.6, "%p"),
        ("민선 8기", 8, "기"),
        ("12곳", 12, "곳"),
        ("35개사", 35, "곳"),
    ],
)
def test_values_and_units(text: str, value: float, unit: str) -> None:
    quantity = _one(text)
    assert (quantity.value, quantity.unit) == (value, unit)


@pytest.mark.parametrize("text", ["02-123-4567호", "2024.03.29", "수천 개", "백만개 시대", "제2공단"])
def test_dates_phones_and_words_are_no_job_numbers(text: str) -> None:
    assert all(quantity.unit not in {"개", "명", "원"} for quantity in read_numbers(text))


def test_a_year_after_money_is_a_number_of_its_own() -> None:
    assert [quantity.value for quantity in read_numbers("예산 10억 2026년까지")] == [1_000_000_000, 2026]


@pytest.mark.parametrize(
    ("text", "qualifier"), [("약 300개", "약"), ("300개 이상", "이상"), ("최대 300명", "최대"), ("300개", None)]
)
def test_hedges_become_a_qualifier(text: str, qualifier: str | None) -> None:
    assert _one(text).qualifier == qualifier
