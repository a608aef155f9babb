"""Whose article it is, in the harder forms."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extract import Source
from pipelines.extract.document import read_sentences
from pipelines.extract.places import find_issuer, read_mentions

DAY = date(2020, 3, 1)


def _name(title: str, text: str, day: date = DAY) -> str | None:
    sentences = read_sentences(Source(text, title))
    row = find_issuer(sentences, read_mentions(sentences, day), day).municipality
    return row.full_name if row else None


@pytest.mark.parametrize(
    ("title", "text", "full"),
    [
        ("", "홍길순 제주도정이 일자리 2만개 계획을 냈다.", "제주특별자치도"),
        (
            "광주시, 일자리 2만개 만든다",
            "광주시는 29일 계획을 냈다. 영산강 물길과 광주역 창업밸리에서 일자리를 찾는다.",
            "광주광역시",
        ),
        ("광주시, 일자리 1만개 만든다", "광주시는 29일 계획을 냈다. 곤지암에 산업단지를 꾸린다.", "경기도 광주시"),
        ("광주시, 일자리 1만개 만든다", "광주시는 29일 계획을 냈다.", None),
        ("광주시, 일자리 1만개 만든다", "(경기광주=홍천통신) 광주시는 29일 계획을 냈다.", "경기도 광주시"),
        ("고성군, 일자리 1천개", "고성군은 29일 계획을 냈다. 설악산 자락에 숲길을 낸다.", "강원도 고성군"),
        ("고성군, 일자리 1천개", "고성군은 29일 계획을 냈다.", None),
        (
            "경북도, 일자리 9만개",
            "경북도는 포항시와 구미시, 안동시의 산업을 묶어 일자리를 만든다. 도는 예산도 늘린다.",
            "경상북도",
        ),
        ("포항시, 일자리 2만개", "포항시는 경북도와 함께 일자리를 만든다. 시는 예산도 늘린다.", "경상북도 포항시"),
        ("제주시, 공공근로 모집", "제주시는 공공근로를 모집한다.", None),
    ],
)
def test_the_issuer(title: str, text: str, full: str | None) -> None:
    assert _name(title, text) == full
