"""Walking through a listing page by page: what a page means, and whether the next one is worth asking for. No I/O.

A night looks a window back instead of stopping at the first article it knows, so that backdated ones are found; a page
that shows nothing where more should follow is told from the true end of the listing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from crawler.arguments import MAX_PAGES, Window
from crawler.cms.listing import Entry, Listing

LOOK_BACK_DAYS = 14
"""How far behind today a nightly walk looks, through pages on which everything is known."""
LOOK_BACK_PAGES = 3
"""After how many pages in a row without news it stops all the same: lists that show no dates, or many a day."""
CATCH_UP = 5
"""How many times the usual number of pages a walk may take to get back to what an earlier one has seen."""
FEW_HITS = 3
"""A search that showed fewer articles than this may well show none: what it found was withdrawn."""
SHRINKAGE_DAYS = 30
"""How much shorter than ever before, in days, a listing may end without being called cut."""

ListOutcome = Literal["read", "end", "empty", "cut", "blocked", "robots", "deferred", "failed"]
LIST_OUTCOMES: tuple[ListOutcome, ...] = ("read", "end", "empty", "cut", "blocked", "robots", "deferred", "failed")
"""What becomes of a list page: it showed articles, lay behind the last of them, showed none where it should, showed
none (or only what was seen before) though the listing goes on or the page limit cut the walk, and so on."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier walks through a listing knew: whether the last one was complete, how many articles it showed, the
    oldest day ever reached, the page on which a walk last found nothing."""

    complete: bool = False
    entries: int = 0
    oldest: date | None = None
    end_page: int | None = None


NOTHING = Memory()
"""Of a listing that was never walked."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a list page was, why, and whether to ask for the next one."""

    outcome: ListOutcome
    reason: str | None
    go_on: bool


@dataclass(slots=True)
class Walk:
    """One walk through a listing."""

    listing: Listing
    window: Window
    memory: Memory
    today: date
    pages: int = 0
    entries: int = 0
    ended: bool = False  # came to where it was meant to end
    failure: str | None = None
    failure_kind: str | None = None  # where a request failed: its kind (crawler/network/failures.py)
    oldest: date | None = None
    end_page: int | None = None
    begun_at: int | None = None  # the page on which the walk begins, where it goes on from an earlier one
    _seen: set[str] = field(default_factory=set)
    _sorted: bool = True
    _quiet: int = 0
    _leads_on: bool = False

    def take(self, number: int, entries: Sequence[Entry], urls: Collection[str], *, news: bool, leads_on: bool) -> Step:
        """Judge a page. `urls` are its articles' identities, `news` says that one of them was never settled before,
        `leads_on` that the page links to a later one of its listing."""
        fresh = set(urls) - self._seen
        days = [entry.listed_on for entry in entries if entry.listed_on]
        for day in days:
            if self.oldest and day - self.oldest > timedelta(days=1):
                self._sorted = False  # by relevance, say: what is old tells nothing of what follows
            self.oldest = min(day, self.oldest or day)
        step = self._page(number, entries, news) if fresh else self._nothing(number)
        self.pages += 1
        self.entries += len(entries)
        self._seen |= fresh
        self._leads_on = leads_on
        never_any = step.outcome == "empty" and not self.memory.entries
        self.ended = not step.go_on and (step.outcome in ("read", "end") or never_any)
        if not step.go_on and not self.ended:
            self.failure = step.reason
        return step

    def _nothing(self, number: int) -> Step:
        first = number == self.listing.first
        shown_before = self.memory.entries
        if first and shown_before >= (FEW_HITS if self.listing.found_by == "search" else 1):
            return Step("empty", "shows no article any more: was the site relaunched?", go_on=False)
        if first and self.listing.found_by != "search":
            return Step("empty", "shows no article", go_on=False)
        if not first:
            self.end_page = number
            why = self._more_expected(number)
            if why:
                return Step("cut", f"page {number} shows nothing new, though {why}", go_on=False)
        return Step("end", "the listing ends", go_on=False)

    def _more_expected(self, number: int) -> str | None:
        if (self._leads_on or number == self.begun_at) and self.memory.end_page != number:
            return "the page before leads on to it"
        before = self.memory.oldest
        if before and self.oldest and self.oldest - before > timedelta(days=SHRINKAGE_DAYS):
            return f"the listing once went back to {before}"
        return None

    def _page(self, number: int, entries: Sequence[Entry], news: bool) -> Step:
        self._quiet = 0 if news else self._quiet + 1
        since = self.window.since
        if not self.listing.paged:
            return Step("read", "the listing has one page", go_on=False)
        if since:
            if self._sorted and _all_before(entries, since):
                return Step("read", f"all is older than {since}", go_on=False)
        elif self.memory.complete:
            if not news and self._sorted and _all_before(entries, self.today - timedelta(days=LOOK_BACK_DAYS)):
                return Step("read", f"all is known and older than {LOOK_BACK_DAYS} days", go_on=False)
            if self._quiet >= LOOK_BACK_PAGES:
                return Step("read", f"{LOOK_BACK_PAGES} pages without news", go_on=False)
        if number - self.listing.first + 1 < self._limit:
            return Step("read", None, go_on=True)
        if since:
            return Step("cut", f"the limit of {self._limit} pages came before {since}", go_on=False)
        if self.memory.complete and news:
            return Step("cut", f"{self._limit} pages did not reach back to what is known", go_on=False)
        return Step("read", f"the limit of {self._limit} pages", go_on=False)

    @property
    def _limit(self) -> int:
        if self.window.page_limit is not None:
            return self.window.page_limit
        return MAX_PAGES * (CATCH_UP if self.memory.complete else 1)


def _all_before(entries: Sequence[Entry], day: date) -> bool:
    return bool(entries) and all(entry.listed_on and entry.listed_on < day for entry in entries)
