"""In what a listed address, a list page, a reading, a visit may end, and the sums of it for an outlet's part of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from crawler.visits import VISIT_OUTCOMES
from crawler.walks import LIST_OUTCOMES

Outcome = Literal[
    "known", "listed_twice", "out_of_window", "irrelevant", "robots", "deferred", "fetched", "blocked", "failed"
]  # fmt: skip
OUTCOMES: tuple[Outcome, ...] = (
    "known", "listed_twice", "out_of_window", "irrelevant", "robots", "deferred", "fetched", "blocked", "failed",
)  # fmt: skip
READ_OUTCOMES = (
    "plan", "no-plan", "no-body", "script-body", "attachment-only", "block-page", "not-html", "gone", "unreadable",
    "unread",
)  # fmt: skip
"""What reading a fetched page gave."""


@dataclass(frozen=True, slots=True)
class Account:
    """What became of an outlet's part of a run: by stage (`listed`, `list_pages`, `read`, `visits`), counts by outcome."""

    counts: Mapping[str, Mapping[str, int]]

    def total(self, stage: str) -> int:
        """All of a stage."""
        return sum(self.counts[stage].values())

    def of(self, stage: str, *outcomes: str) -> int:
        """Those of a stage that ended so."""
        return sum(self.counts[stage].get(outcome, 0) for outcome in outcomes)

    def columns(self) -> dict[str, int]:
        """The columns of `run_outlets`."""
        return {
            "listed": self.total("listed"),
            **{outcome: self.of("listed", outcome) for outcome in OUTCOMES},
            "plan_articles": self.of("read", "plan"),
            "list_pages": self.total("list_pages"),
            "visits": self.total("visits"),
        }


class LedgerError(Exception):
    """The outcomes of a run do not add up; `account` holds them as they are."""

    def __init__(self, said: str, account: Account) -> None:
        super().__init__(said)
        self.account = account


STAGES: dict[str, tuple[str, ...]] = {
    "listed": OUTCOMES, "list_pages": LIST_OUTCOMES, "read": READ_OUTCOMES, "visits": VISIT_OUTCOMES,
}  # fmt: skip
"""The stages of a run, and in what their rows may end."""
