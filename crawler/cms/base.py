"""What every outlet's spider is: listings walked page by page, candidates judged, articles handed on.

A class of `crawler/cms` says how a publishing system lists, pages, searches and links; a spider adds an outlet's data.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote, urljoin, urlsplit

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import night
from crawler.arguments import ARGUMENTS, SpiderMistakeError, Window
from crawler.cms.listing import Entry, Listing, ListReader, Markup
from crawler.health import Walk
from crawler.ledger import Candidate, Outcome
from pipelines.canonical import canonical_url
from pipelines.extract.relevance import judge_title
from pipelines.model import Outlet, Page

SEARCH_TERMS = ("일자리대책", "일자리 종합계획", "일자리 목표 공시")
"""The scheme's own words: what a site search is asked for. A hit is fetched whatever its title."""

REQUIRED = {
    "name": "the spider's name, lower-case letters and digits",
    "outlet": "the outlet's name as it writes itself",
    "domain": "its domain, e.g. 'example.co.kr'",
    "base": "the address its pages begin with, e.g. 'https://www.example.co.kr'",
}


class OutletSpider(scrapy.Spider):
    """Base of all spiders. Arguments: `since` and `until` (YYYY-MM-DD), `max_pages` of each listing."""

    # An outlet's data
    outlet: str
    domain: str
    base: str
    region: str | None = None  # province or municipality it covers
    tier: str = "press"  # press, repost, release
    verified: str = "by system only"  # the real page that the system's data were held against
    sections: Iterable[str] = ()  # the system's codes; without them the list of all articles is walked
    address_setting: str | None = None  # names the setting that holds `base`, where the address is a secret or unknown

    # A system's data
    system: ClassVar[str]
    feed_url: ClassVar[str | None] = None
    all_url: ClassVar[str | None] = None  # with {page}
    list_url: ClassVar[str | None] = None  # with {section} and {page}
    search_url: ClassVar[str | None] = None  # with {term} and {page}
    first_page: ClassVar[int] = 1
    term_charset: ClassVar[str] = "utf-8"
    markup: ClassVar[Mapping[str, Markup]] = {}
    article_id: ClassVar[str]
    article_url: ClassVar[str]

    def __init__(self, *args: Any, address: str | None = None, **kwargs: Any) -> None:
        if address:
            self.use_address(address)
        for attribute, meaning in REQUIRED.items():
            if not getattr(self, attribute, None):
                where = f"{type(self).__module__}: {type(self).__name__}"
                raise SpiderMistakeError(f"{where} lacks `{attribute}` ({meaning})")
        self.window = Window.parse(**{name: kwargs.pop(name) for name in ARGUMENTS if name in kwargs})
        super().__init__(*args, **kwargs)
        self.allowed_domains = [self.domain]
        self.about = Outlet(
            key=self.name, name=self.outlet, domain=self.domain, system=self.system, region=self.region,
            tier=self.tier, verified=self.verified,  # type: ignore[arg-type]
        )  # fmt: skip
        self.reader = ListReader(self.article_id, self.fill(self.article_url), self.markup)
        self.walks: dict[str, Walk] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> OutletSpider:
        """Scrapy's constructor; raises SpiderMistakeError where a setting that names the address is empty."""
        if cls.address_setting:
            kwargs["address"] = crawler.settings.get(cls.address_setting)
            if not kwargs["address"]:
                raise SpiderMistakeError(f"set {cls.address_setting} to the address of {cls.outlet}")
        return super().from_crawler(crawler, *args, **kwargs)

    def use_address(self, address: str) -> None:
        """Take base and domain from a setting."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SpiderMistakeError(f"{self.address_setting}={address!r} is no address; write http://HOST/…")
        self.base, self.domain = f"{parts.scheme}://{parts.netloc}", parts.hostname

    def fill(self, template: str, **parts: str) -> str:
        """A URL of the outlet from a template of its system; `{page}` and `{id}` may stay open."""
        for name, value in parts.items():
            template = template.replace(f"{{{name}}}", value)
        return urljoin(self.base, template)

    def listings(self) -> Iterator[Listing]:
        """The walks of a night: feed, all articles or sections, searches."""
        if self.feed_url:
            yield Listing("feed", "feed", self.fill(self.feed_url))
        if self.list_url and self.sections:
            for section in self.sections:
                url = self.fill(self.list_url, section=quote(section))
                yield Listing(f"section {section}", "list", url, self.first_page)
        elif self.all_url:
            yield Listing("all articles", "list", self.fill(self.all_url), self.first_page)
        if self.search_url:
            for term in SEARCH_TERMS:
                url = self.fill(self.search_url, term=quote(term, encoding=self.term_charset, safe=""))
                yield Listing(f"search {term}", "search", url, self.first_page)

    async def start(self) -> AsyncIterator[Request]:
        """First what earlier nights wanted and did not get, then the listings."""
        ledger = night.current().ledger
        for candidate in ledger.queue(self.name):
            for request in self._consider(candidate, None):
                yield request
        for listing in self.listings():
            may_stop, before = ledger.begin_walk(self.name, listing.key)
            self.walks[listing.key] = Walk(listing.key, listing.found_by, before)
            yield self._list_request(listing, listing.first, may_stop=may_stop, seen=frozenset())

    def parse_list(
        self, response: Response, listing: Listing, number: int, may_stop: bool, seen: frozenset[str]
    ) -> Iterator[Request]:
        """A list page: every candidate gets its judgement, then the next page where one is worth asking for."""
        ledger = night.current().ledger
        walk = self.walks[listing.key]
        entries = list(self.reader.read(response.body, listing.found_by))
        walk.pages += 1
        walk.entries += len(entries)
        urls = {canonical_url(entry.link) for entry in entries}
        news = False
        for entry in entries:
            day = entry.listed_on.isoformat() if entry.listed_on else None
            candidate = Candidate(canonical_url(entry.link), entry.link, entry.title, listing.found_by, day)
            news |= ledger.is_news(candidate)
            yield from self._consider(candidate, self._verdict(entry, listing))
        nothing_new = not urls - seen or (may_stop and not news and not self.window.since)
        last = not listing.paged or number - listing.first + 1 >= self.window.max_pages
        if nothing_new or last or self._all_before_window(entries):
            walk.ended = True
            ledger.end_walk(self.name, listing.key, walk.entries)
        else:
            yield self._list_request(listing, number + 1, may_stop=may_stop, seen=seen | urls)

    def parse_article(self, response: Response) -> Iterator[Page]:
        """An article page, archived by now, goes on to be read."""
        yield response.meta["page"]

    def _verdict(self, entry: Entry, listing: Listing) -> tuple[Outcome, str] | None:
        outside = self.window.refusal(entry.listed_on)
        if outside:
            return "out_of_window", outside
        if listing.found_by == "search":
            return None
        wanted, reason = judge_title(entry.title)
        return None if wanted else ("irrelevant", reason)

    def _consider(self, candidate: Candidate, verdict: tuple[Outcome, str] | None) -> Iterator[Request]:
        tonight = night.current()
        if not tonight.ledger.judge(tonight.run, self.name, candidate, verdict):
            return
        if tonight.dry:
            tonight.ledger.settle(tonight.run, self.name, candidate.url, "deferred", "dry run")
            return
        yield Request(
            candidate.link,
            callback=self.parse_article,
            errback=self._article_failed,
            dont_filter=True,
            meta={"page_kind": "article", "candidate": candidate},
        )

    def _list_request(self, listing: Listing, number: int, *, may_stop: bool, seen: frozenset[str]) -> Request:
        return Request(
            listing.page(number),
            callback=self.parse_list,
            errback=self._list_failed,
            cb_kwargs={"listing": listing, "number": number, "may_stop": may_stop, "seen": seen},
            dont_filter=True,
            priority=10,
            meta={"page_kind": "list"},
        )

    def _all_before_window(self, entries: list[Entry]) -> bool:
        since = self.window.since
        return bool(since and entries and all(entry.listed_on and entry.listed_on < since for entry in entries))

    def _article_failed(self, failure: Failure) -> None:
        tonight = night.current()
        failed = tonight.watch.failed(self, failure.value, "article")
        candidate = failure.request.meta["candidate"]  # type: ignore[attr-defined]
        tonight.ledger.settle(tonight.run, self.name, candidate.url, failed.outcome, failed.reason)

    def _list_failed(self, failure: Failure) -> None:
        listing = failure.request.cb_kwargs["listing"]  # type: ignore[attr-defined]
        self.walks[listing.key].failure = night.current().watch.failed(self, failure.value, "list").reason
        self.logger.warning("%s: %s", listing.key, self.walks[listing.key].failure)
