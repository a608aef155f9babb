"""How well plans match a gold file: F1 of relevance, headline scalars, strategy names and breakdown rows, evidence.

The gold file holds one JSON object a line, matched to the plans by `id`. `accept` names other fair values of a field,
`skip` lists on which careful readers differ. Articles that are no job plans in the gold count for relevance only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pipelines.extract import SCALARS

RENAMED = {"강원도": "강원특별자치도", "전라북도": "전북특별자치도", "제주도": "제주특별자치도"}
Row = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """Right, invented and missed readings."""

    right: int = 0
    invented: int = 0
    missed: int = 0

    def add(self, right: int, invented: int, missed: int) -> None:
        self.right, self.invented, self.missed = self.right + right, self.invented + invented, self.missed + missed

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.invented) if self.right + self.invented else 1.0

    @property
    def f1(self) -> float:
        both = 2 * self.right + self.invented + self.missed
        return 2 * self.right / both if both else 1.0


def score(gold: Iterable[Row], plans: dict[str, Row], inputs: dict[str, Row]) -> dict[str, Tally]:
    """Tallies by field, and `relevance`, `headline`, `strategy_names`, `breakdown`, `evidence`."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for want in gold:
        plan = plans.get(want["id"], {})
        says, truth = bool(plan.get("relevant")), bool(want["relevant"])
        tallies["relevance"].add(says and truth, says and not truth, truth and not says)
        if not truth:
            continue
        read = plan if says else {}
        _scalars(want, read, tallies)
        for name, same in (("strategy_names", _same_name), ("breakdown", _same_row)):
            if name not in want.get("skip", []):
                wanted, got = want.get(name) or [], read.get(name) or []
                hits = _matches(wanted, got, same)
                tallies[name].add(hits, len(got) - hits, len(wanted) - hits)
        _evidence(read, inputs[want["id"]], tallies["evidence"])
    return tallies


def _scalars(want: Row, read: Row, tallies: dict[str, Tally]) -> None:
    for field in SCALARS:
        wanted, got = want.get(field), read.get(field)
        options = [wanted, *want.get("accept", {}).get(field, [])]
        if got is None and None in options:
            continue
        right = got is not None and any(option is not None and _same(field, option, got) for option in options)
        outcome = (1, 0, 0) if right else (0, int(got is not None), int(wanted is not None))
        tallies[field].add(*outcome)
        tallies["headline"].add(*outcome)


def _evidence(read: Row, source: Row, tally: Tally) -> None:
    for field in SCALARS:
        if read.get(field) is not None:
            spot = read["evidence"].get(field) or {}
            text = source["title" if spot.get("in") == "title" else "text"]
            there = bool(spot) and text[spot["start"] : spot["end"]] == spot["as_written"] != ""
            tally.add(int(there), int(not there), 0)


def _squash(text: object) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", str(text))).lower()


def _alike(one: object, other: object, least: float) -> bool:
    a, b = _squash(one), _squash(other)
    if not a or not b:
        return False
    if a in b or b in a:
        return min(len(a), len(b)) / max(len(a), len(b)) >= least / 2
    return SequenceMatcher(None, a, b).ratio() >= least


def _present(name: object) -> str:
    province, _, rest = str(name).partition(" ")
    return _squash(RENAMED.get(province, province) + rest)


def _same(field: str, wanted: Any, got: Any) -> bool:
    if field == "plan_name":
        return _alike(wanted, got, 0.7)
    if field == "municipality":
        return _present(wanted) == _present(got)
    if isinstance(wanted, str):
        return _squash(wanted) == _squash(got)
    return abs(float(wanted) - float(got)) <= max(0.05 if isinstance(wanted, float) else 0.0, 1e-9 * abs(float(wanted)))


def _same_name(wanted: str, got: str) -> bool:
    return _alike(wanted, got, 0.75)


def _same_row(wanted: Row, got: Row) -> bool:
    return bool(wanted["value"] == got["value"]) and _alike(wanted["label"], got["label"], 0.5)


def _matches(wanted: list[Any], got: list[Any], same: Callable[[Any, Any], bool]) -> int:
    left, hits = list(got), 0
    for item in wanted:
        found = next((position for position, other in enumerate(left) if same(item, other)), None)
        if found is not None:
            del left[found]
            hits += 1
    return hits
