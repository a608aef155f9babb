"""A night's alerts from its beginning to its end: what is to be told, to whom, and what became of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crawler.alerts.configuration import Configuration, configuration
from crawler.alerts.delivery import Outcome, Patience, Post, deliver
from crawler.alerts.digest import Backlog, alarm, digest, trial
from crawler.alerts.message import Alert, Kind, Message, plain
from crawler.alerts.news import NIGHT, Memory, has_failed, settle, settle_failure
from crawler.alerts.outbox import DAYS, Outbox, Waiting
from crawler.clock import now
from crawler.keeping.lock import RESTORING
from crawler.monitors.findings import Finding, NightReport
from pipelines.database import DatabaseError

PING_SECONDS = 5.0
"""How long a night's beginning may wait for the ping."""


@dataclass(frozen=True, slots=True)
class _Tonight:
    """A night in words, whether it is news, and what will have been told then."""

    alert: Alert
    is_news: bool
    told: Memory


class Alerts:
    """The alerts of one night. Nothing here raises: what goes wrong is told in sentences, without any secret."""

    def __init__(self, setup: Configuration, patience: Patience) -> None:
        self.setup = setup
        self._patience = patience
        self._redact = setup.redactor
        self._problems: list[str] = []

    @property
    def mistakes(self) -> list[str]:
        """What is set wrongly, one sentence a channel or variable, for the night's beginning and its table."""
        return [f"{name}: {what}" if name.islower() else what for name, what in self.setup.mistakes.items()]

    def begin(self) -> None:
        """Tell the ping that a night begins."""
        if self.setup.ping:
            start = _ping("start", "iljari")
            patience = replace(self._patience, tries=1, total=PING_SECONDS)
            with self._harmless("the ping could not be sent"):
                deliver([(self.setup.ping, [start])], patience, self._note_ping)

    def tell(self, report: NightReport, data: Path | None) -> list[str]:
        """Send what is news of a night, and what waits from earlier ones; tell the ping how it ended. What went wrong.

        An alert is kept in the outbox of the data folder until each channel has it, for 14 days at most. Where there is
        none (None), or it cannot be used, the alert is sent all the same.
        """
        with self._harmless("the alerts broke off"), ExitStack() as opened:
            outbox: Outbox | None = None
            posts: list[Post] = []
            subject = f"iljari: {report.state}"
            with self._harmless("the alerts could not be made"):
                outbox, posts, subject = self._prepare(report, data, opened)
            if self.setup.ping:
                posts.append((self.setup.ping, [_ping("ok" if report.state == "ok" else "fail", subject)]))
            deliver(posts, self._patience, lambda outcome: self._note(outcome, outbox))
        problems, self._problems = list(dict.fromkeys(self._problems)), []
        return problems

    def try_out(self) -> dict[str, Outcome]:
        """Send a test message to each channel, once; what became of it, by channel."""
        alert = Alert(f"test-{now():%Y%m%dT%H%M%S}", "test", now(), trial(self.setup.language, self.setup.public_url))
        found: dict[str, Outcome] = {}
        deliver(
            [(channel, [alert]) for channel in self.setup.channels],
            replace(self._patience, tries=1),
            lambda outcome: found.update({outcome.channel: outcome}),
        )
        return {
            name: replace(
                one, error=one.error and self._redact(one.error), remark=one.remark and self._redact(one.remark)
            )
            for name, one in found.items()
        }

    def _prepare(
        self, report: NightReport, data: Path | None, opened: ExitStack
    ) -> tuple[Outbox | None, list[Post], str]:
        """The outbox with tonight's alert in it, what each channel has to deliver, and the night in one line."""
        if self.setup.reach and data:
            try:
                return self._through_outbox(report, data, opened)
            except (DatabaseError, sqlite3.Error, OSError) as error:
                self._problem(f"alerts are sent without being kept: {error}")
        tonight = self._tonight(report, None, ())
        posts: list[Post] = [(channel, [tonight.alert]) for channel in self.setup.channels if tonight.is_news]
        return None, posts, tonight.alert.message.subject

    def _through_outbox(
        self, report: NightReport, data: Path, opened: ExitStack
    ) -> tuple[Outbox | None, list[Post], str]:
        if (data / RESTORING).exists():
            raise DatabaseError(f"the restore into {data} was cut off")
        outbox = opened.enter_context(Outbox(data / "crawl.db"))
        gone, waiting = outbox.give_up(), outbox.waiting()
        tonight = self._tonight(report, outbox.told(), [*_backlog(waiting), *_backlog(gone, given_up=True)])
        outbox.put(tonight.alert if tonight.is_news else None, self.setup.reach, tonight.told)
        for one in gone:
            self._problem(_given_up(one))
        waiting = sorted(outbox.waiting(), key=lambda one: one.alert.id != tonight.alert.id)
        for name in self.setup.mistakes:
            if kept := sum(one.channel == name for one in waiting):
                self._problem(
                    f"{name}: {kept} {'alert waits' if kept == 1 else 'alerts wait'} until its settings are right"
                )
        posts = [
            (channel, [one.alert for one in waiting if one.channel == channel.name]) for channel in self.setup.channels
        ]
        return outbox, list[Post](posts), tonight.alert.message.subject

    def _tonight(self, report: NightReport, told: Memory | None, backlog: Sequence[Backlog]) -> _Tonight:
        setup, report = self.setup, self._redacted(report)
        if has_failed(report):
            failure, is_news = settle_failure(report, told)
            told = {**(told or {}), ("", NIGHT): failure}
            message = alarm(report, failure, setup.language, setup.public_url, backlog)
            return _Tonight(self._alert("alarm", report, report.findings, message), is_news, told)
        news = settle(report, told)
        message = digest(report, news.findings, setup.language, setup.public_url, backlog)
        alert = self._alert("digest", report, news.findings, message)
        return _Tonight(alert, news.worth_telling or setup.always, news.told)

    def _alert(self, kind: Kind, report: NightReport, findings: Sequence[Finding], message: Message) -> Alert:
        name = re.sub(r"[^A-Za-z0-9._-]+", "", report.run or f"{report.state}-{report.started}")
        told = _as_json(asdict(replace(report, findings=tuple(findings))))
        return Alert(f"{kind}-{name}", kind, now(), message, told)

    def _redacted(self, report: NightReport) -> NightReport:
        """Without secrets, before anything of it is cut: a part of one could not be told from other words."""
        hide = self._redact
        return replace(
            report,
            findings=tuple(replace(one, ko=hide(one.ko), en=hide(one.en)) for one in report.findings),
            outlets=tuple(hide.all(row) for row in report.outlets),
            reason=report.reason and hide(report.reason),
        )

    def _note(self, outcome: Outcome, outbox: Outbox | None) -> None:
        """Keep what became of an alert at once, so that it is not sent there again."""
        if self.setup.ping and outcome.channel == self.setup.ping.name:
            self._note_ping(outcome)
            return
        if outcome.error:
            kept = "kept for the next night" if outbox else "lost"
            self._problem(f"{outcome.channel}: not delivered, {kept}: {outcome.error}")
        if outcome.remark:
            self._problem(f"{outcome.channel}: {outcome.remark}")
        if outbox:
            try:
                outbox.note(outcome.alert.id, outcome.channel, self._redact(outcome.error) if outcome.error else None)
            except sqlite3.Error as error:
                self._problem(f"{outcome.channel}: the outbox cannot be written, so that it may be sent again: {error}")

    def _note_ping(self, outcome: Outcome) -> None:
        if outcome.error:
            self._problem(f"ping ({outcome.alert.kind}): {outcome.error}")

    @contextmanager
    def _harmless(self, what: str) -> Iterator[None]:
        """Whatever goes wrong within is a sentence: a mistake in here must not cost the night."""
        try:
            yield
        except Exception as error:
            self._problem(f"{what}: {type(error).__name__}: {error}")

    def _problem(self, said: str) -> None:
        self._problems.append(plain(self._redact(said)))


