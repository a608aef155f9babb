"""A fetched page to an article: title, dates, clean body, and what kind of page it was instead if it is none.

`python -m pipelines.clean FILE [--url URL]` prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import htmldate
import trafilatura

from pipelines.blocks import find_block, find_gone
from pipelines.canonical import identity
from pipelines.dates import Dates, Moment, day_of, is_plausible, is_utc, parse_iso, read_dates
from pipelines.decode import decode
from pipelines.furniture import drop_furniture, is_prose
from pipelines.headline import read_outlet, read_title
from pipelines.markup import Element, Line, Markup, collapse, letters, render, text_of
from pipelines.model import KST, Article
from pipelines.reposts import Original, find_original
from pipelines.skins import Skin, recognise, system_by_url

MAX_CHARS = 5_000_000
"""Text beyond this is not read."""
MAX_GUESSED_CHARS = 1_500_000
"""Where no skin names the body, text beyond this is not read: trafilatura takes seconds a million characters."""

_MIN_SKIN_HANGUL = 40  # in a body that a skin names
_MIN_GUESSED_PROSE = 120  # characters of whole sentences in a body that was guessed
_MIN_PAYLOAD_HANGUL = 400
_RUNNING_TEXT = 20  # Hangul in one piece
_NO_RUNNING_TEXT = frozenset(("script", "style", "a", "title", "option"))
_INLINE = frozenset(("p", "span", "b", "strong", "font", "i", "em", "u"))

for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # they complain of what status and notes say

_TAG = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|title|meta|div|p|table|article|section|span|br|a)\b", re.I)
_TAG_REACH = 100_000
_OTHER = re.compile(
    r"\s*(?:%PDF-|PK\x03|GIF8|\{\s*[\"}]|\[\s*[\[{\"\]]|<\?xml[^>]*>\s*(?:<!--.*?-->\s*)*<(?!!?doctype|html)|<(?:rss|feed|svg)\b)",
    re.I | re.S,
)
_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"PK\x03\x04", b"%PDF", b"HWP Document")
_PAYLOAD = re.compile(
    r"__NEXT_DATA__|self\.__next_f|Fusion\.globalContent|__NUXT__|__INITIAL_STATE__|__APOLLO_STATE__|__PRELOADED_STATE__"
)
_ESCAPED_HANGUL = re.compile(r"[가-힣]|\\u(?:a[c-f]|[bc][0-9a-f]|d[0-7])[0-9a-f]{2}", re.I)
_HANGUL = re.compile(r"[가-힣]")
_ATTACHED = re.compile(r"\.(?:hwpx?|pdf|docx?|xlsx?)\b", re.I)
_DATE_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_DATE_MODIFIED = re.compile(r'"dateModified"\s*:\s*"([^"]{8,40})"')
_LIST_LINE = re.compile(r"(?:\.\.\.|…|·{3})$|^.{0,24}\b\d{2,4}[-./]\s?\d{1,2}[-./]\s?\d{1,2}\b.{0,12}$")
"""A teaser that is cut off, or a short line with a date: what lists of articles are made of."""


@dataclass(slots=True)
class Workings:
    """What was seen on the way to an article, for a person who asks why it is as it is."""

    lines: list[str] = field(default_factory=list)  # of the body element, page furniture among them
    dated_by: str | None = None  # where the date of publication stood


def clean(
    html: bytes, url: str | None = None, *, now: datetime | None = None, workings: Workings | None = None
) -> Article:
    """Read an article off a page. Never fails: what cannot be read is empty, and status and notes say why.

    `now` is the moment of fetching: dates well behind it are refused, as are dates before 1990. `workings` are filled in.
    """
    article = _clean(html, url, now, workings or Workings())
    if article.status not in ("ok", "block-page") and (gone := find_gone(html)):
        article.status, article.title, article.body = "gone", "", ""
        article.notes.append(f"gone: {gone}")
    return article


def _clean(html: bytes, url: str | None, now: datetime | None, workings: Workings) -> Article:
    article = Article(url=url)
    if block := find_block(html):
        article.encoding, article.status = decode(html[:1024])[1], "block-page"
        article.notes.append(f"block: {block}")
        return article
    text, article.encoding = decode(html[: 4 * MAX_CHARS])
    if len(text) > MAX_CHARS:
        text = text[:MAX_CHARS]
        article.notes.append("page: cut")
    if html.startswith(_BINARY) or _OTHER.match(text) or (text.strip() and not _TAG.search(text, 0, _TAG_REACH)):
        article.status = "not-html"
        return article
    markup = Markup(text)
    declared = [address for address in (_canonical(markup), markup.meta("og:url")) if address]
    urls = [url, *declared] if url else declared
    article.canonical = identity(url, declared) if url else None
    skin = recognise(markup, urls)
    _name_system(article, skin, urls)
    article.outlet = read_outlet(markup)
    article.title = read_title(markup, skin, article.outlet)
    raw = _skin_body(markup, skin) if skin else _guessed_body(markup, text, article)
    workings.lines = [line.text for line in raw]
    original = find_original(workings.lines, article.outlet)
    own = drop_furniture([line for line in raw if original is None or line.text != original.line], article.title)
    _judge(article, raw, own, text, markup, skin)
    workings.dated_by = _date(article, markup, skin, text, now)
    if original and article.status == "ok":
        _repost(article, original, now)
    return article


def _name_system(article: Article, skin: Skin | None, urls: Sequence[str]) -> None:
    if skin:
        article.system, article.skin = skin.system, skin.name
        return
    article.system = next((system for url in urls if (system := system_by_url(url))), None)
    if article.system:
        article.notes.append(f"skin: no marks of {article.system}")


def _skin_body(markup: Markup, skin: Skin) -> list[Line]:
    bodies = markup.find(skin.body)
    body = max(bodies, key=lambda element: len(text_of(element))) if len(bodies) > 1 else bodies[0]
    dropped = [element for selector in skin.furniture for element in markup.find((selector,), body)]
    return render(body, dropped)


def _guessed_body(markup: Markup, text: str, article: Article) -> list[Line]:
    guess = trafilatura.extract(text[:MAX_GUESSED_CHARS], include_comments=False) or ""
    lines = [collapse(line) for line in guess.splitlines()]
    rows = sum(len(line) for line in lines if line.startswith("|"))
    if 2 * rows > sum(map(len, lines)):  # a page laid out by tables: all of it, menus included
        if (densest := _densest(markup)) is None:
            return []
        article.notes.append("body: densest element")
        return render(densest)
    links = {letters(text_of(link)) for link in markup.root.iter("a")}
    return [Line(line.strip("| "), float(letters(line) in links)) for line in lines if line]


def _densest(markup: Markup) -> Element | None:
    """The element that holds most running text: its own, its line breaks' and its paragraphs'."""
    scores: dict[Element, int] = {}
    for element in markup.root.iter():
        for direct, piece in ((element, element.text), (element.getparent(), element.tail)):
            if direct is None or not piece or direct.tag in _NO_RUNNING_TEXT:
                continue
            if (size := len(_HANGUL.findall(piece))) < _RUNNING_TEXT:
                continue
            holder = direct
            while holder.tag in _INLINE and (parent := holder.getparent()) is not None:
                holder = parent
            scores[holder] = scores.get(holder, 0) + size
    return max(scores, key=lambda element: scores[element], default=None)


def _judge(
    article: Article, raw: Sequence[Line], own: Sequence[str], text: str, markup: Markup, skin: Skin | None
) -> None:
    body = "\n".join(own)
    prose = [line for line in own if is_prose(line)]
    if skin:
        found = len(_HANGUL.findall(body)) >= _MIN_SKIN_HANGUL and bool(prose)
    else:
        listed = sum(1 for line in raw if _LIST_LINE.search(line.text))
        found = bool(article.title) and sum(map(len, prose)) >= _MIN_GUESSED_PROSE and 2 * listed < max(8, len(prose))
    if found:
        article.body = body
        return
    if (
        _PAYLOAD.search(text)
        and len(_ESCAPED_HANGUL.findall(text)) - len(_HANGUL.findall(markup.text())) > _MIN_PAYLOAD_HANGUL
    ):
        article.status = "script-body"
    elif article.title and (skin or not own) and _has_attachment(markup):
        article.status, article.body = "attachment-only", body
    else:
        article.status = "no-body"


def _has_attachment(markup: Markup) -> bool:
    return any(_ATTACHED.search(link.get("href", "") + " " + text_of(link)[:200]) for link in markup.root.iter("a"))


def _date(article: Article, markup: Markup, skin: Skin | None, text: str, now: datetime | None) -> str | None:
    """Put the dates in; where that of publication stood."""
    found: dict[str, Dates] = {}
    dated_by = None
    if skin:
        parts = [" \n".join(line.text for line in render(part, everything=True)) for part in markup.find(skin.dates)]
        found["the system's date line"] = read_dates("\n".join(parts), unlabelled=True)
    found["the page's meta data"] = _machine_dates(markup, text)
    if not any(dates.published for dates in found.values()):
        found["a labelled date on the page"] = read_dates(markup.text())
    for origin, dates in found.items():
        if article.published is None and (moment := _checked(dates.published, now, "published", article)):
            article.published, dated_by = moment, origin
        article.modified = article.modified or _checked(dates.modified, now, "modified", article)
    if article.published is None and article.status == "ok":
        article.published = _guessed_date(text, now)
        if article.published:
            dated_by = "htmldate's guess"
            article.notes.append("published: guessed by htmldate")
    if article.published and skin and not skin.was_in_use(day_of(article.published)):
        article.notes.append(f"skin: {skin.name} outside its years")
    return dated_by


def _machine_dates(markup: Markup, text: str) -> Dates:
    published = markup.meta(
        "article:published_time", "og:article:published_time", "datepublished", "pubdate", "dc.date.issued"
    )
    modified = markup.meta("article:modified_time", "og:article:modified_time", "datemodified", "og:updated_time")
    if not published and '"datePublished"' in text and (match := _DATE_PUBLISHED.search(text)):
        published = match[1]
    if not modified and '"dateModified"' in text and (match := _DATE_MODIFIED.search(text)):
        modified = match[1]
    moment = parse_iso(published) if published else None
    if isinstance(moment, datetime) and is_utc(published):
        visible = read_dates(markup.text()).published
        if isinstance(visible, datetime) and visible.replace(second=0) == (moment - timedelta(hours=9)).replace(
            second=0
        ):
            moment = visible  # Korean clock time under a UTC label
    return Dates(moment, parse_iso(modified) if modified else None)


def _checked(moment: Moment | None, now: datetime | None, name: str, article: Article) -> Moment | None:
    if moment is None or is_plausible(moment, now):
        return moment
    article.notes.append(f"{name}: refused {moment.isoformat()}")
    return None


def _guessed_date(text: str, now: datetime | None) -> date | None:
    try:
        found = htmldate.find_date(
            text[:MAX_GUESSED_CHARS], original_date=True, extensive_search=True, min_date="1990-01-01", max_date=now
        )
        guess = date.fromisoformat(found) if found else None
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    if guess is None or (guess.month, guess.day) == (1, 1):  # what it makes of a bare year
        return None
    return guess if is_plausible(guess, now) else None


def _repost(article: Article, original: Original, now: datetime | None) -> None:
    article.original_outlet = original.outlet
    day, reposted = original.published, article.published
    if day and is_plausible(day, now) and (reposted is None or day <= day_of(reposted)):
        article.published = day
        if reposted:
            article.notes.append(f"reposted: {reposted.isoformat()}")


def _canonical(markup: Markup) -> str:
    return next((link.get("href", "") for link in markup.root.iter("link") if link.get("rel") == "canonical"), "")


def main(argv: Sequence[str] | None = None) -> int:
    """Clean one file and print the article as JSON; 1 and a line on stderr if the file cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m pipelines.clean", description="Read an article off a saved HTML page."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the page, as bytes came")
    parser.add_argument("--url", help="where it came from")
    options = parser.parse_args(argv)
    try:
        html = options.file.read_bytes()
    except OSError as error:
        sys.stderr.write(f"{parser.prog}: cannot read {options.file}: {error.strerror}\n")
        return 1
    fields = asdict(clean(html, options.url, now=datetime.now(KST)))
    for name in ("published", "modified"):
        fields[name] = fields[name].isoformat() if fields[name] else None
    sys.stdout.write(json.dumps(fields, ensure_ascii=False, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
