"""One article, one identity, however it was linked.

A canonical URL is an identity first: always https, without www, m or mobile, AMP twins merged, only the parameters
that name the article. For a link to the page keep the URL it was fetched from. Listings and requests know only a URL
(`canonical_url`); once the page is there, it may name the article itself (`identity`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

_SAFE_PATH = "/:@!$&'()*+,;=~-._%"
_URL_SAFE = _SAFE_PATH + "?#[]"
_ID = re.compile(r"[\w.~-]+", re.A)
_HOST = re.compile(r"[\w.-]+", re.A)
_HOST_PREFIX = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.[^.]+)")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.I)
_INDEX = re.compile(r"(?:index|default)\.(?:html?|php|jsp|aspx?|do|nhn)", re.I)
_ENTITY = re.compile(r"^(?:amp;)+", re.I)
_SCHEMES = ("http", "https")
_DEFAULT_PORTS = (None, 80, 443)

HOST_ALIASES = {
    "view.asiae.co.kr": "asiae.co.kr",
    "cm.asiae.co.kr": "asiae.co.kr",
    "news.naver.com": "n.news.naver.com",
    "news.v.daum.net": "v.daum.net",
    "v.media.daum.net": "v.daum.net",
    "news.joins.com": "joongang.co.kr",
}
"""Hosts, without www or m, that serve the same articles."""

TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|twclid|wbraid|gbraid|gad_source|srsltid|igshid|mc_[ce]id|_ga|_gl|ref|"
    r"referrer|ref_?src|spm|rss|cmpid|cloc|ocid|reply_sc_order_by|sns|share|kakao_\w+|naver_\w+|from|OutUrl|"
    r"amp|outputType",
    re.I,
)
"""Parameters that say how a reader came, dropped from every URL."""

SESSION = re.compile(r"(?:PHPSESSID|JSESSIONID|ASPSESSIONID\w*|CFID|CFTOKEN|sess(?:ion)?_?id)=.*|sid=\w{16,}", re.I)
"""Parameters, with their values, that name a visit; a short `sid` is a section or a board."""

PAGING = re.compile(r"n?page(?:index|no|num)?|nowpagenum|movepage|p|total|rows?|record\w*|m|mid|menu\w*", re.I)
"""Parameters whose value is no article's id, though it may look like one."""


