"""Pages that stand in an article's place: a challenge, a refusal, word that it is gone; mostly with status 200.

The crawler asks before it stores a page, `pipelines.clean` when it reads one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.decode import decode

HEAD_BYTES = 8192
"""How much of a page is looked at."""

_SMALL = 6144  # bytes: a page below this size carries no article beside its markup


GONE_STATUSES = frozenset((404, 410))
"""HTTP statuses by which an outlet says that an article is not there."""

_FEW_LETTERS = 200
"""Letters that a reader sees at most on a page which says that an article is gone: its menu and footer, no article."""
_FEW_WITH_ALERT = 400
"""The same where a script says so before anything is seen."""


@dataclass(frozen=True, slots=True)
class BlockCue:
    """How a protection shows itself: a mark of its machinery, or words that only a small page or a title may hold.

    Patterns are in lower case, as the page is when they are looked for, and those of the head begin with plain letters:
    each page of a crawl is asked, and either is several times as fast as its opposite.
    """

    name: str
    pattern: re.Pattern[str]
    where: str = "head"  # head: anywhere in the first bytes; title: in <title>, or anywhere in a small page


def _cue(name: str, pattern: str, where: str = "head") -> BlockCue:
    return BlockCue(name, re.compile(pattern), where)


BLOCK_CUES: tuple[BlockCue, ...] = (
    _cue("cloudflare challenge", r"window\._cf_chl_opt"),
    _cue("cloudflare challenge", r"cf-browser-verification"),
    _cue("cloudflare challenge", r"id=[\"']cf-(?:challenge|error-details)"),
    _cue("cloudflare challenge", r"just a moment\.\.\.|attention required! \| cloudflare", "title"),
    _cue("incapsula", r"_incapsula_resource\?swjiylwa"),
    _cue("incapsula", r"request unsuccessful\. incapsula incident"),
    _cue("sucuri", r"sucuri_cloudproxy_js"),
    _cue("sucuri", r"access denied - sucuri website firewall"),
    _cue("akamai", r"errors\.edgesuite\.net|you don't have permission to access .{0,300}reference #", "title"),
    _cue("datadome", r"geo\.captcha-delivery\.com"),
    _cue("ddos guard", r"ddos protection by|checking your browser before accessing", "title"),
    _cue("captcha", r"are you a robot|verify (?:that )?you are (?:a )?human|captcha", "title"),
    _cue("captcha", r"보안\s?문자를? 입력|자동\s?접속 방지|로봇이 아닙니다|사람인지 확인", "title"),
    _cue("cookie challenge", r"document\.cookie\s*=[\s\S]{0,600}location\.(?:reload|href|replace)", "title"),
    _cue("script challenge", r"(?:enable|turn on) javascript (?:and cookies )?to continue", "title"),
    _cue("firewall", r"웹\s?방화벽|web application firewall|the requested url was rejected", "title"),
    _cue(
        "refused",
        r"비정상적인\s?(?:접근|접속|요청)|정상적인 접근이 아닙니다|잘못된 접근입니다|접근이 (?:차단|제한)",
        "title",
    ),
    _cue("refused", r"접속이 (?:차단|제한)|차단된 (?:ip|아이피|페이지)|(?:과도한|너무 많은) (?:요청|접속)", "title"),
    _cue("refused", r"(?:401 unauthorized|403 forbidden|429 too many requests|access denied)", "title"),
    _cue("unavailable", r"50[234] (?:bad gateway|service (?:temporarily )?unavailable|gateway time-?out)", "title"),
    _cue("unavailable", r"(?:서비스|시스템|홈페이지) (?:점검|일시 중단)|서버 점검|접속자가 많아", "title"),
    _cue("suspended", r"트래픽(?:이| )초과|일일 전송량|account (?:has been )?suspended", "title"),
)

_THING = r"(?:기사|게시물|게시글|글|페이지|뉴스|콘텐츠|문서)"
GONE_CUES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?:존재하지 않는|없는|찾을 수 없는|(?:이미 )?삭제된|사라진|유효하지 않은) {_THING}",
        rf"(?:비공개|삭제) ?(?:처리)?(?:된|되었거나|됐거나) .{{0,12}}{_THING}",
        rf"{_THING}[이가은는을를]? (?:이미 )?(?:존재하지 않|없습니다|없는|삭제되었|삭제됐|찾을 수 없|찾지 못|사라졌)",
        r"no such article|article (?:not found|(?:has been|was) (?:deleted|removed))|404 (?:error|not found)|page not found",
    )
)
"""How a page says that the article is not there (any more)."""
_UNSEEN = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.I | re.S)
_ALERT = re.compile(r"\balert\s*\(\s*([^)]{1,300})\)", re.I)
_LETTER = re.compile(r"[^\W_]")
_TITLE = re.compile(r"<title[^>]*>(.{0,300}?)</title", re.S)


def find_block(body: bytes) -> str | None:
    """Return the name of the protection or refusal that this page shows, or None.

    Reads the first `HEAD_BYTES` and the size. Words that an article might use as well ("비정상적인 접근") count only
    in the title or on a page too small to hold an article, so an article on the subject is none.
    """
    return _find_in_head(body[:HEAD_BYTES], small=len(body) < _SMALL)


@lru_cache(maxsize=8)  # a page is asked several times on its way
def _find_in_head(data: bytes, *, small: bool) -> str | None:
    head = decode(data)[0].lower()
    title = _TITLE.search(head)
    narrow = head if small else title.group(1) if title else ""
    for cue in BLOCK_CUES:
        if cue.pattern.search(head if cue.where == "head" else narrow):
            return cue.name
    return None


def find_gone(body: bytes) -> str | None:
    """Return the words by which a page says that its article is not there (any more), or None.

    Korean systems answer with status 200 and a script that shows the words and goes back. Only a page counts that is too
    small to hold an article and shows few letters; `pipelines.clean` asks where it found no article, so an article about
    deleted articles, or one whose scripts know the words, is none.
    """
    if len(body) >= _SMALL:
        return None
    text = decode(body)[0]
    seen = _UNSEEN.sub(" ", text)
    letters = len(_LETTER.findall(seen))
    said = [seen] if letters <= _FEW_LETTERS else []
    said += _ALERT.findall(text) if letters <= _FEW_WITH_ALERT else []
    return next((found[0] for cue in GONE_CUES for words in said if (found := cue.search(words))), None)
