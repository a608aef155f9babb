"""Numbers as the Korean press writes them, with where they stand: 1만868개, 4,222억2000만원, 2천41명, 1조 755억.

A grammar, not a list of shapes: a number is a run of groups, each a digit block or sections of 천/백/십 under a falling
order of 조 > 억 > 만. Hedges inside (52억4천여만) or after it (2만5,000여 개) become a qualifier; what the number counts
(개, 명, 원, %, %p, 대, 세 …) is its unit. Digits that are part of a word, a date or a phone number give other units or none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d]|[.,]\d)"
TOO_LARGE = 10**15
"""From here on digits are no amount that a municipality states."""
GAP = r"\s?"
_DATE_LIKE = r"(?!\s\d+(?:년|\s?[~∼～-]\s?\d|세|월|일(?!자리)|기|[%％]|대\s|\.\d))"  # 10억 2026년 are two numbers


def _section_shape(name: str, gap: str) -> str:
    """Up to 9,999 (or 53 before 천): 2천41, 3천5백, 868; `gap` may stand before it."""
    return (
        rf"(?:{gap}(?P<{name}_k>{_DIGITS})천)?(?:\s?(?P<{name}_h>\d)백)?(?:\s?(?P<{name}_t>\d)십)?"
        rf"(?:{_DATE_LIKE}\s?(?P<{name}_u>{_DIGITS}))?"
    )


_NUMBER = re.compile(
    r"(?<![\d.,A-Za-z])(?<!\d-)(?<![가-힣]제)"
    r"(?=\d|(?<![가-힣])천\s?\d{3}억|(?<![가-힣])만\d천)"
    rf"(?:{_section_shape('jo', '')}\s?(?P<jo_yeo>여\s?)?(?P<jo>조(?!원|[례사각직])|조(?=원)))?"
    rf"(?:(?P<bare_k>천\s?(?=\d))?{_section_shape('eok', GAP)}\s?(?P<eok_yeo>여\s?)?(?P<eok>억))?"
    rf"(?:(?(eok)(?:\s?(?P<bare_man>천)(?=만))?){_section_shape('man', GAP)}\s?(?P<man_yeo>여\s?)?(?P<man>만(?!족|나|들|큼|\s\d+\s?세|\d+세)))?"
    rf"(?(man)(?:\s?(?P<bare_one>천)(?=여|개|명|\s?\d{{1,3}}(?:개|명|여)))?){_section_shape('one', GAP)}"
)
_BARE = {"eok": "bare_k", "man": "bare_man", "one": "bare_one"}  # 천 without a digit before it: 7만 천여 개
_SIZES = {"jo": 10**12, "eok": 10**8, "man": 10**4, "one": 1}
_WORTH = (("k", 1000), ("h", 100), ("t", 10), ("u", 1))
_PLACE = {name: number - 1 for name, number in _NUMBER.groupindex.items()}  # of a group among all of a match
_SECTIONS = tuple(
    (
        size,
        _PLACE[_BARE[name]] if name in _BARE else None,
        _PLACE["man"] if name == "man" else None,  # 만 alone is 10,000
        tuple((_PLACE[f"{name}_{letter}"], worth) for letter, worth in _WORTH),
    )
    for name, size in _SIZES.items()
)
_NATIVE = {
    "두": 2,
    "세": 3,
    "네": 4,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
    "열": 10,
    "둘": 2,
    "셋": 3,
    "넷": 4,
}
_WORD = rf"(?:{'|'.join(_NATIVE)})\s?(?:개|가지|갈래)"
_LEVEL = r"(?:전략|분야|부문|과제|방향)"
_COUNTED_IN_WORDS = re.compile(  # 네 가지 추진전략, 분야는 모두 여섯 개
    rf"(?<![가-힣])(?:(?P<before>{_WORD})(?=\s?(?:의\s)?(?:(?:핵심|추진|중점|주요|정책|실천)\s?){{0,2}}{_LEVEL}))"
    rf"|{_LEVEL}(?:은|는)\s(?:(?:크게|모두|총)\s)?(?P<after>{_WORD}|(?:[둘셋넷]|다섯|여섯|일곱|여덟)(?=이?다|입니다|[.:]))"
)
_UNITS = (
    ("%p", r"[%％]\s?[pPｐＰ](?![a-zA-Z])|[%％]\s?포인트|퍼센트\s?포인트|(?<=\d)\s?포인트|(?<=\d)p(?![a-z])"),
    ("%", r"[%％]|퍼센트|프로(?![그젝])"),
    ("원", r"원(?![가-힣]*(?:룸|장|탁))|원(?=씩|대|으로|을|이|에|의|은)"),
    (
        "개",
        r"개(?:의)?\s?(?=일자리)|개(?!소|사(?!업)|월|국|년|교|관(?!광)|[발방설최편선념인통강별])|자리(?=[를가의]|\s)",
    ),
    ("명", r"명(?![소칭절목])|인분?(?=[의을이 ])(?!\s?가구)"),
    ("건", r"건(?![설강물축])"),
    ("년", r"년(?=도|\s|[~∼,.()'’”까에간의부을은이과와만]|$)|년"),
    ("월", r"월"),
    ("일", r"일(?!자리|반|하|을\s?할)"),
    ("세", r"세(?!부|대|계|미나|종|제|입|외)|살"),
    ("대", r"대(?![학회상표체책출])"),
    ("위", r"위(?!원|해|한|기|치)"),
    ("기", r"기(?!업|관|반|준|초|술|본|간|존|획)"),
    ("곳", r"곳|개소|개사(?!업)|개교|개국|개월|업체|호점|개관"),
    ("차", r"차(?![례량])"),
    ("배", r"배(?![치정출])"),
    ("번", r"번|회(?!의|사|복|관)|호|조원|층|동(?!안)|시(?![군도설민간])|분(?!야|기)|초|쪽|면|㎡|㎞|m|km|℃|도(?=\s|$)"),
)
_UNIT = re.compile("|".join(f"(?P<u{i}>{shape})" for i, (_, shape) in enumerate(_UNITS)))
_HEDGE_AFTER = re.compile(r"\s?(여|이상|가량|정도|안팎|내외|수준|남짓|미만|이하|↑|대(?=[의로에를]))")
_HEDGE_BEFORE = re.compile(r"(약|총|최대|모두|무려|누적|최소|전체|합계|대략|거의)\s?$")
_BEFORE_WORD = {"약": "약", "최대": "최대", "최소": "최소", "누적": "누적", "대략": "약", "거의": "약"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: `text[start:end]` is what was written."""

    start: int
    end: int
    value: float
    unit: str | None
    as_written: str
    qualifier: str | None = None

    @property
    def whole(self) -> int:
        """The value as a whole number."""
        return round(self.value)


