"""When: years and terms of office as written (올해, '19년, 2022년까지, 민선 7기), resolved by the publication date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

PeriodKind = Literal["year", "until", "range", "term", "span", "every", "past", "half"]

_RELATIVE = {
    "올": 0, "올해": 0, "올 한해": 0, "올 한 해": 0, "금년": 0, "금년도": 0, "올해년도": 0, "당해": 0, "당해연도": 0,
    "내년": 1, "내년도": 1, "지난해": -1, "작년": -1, "전년": -1, "전년도": -1, "지난 한 해": -1, "지난 해": -1, "재작년": -2,
}  # fmt: skip
_KOREAN = {"두": 2, "세": 3, "네": 4, "다섯": 5, "사": 4, "오": 5}
_RANGE = re.compile(r"(?<!\d)'?(?P<a>(?:20)?\d\d)년?\s?[~∼～-]\s?'?(?P<b>(?:20)?\d\d)(?:년(?!생|간)|(?<=20\d\d)(?=\)))")
_SPAN = re.compile(
    r"(?<!\d)(?P<n>\d{1,2}|[두세네사오]|다섯)\s?(?:개\s?)?년\s?(?:간|동안|여?에 걸쳐|치|계획|로드맵|뒤|후)"
)
_TERM = re.compile(r"민선\s?(?P<t>\d{1,2})\s?기")
_YEAR = re.compile(
    r"(?<!\d)(?<!\d[.,])(?P<y>(?:20[0-3]\d)|(?<=['’‘`])[0-3]\d|[0-3]\d(?=년(?:도|까지|\s?(?:실적|목표|말|계획))))(?P<suffix>년도?|(?=\s?(?:일자리|지역)))"
)
_WORD = re.compile(
    "|".join(sorted(map(re.escape, _RELATIVE), key=len, reverse=True))
    + r"|해마다|매년|연간|연평균|[상하]반기|\d\s?분기"
)
_UNTIL = re.compile(r"\s?(?:말)?까지")


@dataclass(frozen=True, slots=True)
class Period:
    """A time expression `text[start:end]` with its first and last year (None: not stated)."""

    start: int
    end: int
    first: int | None
    last: int | None
    kind: PeriodKind


def term_years(term: int) -> tuple[int, int]:
    """Calendar years of an elected term: 7 is (2018, 2022)."""
    return 1990 + 4 * term, 1994 + 4 * term


def read_periods(text: str, published: date | None) -> list[Period]:
    """The time expressions of a text in order. Relative words stay without years where the date is unknown."""
    found: list[Period] = []
    for match in _RANGE.finditer(text):
        first, last = _year(match["a"]), _year(match["b"])
        if 2000 <= first < last <= first + 10:
            found.append(Period(match.start(), match.end(), first, last, "range"))
    for match in _TERM.finditer(text):
        first, last = term_years(int(match["t"]))
        found.append(Period(match.start(), match.end(), first, last, "term"))
    for match in _SPAN.finditer(text):
        years = _KOREAN.get(match["n"]) or int(match["n"])
        if 2 <= years <= 6:
            found.append(Period(match.start(), match.end(), None, None, "span"))
    for match in _YEAR.finditer(text):
        year = _year(match["y"])
        until = _UNTIL.match(text, match.end())
        end = until.end() if until else match.end()
        found.append(Period(match.start(), end, None if until else year, year, "until" if until else "year"))
    for match in _WORD.finditer(text):
        shift = _RELATIVE.get(match[0])
        if shift is None:
            half = match[0].endswith("기")
            found.append(Period(match.start(), match.end(), None, None, "half" if half else "every"))
            continue
        if match[0] == "올" and not re.match(r"\s?(?:한|해|하반기|상반기|\d)", text[match.end() :]):
            continue
        year_of = published.year + shift if published else None
        found.append(Period(match.start(), match.end(), year_of, year_of, "year" if shift >= 0 else "past"))
    return _without_overlaps(found)


def span_years(text: str) -> int | None:
    """How many years a plan covers where that is written: 5년 동안 is 5."""
    match = _SPAN.search(text)
    if match is None:
        return None
    years = _KOREAN.get(match["n"]) or int(match["n"])
    return years if 2 <= years <= 6 else None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _without_overlaps(periods: list[Period]) -> list[Period]:
    kept: list[Period] = []
    for period in sorted(periods, key=lambda item: (item.start, -item.end)):
        if not kept or period.start >= kept[-1].end:
            kept.append(period)
    return kept
