"""Who heads the government, and who does not."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extract import Source
from pipelines.extract.document import read_sentences
from pipelines.extract.gazetteer import valid_on
from pipelines.extract.heads import find_head

ROW = next(row for row in valid_on(date(2024, 3, 1)) if row.name == "거제시")


def _name(text: str) -> str | None:
    head = find_head(read_sentences(Source(text)), ROW)
    return head.name if head else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("거제시장 홍길순은 일자리를 약속했다.", "홍길순"),
        ("원강산 시장은 “일자리가 답”이라고 말했다.", "원강산"),
        ("홍길순 시장은 29일 “일자리가 답”이라고 강조했다.", "홍길순"),
        ("전 거제시장 홍길순은 책을 냈다.", None),
        ("거제시(시장=홍길순)는 목표를 공시했다.", "홍길순"),
        ("거제시(시장 권한대행 홍길순)는 목표를 공시했다.", None),
        ("거제시(시장 직무대리 홍길순)는 목표를 공시했다.", None),
        ("홍길순 거제시장 권한대행은 회의를 열었다.", None),
        ("홍길순 거제시장 후보는 공약을 냈다.", None),
        ("김민수 고용노동부 장관은 “일자리가 먼저”라고 말했다.", None),
        ("전기차 시장은 커지고 있다.", None),
    ],
)
def test_heads(text: str, name: str | None) -> None:
    assert _name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("동구(청장 홍길순)는 목표를 공시했다.", "홍길순"),
        ("울산 동구청(청장 홍길순)은 목표를 공시했다.", "홍길순"),
        ("울산 동구(구청장 홍길순)는 목표를 공시했다.", "홍길순"),
        ("울산경찰청(청장 홍길순)은 동구와 손잡았다.", None),
        ("동구(청장 권한대행 홍길순)는 목표를 공시했다.", None),
    ],
)
def test_a_district_may_shorten_its_office(text: str, name: str | None) -> None:
    row = next(row for row in valid_on(date(2024, 3, 1)) if row.full_name == "울산광역시 동구")
    head = find_head(read_sentences(Source(text)), row)
    assert (head and head.name, head and head.office) == (name, name and "구청장")
