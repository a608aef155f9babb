"""Whose article a repost is, and from when: boards name the original at the foot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.dates import dates_in, day_of
from pipelines.pressnames import PRESS_NAME, is_press_name

_FOOT = 8  # lines of the body's end that may name an original
_REACH = 2  # lines between the outlet and its date

_SOURCE = re.compile(
    rf"[\[(<【]?\s?(?<!사진)(?<!자료)(?:기사\s?)?(?:출처|원문)\s?[=:：ㅣ|]?\s?[<\[(]?(?P<outlet>{PRESS_NAME})(?![가-힣A-Za-z]).{{0,60}}"
)
_SIGNED = re.compile(
    rf"(?P<slash>/?)\s?(?P<outlet>{PRESS_NAME})\s*[=/]?\s*[가-힣]{{2,4}}\s?(?:선임|수습|인턴)?\s?기자\s?[)\]]?"
)
_DATED = re.compile(rf"[<\[(]?\s?(?P<outlet>{PRESS_NAME})\s?[,/]?\s?(?=\d{{4}}\s?[-./년]).{{8,30}}")


@dataclass(frozen=True, slots=True)
class Original:
    """The article that a page repeats."""

    outlet: str
    line: str  # that names it
    published: date | None = None


def find_original(lines: Sequence[str], own_outlet: str | None = None) -> Original | None:
    """Find the original of a repost in the last lines of a page's body, before furniture is dropped.

    Seen: "2016-01-21" above "/○○일보 홍길동 기자"; "출처 : ○○일보 2014. 10. 30"; "[출처=○○일보]"; "○○일보 2014.10.30".
    A signature without a slash or a date beside it is the page's own reporter's.
    """
    foot = [line.strip() for line in lines if line.strip()][-_FOOT:]
    for position, line in enumerate(foot):
        if match := _SOURCE.fullmatch(line):
            near = _date_near(foot, position)
        elif match := _SIGNED.fullmatch(line):
            near = _date_near(foot, position)
            if near is None and not match["slash"]:
                continue
        elif match := _DATED.fullmatch(line):
            near = _only_date(line, whole=False)
        else:
            continue
        outlet = match["outlet"].strip()
        if is_press_name(outlet) and outlet != (own_outlet or "").strip():
            return Original(outlet, line, near)
    return None


def _date_near(foot: Sequence[str], position: int) -> date | None:
    if (own := _only_date(foot[position], whole=False)) is not None:
        return own
    around = [*foot[max(0, position - _REACH) : position], *foot[position + 1 : position + 1 + _REACH]]
    return next((day for line in around if (day := _only_date(line, whole=True)) is not None), None)


def _only_date(line: str, *, whole: bool) -> date | None:
    for start, end, moment in dates_in(line):
        if not whole or not (line[:start] + line[end:]).strip(" []()<>-/.:"):
            return day_of(moment)
    return None
