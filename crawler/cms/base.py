"""What every outlet's spider is: listings walked page by page, candidates judged, articles handed on.

A class of `crawler/cms` says how a publishing system lists, pages, searches and links; a spider adds an outlet's data.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote, urljoin, urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import night
from crawler.accounts import Outcome
from crawler.arguments import ARGUMENTS, SpiderMistakeError, Window
from crawler.backfill import PAGES, years
from crawler.clock import now
from crawler.cms.listing import Entry, Listing, ListReader, Markup
from crawler.ledger import Candidate, Judged
from crawler.monitors.thresholds import thresholds
from crawler.visits import Known
from crawler.walks import NOTHING, Walk
from pipelines.blocks import GONE_STATUSES
from pipelines.canonical import canonical_url
from pipelines.extract.relevance import judge_title
from pipelines.model import Outlet, Page

SEARCH_TERMS = ("일자리대책", "일자리 종합계획", "일자리 목표 공시")
"""The scheme's own words: what a site search is asked for. A hit is fetched whatever its title."""

START_SPACING = 0.1
"""Seconds between the starts of two outlets: hundreds of handshakes at once outlast the patience of servers."""

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
    monitors: ClassVar[Mapping[str, float]] = {}  # thresholds of its own (crawler/monitors/thresholds.py)
    address_setting: str | None = None  # names the setting that holds `base`, where the address is a secret or unknown

    # A system's data
    system: ClassVar[str]
    feed_url: ClassVar[str | None] = None
    all_url: ClassVar[str | None] = None  # with {page}
    list_url: ClassVar[str | None] = None  # with {section} and {page}
    search_url: ClassVar[str | None] = None  # with {term} and {page}
    dated_search_url: ClassVar[str | None] = None  # with {since} and {until} as well, as YYYY-MM-DD
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
        thresholds(self.monitors)
        self.window = Window.parse(**{name: kwargs.pop(name) for name in ARGUMENTS if name in kwargs})
        super().__init__(*args, **kwargs)
        self.allowed_domains = [self.domain]
        self.about = Outlet(
            key=self.name, name=self.outlet, domain=self.domain, system=self.system, region=self.region,
            tier=self.tier, verified=self.verified,  # type: ignore[arg-type]
        )  # fmt: skip
        self.reader = ListReader(self.article_id, self.fill(self.article_url), self.markup)
        self.walks: dict[str, Walk] = {}
        self._caught_up = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> OutletSpider:
        """Scrapy's constructor; raises SpiderMistakeError where a setting that names the address is empty."""
        if cls.address_setting:
            kwargs["address"] = crawler.settings.get(cls.address_setting)
            if not kwargs["address"]:
                raise SpiderMistakeError(f"set {cls.address_setting} to the address of {cls.outlet}")
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.catch_up, signal=signals.spider_idle)
        return spider

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
                url = self.fill(self.search_url, term=self._quoted(term))
                yield Listing(f"search {term}", "search", url, self.first_page)

    def _quoted(self, term: str) -> str:
        return quote(term, encoding=self.term_charset, safe="")

    def backfill_listings(self) -> Iterator[tuple[Listing, Window]]:
        """The walks that bring past years, each with its part of the period: searches within a year, where the system
        has them, else searches back to the first day, else the lists."""
        window = replace(
            self.window, until=self.window.until or now().date(), page_limit=self.window.page_limit or PAGES
        )
        for term in SEARCH_TERMS if self.dated_search_url else ():
            for year in years(window):
                days = {"since": f"{year.since}", "until": f"{year.until}"}
                url = self.fill(self.dated_search_url or "", term=self._quoted(term), **days)
                yield Listing(f"search {term} {year.since}/{year.until}", "search", url, self.first_page), year
        if not self.dated_search_url:
            found_by = "search" if self.search_url else "list"
            for listing in self.listings():
                if listing.found_by == found_by:
                    yield replace(listing, key=f"{listing.key} back to {window.since}"), window

    async def start(self) -> AsyncIterator[Request]:
        """The first page of every listing. What is left of earlier nights comes when these are walked: `catch_up`."""
        tonight = night.current()
        await asyncio.sleep(START_SPACING * tonight.place(self.name))
        if tonight.kind == "backfill":
            for listing, window in self.backfill_listings():
                progress = tonight.ledger.backfill(self.name, listing.key)
                walk = Walk(listing, window, NOTHING, now().date(), ended=progress.done, begun_at=progress.page)
                self.walks[listing.key] = walk
                if not progress.done:
                    yield self._list_request(listing, progress.page or listing.first)
            return
        for listing in self.listings():
            memory = tonight.ledger.begin_walk(self.name, listing.key)
            self.walks[listing.key] = Walk(listing, self.window, memory, now().date())
            yield self._list_request(listing, listing.first)

    def parse_list(self, response: Response, listing: Listing, number: int) -> Iterator[Request]:
        """A list page: every candidate gets its judgement, then the next page where one is worth asking for."""
        tonight, walk = night.current(), self.walks[listing.key]
        page = self.reader.read_page(response.body, listing, number)
        judged = [self._judged(entry, listing) for entry in page.entries]
        news = any(tonight.ledger.is_news(candidate) for candidate, _ in judged)
        wanted = self._wanted(judged)
        if page.objection:
            walk.failure = page.objection
            tonight.ledger.settle_list_page(
                tonight.run, self.name, listing.key, number, "failed", page.objection, len(page.entries)
            )
            yield from wanted
            return
        urls = [candidate.url for candidate, _ in judged]
        step = walk.take(number, page.entries, urls, news=news, leads_on=page.leads_on)
        tonight.ledger.settle_list_page(
            tonight.run, self.name, listing.key, number, step.outcome, step.reason, len(page.entries)
        )
        if tonight.kind == "backfill":
            tonight.ledger.keep_backfill(self.name, listing.key, number, done=walk.ended)
        elif not step.go_on:
            tonight.ledger.end_walk(self.name, walk)
        yield from wanted
        if step.go_on:
            yield self._list_request(listing, number + 1)

    def catch_up(self) -> None:
        """When the listings are walked: ask for what earlier nights wanted and did not get, and visit recent articles.

        An outlet whose listings show nothing is left alone: it is down or looks otherwise than we know it.
        """
        tonight = night.current()
        if self._caught_up or tonight.dry:
            return
        self._caught_up = True
        if self.walks and not any(walk.entries or walk.ended for walk in self.walks.values()):
            return
        requests = self._wanted([(candidate, None) for candidate in tonight.ledger.queue(self.name)])
        if tonight.kind != "backfill":
            due = tonight.ledger.open_visits(tonight.run, self.name, now().date())
            requests += [self._visit(known) for known in due]
        engine: Any = self.crawler.engine
        for request in requests:
            engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def parse_article(self, response: Response) -> Iterator[Page]:
        """An article page, archived by now, goes on to be read; of a visit that found nothing new there is none."""
        if "page" in response.meta:
            yield response.meta["page"]

    def _judged(self, entry: Entry, listing: Listing) -> Judged:
        day = entry.listed_on.isoformat() if entry.listed_on else None
        candidate = Candidate(canonical_url(entry.link), entry.link, entry.title, listing.found_by, day)
        return candidate, self._verdict(entry, listing)

    def _verdict(self, entry: Entry, listing: Listing) -> tuple[Outcome, str] | None:
        outside = self.window.refusal(entry.listed_on)
        if outside:
            return "out_of_window", outside
        if listing.found_by == "search":
            return None
        wanted, reason = judge_title(entry.title)
        return None if wanted else ("irrelevant", reason)

    def _wanted(self, judged: list[Judged]) -> list[Request]:
        """Enter candidates in the ledger; the requests for those that are to be fetched."""
        tonight = night.current()
        wanted = tonight.ledger.judge(tonight.run, self.name, judged)
        if tonight.dry:
            for candidate in wanted:
                tonight.ledger.settle(tonight.run, self.name, candidate.url, "deferred", "dry run")
            return []
        return [
            Request(
                candidate.link, callback=self.parse_article, errback=self._article_failed, dont_filter=True,
                meta={"page_kind": "article", "candidate": candidate},
            )
            for candidate in wanted
        ]  # fmt: skip

    def _visit(self, known: Known) -> Request:
        candidate = Candidate(known.url, known.link, known.title, known.found_by)
        return Request(
            known.link, callback=self.parse_article, errback=self._visit_failed, headers=known.conditions,
            dont_filter=True, priority=-10,
            meta={
                "page_kind": "article", "candidate": candidate, "visit": True, "handle_httpstatus_list": [304, *GONE_STATUSES],
            },
        )  # fmt: skip

    def _list_request(self, listing: Listing, number: int) -> Request:
        tonight, url = night.current(), listing.page(number)
        tonight.ledger.ask_list_page(tonight.run, self.name, listing.key, number, url)
        return Request(
            url, callback=self.parse_list, errback=self._list_failed,
            cb_kwargs={"listing": listing, "number": number}, dont_filter=True, priority=10, meta={"page_kind": "list"},
        )  # fmt: skip

    def _article_failed(self, failure: Failure) -> None:
        tonight = night.current()
        failed = tonight.watch.failed(self, failure, "article")
        candidate = failure.request.meta["candidate"]  # type: ignore[attr-defined]
        tonight.ledger.settle(tonight.run, self.name, candidate.url, failed.outcome, failed.reason)
        if failed.outcome in ("failed", "blocked"):
            self.logger.warning("%s: %s", candidate.link, failed.reason)

    def _visit_failed(self, failure: Failure) -> None:
        tonight = night.current()
        failed = tonight.watch.failed(self, failure, "article")
        candidate = failure.request.meta["candidate"]  # type: ignore[attr-defined]
        tonight.ledger.settle_visit(tonight.run, candidate.url, failed.unlisted, failed.reason)
        if failed.unlisted in ("failed", "blocked"):
            self.logger.warning("%s, visited again: %s", candidate.link, failed.reason)

    def _list_failed(self, failure: Failure) -> None:
        tonight = night.current()
        listing, number = (failure.request.cb_kwargs[name] for name in ("listing", "number"))  # type: ignore[attr-defined]
        failed = tonight.watch.failed(self, failure, "list")
        walk = self.walks[listing.key]
        walk.failure, walk.failure_kind = failed.reason, failed.kind
        tonight.ledger.settle_list_page(tonight.run, self.name, listing.key, number, failed.unlisted, failed.reason)
        self.logger.warning("%s, %s: %s", listing.key, failure.request.url, failed.reason)  # type: ignore[attr-defined]
