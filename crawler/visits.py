"""When an article that was fetched is looked at again: edits come soon after publication, withdrawals a little later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

VisitOutcome = Literal["unchanged", "changed", "gone", "no-text", "unread", "blocked", "robots", "deferred", "failed"]
VISIT_OUTCOMES: tuple[VisitOutcome, ...] = (
    "unchanged", "changed", "gone", "no-text", "unread", "blocked", "robots", "deferred", "failed",
)  # fmt: skip
"""What becomes of a visit: the same page or text, another text, the page was withdrawn, it came without a text, it came
and could not be read, and so on."""

EVERY_DAY_AND_THEN = (1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30)
ONCE_OR_TWICE = (1, 3)
NOW_AND_THEN = (1, 2, 3, 7, 14, 30)
SCHEDULES: dict[str, tuple[int, ...]] = {"no-plan": ONCE_OR_TWICE, "gone": NOW_AND_THEN}
"""Days after publication, by what reading the article gave; of any other verdict it is `EVERY_DAY_AND_THEN`."""
LAST_DAY = EVERY_DAY_AND_THEN[-1]
"""An article older than this, in days, is not visited again."""


@dataclass(frozen=True, slots=True)
class Known:
    """An article that was fetched: what is requested, and what the outlet said of its version."""

    url: str
    link: str
    title: str
    found_by: str
    etag: str | None
    last_modified: str | None

    @property
    def conditions(self) -> dict[str, str]:
        """The headers of a request that is answered by 304 where nothing has changed."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


def is_due(published: date, checked: date, today: date, verdict: str | None) -> bool:
    """Whether a day of the schedule has come since the article was last looked at."""
    then, now = (checked - published).days, (today - published).days
    return any(then < day <= now for day in SCHEDULES.get(verdict or "", EVERY_DAY_AND_THEN))
