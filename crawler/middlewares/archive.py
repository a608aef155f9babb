"""Archive first: a page is on the disk before anything else is done with it. Then block pages are told from content."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler import night
from crawler.clock import now
from crawler.keeping.archive import NOT_MODIFIED, SAME_PAYLOAD, ArchiveError, Position, payload_hash, tells_of_article
from crawler.middlewares.body import BlockedError
from crawler.middlewares.errors import StoppedError, TakenDownError
from pipelines.blocks import find_block
from pipelines.canonical import canonical_url
from pipelines.model import Page

_LEFT_OUT = {"set-cookie", "content-encoding", "transfer-encoding", "content-length", "connection"}


class ArchiveMiddleware:
    """Writes list and article pages to the archive and their positions to the ledger."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Scrapy's hook. Raises BlockedError; a disk that refuses stops the crawl, since no page may go unarchived."""
        kind = request.meta.get("page_kind")
        if kind is None:
            return response
        _refuse_broken(night.current())
        page = self._page(request, response, kind)
        if kind == "article":
            _refuse_taken_down(page)
        packed = request.meta.pop("packed", None)
        if request.meta.get("visit") and (profile := self._same(request, page)):
            position = await self._write(page, response, revisit=profile)
            told = "304" if profile == NOT_MODIFIED else "the same bytes"
            night.current().ledger.seen_again(page, position, night.current().run, told)
            return response
        position = await self._write(page, response, packed=packed)
        tonight = night.current()
        # an article that was never there cannot be gone: only a visit may say so
        arrived = tells_of_article(page) and (page.status == 200 or request.meta.get("visit"))
        if arrived:
            tonight.ledger.archived(
                page, position, run=tonight.run, payload=payload_hash(page.body), etag=_header(response, "ETag"),
                last_modified=_header(response, "Last-Modified"),
            )  # fmt: skip
        else:
            tonight.ledger.archive_grew(position)
        tonight.watch_room()
        why = find_block(page.body)
        if why:
            raise BlockedError(f"block page: {why}")
        if 200 < page.status < 300:
            # not an error to Scrapy, but a challenge or half a page
            raise BlockedError(f"HTTP {page.status}, which is no page")
        request.meta["page"] = page
        return response

    async def _write(
        self, page: Page, response: Response, *, revisit: str | None = None, packed: bytes | None = None
    ) -> Position:
        """Archive a page. On return it is on the disk, and no page is there before it of which the ledger does not know."""
        tonight = night.current()
        try:
            position = tonight.archive.write(page, _headers(response), revisit, packed)
            await tonight.archive.sync()
        except ArchiveError as error:
            tonight.break_off(str(error))
            raise
        _refuse_broken(tonight)
        return position

    def _same(self, request: Request, page: Page) -> str | None:
        if page.status == 304:
            return NOT_MODIFIED
        known = night.current().ledger.payload_of(request.meta["candidate"].url)
        return SAME_PAYLOAD if page.status == 200 and known == payload_hash(page.body) else None

    def _page(self, request: Request, response: Response, kind: Any) -> Page:
        spider: Any = self.crawler.spider
        candidate = request.meta.get("candidate")
        return Page(
            url=response.url,
            body=response.body,
            retrieved=now(),
            outlet=spider.about,
            kind=kind,
            status=response.status,
            content_type=_header(response, "Content-Type"),
            listed_url=candidate.url if candidate else None,
            listed_title=candidate.title if candidate else None,
            found_by=candidate.found_by if candidate else None,
        )


def _refuse_broken(tonight: night.Night) -> None:
    """Raise StoppedError where the archive or a database refuses: of what is archived then the next run must find all."""
    if tonight.broken:
        raise StoppedError("the crawl has stopped")


def _refuse_taken_down(page: Page) -> None:
    """Raise TakenDownError where a listed link led to an article that was taken down; that link is known from then on."""
    ledger = night.current().ledger
    why = ledger.takedown_reason(canonical_url(page.url))
    if why:
        if page.listed_url:
            ledger.take_down(page.listed_url, why)
        raise TakenDownError(f"taken down: {why}")


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _headers(response: Response) -> dict[str, str]:
    """As they came; latin-1 takes the bytes of any charset (a file name in CP949, say)."""
    named = ((name.decode("latin-1"), b",".join(values).decode("latin-1")) for name, values in response.headers.items())
    return {name: value for name, value in named if name.lower() not in _LEFT_OUT}
