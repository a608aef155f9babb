"""When an article was published and changed: a reader of dates as Korean pages write and label them.

Moments are Korean time. A page that gives a day without a time gives a `date`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipelines.model import KST

Moment = datetime | date

EARLIEST = date(1990, 1, 1)
SLACK = timedelta(days=2)
"""How far behind now a publication date may lie: clocks and embargoes."""

_MOMENT = re.compile(
    r"""(?<![\d.,])(?:(?P<year>(?:19|20)\d\d)|(?P<short>\d\d))
        \s?[-./년]\s{0,2}(?P<month>1[0-2]|0?[1-9])\s?[-./월]\s{0,2}(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s?일?\.?
        (?:[\s,T]{0,4}(?:\(?[월화수목금토일](?:요일)?\)?)?[\s,T]{0,4}[\[(]?\s?
            (?P<half>오전|오후|[AaPp][Mm])?\s?(?P<hour>2[0-3]|[01]?\d)\s?[:시]\s?(?P<minute>[0-5]\d)(?!\d)\s?분?
            (?::(?P<second>[0-5]\d))?(?:\s?(?P<behind>[AaPp][Mm])\b)?
        )?""",
    re.X,
)

# what stands before a date, best first; a label is matched with optional spaces between its parts
_PUBLISHED = (
    ("기사 입력", "최초 입력", "입력 일시", "입력 시간", "입력 일", "입력"),
    ("기사 등록", "등록 일시", "등록 일자", "등록 시간", "등록 일", "등록"),
    ("작성 일시", "작성 일자", "작성 시간", "작성 일", "게시 일시", "게시 일자", "게시 일", "게재 일", "작성"),
    ("보도 일시", "보도 일자", "보도 일", "배포 일시", "배포 일자", "배포 일", "송고 시간", "송고"),
    ("승인 일시", "승인",),
)  # fmt: skip
_REGISTERED = 1  # rank of labels that a newspaper's own registration bears as well
_MODIFIED = (("최종 수정", "기사 수정", "수정 일시", "수정 시간", "수정 일", "수정", "업데이트", "최종 편집"),)


def _labels(groups: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    ranked = "|".join(f"(?P<r{n}>{'|'.join(group)})" for n, group in enumerate(groups)).replace(" ", r"\s?")
    return re.compile(rf"(?<![가-힣])(?:{ranked})\s{{0,4}}[:：=|ㅣ]?\s{{0,4}}[\[(]?\s{{0,4}}$")


_LABELLED_PUBLISHED = _labels(_PUBLISHED)
_LABELLED_MODIFIED = _labels(_MODIFIED)
_LOOK_BACK = 30

# the newspaper's own registration stands in the imprint, labelled like an article
_IMPRINT = re.compile(r"등록\s?번호|등록\s?년월일|발행인|편집인|청소년\s?보호|사업자|제호|정기간행물|창간")
_IMPRINT_REACH = 160

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,]\d+)?\s?(Z|[+-]\d\d:?\d\d)?", re.I)


@dataclass(frozen=True, slots=True)
class Dates:
    """What a text says of its own publication."""

    published: Moment | None = None
    modified: Moment | None = None


def read_dates(text: str, *, unlabelled: bool = False) -> Dates:
    """Read the labelled dates of a page or of a part of it.

    The best label wins (기사입력 before 승인), then the first place. With `unlabelled`, for a part of a page that is
    known to hold the article's dates, the first bare date counts if no label does. Dates beside a newspaper's own
    registration are not the article's. Two-digit years count behind a label only.
    """
    best: tuple[int, Moment] | None = None
    modified = bare = None
    for match in _MOMENT.finditer(text):
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        if label := _LABELLED_PUBLISHED.search(before):
            rank = int((label.lastgroup or "r0")[1:])
            if (best is not None and best[0] <= rank) or (rank == _REGISTERED and _in_imprint(text, match)):
                continue
            if moment := _moment(match):
                best = (rank, moment)
        elif _LABELLED_MODIFIED.search(before):
            modified = modified or _moment(match)
        elif unlabelled and bare is None and match["year"]:
            bare = _moment(match)
    return Dates(best[1] if best else bare, modified)


def parse_moment(text: str) -> Moment | None:
    """Read the first date of a text, with its time of day if there is one; None if there is none."""
    return next((moment for match in _MOMENT.finditer(text) if (moment := _moment(match))), None)


def parse_iso(text: str) -> Moment | None:
    """Read a machine's timestamp. With a zone it is brought to Korean time, without one it is Korean already."""
    match = _ISO.match(text.strip())
    if match is None:
        return parse_moment(text)
    day, minutes, seconds, zone = match.groups()
    try:
        moment = datetime.fromisoformat(
            f"{day}T{minutes}{seconds or ''}{'+00:00' if zone in ('Z', 'z') else zone or ''}"
        )
    except ValueError:
        return None
    try:
        return moment.astimezone(KST) if moment.tzinfo else moment.replace(tzinfo=KST)
    except OverflowError:
        return None


def is_utc(text: str) -> bool:
    """Tell whether a timestamp claims UTC: some systems put that on Korean clock time."""
    match = _ISO.match(text.strip())
    return match is not None and match[4] in ("Z", "z", "+00:00", "+0000")


def day_of(moment: Moment) -> date:
    """Return the Korean day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def is_plausible(moment: Moment, now: datetime | None = None) -> bool:
    """Tell whether an article may have been published then: not before 1990, not well after `now`."""
    latest = (now.astimezone(KST) + SLACK).date() if now else date.max
    return EARLIEST <= day_of(moment) <= latest


def dates_in(text: str) -> Iterator[tuple[int, int, Moment]]:
    """Yield start, end and value of every full-year date in a text."""
    for match in _MOMENT.finditer(text):
        if match["year"] and (moment := _moment(match)):
            yield match.start(), match.end(), moment


def _moment(match: re.Match[str]) -> Moment | None:
    year = int(match["year"]) if match["year"] else 2000 + int(match["short"])
    try:
        day = date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    if match["hour"] is None:
        return day
    hour, half = int(match["hour"]), (match["half"] or match["behind"] or "").lower()
    if half in ("오후", "pm") and hour < 12:
        hour += 12
    elif half in ("오전", "am") and hour == 12:
        hour = 0
    return datetime(day.year, day.month, day.day, hour, int(match["minute"]), int(match["second"] or 0), tzinfo=KST)


def _in_imprint(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - _IMPRINT_REACH) : match.end() + _IMPRINT_REACH]
    return _IMPRINT.search(around) is not None
