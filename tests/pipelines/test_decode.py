from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.decode import decode

KOREAN = "가람시는 올해 일자리 1만2천개를 만든다."


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
@pytest.mark.parametrize("declared", ["utf-8", "euc-kr", "iso-8859-1"])
def test_the_bytes_decide_whatever_the_page_declares(encoding, declared):
    page = f'<meta charset="{declared}"><p>{KOREAN}</p>'
    assert decode(page.encode(encoding)) == (page, encoding)


def test_syllables_that_only_uhc_has():
    assert decode("똠방각하 펲시콜라".encode("cp949")) == ("똠방각하 펲시콜라", "cp949")


def test_byte_order_marks_are_taken_off():
    assert decode(b"\xef\xbb\xbf" + KOREAN.encode()) == (KOREAN, "utf-8")
    assert decode(KOREAN.encode("utf-16")) == (KOREAN, "utf-16-le")


def test_nuls_and_controls_go_and_line_ends_stay():
    assert decode("일\x00자\x0b리\x7f\r\n\t끝".encode())[0] == "일자리\r\n\t끝"


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_one_broken_byte_does_not_change_the_reading(encoding):
    text, label = decode((KOREAN * 20).encode(encoding) + b"\xff " + (KOREAN * 20).encode(encoding))
    assert label == encoding + "?"
    assert KOREAN in text


@pytest.mark.parametrize("cut", [1, 2])
def test_a_character_cut_off_at_the_end_is_dropped(cut):
    assert decode(KOREAN.rstrip(".").encode()[:-cut]) == (KOREAN.rstrip("다."), "utf-8?")


@given(st.binary(max_size=400))
def test_any_bytes_give_text_that_a_tree_can_hold(data):
    text, label = decode(data)
    assert label
    assert "\x00" not in text
    text.encode("utf-8")


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=4, max_size=200))
def test_hangul_survives_both_encodings(text):
    assert decode(text.encode()) == (text, "utf-8")
    assert decode((text + "<p>").encode("cp949"))[0] == text + "<p>"
