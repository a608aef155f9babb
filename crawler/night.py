"""One run of the crawl: what all spiders of the process share, from the lock on the data folder to the last sum."""

from __future__ import annotations

import json
import logging
import resource
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.accounts import Account, LedgerError
from crawler.backfill import Estimate
from crawler.clock import now
from crawler.keeping import archive, recovery
from crawler.keeping.archive import ArchiveWriter
from crawler.keeping.disk import MB, NoRoomError, check_room
from crawler.keeping.lock import hold_lock
from crawler.ledger import Ledger
from crawler.monitors import outlet as monitors
from crawler.monitors.findings import WELL, Finding, NightReport
from crawler.monitors.measures import Tally
from crawler.monitors.night import check_night
from crawler.monitors.thresholds import thresholds
from crawler.standing import Standings, Watch
from crawler.walks import Walk
from crawler.worker import ReadError, Worker, read_all
from pipelines.blocks import GONE_STATUSES
from pipelines.dates import day_of
from pipelines.model import Article, Reading
from pipelines.store import Store, UnfitError
from pipelines.version import code_version

logger = logging.getLogger(__name__)

TIMES = {
    "ILJARI_PROGRESS_SECONDS": "seconds",
    "ILJARI_RETRY_WAIT": "seconds",
    "ILJARI_LONGEST_WAIT": "seconds",
    "ILJARI_NIGHT_HOURS": "hours",
}
"""Settings that are lengths of time, and their units."""
NOT_SUMMED_UP = "cut off, and the ledger could not be written; what was archived is taken over by the next run"


