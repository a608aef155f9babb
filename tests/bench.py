"""`make bench`: figures as ratios, each from interleaved runs on this machine, with the raw counts beside them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import trafilatura

from crawler import archive
from pipelines.model import Page
from pipelines.read import read_page
from tests.newsroom.demo import crawl_environment, scrapy
from tests.newsroom.process import ROOT, running_newsroom

ROUNDS = 5


def child_seconds(command: list[str], environment: dict[str, str]) -> float:
    """CPU seconds of a command and all its children."""
    before = os.times()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def crawl_costs() -> None:
    """What a night on which everything is known costs, against the first night."""
    ratios, first, second = [], [], []
    with running_newsroom() as newsroom:
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as data:
                environment = crawl_environment(newsroom.url, Path(data))
                first.append(child_seconds(scrapy("nightly"), environment))
                second.append(child_seconds(scrapy("nightly"), environment))
                ratios.append(second[-1] / first[-1])
    print(f"second_night_cost: {statistics.median(ratios):.2f}")
    print(
        f"second_night_cost_raw: {ROUNDS} pairs, CPU s first {first_and_last(first)}, second {first_and_last(second)}"
    )


def read_costs() -> None:
    """What reading a page costs (decode, clean, judge, extract), against trafilatura alone on the same page."""
    with tempfile.TemporaryDirectory() as data, running_newsroom() as newsroom:
        subprocess.run(scrapy("nightly"), cwd=ROOT, env=crawl_environment(newsroom.url, Path(data)), check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        pages = [page for path in archive.files(Path(data) / "archive") for _, page in archive.pages(path)]
    articles = [page for page in pages if archive.is_article(page)]
    for page in articles:
        read_page(page)
        trafilatura.extract(page.body)
    ratios = []
    ours = theirs = 0.0
    for _ in range(ROUNDS):
        for page in articles:
            mine, other = timed(page)
            ours, theirs = ours + mine, theirs + other
            ratios.append(mine / other)
    count = ROUNDS * len(articles)
    print(f"read_to_trafilatura: {statistics.median(ratios):.2f}")
    print(
        f"read_to_trafilatura_raw: {count} pairs, ms a page {1000 * ours / count:.1f} and {1000 * theirs / count:.1f}"
    )


def timed(page: Page) -> tuple[float, float]:
    """Seconds of reading a page whole, and of trafilatura on it."""
    start = time.perf_counter()
    read_page(page)
    middle = time.perf_counter()
    trafilatura.extract(page.body)
    return middle - start, time.perf_counter() - middle


def first_and_last(values: list[float]) -> str:
    """Smallest and largest."""
    return f"{min(values):.2f} to {max(values):.2f}"


def main() -> int:
    """Print all figures."""
    read_costs()
    crawl_costs()
    return 0


if __name__ == "__main__":
    sys.exit(main())
