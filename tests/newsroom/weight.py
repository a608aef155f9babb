"""The weight of a real page: scripts, styles, menus and lists of other articles around what a system's template gives.

Of 25 saved pages of the Korean press and of town halls the middle one has 159 kB (27 kB gzipped) and, for each 100 kB,
1,120 elements (350 links, 270 list items, 85 div, 70 span, 11 images), 28 scripts of 31 kB in all, and 12 kB of text.
The pieces and shares below make pages of that kind; long addresses and handlers are what the rest consists of.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

SHARES = {"scripts": 0.30, "styles": 0.07, "menus": 0.24, "lists": 0.30, "layers": 0.09}
"""What a page's weight consists of, in shares of its bytes."""

_HEAD_END = re.compile(r"</head>", re.I)
_BODY = re.compile(r"<body[^>]*>", re.I)
_BODY_END = re.compile(r"</body>", re.I)

# fmt: off
_PLACES = (
    "강변", "역전", "남산", "새마을", "중앙", "동문", "해안", "산성", "호수", "언덕", "은행나무", "솔밭", "옛길", "큰시장", "나루터",
    "학교앞", "들꽃", "갈대", "소나무", "바닷가", "모퉁이", "느티나무", "돌다리", "물레방아", "장터",
)
_SUBJECTS = (
    "도서관", "버스 노선", "어린이집", "공영주차장", "둘레길", "빵집", "축제", "물놀이장", "야시장", "마라톤", "합창단", "전통시장", "체육관",
    "자전거길", "소방서", "보건소", "학교 급식", "벼 수확", "딸기 농가", "고로쇠", "벚꽃", "눈썰매장", "도자기", "풍물패", "배드민턴 대회",
    "산불 감시", "상수도", "가로등", "건널목", "재활용", "중고 장터", "헌책방", "사진전", "연극제", "노인정", "경로잔치", "김장", "연탄",
)
_ENDINGS = (
    "새 단장 마쳐", "다음 달 문 연다", "주민 손으로 가꾼다", "올해도 북적", "무료 개방", "밤까지 연장", "첫삽", "이름 공모", "안전 점검",
    "시범 운영", "주민 설명회 열려", "입소문", "확 달라진다", "두 배로 늘려", "임시 휴관", "봄맞이 채비", "예약 시작", "현장을 가다",
    "이렇게 바뀝니다", "10년의 기록", "아이들 웃음 가득", "반값에 푼다",
)
_WORDS = (
    "banner", "slot", "view", "track", "load", "scroll", "header", "menu", "list", "photo", "reply", "share", "login", "layer", "popup",
    "swiper", "init", "resize", "timer", "event", "cookie", "width", "height", "offset", "target", "index", "parent", "child", "frame",
    "native", "mobile", "device", "render", "queue", "section", "article", "number", "result", "callback", "option",
)
_PROPERTIES = (
    "margin:0 {n}px", "padding:{n}px 0", "width:{n}px", "height:{n}px", "font-size:{n}px", "line-height:{n}px", "float:left", "overflow:hidden",
    "position:relative", "display:inline-block", "color:#{h}", "background:#{h} url(/images/common/bg_{n}.png) no-repeat", "border-top:1px solid #{h}",
)
# fmt: on


class Weight:
    """Makes one outlet's pages as heavy as real ones. The same outlet and page always get the same."""

    def __init__(self, outlet: str, kilobytes: int, charset: str) -> None:
        """`kilobytes` is what a page weighs in the end, where its own content is not more."""
        self._bytes = kilobytes * 1024
        self._charset = charset
        self._outlet = outlet
        dice = random.Random(outlet)
        self._frame = {
            name: self._filled(make, dice, SHARES[name] * share)
            for name, make, share in (
                ("scripts", _script, 1.0), ("styles", _style, 1.0), ("menus", _menu, 1.0), ("layers", _layer, 1.0),
                ("lists", _teaser, 0.5),
            )
        }  # fmt: skip

    def add(self, html: str, page: str) -> str:
        """The page with its weight; `page` tells it from the outlet's others, whose lists differ in part."""
        own = len(html.encode(self._charset, "replace")) / self._bytes
        dice = random.Random(f"{self._outlet} {page}")
        lists = self._filled(_teaser, dice, max(0.0, SHARES["lists"] * 0.5 - own))
        third = len(self._frame["scripts"]) // 3
        scripts = ["\n".join(self._frame["scripts"][at : at + third]) for at in (0, third, 2 * third)]
        html = _before(_HEAD_END, html, "\n".join([scripts[0], *self._frame["styles"]]))
        html = _behind(_BODY, html, f'\n<ul class="gnb_all">{"".join(self._frame["menus"])}</ul>\n{scripts[1]}')
        teasers = "\n".join([*self._frame["lists"], *lists])
        below = f'\n<div class="sub_news"><ul class="type2">{teasers}</ul></div>\n'
        return _before(_BODY_END, html, below + "\n".join(self._frame["layers"]) + scripts[2])

    def _filled(self, make: Callable[[random.Random], str], dice: random.Random, share: float) -> list[str]:
        """Pieces until they have their share of the weight."""
        pieces, left = [], share * self._bytes
        while left > 0:
            pieces.append(make(dice))
            left -= len(pieces[-1].encode(self._charset, "replace"))
        return pieces


