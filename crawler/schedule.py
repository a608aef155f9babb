"""When nights are, and who starts them: each is a process of its own, one at a time, begun at its time or made up for.

A night that did not begin at its time, because the machine slept or nobody was there to begin it, is made up for once and
only where enough time is left before the next. The ledger tells whether it began. Nights are kept by calendar days of
their zone: each day has one, also where clocks are put forward or back around its time.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time as machine
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from crawler.clock import now, seconds_until
from crawler.run import HEALTHY, LOCKED, MISUSED, UNHEALTHY
from pipelines.database import reading

MAKE_UP = timedelta(hours=20)
"""How late a night may still begin; of the day, the rest is left to what else there is to do."""
ASK_AGAIN = timedelta(minutes=15)
"""After which a night asks again that found another run at work."""
_LATE = timedelta(minutes=2)
_LOOK = 0.5
"""Real seconds after which at the latest the clock is looked at, and the night: the machine may have slept meanwhile."""

_SAID = {
    HEALTHY: "the night is over, all outlets healthy · 끝, 모두 정상",
    UNHEALTHY: "the night is over, some outlets need a look · 끝, 살펴볼 매체가 있음",
    MISUSED: "the night could not begin, see above; the next one tries again · 시작하지 못함",
    LOCKED: f"another run is on, so the night waits {ASK_AGAIN // timedelta(minutes=1)} min · 다른 실행 중이라 기다림",
}
_BEGUN = "select max(started) from runs where kind = 'nightly' and newsroom = ? and started <= ?"


@dataclass(frozen=True, slots=True)
class Timetable:
    """A night each day, at a time of a zone."""

    at: time
    zone: ZoneInfo

    @classmethod
    def parse(cls, at: str, zone: str) -> Timetable:
        """Read `03:30` and `Asia/Seoul`; ValueError says what is wrong and what to write."""
        try:
            moment = datetime.strptime(at, "%H:%M").time()  # noqa: DTZ007
        except ValueError:
            raise ValueError(f"{at!r} is no time of day; write e.g. 03:30") from None
        try:
            return cls(moment, ZoneInfo(zone))
        except (KeyError, ValueError, OSError):  # not found; not a name; a folder of the zones
            raise ValueError(f"there is no time zone {zone!r}; write e.g. Asia/Seoul") from None

    def last(self, moment: datetime) -> datetime:
        """The latest time of a night that is not after a moment."""
        return max(one for one in self._around(moment) if one <= moment)

    def next(self, moment: datetime) -> datetime:
        """The first time of a night after a moment."""
        return min(one for one in self._around(moment) if one > moment)

    def _around(self, moment: datetime) -> list[datetime]:
        """The nights of the days about a moment. A time that a day lacks is as much later as the clocks were put forward,
        one that it has twice is the first."""
        today = moment.astimezone(self.zone).date()
        days = (today + timedelta(days=count) for count in range(-2, 3))
        return [datetime.combine(day, self.at, self.zone).astimezone(UTC) for day in days]


def last_begun(data: Path, moment: datetime, *, newsroom: bool) -> datetime | None:
    """When the last nightly run up to a moment began, by the ledger; None where it tells of none.

    Times after the moment, of a clock that was wrong, tell nothing.
    """
    with (
        suppress(sqlite3.Error),  # what is wrong with it, the night itself will say
        closing(reading(data / "crawl.db")) as ledger,
    ):
        begun = ledger.execute(_BEGUN, (newsroom, moment.isoformat())).fetchone()[0]
        return datetime.fromisoformat(begun) if begun else None
    return None


class Scheduler:
    """Runs nights until it is told to stop: by a signal, which it passes on to the night that is on; a second kills it."""

    def __init__(self, timetable: Timetable, command: Sequence[str], data: Path, *, newsroom: bool = False) -> None:
        """`command` is a night's command line; `data` the folder whose ledger tells what began (of a newsroom or the press)."""
        self.timetable, self.command, self.data, self.newsroom = timetable, command, data, newsroom
        self._started = self._not_before = now()
        self._settled = datetime.min.replace(tzinfo=UTC)  # nights up to this one have begun or are given up
        self._signals = 0

    def run(self) -> int:
        """Wait, run nights, until a signal; the exit code."""
        with self._listening():
            self._tell_next()
            while not self._signals:
                if planned := self._due(now()):
                    if self._night(planned) and not self._signals:
                        self._tell_next()
                else:
                    machine.sleep(max(0.0, min(_LOOK, seconds_until(self.timetable.next(now())))))
        _say("stopped · 멈춤")
        return HEALTHY

    def _due(self, moment: datetime) -> datetime | None:
        """The time of the night that is to begin now, if one is. The ledger is asked once a night."""
        if moment < self._started:  # the clock was ahead and has been put right
            self._started = self._not_before = moment
            self._settled = datetime.min.replace(tzinfo=UTC)
        planned = self.timetable.last(moment)
        if planned <= self._settled or moment < self._not_before:
            return None
        begun = last_begun(self.data, moment, newsroom=self.newsroom) or self._started
        if begun < planned and moment - planned <= MAKE_UP:
            return planned
        if begun < planned:
            _say(
                f"the night of {self._local(planned)} was missed, and it is too late for it · 놓친 수집, 다음을 기다림"
            )
        self._settled = planned
        return None

    def _night(self, planned: datetime) -> bool:
        """Run the night of a time; whether that settles it, or it is to be asked for again."""
        if now() - planned > _LATE:
            _say(
                f"the night of {self._local(planned)} did not begin at its time and is made up for now · 놓친 수집을 지금 실행"
            )
        child = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 (Ctrl-C reaches it through us alone)
        try:
            code = self._wait_for(child)
        finally:
            if child.poll() is None:
                _kill(child)
        _say(_SAID.get(code) or f"the night ended with {_cause(code)} · 비정상 종료")
        if code == LOCKED:
            self._not_before = now() + ASK_AGAIN
            return False
        self._settled = planned
        return True

    def _wait_for(self, child: subprocess.Popen[bytes]) -> int:
        passed_on = 0
        while (code := child.poll()) is None:
            if self._signals > passed_on:
                passed_on = self._signals
                if passed_on == 1:
                    _say("the night ends in order; a second signal kills it · 정리하고 끝냄")
                    child.terminate()
                else:
                    _kill(child)
            machine.sleep(_LOOK)
        return code

    @contextmanager
    def _listening(self) -> Iterator[None]:
        def note(number: int, frame: object) -> None:
            self._signals += 1

        before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _tell_next(self) -> None:
        moment = now()
        planned = self.timetable.next(moment)
        hours, minutes = divmod((planned - moment) // timedelta(minutes=1), 60)
        _say(f"next night · 다음 수집: {self._local(planned)}, in {hours} h {minutes} min")

    def _local(self, planned: datetime) -> str:
        return f"{planned.astimezone(self.timetable.zone):%Y-%m-%d %H:%M} {self.timetable.zone.key}"


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End a night with all its processes."""
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _say(text: str) -> None:
    print(f"schedule: {text}", file=sys.stderr, flush=True)
