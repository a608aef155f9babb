"""What goes wrong at an outlet: each kind of fault is its parameters and what it makes of a request."""

from __future__ import annotations

import functools
import json
import random
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from tests.newsroom.model import Article, Gold
from tests.newsroom.systems.base import Sheet, Story, System
from tests.newsroom.wire import Delivery, Request, Response

PLACES = ("articles", "lists", "feeds", "robots")
"""What `url` may name instead of a pattern; the front page and searches are lists."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong at one outlet.

    `url` is one of `PLACES` or a regular expression that is found somewhere in `path?query`; `times` is how often the
    fault strikes each URL before the page is healthy (None: always).
    """

    kind: ClassVar[str]
    url: str
    times: int | None = None

    def is_at(self, site: System, request: Request) -> bool:
        """Whether the fault concerns what the request asks for."""
        if self.url in PLACES:
            return site.place(request) == self.url
        return re.search(self.url, f"{request.path}?{request.query}" if request.query else request.path) is not None

    def strike(self, site: System, request: Request) -> Response:
        """What is answered instead of `site.respond(request)`."""
        raise NotImplementedError


class Faults:
    """The faults of one outlet, and how often each has struck each URL."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._faults = list(enumerate(faults))
        self._struck: Counter[tuple[int, str]] = Counter()

    def next(self, site: System, request: Request) -> Fault | None:
        """The fault that strikes this request: the first that concerns it and is not spent."""
        for number, fault in self._faults:
            spent = fault.times is not None and self._struck[number, request.url] >= fault.times
            if not spent and fault.is_at(site, request):
                self._struck[number, request.url] += 1
                return fault
        return None


@dataclass(frozen=True, kw_only=True)
class Status(Fault):
    """Another status, with a Retry-After as written (seconds or a date); 0 closes the connection without an answer."""

    kind = "status"
    status: int
    retry_after: str = ""

    def strike(self, site: System, request: Request) -> Response:
        return Response(self.status, f"{self.status}\n".encode(), retry_after=self.retry_after)


@dataclass(frozen=True, kw_only=True)
class Timeout(Fault):
    """No answer for so many seconds, then the connection is closed."""

    kind = "timeout"
    seconds: float = 60.0

    def strike(self, site: System, request: Request) -> Response:
        return Response(0, delivery=Delivery(delay=self.seconds))


@dataclass(frozen=True, kw_only=True)
class Slow(Fault):
    """The answer comes after so many seconds."""

    kind = "slow"
    seconds: float

    def strike(self, site: System, request: Request) -> Response:
        return replace(site.respond(request), delivery=Delivery(delay=self.seconds))


@dataclass(frozen=True, kw_only=True)
class Drip(Fault):
    """The body comes `piece` bytes at a time, all of it within so many seconds."""

    kind = "drip"
    seconds: float = 60.0
    piece: int = 32

    def strike(self, site: System, request: Request) -> Response:
        answer = site.respond(request)
        pause = self.seconds / (len(answer.body) // self.piece + 1)
        return replace(answer, delivery=Delivery(piece=self.piece, pause=pause))


@dataclass(frozen=True, kw_only=True)
class Truncated(Fault):
    """Only a share of the body comes, less than its Content-Length says, then the connection is closed."""

    kind = "truncated"
    share: float = 0.5

    def strike(self, site: System, request: Request) -> Response:
        return replace(site.respond(request), delivery=Delivery(share=self.share))


@dataclass(frozen=True, kw_only=True)
class WrongCharset(Fault):
    """Header and page name a charset that the bytes are not in: `label`, while the bytes are in `charset`.

    Without `charset` the bytes are in the outlet's own, without `label` it is the other one of the two.
    """

    kind = "wrong_charset"
    label: Literal["utf-8", "euc-kr", ""] = ""
    charset: Literal["utf-8", "euc-kr", ""] = ""

    def strike(self, site: System, request: Request) -> Response:
        own = site.outlet.charset
        charset = self.charset or own
        label = self.label or {"utf-8": "euc-kr", "euc-kr": "utf-8"}[charset]
        answer = site.respond(request)
        text = answer.body.decode(_codec(own))
        body = _DECLARED.sub(rf"\g<1>{label}", text).encode(_codec(charset), "xmlcharrefreplace")
        kind = answer.content_type.partition(";")[0]
        return replace(answer, body=body, content_type=f"{kind}; charset={label}")


_DECLARED = re.compile(r"((?:charset|encoding)=[\"']?)(?:utf-8|euc-kr)")


def _codec(charset: str) -> str:
    return "cp949" if charset == "euc-kr" else charset


@dataclass(frozen=True, kw_only=True)
class Redirect(Fault):
    """A redirect to anywhere, or to `itself`, for ever."""

    kind = "redirect"
    to: str
    status: int = 302

    def strike(self, site: System, request: Request) -> Response:
        return Response(self.status, location=request.url if self.to == "itself" else self.to)


Protection = Literal["cloudflare", "incapsula", "cookie", "captcha", "firewall", "waiting-room", "shell", ""]


@dataclass(frozen=True, kw_only=True)
class Challenge(Fault):
    """A page for robots in the place of every page; without `protection` it is one or another by URL."""

    kind = "challenge"
    protection: Protection = ""
    status: int = 200

    def strike(self, site: System, request: Request) -> Response:
        name = self.protection or CHALLENGES[_number(request.url) % len(CHALLENGES)]
        return site.rendered(
            "faults/challenge.html", "text/html", self.status, None, name=name, ticket=f"{_number(request.url):010}"
        )


CHALLENGES = ("cloudflare", "incapsula", "cookie", "captcha", "firewall", "waiting-room")
"""Those by their names; `shell`, which says nothing of itself, only strikes where it is asked for."""


@dataclass(frozen=True, kw_only=True)
class EmptyList(Fault):
    """A list page without an entry; its furniture and its links to other pages are there."""

    kind = "empty_list"
    url: str = "lists"

    def strike(self, site: System, request: Request) -> Response:
        return site.bent(arrange=lambda sheet: replace(sheet, stories=[])).respond(request)


@dataclass(frozen=True, kw_only=True)
class Huge(Fault):
    """A body of so many megabytes, as its Content-Length says."""

    kind = "huge"
    megabytes: float = 30.0

    def strike(self, site: System, request: Request) -> Response:
        times = max(1, round(self.megabytes * (1 << 20) / len(_FILLER)))
        return Response(body=_FILLER, content_type="text/html", delivery=Delivery(repeat=times))


_FILLER = b"<p>iljari newsroom filler</p>\n" * 2048


@dataclass(frozen=True, kw_only=True)
class Bomb(Fault):
    """A small gzip body that inflates to so many megabytes."""

    kind = "bomb"
    megabytes: int = 200

    def strike(self, site: System, request: Request) -> Response:
        return Response(body=_bomb(self.megabytes), content_type="text/html", content_encoding="gzip")


@functools.cache
def _bomb(megabytes: int) -> bytes:
    deflate = zlib.compressobj(9, wbits=31)
    parts = [deflate.compress(b"<html><body>"), *(deflate.compress(b" " * (1 << 20)) for _ in range(megabytes))]
    return b"".join([*parts, deflate.flush()])


@dataclass(frozen=True, kw_only=True)
class Relaunch(Fault):
    """The outlet changed its look overnight: lists and articles in a markup that nobody has seen before."""

    kind = "relaunch"
    url: str = "."

    def strike(self, site: System, request: Request) -> Response:
        return site.bent(look="relaunch").respond(request)


@dataclass(frozen=True, kw_only=True)
class Duplicates(Fault):
    """Links to articles change: tracking and session parameters, page numbers, other hosts and twins of the article."""

    kind = "duplicates"
    url: str = "lists"

    def strike(self, site: System, request: Request) -> Response:
        answer = site.respond(request)
        text = answer.body.decode("latin-1")  # ASCII is ASCII in any charset
        number = 0

        def other(match: re.Match[str]) -> str:
            nonlocal number
            story = site.story_at(match[2].replace("&amp;", "&"))
            if story is None:
                return match[0]
            number += 1
            return match[1] + str(escape(_other_url(site, story, f"{request.url} {site.moment} {number}")))

        return replace(answer, body=_LINK.sub(other, text).encode("latin-1"))


_LINK = re.compile(r"((?:href=[\"']?|<link>|<guid[^>]*>))([^\"'<>]+)")
_MARKS = ("utm_source=naver&utm_medium=newsstand", "PHPSESSID={ticket:026x}", "page={page}", "fbclid=IwAR{ticket:x}")


def _other_url(site: System, story: Story, seed: str) -> str:
    dice = random.Random(zlib.crc32(seed.encode()))
    own = urlsplit(story.url)
    path = f"{own.path}?{own.query}" if own.query else own.path
    twins = [twin.format(id=story.id, board=site.outlet.board) for twin in site.twins]
    path = dice.choice([path, path, *twins])
    mark = dice.choice(_MARKS).format(ticket=dice.getrandbits(64), page=dice.randrange(2, 9))
    host = dice.choice([own.netloc, own.netloc, *site.outlet.hosts])
    return f"{own.scheme}://{host}{path}{'&' if '?' in path else '?'}{mark}"


@dataclass(frozen=True, kw_only=True)
class Robots(Fault):
    """Another robots.txt."""

    kind = "robots"
    text: str
    url: str = "robots"

    def strike(self, site: System, request: Request) -> Response:
        return Response(body=self.text.encode())


@dataclass(frozen=True, kw_only=True)
class Garbage(Fault):
    """Bytes that are no HTML, whatever their content type says."""

    kind = "garbage"
    content_type: str = "text/html"

    def strike(self, site: System, request: Request) -> Response:
        return Response(body=random.Random(_number(request.url)).randbytes(4096), content_type=self.content_type)


@dataclass(frozen=True, kw_only=True)
class ScriptBody(Fault):
    """An article page whose text is only in what a script would draw, as Next.js sends it."""

    kind = "script_body"
    url: str = "articles"

    def strike(self, site: System, request: Request) -> Response:
        story = site.story_at(request.url)
        if story is None:
            return site.respond(request)
        told = {"title": story.article.title, "paragraphs": story.article.paragraphs}
        row = json.dumps("5:" + json.dumps(told, ensure_ascii=False), ensure_ascii=False).replace("<", "\\u003c")
        return site.rendered(
            "faults/script_body.html", "text/html", 200, story.article.changed, story=story, row=Markup(row)
        )


@dataclass(frozen=True, kw_only=True)
class Attachment(Fault):
    """An article page that only points to a file."""

    kind = "attachment"
    suffix: Literal["hwp", "hwpx", "pdf"] = "hwp"
    url: str = "articles"

    def strike(self, site: System, request: Request) -> Response:
        story = site.story_at(request.url)
        if story is None:
            return site.respond(request)
        answer = site.bent(retell=_without_text).respond(request)
        name = str(escape(f"붙임. {story.article.title}.{self.suffix}"))
        link = f'<a href="/data/file/{story.id}.{self.suffix}">{name}</a> (84.5K)'
        codec = _codec(site.outlet.charset)
        return replace(answer, body=answer.body.replace(_HERE.encode(), link.encode(codec, "xmlcharrefreplace")))


_HERE = "ATTACHMENT"


def _without_text(article: Article) -> Article:
    return replace(article, text=_HERE, subtitles=[], caption=None, original=None)


@dataclass(frozen=True, kw_only=True)
class Hostile(Fault):
    """A feed with entities that grow without end or fetch from outside; or titles with control characters and script."""

    kind = "hostile"
    trick: Literal["laughs", "external", "titles"] = "titles"
    url: str = "feeds"

    def strike(self, site: System, request: Request) -> Response:
        if self.trick == "titles":
            return site.bent(retell=_with_hostile_title).respond(request)
        answer = site.respond(request)
        before, mark, after = answer.body.partition(b"<rss")
        after = after.replace(b"<title>", b"<title>&trick;")
        return replace(answer, body=before + _ENTITIES[self.trick].encode() + b"\n" + mark + after)


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_ENTITIES = {
    "laughs": f'<!DOCTYPE rss [<!ENTITY l0 "haha">{_LAUGHS}<!ENTITY trick "&l9;">]>',
    "external": '<!DOCTYPE rss [<!ENTITY trick SYSTEM "file:///etc/hostname"><!ENTITY % more SYSTEM'
    ' "http://169.254.169.254/latest/meta-data/"> %more;]>',
}


def _with_hostile_title(article: Article) -> Article:
    first, space, rest = article.title.partition(" ")
    title = f"\u202e\u2066{first}\x07{space}\x1b[31m{rest}\u200b\x00<script>alert(document.domain)</script>\u2069"
    return replace(article, title=title)


@dataclass(frozen=True, kw_only=True)
class Endless(Fault):
    """Every list page shows links that nobody has seen and leads to a next page."""

    kind = "endless"
    url: str = "lists"

    def strike(self, site: System, request: Request) -> Response:
        def invented(sheet: Sheet) -> Sheet:
            stories = [_invented(site, f"{request.url} {n}") for n in range(site.outlet.per_page)]
            return Sheet(stories, sheet.number, sheet.number + 1)

        return site.bent(arrange=invented).respond(request)


_INVENTED = (
    "가람천 산책길에 벤치 {}개 새로 놓는다",
    "누리군 공공근로 참여자 {}명 모집",
    "도담구 골목 사진전에 작품 {}점",
    "다온시, 올해 일자리 {}개 만든다",
)


def _invented(site: System, seed: str) -> Story:
    number = _number(seed)
    short, long = f"9{number % 1_000_000:06}", f"2099{number:014}"
    identity = short if site.id_pattern.fullmatch(short) else long
    section, code = next(iter(site.outlet.sections.items()))
    title = _INVENTED[number % len(_INVENTED)].format(100 + number % 9000)
    article = Article(title, site.moment, section, "한가람", f"{title}.", [], Gold(relevant=False, trap="invented"))
    return Story(article, identity, search_only=False, url=site.article_url(identity), code=code)


@dataclass(frozen=True, kw_only=True)
class Future(Fault):
    """Dates that cannot be: far ahead, long ago, or all zeros as a database without a date gives them."""

    kind = "future"

    def strike(self, site: System, request: Request) -> Response:
        return site.bent(retell=_misdated).respond(request)


class ZeroMoment(datetime):
    """A moment that is written with zeros only."""

    def strftime(self, form: str) -> str:
        return re.sub(r"\d", "0", super().strftime(form))

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        return re.sub(r"\d", "0", super().isoformat(sep, timespec))


_ABSURD = (
    datetime.fromisoformat("2099-12-31T23:59:00"),
    datetime.fromisoformat("1900-01-01T09:00:00"),
    ZeroMoment.fromisoformat("1970-01-01T00:00:00"),
)


def _misdated(article: Article) -> Article:
    return replace(article, published=_ABSURD[_number(article.title) % len(_ABSURD)], modified=None)


@dataclass(frozen=True, kw_only=True)
class HalfList(Fault):
    """A list page with a share of its entries, the newest; furniture and paging are as ever."""

    kind = "half_list"
    share: float = 0.5
    url: str = "lists"

    def strike(self, site: System, request: Request) -> Response:
        def halved(sheet: Sheet) -> Sheet:
            return replace(sheet, stories=sheet.stories[: int(len(sheet.stories) * self.share)])

        return site.bent(arrange=halved).respond(request)


@dataclass(frozen=True, kw_only=True)
class Stale(Fault):
    """The page as it was so many days ago, from a cache that nobody empties any more."""

    kind = "stale"
    days: int = 30
    url: str = "lists"

    def strike(self, site: System, request: Request) -> Response:
        return site.bent(days_ago=self.days).respond(request)


@dataclass(frozen=True, kw_only=True)
class Renumbered(Fault):
    """Every article under another address, its number so much higher; under the old ones they are there as well."""

    kind = "renumbered"
    by: int = 1000
    url: str = r"^/(?!robots\.txt)"

    def strike(self, site: System, request: Request) -> Response:
        moved = site.bent()
        numbers = {story.id: str(int(story.id) + self.by) for story in site.stories}
        moved.stories = [
            replace(story, id=numbers[story.id], url=site.article_url(numbers[story.id])) for story in site.stories
        ]
        moved.by_id = site.by_id | {story.id: story for story in moved.stories}
        return moved.respond(request)


@dataclass(frozen=True, kw_only=True)
class EmptyBody(Fault):
    """An article page with everything around the text, and without the text."""

    kind = "empty_body"
    url: str = "articles"

    def strike(self, site: System, request: Request) -> Response:
        return site.bent(retell=_emptied).respond(request)


def _emptied(article: Article) -> Article:
    return replace(article, text="\u200b", subtitles=[], caption=None, original=None)


@dataclass(frozen=True, kw_only=True)
class Drift(Fault):
    """Articles dated so many days later than they appeared, or earlier; lists are as ever."""

    kind = "drift"
    days: int
    url: str = "articles"

    def strike(self, site: System, request: Request) -> Response:
        def moved(article: Article) -> Article:
            return replace(article, published=article.published + timedelta(days=self.days), modified=None)

        return site.bent(retell=moved).respond(request)


@dataclass(frozen=True, kw_only=True)
class Damaged(Fault):
    """The page with its Hangul damaged before it was sent: bytes of one charset were taken for another's, or lost."""

    kind = "damaged"
    harm: Literal["latin", "cp949", "lost", "unknown"]
    url: str = r"^/(?!robots\.txt)"

    def strike(self, site: System, request: Request) -> Response:
        answer, codec = site.respond(request), _codec(site.outlet.charset)
        text = _HANGUL.sub(lambda found: _HARMS[self.harm](found[0]), answer.body.decode(codec))
        return replace(answer, body=text.encode(codec, "xmlcharrefreplace"))


