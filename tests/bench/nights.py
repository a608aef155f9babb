"""The nightly crawl of a generated newsroom against a bare Scrapy spider that fetches the same URLs."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from crawler.run import HEALTHY
from tests.bench.processes import Cost, measured
from tests.newsroom.demo import crawl_environment
from tests.newsroom.generate import Made, generate
from tests.newsroom.process import RunningNewsroom, running_newsroom

LONGEST = 1800.0
"""Seconds after which a run is given up."""


@dataclass
class Trial:
    """A generated newsroom that serves, and what was measured on it."""

    made: Made
    newsroom: RunningNewsroom
    folder: Path
    urls: dict[str, list[str]] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages a run fetches, robots.txt not counted."""
        return sum(map(len, self.urls.values()))

    def nightly(self, data: Path, *settings: str, ends: tuple[int, ...] = (HEALTHY,), module: str = "scrapy") -> Cost:
        """One night into a data folder, by a module's command line; RuntimeError where it ends with another exit code than
        `ends` allows."""
        environment = crawl_environment(self.newsroom.url, data, PYTHONPATH=self.made.python_path)
        command = [sys.executable, "-m", module, "nightly", "--json", *self.made.spider_settings, *settings]
        cost = measured(command, environment, self.newsroom.pid, LONGEST)
        if cost.code not in ends:
            raise RuntimeError(f"the nightly crawl ended with {cost.code}:\n{cost.output[-3000:]}")
        return cost

    def bare(self) -> Cost:
        """The bare spider over the same URLs."""
        file = self.folder / "urls.json"
        file.write_text(json.dumps(self.urls), encoding="utf-8")
        environment = crawl_environment(self.newsroom.url, self.folder)
        environment |= dict.fromkeys(("http_proxy", "https_proxy"), self.newsroom.url)
        cost = measured([sys.executable, "-m", "tests.bench.bare", str(file)], environment, self.newsroom.pid, LONGEST)
        counts = json.loads(cost.output.splitlines()[-1])
        if cost.code or counts != {"pages": self.pages, "titles": self.pages}:
            raise RuntimeError(f"the bare spider ended with {cost.code}:\n{cost.output[-3000:]}")
        return cost

    def learn_urls(self) -> None:
        """From the newsroom's log: what a first night asks for. That night also warms the newsroom's store of pages."""
        before = len(self.newsroom.log_entries())
        with tempfile.TemporaryDirectory(dir=self.folder) as data:
            self.nightly(Path(data))
        for entry in self.newsroom.log_entries()[before:]:
            parts = urlsplit(entry["url"])
            if entry["status"] == 200 and parts.path != "/robots.txt" and parts.hostname:
                self.urls.setdefault(parts.hostname, []).append(entry["url"])


@contextmanager
def trial(seed: int, outlets: int, articles: int, faults: Iterable[Mapping[str, object]] = ()) -> Iterator[Trial]:
    """A newsroom of that size, serving; `faults` are those of each outlet."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        made = generate(Path(folder) / "newsroom", seed, outlets, articles)
        of_all = dict.fromkeys(made.names, listed) if (listed := list(faults)) else None
        with running_newsroom(made.articles_folder, made.outlets_folder, faults=of_all, seconds=120) as newsroom:
            yield Trial(made, newsroom, Path(folder))


def crawl_costs(seed: int, outlets: int, articles: int, pairs: int) -> None:
    """Print crawl_ratio, second_night_cost and peak_memory_mb, each with its raw counts."""
    with trial(seed, outlets, articles) as one:
        one.learn_urls()
        lists = one.pages - one.made.articles
        print(
            f"bench: seed {seed}, {outlets} outlets, {lists} list pages, {one.made.articles} articles"
            f" ({one.made.plans} plans), {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}", flush=True,
        )  # fmt: skip
        nights, bares, seconds = [], [], []
        for number in range(1, pairs + 1):
            with tempfile.TemporaryDirectory(dir=one.folder) as data:
                nights.append(one.nightly(Path(data)))
                bares.append(one.bare())
                seconds.append(one.nightly(Path(data)))
            print(f"pair {number}: nightly {one.pages / nights[-1].seconds:.1f} pages/s, {nights[-1]}")
            print(f"pair {number}: bare    {one.pages / bares[-1].seconds:.1f} pages/s, {bares[-1]}")
            print(f"pair {number}: second night {seconds[-1]}", flush=True)
    ratios = [bare.seconds / night.seconds for night, bare in zip(nights, bares, strict=True)]
    second = [again.cpu / night.cpu for night, again in zip(nights, seconds, strict=True)]
    print(f"crawl_ratio: {statistics.median(ratios):.3f}")
    print(f"crawl_ratio_raw: {pairs} pairs: {', '.join(f'{ratio:.3f}' for ratio in ratios)}")
    cpu = [night.cpu / bare.cpu for night, bare in zip(nights, bares, strict=True)]
    print(f"crawl_cpu_ratio: {statistics.median(cpu):.2f}")
    print(f"second_night_cost: {statistics.median(second):.3f}")
    print(f"second_night_cost_raw: {pairs} pairs: {', '.join(f'{ratio:.3f}' for ratio in second)}")
    print(f"peak_memory_mb: {max(night.peak_mb for night in nights):.0f}", flush=True)


def monitoring_costs(seed: int, outlets: int, articles: int, pairs: int) -> None:
    """Print monitoring_cost: the CPU time of nights with the monitors beside those without, less one. Each pair is a first
    night (all is fetched) and a second one (all is known) of each kind, in turn."""
    with trial(seed, outlets, articles) as one:
        one.learn_urls()
        print(
            f"bench: seed {seed}, {outlets} outlets, {one.made.articles} articles, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        kinds = {"with": "scrapy", "without": "tests.bench.unmonitored"}
        costs: dict[str, list[tuple[Cost, Cost]]] = {kind: [] for kind in kinds}
        for number in range(pairs):
            for kind in list(kinds) if number % 2 else reversed(list(kinds)):
                with tempfile.TemporaryDirectory(dir=one.folder) as data:
                    nights = [one.nightly(Path(data), module=kinds[kind]) for _ in range(2)]
                costs[kind].append((nights[0], nights[1]))
    for name, night in (("monitoring_cost", 0), ("monitoring_cost_known", 1)):
        pairs_cpu = [(a[night].cpu, b[night].cpu) for a, b in zip(costs["with"], costs["without"], strict=True)]
        print(f"{name}: {statistics.median(a / b for a, b in pairs_cpu) - 1:.3f}")
        print(
            f"{name}_raw: {pairs} pairs, CPU s with/without: {', '.join(f'{a:.2f}/{b:.2f}' for a, b in pairs_cpu)}",
            flush=True,
        )