@dataclass(frozen=True, slots=True)
class Form:
    """A known form of article URLs. `path` matches the whole path; `keep` names the parameters that identify.

    `needs` are parameters that must have a value (a pattern) for the form to apply; they are not kept unless named in
    `keep`. `to` is the path of the identity: a template with the groups of `path` and the values of `keep`; without
    it the path stays and the kept parameters follow it.
    """

    path: str
    keep: tuple[str, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    to: str | None = None
    host: str | None = None


FORMS: tuple[Form, ...] = (
    # naver: three generations of one address
    Form(
        r"/(?:mnews/)?article/(?:comment/)?(?P<oid>\d+)/(?P<aid>\d+)",
        to="/article/{oid}/{aid}",
        host="n.news.naver.com",
    ),
    Form(r"/main/(?:ranking/)?read\.(?:nhn|naver)", ("oid", "aid"), to="/article/{oid}/{aid}", host="n.news.naver.com"),
    # ndsoft, with its AMP and print twins and its oldest form
    Form(r"(?:/\w+)?/news/article(?:View(?:Amp)?|Print)\.html", ("idxno",), to="/news/articleView.html?idxno={idxno}"),
    Form(r"/", ("idxno",), (("act", r"articleView"),), to="/news/articleView.html?idxno={idxno}"),
    # dadamedia, with its short form and its print twin
    Form(r"(?:/\w+)?/sub_read\.html", ("uid",), to="/sub_read.html?uid={uid}"),
    Form(r"/(?P<uid>[1-9]\d{0,9})", to="/sub_read.html?uid={uid}"),
    Form(r"/newnews/print\.php", ("uid",), to="/sub_read.html?uid={uid}"),
    # newsbuilder, mediaon, gnuboard5
    Form(r"(?:(?:/\w+)?/news|/m|/mobile)?/view\.php", ("idx",), to="/news/view.php?idx={idx}"),
    Form(r"/(?:news|mobile)/article\.html", ("no",), to="/news/article.html?no={no}"),
    Form(r"(?:/[\w-]+)*/bbs/board\.php", ("bo_table", "wr_id")),
    # own systems
    Form(r"/(?:news|ampNews)/(?P<id>\d{12,})", to="/news/{id}", host="fnnews.com"),
    Form(r"/(?:\w+/)?article/(?P<id>\d{12,})", to="/article/{id}", host="asiae.co.kr"),
    Form(r"/news/view\.html?", ("idxno",), to="/article/{idxno}", host="asiae.co.kr"),
    Form(r"/article\.php", ("aid",)),
    Form(r"/(?:web|kn|m/kn)/view\.php", ("key",)),
    Form(r"/(?:view|mobile)/busan/view\.php", ("code",), to="/view/busan/view.php?code={code}"),
    Form(r"(?:/\w+)?/view\.php", ("ud",), to="/view.php?ud={ud}"),
    Form(r"/news/newsView\.php", ("id",)),
    Form(r"/newsRead\.php", ("no",)),
    Form(r"/news/news_view\.html", ("idx",)),
    Form(r"/news/(?:[\w-]+/)+\d{4}/\d{2}/\d{2}/(?P<id>\d{14})", to="/news/newsView.php?id={id}", host="seoul.co.kr"),
    Form(r"/(?:[\w-]+/)*article/(?P<id>\d{12,})", to="/article/{id}", host="khan.co.kr"),
    Form(r"/news/[\w-]+/(?P<id>\d{6,})", to="/news/{id}", host="mk.co.kr"),
    Form(r"/arti/(?:[\w-]+/)*(?P<id>\d+)\.html", to="/arti/{id}.html", host="hani.co.kr"),
    Form(
        r"/news/(?:\w+/)?article/all/(?P<day>\d{8})/(?P<id>\d+)(?:/\d+)?",
        to="/news/article/all/{day}/{id}",
        host="donga.com",
    ),
    Form(r"/view", ("id",), to="/view/{id}", host="newsis.com"),
    Form(r"/news/newspath\.asp", ("newsid",), to="/News/Read?newsId={newsid}", host="edaily.co.kr"),
    Form(r"/[Nn]ews/[Rr]ead", ("newsId",), to="/News/Read?newsId={newsId}", host="edaily.co.kr"),
    Form(r"/article/view\.asp", ("arcid",)),
    Form(r"/News/NewsContent\.aspx", ("NewsCode",)),
    Form(r"/v/(?P<id>\d{12,})", to="/v/{id}", host="v.daum.net"),
    Form(r"/(?:article|view|page/view|NewsView|news|pages/articles|News/Read)/(?P<id>[\w.-]*\d[\w.-]*)"),
    # press boards
    Form(r"/(?:\w+/)*(?:pressReleaseView|policyNewsView)\.do", ("newsId",)),
    Form(r"/(?:[\w.-]+/)*boardView\.do", ("boardId", "seq")),
    Form(r"/(?:[\w.-]+/)*boardView\.do", ("seq",)),
    Form(r"/(?:[\w.-]+/)*page\.do", ("BD_CODE", "B_NUM", "cmd", "mnu_uid")),
    Form(r"/(?:[\w.-]+/)*board\.es", ("act", "bid", "list_no", "mid")),
    Form(r"/(?:[\w.-]+/)*view\.9is", ("nttId",)),
    Form(r"/(?:[\w.-]+/)*view\.do", ("bbsId", "nttId")),
    Form(r"/(?:[\w.-]+/)*gallery\.do", ("b_code", "list_no"), (("act", r"view"),)),
    Form(r"/(?:[\w.-]+/)*\w+\.cs", ("articleId",), (("act", r"read"),)),
    Form(r"/(?:[\w.-]+/)*\w+\.cs", ("nttId", "pBoardId")),
    Form(r"/board/detail", ("boardId", "dataSid")),
    Form(r"/bbs", ("b_id", "bs_idx"), (("type", r"view"),)),
    Form(r"/(?:[\w-]+/)+show/(?P<id>\w*\d\w*)"),
    Form(r"/(?:[\w.-]+/?)*", ("idx", "mode"), (("mode", r"view"),)),
    Form(r"/(?:[\w.-]+/?)*", ("mode", "seq"), (("mode", r"view"),)),
)
"""Asked in order; a URL of none of these forms keeps all parameters but tracking ones, sorted."""

_COMPILED = tuple((form, re.compile(form.path)) for form in FORMS)

Pairs = list[tuple[str, str]]


def canonical_url(url: str) -> str:
    """Return the identity of the article at this URL: absolute, https, the same for every way of linking it.

    Idempotent and blind to the order of parameters. What is no absolute http(s) URL comes back stripped.
    """
    url = url.strip()
    read = _read(url)
    if read is None:
        return url
    site, path, pairs = read
    known = _known(site, path, pairs)
    if known is None:
        query = urlencode(pairs, encoding="latin-1")
        return f"https://{site}{path}?{query}" if query else f"https://{site}{path}"
    return f"https://{site}{known[0]}"


def identity(url: str, declared: Iterable[str] = ()) -> str:
    """Return the identity of the article on a page: by what the page calls itself where that is to be trusted.

    `declared` are the page's canonical link and og:url, the better one first, relative to `url` or not. One is trusted
    that lies on the same site, has a known form, and whose ids all stand in `url` as well: a link to the home page, or
    one and the same address on every page, is not.
    """
    canonical = canonical_url(url)
    read = _read(url.strip())
    if read is None:
        return canonical
    site, path, pairs = read
    words = {*path.split("/"), *re.split(r"[/.]", path)}
    words.update(match[0] for name, value in pairs if not PAGING.fullmatch(name) and (match := _ID.match(value)))
    for address in declared:
        try:
            own = _read(urljoin(url.strip(), address.strip()))
        except ValueError:
            continue
        if own is None or own[0] != site:
            continue
        known = _known(*own)
        if known is None:
            continue
        ids = {one for one in known[1] if any(char.isdigit() for char in one)}
        if ids and ids <= words:
            return canonical_url(f"https://{site}{known[0]}")
    return canonical


def article_id(canonical: str) -> str:
    """Return the short id of an article: 12 hexadecimal characters of its canonical URL's SHA-256."""
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _read(url: str) -> tuple[str, str, Pairs] | None:
    """Site, path and the parameters that may name an article; None where this is no absolute http(s) URL."""
    try:
        parts = urlsplit(quote(url, safe=_URL_SAFE))
        host, port = _host(parts), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES or not host:
        return None
    host = _HOST_PREFIX.sub("", host)
    host = HOST_ALIASES.get(host, host)
    site = host if port in _DEFAULT_PORTS else f"{host}:{port}"
    # latin-1 carries percent-encoded bytes of any charset through unchanged
    named = (
        (_ENTITY.sub("", name), value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, encoding="latin-1")
    )
    pairs = sorted(
        (name, value)
        for name, value in named
        if not TRACKING.fullmatch(name) and not SESSION.fullmatch(f"{name}={value}")
    )
    return site, _path(parts.path), pairs


def _host(parts: SplitResult) -> str:
    """In lower case and ASCII: 한글.kr is xn--bj0bj06e.kr."""
    host = unquote(parts.hostname or "").rstrip(".")
    host = host if host.isascii() else host.encode("idna").decode()
    return host if _HOST.fullmatch(host) else ""


def _path(path: str) -> str:
    path = _ESCAPE.sub(lambda match: _unescape(match[1]), _PATH_SESSION.sub("", path))
    segments = [segment for segment in path.split("/") if segment and segment.lower() != "amp"]
    while segments and _INDEX.fullmatch(segments[-1]):
        segments.pop()
    return "/" + "/".join(segments)


def _unescape(code: str) -> str:
    character = chr(int(code, 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else f"%{code.upper()}"


def _known(site: str, path: str, pairs: Pairs) -> tuple[str, tuple[str, ...]] | None:
    """Path with parameters of a known form, and the ids in it."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if match := _ID.match(value):  # a parameter given twice counts once: the smaller, whatever the order
            values.setdefault(name, match[0])
    for form, pattern in _COMPILED:
        if form.host is not None and form.host != site:
            continue
        match = pattern.fullmatch(path)
        if match is None or not all(name in values for name in form.keep):
            continue
        if not all(re.fullmatch(wanted, values.get(name, "")) for name, wanted in form.needs):
            continue
        kept = {name: values[name] for name in form.keep}
        ids = (*match.groupdict().values(), *kept.values())
        if form.to is not None:
            return form.to.format(**match.groupdict(), **kept), ids
        return f"{path}?{urlencode(kept)}" if kept else path, ids
    return None
