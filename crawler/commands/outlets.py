from __future__ import annotations

import argparse
import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand

from crawler.clock import now
from crawler.keeping.lock import LockedError, hold_lock
from crawler.ledger import Ledger
from crawler.monitors.trail import trail
from crawler.report import CHANGES, LEVELS, as_columns
from crawler.run import LOCKED, refuse
from crawler.standing import Standing, Standings
from pipelines.database import DatabaseError, reading

COLUMNS = (
    ("outlet", "outlet 매체"), ("state", "state 상태"), ("score", "score 감점"), ("last_success", "last success 최근 성공"),
    ("last_run", "last run 최근 실행"), ("reason", "reason 사유"),
)  # fmt: skip
LIST_PAGES = (
    ("listing", "listing 목록"), ("number", "page 쪽"), ("outcome", "outcome 결과"), ("entries", "articles 기사"),
    ("reason", "reason 사유"), ("url", "address 주소"),
)  # fmt: skip
ARTICLES = (
    ("stage", "stage 단계"), ("outcome", "outcome 결과"), ("reading", "reading 해석"), ("reason", "reason 사유"),
    ("url", "address 주소"), ("same_text_as", "same text as 같은 본문"),
)  # fmt: skip
_LAST_RUNS = (
    "select o.outlet, o.state, o.reason, max(o.run) from run_outlets o"
    " where o.state not in ('suspended', 'paused') group by o.outlet"
)
_LAST_SUCCESSES = "select o.outlet, max(r.started) from run_outlets o join runs r on r.id = o.run where o.state = 'ok' group by o.outlet"


class Command(ScrapyCommand):
    requires_project = True
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[--json] | show NAME [--json] | pause NAME… --reason TEXT | resume NAME…"

    def short_desc(self) -> str:
        return "Show how outlets stand and what their last run met with; pause and resume them"

    def long_desc(self) -> str:
        return (
            "Without arguments: every outlet with its state (ok, slowed, suspended, paused), its failure score, when it was"
            " last crawled well, and why it is not ok. `show` tells what the monitors found of one outlet, and the list pages"
            " and articles behind it, with reasons. `pause` leaves outlets out of every run until `resume`, which also"
            " ends a suspension and clears the score."
            " Exit code: 0 done, 2 wrong use or an unreadable database, 3 a run is on (listing is always possible)."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Outlets")
        group.add_argument("--reason", metavar="TEXT", help="why the outlets are paused")
        group.add_argument("--json", action="store_true", help="print what is shown as JSON on standard output")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        assert self.crawler_process is not None
        known = sorted(self.crawler_process.spider_loader.list())
        data = Path(self.settings["ILJARI_DATA"])
        action, names = (args[0], list(dict.fromkeys(args[1:]))) if args else (None, [])
        mistake = _mistake(action, names, known, opts)
        if mistake:
            self.exitcode = refuse(mistake)
            return
        try:
            if action == "show":
                self._show(data, names[0], as_json=opts.json)
                return
            if action:
                _change(data, names, opts.reason if action == "pause" else None)
            rows = _rows(data, known)
        except LockedError as error:
            self.exitcode = refuse(error, LOCKED)
            return
        except (DatabaseError, OSError, sqlite3.Error) as error:
            self.exitcode = refuse(error)
            return
        shown = [row for row in rows if not names or row["outlet"] in names]
        print(json.dumps(shown, ensure_ascii=False) if opts.json else _table(shown))

    def _show(self, data: Path, name: str, *, as_json: bool) -> None:
        (row,) = _rows(data, [name])
        found = _trail(data, name)
        print(json.dumps(row | (found or {}), ensure_ascii=False) if as_json else _account(row, found))


def _mistake(action: str | None, names: list[str], known: list[str], opts: argparse.Namespace) -> str | None:
    if action not in (None, "show", "pause", "resume"):
        return f"outlets takes no {action!r}; write show NAME, pause NAME… --reason TEXT, or resume NAME…"
    if action and not names:
        return f"name the outlets to {action}; there are {', '.join(known)}"
    unknown = sorted(set(names) - set(known))
    if unknown:
        return f"there is no outlet {', '.join(unknown)}; there are {', '.join(known)}"
    if action == "show" and len(names) > 1:
        return "show takes one outlet: show NAME"
    reason = (opts.reason or "").strip()
    if action == "pause" and not reason:
        return "say why: pause NAME… --reason TEXT"
    if action != "pause" and reason:
        return "--reason belongs to pause"
    return None


def _change(data: Path, names: list[str], reason: str | None) -> None:
    """Pause outlets for a reason, or resume them where there is none."""
    lock = hold_lock(data)
    try:
        with Ledger(data / "crawl.db") as ledger, ledger.transaction():
            standings = Standings(ledger.db.conn)
            for name in names:
                standing = standings.of(name)
                standings.put(standing.paused(reason, now()) if reason else standing.resumed())
    finally:
        lock.close()


def _trail(data: Path, name: str) -> dict[str, Any] | None:
    path = data / "crawl.db"
    if not path.exists():
        return None
    with closing(reading(path)) as connection:
        return trail(connection, name)


def _rows(data: Path, known: list[str]) -> list[dict[str, Any]]:
    """How each outlet stands. A database that is not there yet, or of an older version, knows nothing against any."""
    path, moment = data / "crawl.db", now()
    standings: dict[str, Standing] = {}
    runs: dict[str, tuple[str, str | None]] = {}
    successes: dict[str, str] = {}
    if path.exists():
        with closing(reading(path)) as connection:
            tables = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
            if "standings" in tables:
                standings = Standings(connection).all()
            if "run_outlets" in tables:
                runs = {row[0]: (row[1], row[2]) for row in connection.execute(_LAST_RUNS)}
                successes = dict(connection.execute(_LAST_SUCCESSES).fetchall())
    return [_row(standings.get(name, Standing(name)), runs.get(name), successes.get(name), moment) for name in known]


def _row(
    standing: Standing, last_run: tuple[str, str | None] | None, last_success: str | None, moment: datetime
) -> dict[str, Any]:
    told = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(standing).items()
    }
    state, why = last_run or (None, None)
    return told | {
        "state": standing.state(moment),
        "last_run": state,
        "last_success": last_success,
        "reason": standing.told(moment) or why,
    }


