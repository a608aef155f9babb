"""What a command and its children cost: wall time, CPU seconds by kind of process, and memory at its highest (PSS)."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.newsroom.process import ROOT

SAMPLE_SECONDS = 0.5
_TICKS = os.sysconf("SC_CLK_TCK")
_WORKER = b"crawler.reader"


@dataclass
class Cost:
    """Of one run of a command. CPU seconds are those of user and system together."""

    seconds: float = 0.0
    crawl: float = 0.0  # CPU of the command itself
    worker: float = 0.0  # CPU of the reading processes it started
    newsroom: float = 0.0  # CPU of the newsroom that answered it
    peak_mb: float = 0.0  # PSS summed over the command and its children, at its highest sample
    code: int = 0
    output: str = ""
    peaks: dict[str, float] = field(default_factory=dict)  # PSS by kind, each at its own highest

    @property
    def cpu(self) -> float:
        """CPU seconds without the newsroom's."""
        return self.crawl + self.worker

    def __str__(self) -> str:
        memory = ", ".join(f"{kind} {peak:.0f}" for kind, peak in sorted(self.peaks.items()))
        return (
            f"{self.seconds:.1f} s; CPU s: crawl {self.crawl:.1f}, worker {self.worker:.1f}, newsroom {self.newsroom:.1f};"
            f" peak PSS {self.peak_mb:.0f} MB ({memory})"
        )


def measured(command: list[str], environment: Mapping[str, str], newsroom: int, seconds: float) -> Cost:
    """Run a command to its end, at most `seconds` long; `newsroom` is the newsroom's process id."""
    cost = Cost()
    workers: dict[int, float] = {}
    served = cpu_of(newsroom)
    began = time.monotonic()
    said = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed below)
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
    while True:
        done, status, usage = os.wait4(process.pid, os.WNOHANG)
        if done:
            break
        memory: dict[str, float] = {}
        for pid in tree(process.pid):
            kind = "worker" if _is_worker(pid) else "crawl"
            memory[kind] = memory.get(kind, 0.0) + pss_mb(pid)
            if kind == "worker":
                workers[pid] = max(workers.get(pid, 0.0), cpu_of(pid))
        cost.peak_mb = max(cost.peak_mb, sum(memory.values()))
        cost.peaks |= {kind: max(mb, cost.peaks.get(kind, 0.0)) for kind, mb in memory.items()}
        if time.monotonic() - began > seconds:
            process.kill()
        time.sleep(SAMPLE_SECONDS)
    cost.seconds = time.monotonic() - began
    cost.worker = sum(workers.values())
    cost.crawl = usage.ru_utime + usage.ru_stime - cost.worker
    cost.newsroom = cpu_of(newsroom) - served
    process.returncode = cost.code = os.waitstatus_to_exitcode(status)
    said.seek(0)
    cost.output = said.read()
    said.close()
    return cost


def tree(root: int) -> Iterator[int]:
    """A process and all its descendants that live."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += parents.get(pid, [])


def cpu_of(pid: int) -> float:
    """CPU seconds of one process so far; 0 where it is gone."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def pss_mb(pid: int) -> float:
    """Proportional set size of one process in MB, with what of it is swapped out: shared pages are counted once over all
    who share them."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith(("Pss:", "SwapPss:"))) / 1024


def _stat(pid: int) -> list[str]:
    """The fields behind the command's name: state, parent, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _is_worker(pid: int) -> bool:
    try:
        return _WORKER in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
