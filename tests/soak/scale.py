"""Three hundred outlets in one process and one worker: completes, stays polite to each host, keeps its memory bounded."""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from crawler import settings
from crawler.run import HEALTHY, UNHEALTHY
from tests.bench.nights import trial

OUTLETS = 300
ENTRIES = 20
DELAY = 0.6
"""Seconds between two requests to a host, in the middle."""
SLOW = {"kind": "slow", "url": "lists", "seconds": 1.5}
"""List pages take longer than the delay, so that a second connection would have the time to open."""
SHORTEST = DELAY * (1 - settings.DOWNLOAD_DELAY_JITTER)
"""Seconds that the crawl lets pass at least."""
LATE = 0.2
"""Seconds by which a busy machine may send or log a request late. A late one shortens the gap behind it, once: over ten
gaps it matters no more than over one."""
MOST_MEMORY_MB = 1200
"""PSS of all processes; deploy/systemd slows a night down from 1500 on."""


def soak(seed: int, outlets: int = OUTLETS) -> dict[str, Any]:
    """Crawl them all once; what was seen, of which the counts named in `BAD` should be 0."""
    with trial(seed, outlets, ENTRIES, [SLOW]) as one, tempfile.TemporaryDirectory(dir=one.folder) as data:
        cost = one.nightly(Path(data), "-s", f"DOWNLOAD_DELAY={DELAY}", ends=(HEALTHY, UNHEALTHY))
        entries = one.newsroom.log_entries()
        made = one.made
    rows = json.loads(next(line for line in cost.output.splitlines() if line.startswith('{"run"')))["outlets"]
    arrivals = arrivals_of(entries)
    gaps = sorted(gap for times in arrivals for gap in over(times, 1))
    soon = [
        gap for count in (1, 10) for times in arrivals for gap in over(times, count) if gap < count * SHORTEST - LATE
    ]
    fetched = sum(row["fetched"] for row in rows)
    return {
        "cost": str(cost),
        "outlets": len(rows),
        "requests": len(entries),
        "articles fetched": fetched,
        "seconds between requests to a host": f"{gaps[0]:.3f} to {gaps[-1]:.1f}, middle {gaps[len(gaps) // 2]:.3f}",
        "unhealthy outlets": len(unhealthy := [row for row in rows if row["state"] != "ok"]),
        "their reasons": dict(Counter(f"{row['state']}: {row['reason']}" for row in unhealthy)),
        "articles not fetched": made.articles - fetched,
        "plans not read": made.plans - sum(row["plan_articles"] for row in rows),
        "requests too soon": len(soon),
        "requests beside another": sum(entry["under_way"] > 1 for entry in entries),
        "MB over the bound": max(0, round(cost.peak_mb - MOST_MEMORY_MB)),
    }


def arrivals_of(entries: Iterable[dict[str, Any]]) -> list[list[float]]:
    """The moments at which requests came to each host, by the machine's own clock."""
    arrivals: dict[str, list[float]] = defaultdict(list)
    for entry in entries:
        if entry["method"] != "CONNECT":
            arrivals[entry["host"]].append(entry["monotonic"])
    return [sorted(times) for times in arrivals.values()]


def over(times: list[float], count: int) -> Iterator[float]:
    """How long each `count` successive gaps took."""
    return (later - earlier for earlier, later in zip(times, times[count:], strict=False))


BAD = (
    "unhealthy outlets", "articles not fetched", "plans not read", "requests too soon", "requests beside another",
    "MB over the bound",
)  # fmt: skip
