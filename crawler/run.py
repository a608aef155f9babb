"""From a command to a finished run: checks before the start, progress on the way, a table and an exit code at the end."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from scrapy.crawler import AsyncCrawlerProcess
from twisted.internet import task

from crawler import alerts, night
from crawler.accounts import LedgerError
from crawler.alerts import Alerts
from crawler.arguments import Window
from crawler.cms.base import OutletSpider
from crawler.keeping.archive import ArchiveError
from crawler.keeping.backup import BackupError, DamagedBackupError
from crawler.keeping.lock import LockedError
from crawler.logs import RunLog
from crawler.middlewares.egress import check_contact
from crawler.monitors.findings import NightReport
from crawler.night import Night
from crawler.report import as_data, as_table, progress_line
from pipelines.database import DatabaseError

HEALTHY, UNHEALTHY, MISUSED, LOCKED = 0, 1, 2, 3
ABOVE_ALL = 100
"""A priority of settings above that of the command line, whose settings Scrapy applies once more when a crawl begins."""


def run_outlets(
    process: Any,
    names: list[str],
    arguments: dict[str, str],
    *,
    kind: str = "nightly",
    dry: bool = False,
    as_json: bool = False,
) -> int:
    """Crawl the outlets of these spiders in this process, and tell who is to hear of the night; the exit code."""
    try:
        Window.parse(**arguments)
    except ValueError as error:
        return refuse(error, MISUSED)
    hearing = alerts.configured(process.settings) if kind == "nightly" and not dry else None
    try:
        log = RunLog.begin(process.settings)
        check_contact(process.settings)
        tonight = night.begin(process.settings, kind=kind, dry=dry)
    except LockedError as error:
        if error.hours >= process.settings.getfloat("ILJARI_NIGHT_HOURS"):  # it has taken a night from us
            _tell(hearing, night.refused(process.settings, kind, str(error)), process.settings["ILJARI_DATA"])
        return refuse(error, LOCKED)
    except (ValueError, DatabaseError, ArchiveError, OSError, sqlite3.Error) as error:
        _tell(hearing, night.refused(process.settings, kind, str(error)), process.settings["ILJARI_DATA"])
        return refuse(error, MISUSED)
    if hearing:
        hearing.begin()
        for mistake in hearing.mistakes:
            print(f"iljari: {mistake}", file=sys.stderr)
    if not dry:
        log.open(tonight.run, f"{kind} {tonight.run}: {', '.join(names)}")
    logging.getLogger("scrapy").setLevel(process.settings["LOG_LEVEL"])  # else a record a page is made and thrown away
    for noisy in ("robotstxt", "retry"):  # what they tell with a traceback stands in the table in words
        logging.getLogger(f"scrapy.downloadermiddlewares.{noisy}").setLevel(logging.CRITICAL)
    try:
        _crawl(process, tonight, names, arguments)
    except Exception as error:
        if not (tonight.broken and isinstance(error, sqlite3.DatabaseError | LedgerError)):
            logging.getLogger(__name__).exception("The run broke off")
            tonight.stop_reason = f"{type(error).__name__}: {error}"
            raise
    finally:
        try:
            tonight.close()
        finally:
            report = tonight.report()
            table = as_table(report, dry=dry)
            log_file = log.end("\n".join([*tonight.unmet_corrections, table]))
            _tell(hearing, report, str(tonight.data))
    for unmet in tonight.unmet_corrections:
        print(f"iljari: {unmet}", file=sys.stderr)
    if log_file:
        print(f"log · 기록: {log_file}", file=sys.stderr)
    told = as_data(report) | {"log": log_file and str(log_file)}
    print(json.dumps(told, ensure_ascii=False) if as_json else table)
    return HEALTHY if report.state == "ok" else UNHEALTHY


def _tell(hearing: Alerts | None, report: NightReport, data: str) -> None:
    """Send what is news of a night; say on standard error what could not be sent."""
    for problem in hearing.tell(report, Path(data) if data else None) if hearing else ():
        print(f"iljari: {problem}", file=sys.stderr)


def chosen_outlets(process: Any, only: str | None) -> list[str]:
    """The outlets named by `--only A,B`, all of them without it; ValueError names those that are not there."""
    known = sorted(process.spider_loader.list())
    names = list(dict.fromkeys(filter(None, (part.strip() for part in (only or "").split(",")))))
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ValueError(f"there is no outlet {', '.join(unknown)}; there are {', '.join(known)}")
    return names or known


def _crawl(process: AsyncCrawlerProcess, tonight: Night, names: list[str], arguments: dict[str, str]) -> None:
    waiting = []
    for name in names:
        spider = process.spider_loader.load(name)
        if not issubclass(spider, OutletSpider):
            tonight.fail(name, "its spider is no OutletSpider (crawler/cms/base.py)")
            continue
        setting = spider.address_setting
        if setting and not process.settings[setting]:
            tonight.skip(name, f"left out: set {setting} to its address")
            continue
        left_out = tonight.watch.left_out(name)
        if left_out:
            state, why = left_out
            tonight.skip(name, why, state)
            continue
        waiting.append(name)
        crawler = process.create_crawler(name)
        delay = crawler.settings.getfloat("DOWNLOAD_DELAY") * tonight.watch.slower(name)
        crawler.settings.set("DOWNLOAD_DELAY", delay, ABOVE_ALL)
        started = process.crawl(crawler, **arguments)
        started.add_done_callback(partial(_note_failed_start, tonight, name))
    if not waiting:
        return
    clock = task.LoopingCall(lambda: print(progress_line(tonight, len(waiting)), file=sys.stderr, flush=True))
    from twisted.internet import reactor

    if tonight.kind == "nightly":
        hours = process.settings.getfloat("ILJARI_NIGHT_HOURS")
        task.deferLater(
            cast(Any, reactor), hours * 3600, tonight.stop, f"it took longer than {hours:g} h (ILJARI_NIGHT_HOURS)"
        )
    reactor.callWhenRunning(clock.start, process.settings.getfloat("ILJARI_PROGRESS_SECONDS"), now=False)
    process.start()


def _note_failed_start(tonight: Night, name: str, crawl: asyncio.Future[None]) -> None:
    error = None if crawl.cancelled() else crawl.exception()
    if error:
        tonight.fail(name, f"did not start: {error}")


def attempt(work: Callable[[], int | None]) -> int:
    """Do the work of a command that crawls nothing; the exit code: its own, or after one line on what went wrong."""
    try:
        return work() or HEALTHY
    except LockedError as error:
        return refuse(error, LOCKED)
    except DamagedBackupError as error:
        return refuse(error, UNHEALTHY)
    except (ValueError, ArchiveError, BackupError, DatabaseError, OSError, sqlite3.Error) as error:
        return refuse(error)


def refuse(error: Exception | str, code: int = MISUSED) -> int:
    """Say in one line what is wrong; the exit code."""
    print(f"iljari: {error}", file=sys.stderr)
    return code
