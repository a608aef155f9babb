"""`python -m tests.fetch`: requests through the crawler's own middlewares, without listings, night and databases.

Reads from standard input {"settings": {…}, "jobs": {host: {"urls": […], "settings": {…}}}}, crawls all in one process,
each by a spider of its own that sends its requests at once, and prints {host: [[url, what came of it], …]}: a status with
the final URL, or the error's name and what it means.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.network.failures import failure_of
from tests.newsroom.process import ROOT

Jobs = Mapping[str, Mapping[str, Any]]


def fetch(
    jobs: Jobs, seconds: float = 60, settings: Mapping[str, Any] | None = None, **environment: str
) -> dict[str, list[list[str]]]:
    """Run the jobs in a process of their own, with these ILJARI_ variables and no other; settings are for all of them."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ILJARI_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.fetch"], cwd=ROOT, env=clean | environment, input=json.dumps({"settings": settings or {}, "jobs": jobs}),
        capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


class FetchSpider(scrapy.Spider):
    """Sends its requests at once and notes what came of them."""

    name = "fetch"

    def __init__(self, urls: list[str], allowed_domains: list[str], into: list[list[str]]) -> None:
        super().__init__()
        self.urls, self.allowed_domains, self.into = urls, allowed_domains, into

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """All at once; Scrapy keeps one connection a host."""
        for url in self.urls:
            yield scrapy.Request(url, dont_filter=True, errback=self.failed, meta={"asked": url})

    def parse(self, response: scrapy.http.Response) -> None:
        """It came."""
        self.into.append([response.meta["asked"], f"{response.status} {response.url}"])

    def failed(self, failure: Failure) -> None:
        """It did not."""
        request: Any = failure.request  # type: ignore[attr-defined]
        self.into.append([request.meta["asked"], f"{type(failure.value).__name__}: {failure_of(failure.value).reason}"])


def main() -> None:
    """Read the jobs, crawl, print."""
    asked = json.load(sys.stdin)
    jobs: Jobs = asked["jobs"]
    results: dict[str, list[list[str]]] = {host: [] for host in jobs}
    shared = Settings()
    shared.setmodule("crawler.settings")
    shared.setdict({"EXTENSIONS": {}, "ITEM_PIPELINES": {}, "LOG_LEVEL": "CRITICAL"} | asked["settings"])
    process = AsyncCrawlerProcess(shared)
    for host, job in jobs.items():
        spider = type("JobSpider", (FetchSpider,), {"custom_settings": job.get("settings", {})})
        domains = [host.removeprefix("www.").partition(":")[0]]
        process.crawl(spider, urls=job["urls"], allowed_domains=domains, into=results[host])
    process.start()
    print(json.dumps(results))


if __name__ == "__main__":
    main()
