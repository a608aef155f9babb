"""Crawls and rebuilds killed at random moments: in the end nothing may be lost, doubled or left behind."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from crawler.keeping import archive
from pipelines.store import Store
from tests.newsroom.demo import crawl_environment, scrapy
from tests.newsroom.process import ROOT, RunningNewsroom, running_newsroom
from tests.warm import run_scrapy

KILLS_A_ROUND = 4
MOST_REQUESTS = 60
"""How many requests into a crawl it is killed at most; a night on which all is known makes about as many."""
MOST_SECONDS = 4.0
"""How many seconds into a rebuild."""
LONGEST_SECONDS = 60


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


def killed(command: list[str], environment: dict[str, str], far_enough: Callable[[], bool]) -> bool:
    """Run a command and kill it with -9 when it is far enough; False where it had ended by then."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    limit = time.monotonic() + LONGEST_SECONDS
    while process.poll() is None and not far_enough() and time.monotonic() < limit:
        time.sleep(0.01)
    ended = process.poll() is not None
    process.kill()
    process.wait()
    return not ended


def digest(data: Path) -> str:
    """Of the published database."""
    with Store(data / "jobplans.db") as store:
        return store.digest()


def corrupt(data: Path) -> int:
    """Databases that SQLite finds fault with, and archive files that cannot be read to their end."""
    found = 0
    for path in data.glob("*.db"):
        with closing(sqlite3.connect(path)) as connection:
            found += connection.execute("pragma integrity_check").fetchall() != [("ok",)]
            found += connection.execute("pragma foreign_key_check").fetchall() != []
    for path in archive.files(data / "archive"):
        ends = [position.end for position, _ in archive.pages(path)]
        try:
            found += archive.recover(path, max(ends, default=0)) != 0
        except archive.ArchiveError:
            found += 1
    return found


def unaccounted(data: Path) -> int:
    """Outlets of runs whose outcomes do not add up to what was listed."""
    with closing(sqlite3.connect(data / "crawl.db")) as ledger:
        rows = ledger.execute(
            "select o.listed, (select count(*) from listings l where l.run = o.run and l.outlet = o.outlet),"
            " (select coalesce(sum(count), 0) from run_outcomes c"
            " where c.run = o.run and c.outlet = o.outlet and c.stage = 'listed') from run_outlets o"
        ).fetchall()
        open_runs = ledger.execute("select count(*) from runs where state = 'running'").fetchone()[0]
    return open_runs + sum(len(set(row)) > 1 for row in rows)


def doubled(data: Path) -> int:
    """Articles that lie in the archive more than once."""
    seen: Counter[str | None] = Counter()
    for path in archive.files(data / "archive"):
        seen.update(page.listed_url for _, page in archive.pages(path) if archive.is_article(page))
    return sum(count - 1 for count in seen.values())


def moment(dice: random.Random, newsroom: RunningNewsroom, command: str) -> Callable[[], bool]:
    """A random moment: so many requests into a crawl, so many seconds into a rebuild."""
    if command == "nightly":
        wanted = len(newsroom.log_entries()) + dice.randrange(MOST_REQUESTS)
        return lambda: len(newsroom.log_entries()) >= wanted
    until = time.monotonic() + dice.uniform(0.5, MOST_SECONDS)
    return lambda: time.monotonic() >= until


def round_of_kills(dice: random.Random, newsroom: RunningNewsroom, wanted: str, counts: Counter[str]) -> None:
    """One data folder: some killed crawls and rebuilds, then a run to the end and the comparison."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        data = Path(folder)
        environment = crawl_environment(newsroom.url, data)
        for _ in range(KILLS_A_ROUND):
            command = dice.choice(["nightly", "nightly", "rebuild"])
            hit = killed(scrapy(command), environment, moment(dice, newsroom, command))
            counts[f"kills of a {command}" if hit else "ended before the kill"] += 1
            time.sleep(2.5)
            counts["processes left behind"] += len(left_behind(data))
        done = run_scrapy(environment, "nightly")
        counts["unhealthy last runs"] += done.returncode != 0
        counts["digests that differ"] += digest(data) != wanted
        check = run_scrapy(environment, "rebuild", "--check")
        counts["rebuilds that differ"] += check.returncode != 0
        counts["pages archived twice"] += doubled(data)
        counts["corrupt databases or archives"] += corrupt(data)
        counts["outlets whose sums are wrong"] += unaccounted(data)


def soak(seed: int, rounds: int) -> Counter[str]:
    """Kill crawls and rebuilds at moments that the seed places; the counts, whose `BAD` ones should be 0."""
    dice = random.Random(seed)
    counts: Counter[str] = Counter()
    with running_newsroom() as newsroom, tempfile.TemporaryDirectory(prefix="soak-") as calm:
        done = run_scrapy(crawl_environment(newsroom.url, Path(calm)), "nightly")
        assert done.returncode == 0, done.stdout + done.stderr
        wanted = digest(Path(calm))
        for number in range(1, rounds + 1):
            round_of_kills(dice, newsroom, wanted, counts)
            print(f"kills, round {number}/{rounds}: {dict(counts)}", flush=True)
    return counts


BAD = (
    "processes left behind", "unhealthy last runs", "digests that differ", "rebuilds that differ", "pages archived twice",
    "corrupt databases or archives", "outlets whose sums are wrong",
)  # fmt: skip
