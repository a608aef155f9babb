"""The title of an article and the name of its outlet, as the page gives them."""

from __future__ import annotations

import re

from pipelines.markup import Markup, collapse, letters, text_of
from pipelines.pressnames import is_press_name
from pipelines.skins import Skin

_LONGEST_TITLE = 300
_PATH = re.compile(r"\s[<‹«]\s|\s{2,}<\s|&lt;")  # 제목 < 섹션 < 기사본문 - 매체
_TAIL = re.compile(r"^(?P<head>.*\S)\s*(?P<mark>\s[-–—:|ㅣ>]\s|\s?[|ㅣ]\s?|\s::\s)\s*(?P<tail>[^|ㅣ]{1,40})$")
_MOST_TAILS = 3
_SITE = re.compile(
    r".{0,20}(?:보도자료|뉴스룸|공지사항|게시판|소식|홈페이지|누리집|[시군구도]청|(?:네이버 )?뉴스|브리핑룸|정책브리핑)"
    r"|[가-힣]{2,6}(?:특별자치|특별|광역)?[시군구도]"
)
_NO_TITLE = re.compile(
    r"(?:보도자료|공지사항|기사\s?본문|뉴스|새소식|상세\s?(?:보기)?|목록|게시판|알림|홈|메인|자유게시판|untitled|home|index).{0,4}",
    re.I,
)
_COPYRIGHT = re.compile(
    r"(?:copyrights?\s*)?(?:저작권자\s*)?(?:[ⓒ©]|\(c\)|copyright\s+by)\s*(?:\d{4}(?:\s?[-~]\s?\d{4})?\s*)?(?:by\s+)?"
    r"(?P<name>[^,.<>/|\n©ⓒ]{2,40}?)\s*(?=[,.<>/|\n]|무단|all\s+rights?|corp|co\b|inc\b|$)",
    re.I,
)
_MARKED = re.compile(r"[ⓒ©]|\([cC]\)|opyright|OPYRIGHT")
"""Where `_COPYRIGHT` may be found."""
_PORTAL = re.compile(r"\s*\|\s*(?:네이버|다음|카카오)\s*$")


def read_outlet(markup: Markup) -> str | None:
    """Return the outlet as the page names it: a portal's author, og:site_name, the copyright line; None if nowhere."""
    author = markup.meta("og:article:author")
    if _PORTAL.search(author):
        return _PORTAL.sub("", author)
    if name := markup.meta("og:site_name", "copyright", "apple-mobile-web-app-title"):
        return _press_part(name) or name[:40]
    lines = "\n".join(markup.lines_around(_MARKED))
    named = [match["name"].strip() for match in _COPYRIGHT.finditer(lines)]
    named = [name for name in named if not name.lower().startswith("all right")]
    return next((part for name in named if (part := _press_part(name))), None) or next(
        (name for name in named if len(name) <= 20), None
    )


def read_title(markup: Markup, skin: Skin | None, outlet: str | None) -> str:
    """Return the article's title without the outlet's name behind it, or "".

    Asked in order: the skin's element, og:title, a heading, <title>. A board's or a site's name is no title, nor is
    a site's slogan: what only <title> has must stand before a section path or on the page as well.
    """
    if skin:
        for element in markup.find(skin.title):
            if title := text_of(element)[:_LONGEST_TITLE]:
                return cut_title(title, outlet)
    for candidate in (markup.meta("og:title"), markup.meta("twitter:title")):
        if (title := cut_title(candidate, outlet)) and _is_title(title, outlet):
            return title
    named = collapse(markup.root.findtext(".//title") or "")
    whole = cut_title(named, outlet)
    for heading in markup.root.iter("h1", "h2", "h3"):
        title = cut_title(text_of(heading), outlet)
        if _is_title(title, outlet) and (_words(title) in _words(whole) if whole else heading.tag == "h1"):
            return title
    if _is_title(whole, outlet) and (_PATH.search(named) or _stands_on_page(whole, markup, outlet)):
        return whole
    return ""


def cut_title(title: str, outlet: str | None) -> str:
    """Cut what pages put behind a title: section path, outlet, site name. A dash inside a title stays."""
    title = _PATH.split(title, maxsplit=1)[0].strip()[:_LONGEST_TITLE]
    for _ in range(_MOST_TAILS):
        match = _TAIL.match(title)
        if match is None or not _is_site(match["tail"].strip(), outlet):
            break
        title = match["head"].strip()
    return title


def _is_site(text: str, outlet: str | None) -> bool:
    if outlet and _words(text) == _words(outlet):
        return True
    first = re.split(r"\s?[>:|]\s?", text, maxsplit=1)[0]
    return is_press_name(first) or _SITE.fullmatch(first) is not None


def _is_title(title: str, outlet: str | None) -> bool:
    words = _words(title)
    return len(words) >= 4 and _NO_TITLE.fullmatch(title) is None and words != _words(outlet or "")


def _stands_on_page(title: str, markup: Markup, outlet: str | None) -> bool:
    words = _words(title)
    lines = [_words(line) for line in markup.text().split("\n")]
    if words in lines:
        return True
    return not (outlet and _words(outlet) in words) and any(words in line for line in lines)


def _press_part(name: str) -> str | None:
    parts = name.split()
    return next((rest for n in range(len(parts)) if is_press_name(rest := " ".join(parts[n:]))), None)


def _words(text: str) -> str:
    return letters(text).lower()
