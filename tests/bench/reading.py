"""What reading a page costs, against trafilatura on the same page in the same run."""

from __future__ import annotations

import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura

from crawler.keeping import archive
from pipelines.clean import clean
from pipelines.extract import Source, extract
from pipelines.model import Page
from pipelines.read import read_page
from tests.gold.cases import all_cases as gold_cases
from tests.newsroom.demo import crawl_environment, scrapy
from tests.newsroom.process import ROOT, running_newsroom

ROUNDS = 5


def newsroom_pages() -> list[Page]:
    """The article pages of one crawl of the newsroom."""
    with tempfile.TemporaryDirectory() as data, running_newsroom() as newsroom:
        environment = crawl_environment(newsroom.url, Path(data))
        subprocess.run(scrapy("nightly"), cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        files = archive.files(Path(data) / "archive")
        return [page for path in files for _, page in archive.pages(path) if archive.is_article(page)]


def read_costs() -> None:
    """What reading a page costs (decode, clean, judge, extract), against trafilatura alone on the same page."""
    articles = newsroom_pages()
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


def extract_costs() -> None:
    """What the extractor alone costs, against trafilatura's cleaning of the page that the text stands on."""
    pages = saved_pages()
    plans = [case.source for case in gold_cases() if case.gold["relevant"]]
    pairs = []
    for html in pages:
        article = clean(html)
        alike = min(plans, key=lambda plan: abs(len(plan.text) - len(article.body)))
        pairs.append((html, Source(article.body, article.title), alike))
    for html, text, plan in pairs:
        trafilatura.extract(html)
        extract(text)
        extract(plan)
    plain, planned = [], []
    for _ in range(ROUNDS):
        for html, text, plan in pairs:
            cleaning = cpu_seconds(lambda html=html: trafilatura.extract(html))
            plain.append(cpu_seconds(lambda text=text: extract(text)) / cleaning)
            planned.append(cpu_seconds(lambda plan=plan: extract(plan)) / cleaning)
    print(f"extract_irrelevant_ratio: {statistics.median(plain):.3f}")
    print(f"extract_plan_ratio: {statistics.median(planned):.3f}")
    print(f"extract_raw: {ROUNDS} rounds over {len(pairs)} pages, worst {max(plain):.2f} and {max(planned):.2f}")
    print(f"reader_peak_mb: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")


def saved_pages() -> list[bytes]:
    """Real article pages that lie beside the project, else the newsroom's."""
    folder = ROOT.parent / "shared" / "pages"
    names = (
        [line.split("\t") for line in (folder / "INDEX.tsv").read_text(encoding="utf-8").splitlines()]
        if folder.is_dir()
        else []
    )
    return [(folder / row[0]).read_bytes() for row in names if "article" in row[6:7]] or [
        page.body for page in newsroom_pages()
    ]


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU time of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def timed(page: Page) -> tuple[float, float]:
    """Seconds of reading a page whole, and of trafilatura on it."""
    start = time.perf_counter()
    read_page(page)
    middle = time.perf_counter()
    trafilatura.extract(page.body)
    return middle - start, time.perf_counter() - middle