def configured(settings: Any) -> Alerts:
    """The alerts as they are set up."""
    return Alerts(configuration(settings), Patience(wait=0.05 if settings.get("ILJARI_NEWSROOM") else 5.0))


def _ping(kind: Kind, subject: str) -> Alert:
    return Alert(f"ping-{kind}", kind, now(), Message(subject))


def _given_up(one: Waiting) -> str:
    return f"{one.channel}: the alert of {one.alert.created:%Y-%m-%d} is given up after {DAYS} days: {one.error or 'never tried'}"


def _backlog(waiting: Sequence[Waiting], *, given_up: bool = False) -> list[Backlog]:
    by_channel: dict[str, list[date]] = {}
    for one in waiting:
        by_channel.setdefault(one.channel, []).append(one.alert.created.date())
    return [Backlog(channel, len(days), min(days), given_up) for channel, days in by_channel.items()]


def _as_json(value: Any) -> Any:
    """A report as JSON has it: days and moments as ISO texts, and no text that has no bytes."""
    match value:
        case dict():
            return {str(name): _as_json(one) for name, one in value.items()}
        case list() | tuple():
            return [_as_json(one) for one in value]
        case datetime() | date():
            return value.isoformat()
        case int() | float() | None:
            return value
    return str(value).encode("utf-8", "replace").decode("utf-8")
