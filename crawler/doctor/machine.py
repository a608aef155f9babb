"""The machine: its clock, its disk, its memory."""

from __future__ import annotations

import re
import shutil
import statistics
import time
import zoneinfo
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from crawler import clock
from crawler.doctor.checks import Check, Patient, Result, advice, last_known, nearest, ok, problem
from crawler.keeping import archive
from crawler.keeping.archive import ArchiveError
from crawler.keeping.disk import MB
from crawler.keeping.inventory import megabytes
from pipelines.model import KST

NIGHT_MB = 600
"""What a night takes of memory, about: crawler and reader with kiwi."""
SLACK = timedelta(minutes=5)
FAR_AHEAD = timedelta(days=90)
FEW_NIGHTS, SOON_FULL = 30, 3
_RECENT_RUNS = 14
_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")
_POSIX_ZONE = re.compile(r"[A-Za-z]{3,}[-+]?\d[\w,.:/+-]*")


def time_zone(patient: Patient) -> Iterator[Result]:
    """Whether the machine knows where it is, and what its cron means by half past three."""
    try:
        zoneinfo.ZoneInfo("Asia/Seoul")
    except zoneinfo.ZoneInfoNotFoundError:
        yield problem("no time zone database is there (Asia/Seoul is unknown)", "apt-get install tzdata")
    named = patient.environment.get("TZ", "").removeprefix(":")
    if named and not named.startswith("/") and not _POSIX_ZONE.fullmatch(named):
        try:
            zoneinfo.ZoneInfo(named)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            yield advice(f"TZ={named} is no known time zone, so that it may mean UTC", "set TZ=Asia/Seoul")
            return
    local = datetime.now().astimezone()
    seoul = local.replace(hour=3, minute=30).astimezone(KST)
    name = "/".join(dict.fromkeys(time.tzname))
    yield ok(f"the machine keeps {name} (UTC{local:%z}): 03:30 of its cron is {seoul:%H:%M} in Korea")


def clock_runs(patient: Patient) -> Iterator[Result]:
    """Whether it is later than what was archived last, and not much later."""
    setting = patient.environment.get(clock.VARIABLE)
    try:
        moment = clock.now()
    except ValueError as error:
        yield problem(str(error), f"unset {clock.VARIABLE}")
        return
    if setting and not patient.settings["ILJARI_NEWSROOM"]:
        yield problem(f"{clock.VARIABLE} is set, so that the crawl does not know the time", f"unset {clock.VARIABLE}")
    newest = _newest(patient)
    shown = f"{moment:%Y-%m-%d %H:%M} in Korea"
    if newest is None:
        yield ok(shown)
    elif newest - moment > SLACK:
        yield problem(
            f"it is {shown}, but a record of {newest:%Y-%m-%d %H:%M} is in the archive already: the clock went back",
            "timedatectl set-ntp true",
        )
    elif moment - newest > FAR_AHEAD:
        days = (moment - newest).days
        yield advice(f"it is {shown}, {days} days after the last record: is the clock right?", "timedatectl")
    else:
        yield ok(f"{shown}; the last record is of {newest:%Y-%m-%d %H:%M}")


def _newest(patient: Patient) -> datetime | None:
    """When the last record of the newest archive file that can be read was fetched."""
    for path in reversed(patient.files):
        last = None
        try:
            for record, _ in archive.examined(path, last_known(patient, path)):
                last = record.told.get("retrieved", last)
        except ArchiveError:
            continue
        if last:
            return datetime.fromisoformat(last)
    return None


def disk(patient: Patient) -> Iterator[Result]:
    """Room for the next night, and for how many more at the pace of the last ones."""
    where = nearest(patient.data)
    free = shutil.disk_usage(where).free
    text = str(patient.settings["ILJARI_FREE_MB"])
    least = int(text) * MB if text.isdecimal() else 0
    do = f"make room on the disk of {where}; `scrapy archive` shows what the archive takes"
    if free < least:
        yield problem(f"{megabytes(free)} are free, fewer than ILJARI_FREE_MB={text}: no crawl begins", do)
        return
    grown = nightly_growth(patient)
    if not grown:
        yield ok(f"{megabytes(free)} are free")
        return
    nights = int((free - least) / grown)
    told = f"{megabytes(free)} are free; at {megabytes(grown)} a night they last for {nights:,} nights"
    if nights < SOON_FULL:
        yield problem(told, do)
    elif nights < FEW_NIGHTS:
        yield advice(told, do)
    else:
        yield ok(told)


def nightly_growth(patient: Patient) -> float:
    """Bytes that a night adds, from the archive files of recent runs; the databases are taken to grow in step."""
    sizes: dict[str, int] = {}
    for path in patient.files:
        run = path.name.removesuffix(".warc.gz").partition("_")[0]
        sizes[run] = sizes.get(run, 0) + path.stat().st_size
    if not sizes:
        return 0.0
    databases = sum(path.stat().st_size for path in patient.data.glob("*.db"))
    share = 1 + databases / max(1, sum(sizes.values()))
    return share * statistics.median(sizes[run] for run in sorted(sizes)[-_RECENT_RUNS:])


def memory(patient: Patient) -> Iterator[Result]:
    """What is free of memory, where the machine or its container tells."""
    if patient.at_work:
        yield ok("a night is on and has what it needs")
        return
    available = _available()
    if available is None:
        yield ok("this machine does not tell how much is free")
        return
    free, swap = available
    told = f"{free // MB:,} MB are available, and a night takes about {NIGHT_MB}"
    if free >= NIGHT_MB * MB:
        yield ok(told)
    elif free + swap >= NIGHT_MB * MB:
        yield advice(f"{told}: it will swap", "free -m; ps aux --sort=-rss | head")
    else:
        yield problem(told, "free -m; ps aux --sort=-rss | head")


def _available() -> tuple[int, int] | None:
    """Bytes of memory and of swap that are free."""
    try:
        lines = dict(line.split(":", 1) for line in _MEMINFO.read_text().splitlines())
        free, swap = (1024 * int(lines[name].split()[0]) for name in ("MemAvailable", "SwapFree"))
        limit = (_CGROUP / "memory.max").read_text().strip() if (_CGROUP / "memory.max").exists() else "max"
        if limit.isdecimal():
            told = dict(line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
            used = int((_CGROUP / "memory.current").read_text()) - int(told["inactive_file"])
            free = min(free, int(limit) - used)
    except (OSError, KeyError, ValueError):
        return None
    return free, swap


_PART = "machine 기계"
CHECKS = (
    Check(_PART, "time-zone", "time zone 시간대", time_zone),
    Check(_PART, "clock", "clock 시계", clock_runs),
    Check(_PART, "disk", "disk 디스크", disk),
    Check(_PART, "memory", "memory 메모리", memory),
)
