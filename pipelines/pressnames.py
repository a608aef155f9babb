"""How Korean press names look, and whether a piece of text is one."""

from __future__ import annotations

import re

_ENDINGS = (
    "일보|신문|뉴스|뉴스통신|뉴스1|타임스|타임즈|경제|투데이|매일|방송|저널|데일리|통신|미디어|포스트|헤럴드|프레스|"
    "리포트|시사|매거진|텔레콤|NEWS|News|TV|IT"
)
_NAMES = (
    "뉴시스|연합|프레시안|한겨레|조선비즈|이데일리|오마이뉴스|시사인|동아닷컴|머니S|네이버|다음|KBS|MBC|SBS|YTN|"
    "정책브리핑|전북도민일보|일다"
)
PRESS_NAME = rf"(?:(?:{_NAMES})|[가-힣A-Za-z0-9·&]{{1,12}}?\s?(?:{_ENDINGS}))"
"""A name of a newspaper, agency or broadcaster, as a fragment for other patterns."""

_WHOLE = re.compile(rf"\s*(?:{PRESS_NAME})(?:\s?\([^)]*\))?\s*")


def is_press_name(text: str) -> bool:
    """Tell whether the whole text is the name of a news outlet, by its form."""
    return _WHOLE.fullmatch(text) is not None
