"""Delivering: each channel by itself, with several tries, all of them within a bounded time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic, sleep

from crawler.alerts.channels import Channel
from crawler.alerts.message import Alert
from crawler.alerts.post import ANSWER_SECONDS, CONNECT_SECONDS, DeliveryError
from crawler.network.pace import Pace


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long is tried. Seconds: the first wait between tries, the longest that a service may ask for,
    and all channels together, each of which begins no try that might last beyond.
    """

    tries: int = 3
    wait: float = 5.0
    longest: float = 30.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an alert on a channel: delivered unless there is an error; `remark` is worth saying all the same."""

    channel: str
    alert: Alert
    error: str | None = None
    remark: str | None = None


Post = tuple[Channel, Sequence[Alert]]
"""A channel and what it has to deliver, in that order."""


def deliver(posts: Sequence[Post], patience: Patience, note: Callable[[Outcome], None]) -> None:
    """Deliver, telling each outcome at once to `note`, in this thread. A channel in trouble leaves its other alerts be.

    What has no outcome after the whole time is told as failed; threads that hang then end with the process.
    """
    ends = monotonic() + patience.total
    outcomes: SimpleQueue[Outcome | str] = SimpleQueue()
    at_work = {channel.name: channel for channel, alerts in posts if alerts}
    left = {(channel.name, alert.id): alert for channel, alerts in posts for alert in alerts}
    for channel, alerts in posts:
        if alerts:
            work = (channel, alerts, patience, ends, outcomes)
            Thread(target=_work, args=work, name=f"alerts-{channel.name}", daemon=True).start()
    while at_work:
        try:
            told = outcomes.get(timeout=max(0.0, ends - monotonic()))
        except Empty:
            break
        if isinstance(told, str):
            del at_work[told]
        else:
            left.pop((told.channel, told.alert.id))
            note(told)
    for (name, _), alert in left.items():
        if name in at_work:
            note(Outcome(name, alert, f"it took longer than {patience.total:.0f} s"))


def _work(
    channel: Channel, alerts: Sequence[Alert], patience: Patience, ends: float, outcomes: SimpleQueue[Outcome | str]
) -> None:
    for alert in alerts:
        outcome, goes_on = _attempt(channel, alert, patience, ends)
        outcomes.put(outcome)
        if not goes_on:
            break
    outcomes.put(channel.name)


def _attempt(channel: Channel, alert: Alert, patience: Patience, ends: float) -> tuple[Outcome, bool]:
    """The outcome of some tries, and whether the channel can be asked to deliver another alert."""
    pace = Pace(patience.wait)
    error = DeliveryError("there was no time left", temporary=True)
    for left in range(patience.tries - 1, -1, -1):
        if monotonic() + min(CONNECT_SECONDS + ANSWER_SECONDS, patience.total / 2) > ends:
            break
        try:
            return Outcome(channel.name, alert, remark=channel.send(alert)), True
        except DeliveryError as failure:
            error = failure
        except Exception as failure:  # its text may tell what was sent
            error = DeliveryError(f"it failed unexpectedly ({type(failure).__name__})")
        wait = pace.trouble(channel.name, error.wait)
        if not (error.temporary and left and wait <= patience.longest and monotonic() + wait < ends):
            break
        sleep(wait)
    return Outcome(channel.name, alert, str(error)), not error.temporary
