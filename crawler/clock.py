"""The one clock: every "now" of crawler and newsroom comes from here.

The environment variable ILJARI_CLOCK fixes it (`2020-03-31T03:00+09:00`) or runs it from a moment at a speed
(`2020-03-31T03:00+09:00 x3600 @1790000000`: at Unix time 1790000000 it was that moment, and an hour passes a second).
Being in the environment, it is the same clock in every process of a trial.
"""

from __future__ import annotations

import math
import os
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.model import KST

VARIABLE = "ILJARI_CLOCK"
_FORM = re.compile(r"(?P<start>\S+)(?: x(?P<speed>[\d.]+) @(?P<origin>[\d.]+))?")


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that showed `start` at Unix time `origin` and runs at `speed` (0: stands still)."""

    start: datetime
    speed: float = 0.0
    origin: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Clock:
        """Read the form of ILJARI_CLOCK; ValueError says what is wrong with it."""
        form = _FORM.fullmatch(text.strip())
        try:
            if form is None:
                raise ValueError("not of the form 'START' or 'START xSPEED @ORIGIN'")  # noqa: TRY301
            start = datetime.fromisoformat(form["start"])
            speed, origin = float(form["speed"] or 0), float(form["origin"] or 0)
        except ValueError as error:
            raise ValueError(f"{VARIABLE}={text!r}: {error}; write e.g. 2020-03-31T03:00+09:00") from None
        start = start.astimezone(KST) if start.tzinfo else start.replace(tzinfo=KST)
        return cls(start, speed, origin)

    def now(self) -> datetime:
        """This clock's time, aware, in Korean time."""
        return self.start + timedelta(seconds=self.speed * (time.time() - self.origin) if self.speed else 0)

    def seconds_until(self, moment: datetime) -> float:
        """Real seconds until this clock shows a moment; infinite where it stands still."""
        left = (moment - self.now()).total_seconds()
        return left / self.speed if self.speed else math.inf


def now() -> datetime:
    """The time, aware, in Korean time: of ILJARI_CLOCK where that is set, else the machine's."""
    setting = os.environ.get(VARIABLE)
    return Clock.parse(setting).now() if setting else datetime.now(KST)


def seconds_until(moment: datetime) -> float:
    """Real seconds until the clock shows a moment, negative once it has; infinite where it stands still."""
    setting = os.environ.get(VARIABLE)
    if setting:
        return Clock.parse(setting).seconds_until(moment)
    return (moment - now()).total_seconds()
