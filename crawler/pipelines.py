"""Scrapy's item pipelines: thin shells around `pipelines/`. A page goes in, a reading comes out and is stored."""

from __future__ import annotations

from scrapy.exceptions import DropItem

from crawler import night
from crawler.worker import ReadError
from pipelines.model import Page, Reading


class ReadPipeline:
    """Reads the page in the worker process."""

    async def process_item(self, item: Page) -> Reading:
        """Page to Reading; a page that cannot be read is dropped with the reason and stays in the archive."""
        tonight = night.current()
        try:
            return await tonight.worker.read(item)
        except ReadError as error:
            tonight.ledger.set_unreadable(item, error)
            raise DropItem(f"{item.url}: {error}") from error


class StorePipeline:
    """Stores the reading."""

    def process_item(self, item: Reading) -> Reading:
        """Reading to rows."""
        night.current().keep(item)
        return item
