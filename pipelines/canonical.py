"""One article, one identity, however it was linked.

A canonical URL is an identity first: always https, without www, m or mobile, AMP twins merged, only the parameters
that name the article. For a link to the page keep the URL it was fetched from.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

_SAFE_PATH = "/:@!$&'()*+,;=~-._%"
_URL_SAFE = _SAFE_PATH + "?#[]"
_ID = re.compile(r"[\w.~-]+", re.A)
_HOST_PREFIX = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.[^.]+)")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_SCHEMES = ("http", "https")
_DEFAULT_PORTS = (None, 80, 443)

HOST_ALIASES = {
    "view.asiae.co.kr": "asiae.co.kr",
    "news.naver.com": "n.news.naver.com",
}
"""Hosts, without www or m, that serve the same articles."""

TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|ref|referrer|ref_?src|spm|rss|cmpid|"
    r"reply_sc_order_by|sns|share|kakao_\w+|naver_\w+|from|OutUrl",
    re.I,
)
"""Parameters that say how a reader came, dropped from every URL."""


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
    # ndsoft, with its AMP twin and its oldest form
    Form(r"(?:/\w+)?/news/articleView(?:Amp)?\.html", ("idxno",), to="/news/articleView.html?idxno={idxno}"),
    Form(
        r"/(?:index\.(?:php|html))?", ("idxno",), (("act", r"articleView"),), to="/news/articleView.html?idxno={idxno}"
    ),
    # dadamedia, with its short form
    Form(r"(?:/\w+)?/sub_read\.html", ("uid",), to="/sub_read.html?uid={uid}"),
    Form(r"/(?P<uid>[1-9]\d{0,9})", to="/sub_read.html?uid={uid}"),
    # newsbuilder, mediaon, gnuboard5
    Form(r"(?:/\w+)?/news/view\.php", ("idx",), to="/news/view.php?idx={idx}"),
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
    Form(r"/(?:article|view|page/view|NewsView|news|pages/articles|News/Read)/(?P<id>[\w.-]*\d[\w.-]*)"),
    # press boards
    Form(r"/(?:\w+/)*(?:pressReleaseView|policyNewsView)\.do", ("newsId",)),
    Form(r"/(?:[\w.-]+/)*boardView\.do", ("boardId", "seq")),
    Form(r"/(?:[\w.-]+/)*boardView\.do", ("seq",)),
    Form(r"/(?:[\w.-]+/)*page\.do", ("BD_CODE", "B_NUM", "cmd", "mnu_uid")),
    Form(r"/(?:[\w.-]+/)*board\.es", ("act", "bid", "list_no", "mid")),
    Form(r"/(?:[\w.-]+/)*view\.9is", ("nttId",)),
    Form(r"/(?:[\w.-]+/?)*", ("idx", "mode"), (("mode", r"view"),)),
)
"""Asked in order; a URL of none of these forms keeps all parameters but tracking ones, sorted."""

_COMPILED = tuple((form, re.compile(form.path)) for form in FORMS)


def canonical_url(url: str) -> str:
    """Return the identity of the article at this URL: absolute, https, the same for every way of linking it.

    Idempotent and blind to the order of parameters. What is no absolute http(s) URL comes back stripped.
    """
    url = url.strip()
    try:
        parts = urlsplit(quote(url, safe=_URL_SAFE))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in _SCHEMES or not host:
        return url
    host = _HOST_PREFIX.sub("", host)
    host = HOST_ALIASES.get(host, host)
    site = host if port in _DEFAULT_PORTS else f"{host}:{port}"
    path = _path(parts.path)
    # latin-1 carries percent-encoded bytes of any charset through unchanged
    pairs = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, encoding="latin-1")
        if not TRACKING.fullmatch(name)
    )
    known = _known(host, path, pairs)
    if known is None:
        query = urlencode(pairs, encoding="latin-1")
        known = f"{path}?{query}" if query else path
    return f"https://{site}{known}"


def article_id(canonical: str) -> str:
    """Return the short id of an article: 12 hexadecimal characters of its canonical URL's SHA-256."""
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _path(path: str) -> str:
    path = _ESCAPE.sub(lambda match: _unescape(match[1]), path)
    segments = [segment for segment in path.split("/") if segment and segment.lower() != "amp"]
    return "/" + "/".join(segments)


def _unescape(code: str) -> str:
    character = chr(int(code, 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else f"%{code.upper()}"


def _known(host: str, path: str, pairs: list[tuple[str, str]]) -> str | None:
    values: dict[str, str] = {}
    for name, value in pairs:
        if match := _ID.match(value):  # a parameter given twice counts once: the smaller, whatever the order
            values.setdefault(name, match[0])
    for form, pattern in _COMPILED:
        if form.host is not None and form.host != host:
            continue
        match = pattern.fullmatch(path)
        if match is None or not all(name in values for name in form.keep):
            continue
        if not all(re.fullmatch(wanted, values.get(name, "")) for name, wanted in form.needs):
            continue
        kept = {name: values[name] for name in form.keep}
        if form.to is not None:
            return form.to.format(**match.groupdict(), **kept)
        return f"{path}?{urlencode(kept)}" if kept else path
    return None
