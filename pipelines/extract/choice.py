"""Choosing among readings of one field: mentions that round to each other vote together, the most precise one stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipelines.extract.figures import Figure

SUPPORT = 0.5
"""What each further mention of the same value adds, as a share of its own score."""

MOST_VALUES = 60  # so many of the best supported amounts are compared with each other
NEARLY = 0.05  # what is further away is not rounded up


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that speaks for a reading of a figure, or, with a weight below zero, against it."""

    name: str
    weight: float
    holds: Callable[[Figure], object]


def weigh(features: Iterable[Feature], figure: Figure) -> float:
    """The sum of the weights of the features that a figure has."""
    return sum(feature.weight for feature in features if feature.holds(figure))


@dataclass(frozen=True, slots=True)
class Scored:
    """A figure read as a certain field, with how well the cues speak for it."""

    figure: Figure
    score: float

    @property
    def value(self) -> float:
        """The figure's value."""
        return self.figure.value


def choose(candidates: Iterable[Scored], least: float) -> Scored | None:
    """The best supported candidate, as its most precise mention; None where nothing reaches `least`."""
    ranked = sorted(candidates, key=lambda item: -item.score)
    places: dict[float, list[int]] = {}
    for place, item in enumerate(ranked):
        places.setdefault(item.value, []).append(place)
    values = list(places)[:MOST_VALUES]
    best: tuple[float, Scored] | None = None
    for head in values:
        alike = (place for value in values if same_amount(value, head) for place in places[value])
        group = [ranked[place] for place in sorted(alike)]
        total = max(item.score for item in group) + SUPPORT * (
            sum(max(item.score, 0) for item in group) - max(item.score for item in group)
        )
        if best is None or total > best[0] + 1e-9:
            fine = [item for item in group if item.score > 0.0] or group
            best = total, max(fine, key=lambda item: (_digits(item), not item.figure.quoted, item.score))
    if best is None or max(item.score for item in ranked if same_amount(item.value, best[1].value)) < least:
        return None
    return best[1]


def same_amount(one: float, other: float) -> bool:
    """Whether one is the other, or the other rounded or cut off: 1만2천 and 12,345 are, 10 and 12 are not."""
    if one == other:
        return True
    coarse, fine = (one, other) if _grain(one) > _grain(other) else (other, one)
    grain = _grain(coarse)
    if abs(one - other) > 0.12 * max(one, other) or grain < 100:
        return False
    rounded_up = -(-fine // grain) * grain if coarse - fine <= NEARLY * coarse else None
    return coarse in (round(fine / grain) * grain, fine // grain * grain, rounded_up)


def _grain(value: float) -> int:
    grain, whole = 1, round(value)
    while whole and whole % 10 == 0:
        grain, whole = grain * 10, whole // 10
    return grain


def _digits(item: Scored) -> tuple[int, bool]:
    return -_grain(item.value), item.figure.quantity.qualifier is None
