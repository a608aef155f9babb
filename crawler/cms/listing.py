"""What a listing shows: how its pages are asked for and how articles are read off them. No ledger, no requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import cast
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree
from parsel import Selector

from crawler.clock import now
from pipelines.dates import day_of, is_plausible, parse_iso
from pipelines.decode import decode
from pipelines.markup import collapse
from pipelines.model import KST

MAX_ENTRIES = 1000
"""How many articles are read off one page."""
MAX_TITLE = 300
"""Characters of a title that are kept."""

_HREFS = etree.XPath("//a/@href", smart_strings=False)
_TRICKS = re.compile(r"<!ENTITY\s[^>]{0,300}?(?:\bSYSTEM\b|\bPUBLIC\b|%|&\w)")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SHOWN_TEXT = ".//text()[not(ancestor::script or ancestor::style)]"


@dataclass(frozen=True, slots=True)
class Listing:
    """One walk: a section list, a feed or a search. `{page}` in the URL stands for the page's number."""

    key: str
    found_by: str  # list, feed, search
    url: str
    first: int = 1

    @property
    def paged(self) -> bool:
        """Whether there can be a next page."""
        return "{page}" in self.url

    def page(self, number: int) -> str:
        """The URL of a page."""
        return self.url.replace("{page}", str(number))


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a listing shows it."""

    link: str
    title: str
    listed_on: date | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a listing: its articles, whether it links to a later page, what is wrong with it as a whole."""

    entries: list[Entry]
    leads_on: bool
    objection: str | None = None


@dataclass(frozen=True, slots=True)
class Markup:
    """Where a system's list and search pages show their articles: CSS selectors, from outer to inner."""

    entry: str  # one node an article
    link: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class ListReader:
    """Reads the articles off list pages, search pages and feeds of one outlet."""

    article_id: str  # pattern of an article's link, its group the id
    article_url: str  # how an article is requested, with {id}
    markup: Mapping[str, Markup] = field(default_factory=dict)  # by found_by

    def read(self, body: bytes, found_by: str) -> Iterator[Entry]:
        """The articles of a page in its order, at most MAX_ENTRIES; links that are no articles are passed over."""
        text, _ = decode(body)
        yield from islice(self._feed(text) if found_by == "feed" else self._list(Selector(text), found_by), MAX_ENTRIES)

    def read_page(self, body: bytes, listing: Listing, number: int) -> ListPage:
        """A page of a listing, by its number."""
        text, _ = decode(body)
        if listing.found_by == "feed":
            return _bounded(self._feed(text), tricks=_TRICKS.search(text) is not None)
        page = Selector(text)
        return _bounded(self._list(page, listing.found_by), leads_on=listing.paged and _leads_on(page, listing, number))

    def _list(self, page: Selector, found_by: str) -> Iterator[Entry]:
        markup = self.markup[found_by]
        for node in page.css(markup.entry):
            for anchor in node.css(markup.link)[:1]:
                shown = " ".join(node.css(markup.date).css("::text").getall()) if markup.date else ""
                moment = parse_iso(shown)
                day = day_of(moment) if moment else None
                yield from self._entry(anchor.attrib.get("href", ""), "".join(anchor.xpath(_SHOWN_TEXT).getall()), day)

    def _feed(self, text: str) -> Iterator[Entry]:
        for item in Selector(_XML_DECLARATION.sub("", text), type="xml").css("item"):
            link, title, shown = (item.css(f"{name}::text").get() or "" for name in ("link", "title", "pubDate"))
            yield from self._entry(link.strip(), title, _feed_day(shown))

    def _entry(self, href: str, title: str, day: date | None) -> Iterator[Entry]:
        found = re.search(self.article_id, href)
        title = collapse(title)[:MAX_TITLE].rstrip()
        if found and title:
            link = self.article_url.replace("{id}", found[1])
            yield Entry(link, title, day if day and is_plausible(day, now()) else None)


def _bounded(entries: Iterator[Entry], *, leads_on: bool = False, tricks: bool = False) -> ListPage:
    """A page that shows too much, or plays tricks, gives what it can and is not taken for read."""
    taken = list(islice(entries, MAX_ENTRIES))
    objection = f"more than {MAX_ENTRIES} articles on a page" if next(entries, None) else None
    if tricks:
        objection = "the feed declares entities that grow or lead elsewhere"
    return ListPage(taken, leads_on, objection)


def _leads_on(page: Selector, listing: Listing, number: int) -> bool:
    """Whether a link on a page leads to a later page of its listing; page numbers may stand in the path or the query."""
    parts = urlsplit(listing.url)
    before, _, behind = parts.path.partition("{page}")
    in_path = re.compile(re.escape(before) + (r"(\d+)" if "{page}" in parts.path else "") + re.escape(behind))
    parameter = next((name for name, value in parse_qsl(parts.query) if value == "{page}"), None)
    for href in set(cast(list[str], _HREFS(page.root))):
        # most links are none of the paging: told by a look, before they are taken apart
        absolute = href.startswith("/") or "//" in href
        if f"{parameter}=" not in href if parameter else absolute and before not in href:
            continue
        try:
            link = urlsplit(urljoin(listing.page(number), href))
        except ValueError:
            continue
        found = in_path.fullmatch(link.path)
        if not found:
            continue
        told = found[1] if found.groups() else dict(parse_qsl(link.query)).get(parameter or "", "")
        if told.isascii() and told.isdecimal() and number < int(told[:9]):
            return True
    return False


def _feed_day(shown: str) -> date | None:
    """The Korean day of a feed's date: RFC 822 as the standard wants it, or a machine's timestamp."""
    moment = parse_iso(shown)
    if moment:
        return day_of(moment)
    try:
        sent = parsedate_to_datetime(shown)
        return (sent.astimezone(KST) if sent.tzinfo else sent).date()
    except (ValueError, OverflowError):
        return None
