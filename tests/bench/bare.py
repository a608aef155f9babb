"""The bare Scrapy spider that the nightly crawl is measured against: it fetches given URLs and reads their titles.

    python -m tests.bench.bare FILE

FILE holds {host: [URL, …]}. It is as fair as it can be made: the settings of the nightly crawl that shape the traffic
(robots.txt obeyed, one connection a host, the same delay, headers and proxy), none of its middlewares, pipelines and
extensions; one crawler for all hosts, which is faster than one a host, and Scrapy's own defaults beyond that. Prints
how many pages came and how many of them had a title.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from crawler import settings as nightly

SHARED = (
    "USER_AGENT", "DEFAULT_REQUEST_HEADERS", "ROBOTSTXT_OBEY", "ROBOTSTXT_USER_AGENT", "CONCURRENT_REQUESTS_PER_DOMAIN",
    "DOWNLOAD_DELAY", "DOWNLOAD_TIMEOUT", "RETRY_TIMES", "COOKIES_ENABLED", "METAREFRESH_ENABLED", "DOWNLOAD_MAXSIZE",
    "DOWNLOAD_WARNSIZE", "DOWNLOAD_VERIFY_CERTIFICATES", "TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED",
    "CONCURRENT_ITEMS",
)  # fmt: skip


class BareSpider(scrapy.Spider):
    """Fetches, reads the title, forgets."""

    name = "bare"

    def __init__(self, urls: dict[str, list[str]], counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls, self.counts = urls, counts

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The hosts in turn, as the nightly crawl goes about all of them at once."""
        for row in zip_longest(*self.urls.values()):
            for url in filter(None, row):
                yield scrapy.Request(url, dont_filter=True)

    def parse(self, response: scrapy.http.Response) -> Iterator[None]:
        """Count the page and its title."""
        self.counts["pages"] += 1
        self.counts["titles"] += bool(response.css("title::text").get())
        yield from ()


def main() -> None:
    """Fetch all and print the counts."""
    urls = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    counts = {"pages": 0, "titles": 0}
    settings = {name: getattr(nightly, name) for name in SHARED}
    settings |= {"CONCURRENT_REQUESTS": 2 * len(urls), "LOG_LEVEL": "WARNING"}
    process = AsyncCrawlerProcess(settings)
    process.crawl(BareSpider, urls=urls, counts=counts)
    process.start()
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
