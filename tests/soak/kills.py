"""Crawls and rebuilds killed at random moments: in the end nothing may be lost, doubled or left behind."""

from __future__ import annotations

import random
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from crawler import archive
from pipelines.store import Store
from tests.newsroom.demo import crawl_environment, run_scrapy, scrapy
from tests.newsroom.process import ROOT, running_newsroom

KILLS_A_ROUND = 4


def left_behind(data: Path) -> list[int]:
    """Processes that still work for a data folder, told by their environment."""
    mark = f"ILJARI_DATA={data.resolve()}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def killed(command: list[str], environment: dict[str, str], seconds: float) -> bool:
    """Run a command and kill it with -9 after a time; False where it had ended by then."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    time.sleep(seconds)
    ended = process.poll() is not None
    process.kill()
    process.wait()
    return not ended


def digest(data: Path) -> str:
    """Of the published database."""
    with Store(data / "jobplans.db") as store:
        return store.digest()


def doubled(data: Path) -> int:
    """Articles that lie in the archive more than once."""
    seen: Counter[str | None] = Counter()
    for path in archive.files(data / "archive"):
        seen.update(page.listed_url for _, page in archive.pages(path) if archive.is_article(page))
    return sum(count - 1 for count in seen.values())


def round_of_kills(dice: random.Random, newsroom: str, wanted: str, counts: Counter[str]) -> None:
    """One data folder: some killed crawls and rebuilds, then a run to the end and the comparison."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        data = Path(folder)
        environment = crawl_environment(newsroom, data)
        for _ in range(KILLS_A_ROUND):
            command = dice.choice(["nightly", "nightly", "rebuild"])
            hit = killed(scrapy(command), environment, dice.uniform(0.8, 7.0))
            counts["kills" if hit else "ended before the kill"] += 1
            time.sleep(2.5)
            counts["processes left behind"] += len(left_behind(data))
        done = run_scrapy(environment, "nightly")
        counts["unhealthy last runs"] += done.returncode != 0
        counts["digests that differ"] += digest(data) != wanted
        check = run_scrapy(environment, "rebuild", "--check")
        counts["rebuilds that differ"] += check.returncode != 0
        counts["pages archived twice"] += doubled(data)


def soak(seed: int, rounds: int) -> Counter[str]:
    """Kill crawls and rebuilds at moments that the seed places; the counts, whose `BAD` ones should be 0."""
    dice = random.Random(seed)
    counts: Counter[str] = Counter()
    with running_newsroom() as newsroom, tempfile.TemporaryDirectory(prefix="soak-") as calm:
        done = run_scrapy(crawl_environment(newsroom.url, Path(calm)), "nightly")
        assert done.returncode == 0, done.stdout + done.stderr
        wanted = digest(Path(calm))
        for number in range(1, rounds + 1):
            round_of_kills(dice, newsroom.url, wanted, counts)
            print(f"kills, round {number}/{rounds}: {dict(counts)}", flush=True)
    return counts


BAD = ("processes left behind", "unhealthy last runs", "digests that differ", "rebuilds that differ")
