"""What became of an article from fetch to fetch: its versions, and which facts changed between them. Pure functions."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from pipelines.facts import Fact, Value

Shown = Literal["plan", "no-plan", "gone"]
"""What a fetch showed: a job plan, a whole article that is none (any more), or word that the article is gone."""

Event = Literal["published", "edited", "facts-changed", "no-plan", "withdrawn", "back"]
"""How a version came about; `edited` is words only, `back` follows `withdrawn` or `no-plan`."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one fetch of an article showed. `article` and `facts` are there where it was a job plan."""

    at: str  # when it was fetched, ISO, Korean time
    shown: Shown
    content: str  # content_of
    body_sha256: str | None = None
    body_chars: int | None = None
    plan: str | None = None
    article: Mapping[str, Any] | None = None  # the row of `articles`, without what other fetches decide
    facts: tuple[Fact, ...] = ()

    @property
    def published(self) -> str | None:
        """When the article was published, by this fetch; a page that lost its date tells nothing."""
        return self.article.get("published") if self.article else None


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that differs from the version before. One side is None where the fact is new or no longer stated."""

    field: str
    label: str | None
    before: Value
    after: Value
    as_written_before: str | None
    as_written_after: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """Consecutive fetches that showed the same."""

    number: int  # from 1
    event: Event
    first: Sighting
    last: Sighting  # the last that told when the article was published, where one did
    changes: tuple[Change, ...] = ()


def content_of(shown: Shown, title: str = "", body_sha256: str = "") -> str:
    """A short hash, equal for what is no new version."""
    return hashlib.sha256("\0".join((shown, title, body_sha256)).encode("utf-8", "replace")).hexdigest()[:16]


def versions(sightings: Iterable[Sighting]) -> list[Version]:
    """The versions of an article, oldest first, whatever the order of its sightings.

    They begin with the first job plan: what was there before is nobody's history. A version that is no job plan keeps
    the facts of the last one that was; changes are told between plans, across what lies between.
    """
    made: list[Version] = []
    plan: Sighting | None = None
    ordered = sorted(sightings, key=lambda one: (one.at, one.content))
    for _, group in groupby(ordered, key=lambda one: one.content):
        run = list(group)
        first, last = run[0], next((one for one in reversed(run) if one.published), run[-1])
        if plan is None and last.shown != "plan":
            continue
        told = tuple(changes(plan, last)) if plan and last.shown == "plan" else ()
        event = _event(made[-1].last.shown if made else None, last.shown, changed=bool(told))
        made.append(Version(len(made) + 1, event, first, last, told))
        plan = last if last.shown == "plan" else plan
    return made


def _event(before: Shown | None, shown: Shown, *, changed: bool) -> Event:
    if shown == "gone":
        return "withdrawn"
    if shown == "no-plan":
        return "no-plan"
    if before is None:
        return "published"
    if before != "plan":
        return "back"
    return "facts-changed" if changed else "edited"


def changes(before: Sighting, after: Sighting) -> Iterator[Change]:
    """What two job plans of one article state differently: first the plan they belong to, then fact by fact.

    Rows of lists are matched by what they are called, not by their place. Another wording of the same value is no change.
    """
    if before.plan != after.plan:
        yield Change("plan", None, before.plan, after.plan, None, None)
    old, new = _by_name(before.facts), _by_name(after.facts)
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        if was is None or now is None or (was.value, was.unit) != (now.value, now.unit):
            yield Change(
                field=name[0],
                label=name[1],
                before=was.value if was else None,
                after=now.value if now else None,
                as_written_before=was.as_written if was else None,
                as_written_after=now.as_written if now else None,
            )


def _by_name(facts: Sequence[Fact]) -> dict[tuple[str, str | None, int], Fact]:
    """Facts by field, label and how often that was there before."""
    seen: Counter[tuple[str, str | None]] = Counter()
    named = {}
    for fact in facts:
        name = (fact.field, _label(fact))
        named[(*name, seen[name])] = fact
        seen[name] += 1
    return named


def _label(fact: Fact) -> str | None:
    if fact.field == "strategy":
        return str(fact.value)
    if fact.field == "breakdown":
        return fact.label
    return " ".join(part for part in (fact.period, fact.status, fact.base) if part) or None