def headline(dice: random.Random) -> str:
    """An invented headline of local news that has nothing to do with jobs."""
    return f"{dice.choice(_PLACES)} {dice.choice(_SUBJECTS)} {dice.choice(_ENDINGS)}"


def _before(mark: re.Pattern[str], html: str, more: str) -> str:
    at = mark.search(html)
    return html[: at.start()] + more + html[at.start() :] if at else html


def _behind(mark: re.Pattern[str], html: str, more: str) -> str:
    at = mark.search(html)
    return html[: at.end()] + more + html[at.end() :] if at else html


def _script(dice: random.Random) -> str:
    return f'<script type="text/javascript">{"".join(_statements(dice, dice.randint(4, 20)))}</script>'


def _statements(dice: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        one, two, three = dice.sample(_WORDS, 3)
        number, token = dice.randint(1, 99999), f"{dice.getrandbits(40):x}"
        yield dice.choice(
            (
                f"var {one}_{two}={number},{three}='{token}';",
                f'function {one}{two.title()}(a,b){{if(a.{three}<{number}){{return b.{two}("#{one}_{token}")}}a.{one}=b}}',
                f'$(".{one}_{two}").on("{three}",function(e){{e.preventDefault();{one}.{two}({number},"{token}")}});',
                f'window.{one}=window.{one}||[];{one}.push({{"{two}":"{token}","{three}":{number}}});',
                f"try{{{one}.{two}({{{three}:{number},id:'{token}'}})}}catch(e){{}}",
            )
        )


def _style(dice: random.Random) -> str:
    rules = []
    for _ in range(12):
        body = ";".join(dice.sample(_PROPERTIES, 4)).replace("{n}", str(dice.randint(1, 480)))
        rules.append(
            f".{dice.choice(_WORDS)}_{dice.choice(_WORDS)}{{{body.replace('{h}', f'{dice.getrandbits(24):06x}')}}}"
        )
    return f"<style>{''.join(rules)}</style>"


def _menu(dice: random.Random) -> str:
    links = "".join(
        f'<li class="sub_{dice.choice(_WORDS)}"><a href="/index.es?sid=a{dice.randint(1, 9)}&amp;mid=a{dice.getrandbits(44)}"'
        f' target="_self" class="menu_{dice.choice(_WORDS)}">{dice.choice(_SUBJECTS)}</a></li>\n'
        for _ in range(dice.randint(3, 9))
    )
    return f'<li class="depth{dice.randint(1, 3)}"><a href="#none" title="열기">{dice.choice(_PLACES)}</a><ul>{links}</ul></li>\n'


def _teaser(dice: random.Random) -> str:
    number, name = dice.randint(10000, 999999), f"{dice.choice(_WORDS)}_{dice.randint(1, 99)}"
    link = f"href=\"/photo/{number}?ref=main_{name}\" onclick=\"sendLog('{name}', '{number}', '{dice.getrandbits(64):x}');\""
    image = f'<a {link}><img src="/data/photo/202601/{number}_{dice.getrandbits(64):x}_thumb.jpg" alt="" loading="lazy"></a>'
    lead = f'<p class="lead line-clamp-2">{headline(dice)}. {headline(dice)}</p>'
    return (
        f'<li class="item item_{name}" data-id="{number}">{image if dice.random() < 0.2 else ""}'
        f'<a {link} class="link" style="width:{dice.randint(80, 320)}px">{headline(dice)}</a>'
        f'{lead if dice.random() < 0.5 else ""}<em class="when">{dice.randint(1, 12):02}.{dice.randint(1, 28):02}</em></li>\n'
    )


def _layer(dice: random.Random) -> str:
    name = f"{dice.choice(_WORDS)}_{dice.randint(1, 999)}"
    return (
        f'<div id="layer_{name}" class="layer layer_{dice.choice(_WORDS)}" style="display:none;z-index:{dice.randint(1, 999)}">'
        f'<p class="msg">{headline(dice)}</p><span class="icon"></span><span class="blind">{dice.choice(_SUBJECTS)}</span>'
        f'<button type="button" class="btn_close" onclick="closeLayer(\'{name}\')">닫기</button></div>\n'
    )
