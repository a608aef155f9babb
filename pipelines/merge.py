"""Many articles, one plan: the best reading of each field, how many sources agree, and where they differ.

A pure function of the plan's facts, whatever their order. Nothing is averaged: a value is one that an article states.
Sources are counted by release: ten copies of one press release say a thing once. A release says what most of its copies
say, and all that equally many of them say where they differ; that they differ is a conflict like any other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.extract.model import SCALARS
from pipelines.facts import Fact

ROUNDING = 0.05
"""How far a rounded figure (약, 여 …) may lie from an exact one and still agree with it, as a share."""

NAMES = frozenset({"municipality", "head_name", "head_office", "plan_name"})
PLAN_COLUMNS = tuple(name for name in SCALARS if name not in ("municipality", "plan_year", "plan_year_end"))


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact with what its article says of its weight."""

    fact: Fact
    revised: bool
    repost: bool
    published: str | None
    outlet: str
    release: str
    withdrawn: bool = False

    @property
    def order(self) -> tuple[bool, bool, str, str]:
        """What still stands before what was withdrawn, first-hand before reposted, early before late, then by identity."""
        return (self.withdrawn, self.repost, self.published or "9999", self.fact.id)


@dataclass(slots=True)
class Merged:
    """What the facts of one plan amount to: values by column, and rows for breakdowns, strategies and conflicts."""

    values: dict[str, Any] = field(default_factory=dict)
    agreement: dict[str, str] = field(default_factory=dict)
    rate_base: str | None = None
    breakdown: list[Stated] = field(default_factory=list)
    strategies: list[Stated] = field(default_factory=list)
    conflicts: list[tuple[Stated, bool]] = field(default_factory=list)  # each variant, and whether it was chosen


def merge(stated: Iterable[Stated]) -> Merged:
    """Choose per field, and take breakdown and strategies whole from the article that tells most of them."""
    by_field: dict[str, list[Stated]] = defaultdict(list)
    for one in sorted(stated, key=lambda one: one.order):
        by_field[one.fact.field].append(one)
    merged = Merged()
    for name in PLAN_COLUMNS:
        if name in by_field:
            _merge_field(name, by_field[name], merged)
    merged.breakdown = _fullest(by_field["breakdown"])
    merged.strategies = _fullest(by_field["strategy"])
    return merged


def _merge_field(name: str, all_stated: Sequence[Stated], merged: Merged) -> None:
    current = [one for one in all_stated if one.revised] or list(all_stated)
    support = _support(current)

    def weight(one: Stated) -> tuple[int, bool, int]:
        return (support[id(one)], one.fact.qualifier is None, *_descending(one, current))

    backed = max(current, key=weight)
    exact = [one for one in current if one.fact.qualifier is None and _agree(one.fact, backed.fact)]
    best = max(exact, key=weight, default=backed)
    merged.values[name] = best.fact.value
    merged.agreement[name] = f"{support[id(best)]}/{len({one.release for one in current})}"
    if name == "employment_rate_target":
        merged.rate_base = best.fact.base
    if name in NAMES:
        return
    if any(not _agree(best.fact, one.fact) for one in current):
        merged.conflicts += [(one, one.fact.value == best.fact.value) for one in current]


def _support(among: Sequence[Stated]) -> dict[int, int]:
    """How many releases say what a statement says, by the statement's `id()`."""
    copies: dict[str, list[Stated]] = defaultdict(list)
    for one in among:
        copies[one.release].append(one)
    support = dict.fromkeys(map(id, among), 0)
    for release in copies.values():
        agreeing = {
            id(one): len({copy.fact.article for copy in release if _agree(one.fact, copy.fact)}) for one in among
        }
        most = max(agreeing[id(copy)] for copy in release)
        for one in among:
            support[id(one)] += agreeing[id(one)] == most
    return support


def _descending(one: Stated, among: Sequence[Stated]) -> tuple[int]:
    return (-among.index(one),)


def _agree(a: Fact, b: Fact) -> bool:
    """Equal, or one of them rounded and the other near it."""
    if a.value == b.value:
        return True
    if isinstance(a.value, int | float) and isinstance(b.value, int | float) and (a.qualifier or b.qualifier):
        return abs(a.value - b.value) <= ROUNDING * max(abs(a.value), abs(b.value))
    return False


def _fullest(rows: Sequence[Stated]) -> list[Stated]:
    by_article: dict[str, list[Stated]] = defaultdict(list)
    for row in rows:
        by_article[row.fact.article].append(row)
    if not by_article:
        return []
    best = max(by_article.values(), key=lambda group: (group[0].revised, len(group), *_descending(group[0], rows)))
    return sorted(best, key=lambda row: row.fact.position)


def as_json(value: Any) -> str:
    """Compact JSON with Hangul as it is and keys in order, so that equal values are equal texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