def _table(rows: list[dict[str, Any]]) -> str:
    cells = [[title for _, title in COLUMNS]]
    for row in rows:
        day = (row["last_success"] or "")[:10]
        cells.append([_cell((row | {"last_success": day})[name]) for name, _ in COLUMNS])
    return "\n".join(as_columns(cells, right=("score 감점",)))


def _account(row: dict[str, Any], found: dict[str, Any] | None) -> str:
    """What `show` prints: how the outlet stands, then what stands behind its findings."""
    lines = [_table([row]), ""]
    if found is None:
        return "\n".join([*lines, f"nothing is known of a run of {row['outlet']} · 수집한 기록이 없음"])
    run = found["last_run"]
    lines.append(f"last run 최근 실행: {run['run']} ({run['kind']}), {run['started'][:16]}, {run['state']}")
    for finding in found["findings"]:
        mark = CHANGES["recovered"] if finding["change"] == "recovered" else LEVELS[finding["level"]]
        lines += [f"{finding['monitor']} · {mark}: {_clean(finding['en'])}", f"  {_clean(finding['ko'])}"]
    if not found["findings"]:
        lines.append("the monitors found nothing wrong · 점검에서 이상 없음")
    for columns, rows, title, nothing in (
        (LIST_PAGES, found["list_pages"], "list pages 목록 쪽", "no list page was asked for · 요청한 목록 쪽이 없음"),
        (ARTICLES, found["articles"], "articles 기사", "no article was asked for · 요청한 기사가 없음"),
    ):
        lines += ["", f"{title}:" if rows else nothing]
        if rows:
            cells = [[_clean(_cell(one[name])) for name, _ in columns] for one in rows]
            lines += as_columns([[told for _, told in columns], *cells])
    if found["articles_more"]:
        lines.append(
            f"and {found['articles_more']} more, most of them without trouble · 그 밖에 {found['articles_more']}건"
        )
    lines.append("")
    if found["waiting"]:
        since = found["oldest"][:10]
        lines.append(
            f"{found['waiting']} articles wait, the oldest since {since} · 대기 {found['waiting']}건, {since}부터"
        )
    else:
        lines.append("no article waits · 대기 중인 기사 없음")
    return "\n".join(lines)


def _clean(text: str) -> str:
    """Without what a terminal would take for a command: reasons may hold what an outlet sent."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