def read_numbers(text: str) -> list[Quantity]:
    """All quantities of a text in their order. Offsets count characters of `text`."""
    found: list[Quantity] = []
    at = 0
    while read := _NUMBER.search(text, at):
        end = read.start() + len(read[0].rstrip())
        if end == read.start():
            at = read.start() + 1
            continue
        value = _value(read)
        if value >= TOO_LARGE:
            at = end
            continue
        hedge = "여" if any(read[f"{name}_yeo"] for name in ("jo", "eok", "man")) else None
        found.append(_with_unit(text, read.start(), end, value, hedge))
        at = max(found[-1].end, end)
    return _with_words(text, found)


def _with_words(text: str, found: list[Quantity]) -> list[Quantity]:
    """With the numbers in words that count strategies or fields: 여섯 개 is 6대."""
    words = []
    for match in _COUNTED_IN_WORDS.finditer(text):
        name = "before" if match["before"] else "after"
        value = next(value for word, value in _NATIVE.items() if match[name].startswith(word))
        words.append(Quantity(match.start(name), match.end(name), value, "대", match[name]))
    return sorted((*found, *words), key=lambda quantity: quantity.start) if words else found


def _value(read: re.Match[str]) -> float:
    groups = read.groups()
    total = 0.0
    for size, bare, order, digits in _SECTIONS:
        section = sum([float(found.replace(",", "")) * worth for at, worth in digits if (found := groups[at])])
        if bare is not None and groups[bare]:
            section += 1000
        if order is not None and groups[order] and not section:
            section = 1
        total += section * size
    return round(total, 6)


def _with_unit(text: str, start: int, end: int, value: float, hedge: str | None) -> Quantity:
    number_end = end
    after = _HEDGE_AFTER.match(text, end)
    if after and after[1] == "여":
        hedge, end = "여", after.end()
    unit_at = end + (text[end : end + 1] == " ")
    matched = _UNIT.match(text, unit_at)
    unit = _UNITS[int(str(matched.lastgroup)[1:])][0] if matched else None
    if matched is None or (unit_at > end and unit in {"년", "월", "일", "위", "기", "대", "번", "차", "배", "세"}):
        stop = number_end if hedge is None else end
        unit = "원" if text[stop - 1] in "억조여" and text[number_end - 1] in "억조" else None
    else:
        stop = unit_at + len(matched[0].rstrip())
        if unit == "개" and matched[0].startswith("개의"):
            stop = unit_at + 1
    tail = _HEDGE_AFTER.match(text, stop)
    if tail and tail[1] != "여" and not hedge:
        hedge = tail[1]
    before = _HEDGE_BEFORE.search(text, max(0, start - 6), start)
    if before and not hedge:
        hedge = _BEFORE_WORD.get(before[1])
    return Quantity(start, stop, value, unit, text[start:stop], hedge)
