"""`python -m tests.trials`: several addresses tried in one process, since a Scrapy process takes seconds to start.

Reads a JSON list of URLs from standard input and prints {url: [[step, level, what it said, lines], …]}.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.doctor import Patient
from crawler.trial import Trial, choose, follow
from crawler.trial.fetching import request
from tests.newsroom.process import ROOT

Told = dict[str, list[tuple[str, str, str, list[str]]]]


def try_out(urls: list[str], environment: Mapping[str, str], seconds: float = 120) -> Told:
    """Try addresses, each as `scrapy try` does, at the same time."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.trials"], cwd=ROOT, env=environment, input=json.dumps(urls), capture_output=True,
        text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def main() -> None:
    """Read the addresses, fetch all, print the steps of each."""
    settings = Settings({"LOG_LEVEL": "CRITICAL"})
    settings.setmodule("crawler.settings")
    process = AsyncCrawlerProcess(settings)
    fetched, told = {}, {}
    for url in json.load(sys.stdin):
        chosen = choose(process.spider_loader, settings, url)
        fetched[url] = chosen, request(process, chosen.spider, url)[0]
    process.start()
    for url, (chosen, got) in fetched.items():
        trial = Trial(url, chosen, Patient(settings, os.environ), lambda got=got: got)
        told[url] = [(one.name, one.level, one.said, one.lines) for one in follow(trial)]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