_HANGUL = re.compile("[가-힣][가-힣 ]*")
_HARMS: dict[str, Callable[[str], str]] = {
    "latin": lambda text: text.encode().decode("latin-1"),  # UTF-8, taken for Latin-1
    "cp949": lambda text: text.encode().decode("cp949", "replace"),  # UTF-8, taken for CP949
    "lost": lambda text: "\ufffd" * len(text.encode("cp949", "replace")),  # CP949, taken for UTF-8
    "unknown": lambda text: re.sub("[가-힣]", "?", text),  # written in a charset that has no Hangul
}


KINDS: dict[str, type[Fault]] = {
    fault.kind: fault
    for fault in (
        Attachment, Bomb, Challenge, Damaged, Drift, Drip, Duplicates, EmptyBody, EmptyList, Endless, Future, Garbage,
        HalfList, Hostile, Huge, Redirect, Relaunch, Renumbered, Robots, ScriptBody, Slow, Stale, Status, Timeout,
        Truncated, WrongCharset,
    )
}  # fmt: skip
"""Every kind of fault by the name that files use."""


@dataclass(frozen=True)
class SimpleFaults:
    """The short form: a status for robots.txt, a delay of articles in seconds, and statuses by path or path?query."""

    robots_status: int | None = None
    article_delay: float = 0.0
    status: dict[str, int] = field(default_factory=dict)

    def faults(self) -> list[Fault]:
        """The same as a list; a path with its query goes before the path alone."""
        found: list[Fault] = []
        if self.robots_status is not None:
            found.append(Status(url="robots", status=self.robots_status))
        for path, status in sorted(self.status.items(), key=lambda item: "?" not in item[0]):
            query = "" if "?" in path else r"(\?|$)"
            found.append(Status(url=f"^{re.escape(path)}{query or '$'}", status=status))
        if self.article_delay:
            found.append(Slow(url="articles", seconds=self.article_delay))
        return found


def _number(text: str) -> int:
    """A number for a text, the same at every request."""
    return zlib.crc32(text.encode())
