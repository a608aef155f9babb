"""What a person sees of a run: a line of progress, and the table at the end. Korean and English labels side by side."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crawler.backfill import share
from crawler.monitors.findings import NightReport

if TYPE_CHECKING:
    from crawler.night import Night

COLUMNS = (
    ("outlet", "outlet 매체"), ("state", "state 상태"), ("listed", "listed 목록"), ("known", "known 기존"),
    ("listed_twice", "twice 중복"), ("out_of_window", "window 기간밖"), ("irrelevant", "off-topic 무관"),
    ("robots", "robots"), ("deferred", "deferred 미룸"), ("fetched", "fetched 수집"), ("blocked", "blocked 차단"),
    ("failed", "failed 실패"), ("plan_articles", "plans 계획기사"), ("list_pages", "pages 목록쪽"),
    ("visits", "visits 재방문"), ("seconds", "s"),
)  # fmt: skip
NIGHT = "the night 밤 전체"
LEVELS = {"error": "ERROR 오류", "warning": "warning 주의"}
CHANGES = {"changed": "changed 달라짐", "continuing": "goes on 계속", "recovered": "over 해결"}
STATES = {
    "ok": "all outlets healthy · 모든 매체 정상",
    "unhealthy": "some outlets need a look · 살펴볼 매체가 있음",
    "stopped": "stopped before the end; the next run goes on · 중단됨, 다음 실행이 이어감",
}


def progress_line(tonight: Night, outlets: int) -> str:
    """One line on how far the run is."""
    sums = tonight.ledger.sums(tonight.run)
    done = outlets - tonight.crawling
    if tonight.kind == "backfill":
        shares = [1.0 if walk.ended else share(walk.window, walk.oldest) for walk in tonight.walks]
        far = f" · {tonight.estimate.told(shares, time.monotonic())}"
    else:
        far = ""
    return (
        f"{done}/{outlets} outlets done · {sums['listed']} listed · {sums['fetched']} fetched"
        f" · {sums['open'] + sums['visits']} to come · {sums['plans']} plan articles{far}"
    )


def as_table(report: NightReport, *, dry: bool = False) -> str:
    """A run's outcome as a table, below it what the monitors found and why outlets were left out, worst first."""
    outlets = sorted(report.outlets, key=lambda row: str(row["outlet"]))
    rows = [[title for _, title in COLUMNS]]
    rows += [[_cell(row.get(name)) for name, _ in COLUMNS] for row in outlets]
    lines = as_columns(rows, right=[title for _, title in COLUMNS[2:]])
    for finding in report.findings:
        mark = CHANGES[finding.change] if finding.change != "new" else LEVELS[finding.level]
        lines += [f"{finding.outlet or NIGHT} · {mark}: {finding.en}", f"  {finding.ko}"]
    told = {finding.outlet for finding in report.findings}
    lines += [f"{row['outlet']}: {row['reason']}" for row in outlets if row.get("reason") and row["outlet"] not in told]
    lines.append(("dry run, nothing was kept · 시험 실행 / " if dry else "") + STATES[report.state])
    return "\n".join(lines)


def as_data(report: NightReport) -> dict[str, Any]:
    """A run's outcome for machines."""
    findings = [asdict(finding) | {"since": finding.since.isoformat()} for finding in report.findings]
    return {
        "run": report.run, "kind": report.kind, "state": report.state, "reason": report.reason, "started": report.started,
        "ended": report.ended, "outlets": list(report.outlets), "findings": findings,
    }  # fmt: skip


def as_columns(rows: Sequence[Sequence[str]], right: Collection[str] = ()) -> list[str]:
    """Lines of a table whose first row holds the titles. Columns titled in `right` are set right; Hangul counts double."""
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(
            _pad(cell, width, left=title not in right) for title, cell, width in zip(rows[0], row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return lines


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def set_left(text: str, width: int) -> str:
    """A text filled up to a width, in which Hangul counts double."""
    return _pad(text, width, left=True)


def _pad(text: str, width: int, *, left: bool) -> str:
    fill = " " * (width - _width(text))
    return text + fill if left else fill + text
