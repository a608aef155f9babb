"""Three hundred outlets in one process and one worker: completes, stays polite to each host, keeps its memory bounded."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from crawler import settings
from tests.bench.nights import trial

OUTLETS = 300
ENTRIES = 20
DELAY = 0.6
"""Seconds between the requests to one host, as a setting of the crawl; each wait is jittered around it by Scrapy."""
JITTER = 0.5
"""Scrapy's default: a wait is at least half the delay."""
CLOCKS = 0.02
"""Seconds by which a request may reach the newsroom early: the wait runs from sending to sending, the log tells arrivals."""
MOST_MEMORY_MB = 700


def soak(seed: int, outlets: int = OUTLETS) -> dict[str, Any]:
    """Crawl them all once; figures for print, and what went wrong under `BAD` (all should be 0)."""
    with trial(seed, outlets, ENTRIES, per_page=ENTRIES) as one, tempfile.TemporaryDirectory(dir=one.folder) as data:
        cost = one.nightly(Path(data), "-s", f"DOWNLOAD_DELAY={DELAY}")
        result = json.loads(cost.output[cost.output.index('{"run"') :].splitlines()[0])
        entries = one.newsroom.log_entries()
    gaps = spacing(entries)
    rows = result["outlets"]
    fetched = sum(row["fetched"] for row in rows)
    return {
        "cost": str(cost),
        "outlets": len(rows),
        "requests": len(entries),
        "articles fetched": fetched,
        "shortest gap between requests to a host": round(min(gaps), 3),
        "middle gap": round(sorted(gaps)[len(gaps) // 2], 3),
        "unhealthy outlets": sum(row["state"] != "ok" for row in rows),
        "articles not fetched": one.made.articles - fetched,
        "plans not read": one.made.plans - sum(row["plan_articles"] for row in rows),
        "gaps too short": sum(gap < DELAY * (1 - JITTER) - CLOCKS for gap in gaps),
        "requests before the answer to the last": overlapping(entries),
        "memory over the bound": max(0, round(cost.peak_mb - MOST_MEMORY_MB)),
    }


def spacing(entries: list[dict[str, Any]]) -> list[float]:
    """Seconds between each two successive requests to the same host, by the machine's own clock."""
    times: dict[str, list[float]] = defaultdict(list)
    for entry in entries:
        times[entry["host"]].append(entry["monotonic"])
    return [
        later - earlier for at in times.values() for earlier, later in zip(sorted(at), sorted(at)[1:], strict=False)
    ]


def overlapping(entries: list[dict[str, Any]]) -> int:
    """How many requests came to a host before it had answered the one before: more than one connection at a time."""
    busy: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for entry in entries:
        busy[entry["host"]].append((entry["monotonic"], entry["answered"]))
    return sum(
        later[0] < earlier[1]
        for spans in busy.values()
        for earlier, later in zip(sorted(spans), sorted(spans)[1:], strict=False)
    )


BAD = (
    "unhealthy outlets", "articles not fetched", "plans not read", "gaps too short", "requests before the answer to the last",
    "memory over the bound",
)  # fmt: skip

assert settings.CONCURRENT_REQUESTS_PER_DOMAIN == 1