class Night:
    """A run: lock, ledger, archive, reader and store, opened together and closed together.

    Opening first takes over what an earlier run archived and did not get to read. A dry run works on a throw-away copy.
    """

    def __init__(
        self,
        data: Path,
        read_timeout: float = 60,
        *,
        kind: str = "nightly",
        dry: bool = False,
        newsroom: bool = False,
        file_size: int = 1000 * MB,
        least_free: int = 0,
        limits: Mapping[str, object] | None = None,
    ) -> None:
        """`file_size` and `least_free` are bytes: when an archive file is left for another, what must stay free.

        `limits` are changes to the thresholds of the monitors.
        """
        self.limits = thresholds(limits or {})
        self.dry, self.kind, self.newsroom = dry, kind, newsroom
        self.broken = False
        self.outlets: dict[str, dict[str, Any]] = {}
        self.findings: list[Finding] = []
        self.tallies: dict[str, Tally] = {}
        self._crawlers: dict[str, tuple[Crawler, float]] = {}
        self.stop_reason: str | None = None  # why the crawl of all outlets was ended
        self._ended = "stopped", now()
        with ExitStack() as opened:
            opened.enter_context(hold_lock(data))
            self._source, self._least_free = data, 0 if dry else least_free
            check_room(data, self._least_free)
            if dry:
                data = _copy(data, Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="iljari-dry-"))))
            self.data = data
            self.folder = data / "archive"
            self.ledger = opened.enter_context(Ledger(data / "crawl.db"))
            self.watch = Watch(Standings(self.ledger.db.conn))
            self.store = opened.enter_context(Store(data / "jobplans.db"))
            self.worker = Worker(read_timeout)
            opened.callback(self.worker.close)
            self.recovered = 0 if dry else self._recover()
            self.run = self.ledger.open_run(code_version(), kind=kind, newsroom=newsroom)
            self.started: str = self.ledger.run_row(self.run)["started"]
            self.archive = ArchiveWriter(self.folder, self.run, file_size)
            opened.callback(self.archive.close)
            for database in (self.ledger, self.store):
                database.on_refusal(self.break_off)
            self._opened = opened.pop_all()
        self.estimate = Estimate()
        self.unmet_corrections: list[str] = []

    def join(self, crawler: Crawler) -> None:
        """A spider begins its part."""
        spider: Any = crawler.spider
        self._crawlers[spider.name] = (crawler, time.monotonic())
        self.store.put_outlet(spider.about)

    def leave(self, crawler: Crawler, reason: str) -> None:
        """A spider has ended: sum up its part and have the monitors judge it. Outcomes that do not add up are a failure."""
        spider: Any = crawler.spider
        _, began = self._crawlers.pop(spider.name)
        seconds = round(time.monotonic() - began, 1)
        try:
            judged = monitors.judge(self, spider, self.stop_reason or reason, seconds)
            self._close_outlet(spider.name, judged.state, judged.reason, judged.account, seconds, judged.measures)
            self._found(judged.findings)
        except Exception as error:
            state, why = "stopped", NOT_SUMMED_UP
            if not (self.broken and isinstance(error, sqlite3.DatabaseError)):
                logger.exception("%s: its part of the night cannot be judged", spider.name)
                state, why = "failed", f"its part of the night cannot be judged ({type(error).__name__}: {error})"
            self.outlets[spider.name] = {"outlet": spider.name, "state": state, "reason": why, "seconds": seconds}

    def _found(self, findings: list[Finding]) -> None:
        self.ledger.put_findings(self.run, findings)
        self.findings += findings

    def fail(self, outlet: str, why: str) -> None:
        """An outlet that did not even begin."""
        self._close_outlet(outlet, "failed", why, self.ledger.sum_up(self.run, outlet, why), 0.0)

    def skip(self, outlet: str, why: str, state: str = "skipped") -> None:
        """An outlet that is left out: not set up (`skipped`), `suspended` or `paused`; no fault of this run."""
        self._close_outlet(outlet, state, why, self.ledger.sum_up(self.run, outlet, why), 0.0)

    def _close_outlet(
        self, outlet: str, state: str, why: str | None, account: Account, seconds: float,
        measures: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.outlets[outlet] = self.ledger.close_outlet(self.run, outlet, state, why, account, seconds, measures)

    @property
    def crawling(self) -> int:
        """How many spiders are at work."""
        return len(self._crawlers)

    def place(self, outlet: str) -> int:
        """How many spiders that are at work began before an outlet's: all are opened before the first of them starts."""
        return list(self._crawlers).index(outlet)

    @property
    def walks(self) -> list[Walk]:
        """All walks through listings, of spiders at work."""
        return [walk for crawler, _ in self._crawlers.values() for walk in cast(Any, crawler.spider).walks.values()]

    def stop(self, reason: str) -> None:
        """End the crawl of all outlets; what they still wanted is deferred to the next run."""
        if self.stop_reason is None:
            self.stop_reason = reason
            logger.error("The crawl stops: %s", reason)
            for crawler, _ in list(self._crawlers.values()):
                if crawler.engine and crawler.spider:
                    crawler.engine.close_spider(crawler.spider, "stopped")

    def break_off(self, why: str) -> None:
        """The archive or a database refuses: nothing more is archived, so that the next run finds all that was."""
        self.broken = True
        self.stop(why)

    def is_news(self, record: logging.LogRecord) -> bool:
        """Whether a message is none of those that follow where a database refuses: the first has told why."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        return not (self.broken and isinstance(error, (sqlite3.DatabaseError, LedgerError)))

    def watch_room(self) -> None:
        """Stop where the disk gets full."""
        try:
            check_room(self._source, self._least_free)
        except NoRoomError as error:
            self.stop(str(error))

    def keep(self, reading: Reading) -> None:
        """Store a reading and note in the ledger what it gave. One that the database does not take is set aside."""
        try:
            self.store.put(reading)
        except UnfitError as error:
            logger.warning("%s: %s", reading.page.url, error)
            self.ledger.set_unreadable(reading.page, error)
            return
        article = reading.article
        if reading.page.outlet.key in self._crawlers:
            tally = self.tallies.setdefault(reading.page.outlet.key, Tally())
            tally.take(reading, self.ledger.listed_on(reading.page), self.limits["days_off"])
        verdict = "plan" if reading.plan.relevant else "no-plan" if article.status == "ok" else article.status
        self.ledger.set_verdict(
            reading.page, verdict, published=day_of(article.published) if article.published else None,
            text_hash=_text_hash(article) if article.status == "ok" else None,
        )  # fmt: skip

    def close(self) -> str:
        """End the run: bring the crawl's tables into the published database, let go of everything. Gives the state.

        A spider that is still at work was cut off; one whose outcomes do not add up makes the run unhealthy. Where that
        fails (a database refuses, a monitor breaks), the run is stopped, and `report` can be had all the same.
        """
        with self._opened:
            for crawler, _ in list(self._crawlers.values()):
                self.leave(crawler, "it was cut off")
            self.worker.close()
            memory = memory_mb()
            state = self._state()
            try:
                if self.kind == "nightly" and not self.broken:
                    self._found(check_night(self, state, memory))
                    state = self._state()
                self.ledger.close_run(self.run, state, memory)
                self.store.put_crawl_tables(self.ledger.crawl_tables(self.store.known_runs()))
                self.unmet_corrections = self.store.unmet_corrections()
            except Exception as error:
                why = str(error)
                if not isinstance(error, sqlite3.DatabaseError):
                    logger.exception("The run cannot be closed")
                    why = f"{type(error).__name__}: {error}"
                self.break_off(f"the run cannot be closed: {why}")
                state = "stopped"
                with suppress(sqlite3.DatabaseError):
                    self.ledger.close_run(self.run, state)
            self._ended = state, now()
        return state

    def report(self) -> NightReport:
        """The run, when it is closed."""
        state, ended = self._ended
        return NightReport(
            run=self.run, kind=self.kind, state=state, started=self.started, ended=ended.isoformat(),
            outlets=tuple(self.outlets.values()), findings=tuple(sorted(self.findings, key=lambda one: one.order)),
            newsroom=self.newsroom, reason=self.stop_reason,
        )  # fmt: skip

    def _state(self) -> str:
        states = {row["state"] for row in self.outlets.values()}
        if self.broken or self.stop_reason or "stopped" in states:
            return "stopped"
        wrong = any(finding.level == "error" and finding.change != "recovered" for finding in self.findings)
        return "unhealthy" if wrong or not states <= set(WELL) else "ok"

    def _recover(self) -> int:
        """Take over pages of runs that were killed: into the ledger, and read what was not read."""
        recovery.take_in(self.folder, self.ledger)
        unread = self.ledger.unread()
        if unread:
            logger.info("Reading %d archived pages that an earlier run did not get to", len(unread))
        pages = (archive.page_at(self.folder / file, offset) for file, offset in unread)
        with closing(read_all(pages, self.worker.timeout)) as readings:
            for page, reading in readings:
                try:
                    self.keep(reading.result())
                except ReadError as error:
                    self.ledger.set_unreadable(page, error)
        return len(unread)


def _copy(data: Path, scratch: Path) -> Path:
    """Copies of the databases, for a dry run; their folder."""
    for name in ("crawl.db", "jobplans.db"):
        if (data / name).exists():
            with closing(sqlite3.connect(data / name)) as live, closing(sqlite3.connect(scratch / name)) as copy:
                live.backup(copy)
    return scratch


class NightExtension:
    """Ties a Scrapy crawler to the run of its process."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)
        crawler.signals.connect(self._received, signal=signals.response_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> NightExtension:
        """Scrapy's constructor."""
        return cls(crawler)

    def _opened(self) -> None:
        tonight = current()
        for handler in logging.root.handlers:  # each crawler sets Scrapy's own up anew
            handler.addFilter(tonight.is_news)
        tonight.join(self.crawler)

    def _closed(self, reason: str) -> None:
        current().leave(self.crawler, reason)

    def _received(self, response: Response, request: Request) -> None:
        withdrawn = response.status in GONE_STATUSES and "visit" in request.meta
        if "page_kind" in request.meta and "download_latency" in request.meta:
            tally = current().tallies.setdefault(self.crawler.spider.name, Tally())  # type: ignore[union-attr]
            tally.latencies.append(request.meta["download_latency"])
        if "page_kind" in request.meta and (response.status < 400 or withdrawn):
            current().watch.answered(self.crawler.spider.name, request.meta["page_kind"])  # type: ignore[union-attr]


def _text_hash(article: Article) -> str:
    return sha256(f"{article.title}\n{article.body}".encode()).hexdigest()


_current: Night | None = None


def begin(settings: BaseSettings, *, kind: str = "nightly", dry: bool = False) -> Night:
    """Open this process's run. Raises ValueError, LockedError, OSError (a full disk too), DatabaseError, ArchiveError."""
    global _current
    if not settings["ILJARI_DATA"]:
        raise ValueError("ILJARI_DATA is empty; name the folder for databases and archive")
    for name in TIMES:
        span(settings, name)
    _current = Night(
        Path(settings["ILJARI_DATA"]),
        settings.getfloat("ILJARI_READ_TIMEOUT"),
        kind=kind,
        dry=dry,
        newsroom=bool(settings["ILJARI_NEWSROOM"]),
        file_size=megabytes(settings, "ILJARI_ARCHIVE_FILE_MB"),
        least_free=megabytes(settings, "ILJARI_FREE_MB"),
        limits=limits_of(settings, "ILJARI_MONITORS"),
    )
    return _current


def memory_mb() -> float:
    """Megabytes of memory that this process and those it has ended took at their highest (resident size)."""
    kilobytes = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(kilobytes / 1024, 1)


def limits_of(settings: BaseSettings, name: str) -> dict[str, float]:
    """A setting that is a JSON object of thresholds. Raises ValueError, which names it."""
    value = settings[name]
    try:
        limits = json.loads(value) if isinstance(value, str) else value
        if not isinstance(limits, dict):
            raise ValueError(value)  # noqa: TRY004, TRY301
        return thresholds(limits)
    except ValueError as error:
        raise ValueError(f"{name} is no JSON object of thresholds: {error}") from None


def span(settings: BaseSettings, name: str) -> float:
    """A setting of TIMES, in its unit. Raises ValueError, which names it."""
    try:
        value = settings.getfloat(name)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ValueError(f"{name}={str(settings[name])!r} is no number of {TIMES[name]}")
    return value


def megabytes(settings: BaseSettings, name: str) -> int:
    """A setting in megabytes, as bytes. Raises ValueError, which names it."""
    text = str(settings[name])
    if not text.isdecimal():
        raise ValueError(f"{name}={text!r} is no whole number of megabytes")
    return int(text) * MB


def refused(settings: BaseSettings, kind: str, reason: str) -> NightReport:
    """A run that could not begin."""
    moment = now().isoformat()
    return NightReport(
        run=None, kind=kind, state="refused", started=moment, ended=moment, outlets=(), findings=(),
        newsroom=bool(settings["ILJARI_NEWSROOM"]), reason=reason,
    )  # fmt: skip


def current() -> Night:
    """This process's run."""
    if _current is None:
        raise RuntimeError("no run is open: start crawls by `scrapy nightly` or `scrapy crawl`")
    return _current
