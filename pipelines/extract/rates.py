"""Employment rates: the plan's target, its age base, and the rates that are something else."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.extract import cues
from pipelines.extract.document import last_match
from pipelines.extract.figures import Figure

LOWEST, HIGHEST = 40.0, 90.0


@dataclass(frozen=True, slots=True)
class Rate:
    """An employment rate with its base; `goal` above 0 speaks for the plan's target."""

    figure: Figure
    base: str | None  # 15-64, 15+, youth, women, other
    goal: float
    status: str | None = None  # target, result


def read_rates(figures: list[Figure]) -> list[Rate]:
    """All employment rates of the article."""
    found: list[Rate] = []
    last_end: dict[int, int] = {}
    for figure in figures:
        if figure.unit != "%":
            continue
        start = last_end.get(figure.sentence.number, 0)
        if not (figure.difference or cues.RATE_STEP.match(figure.right)):
            last_end[figure.sentence.number] = figure.quantity.end
        reach = figure.left[start:]
        cue = last_match(cues.RATE, reach)
        after = cues.RATE.match(figure.right.lstrip()) or cues.RATE.match(figure.right.removeprefix("의 "))
        if cue is None and not after:
            continue
        if cue is not None and len(reach) - cue.end() > 45:
            continue
        before = reach[: cue.start()][-24:] if cue else reach[-24:]
        between = reach[cue.end() :] if cue else ""
        if any(word in between for word in ("취업자", "실업률", "참가율", "예산", "달성률", "목표 대비", "목표대비")):
            continue
        group = cues.RATE_GROUP.search(before[-16:])
        base = group.lastgroup if group else _base(before + " " + between)
        goal = _goal(figure, between)
        told = figure.past or figure.made or bool(cues.RATE_PAST_AFTER.match(figure.near_right))
        status = "result" if told else "target" if goal >= 1.0 else None
        found.append(Rate(figure, base, goal - 6.0 * bool(group), status))
    return found


def choose_target(rates: list[Rate], yearly: bool) -> Rate | None:
    """The plan's target of the general rate, or None; a yearly plan's comes before the term's."""
    fit = [rate for rate in rates if rate.goal >= 1.0 and rate.base in (None, "15-64", "15+")]
    if yearly:
        fit = [rate for rate in fit if rate.figure.horizon not in {"term", "every"}]
    if not fit:
        return None
    total: dict[float, float] = {}
    for rate in fit:
        total[rate.figure.value] = total.get(rate.figure.value, 0.0) + rate.goal
    best = max(fit, key=lambda rate: (total[rate.figure.value], -rate.figure.sentence.number))
    best = _precise(best, fit)
    same = [rate for rate in fit if rate.figure.value == best.figure.value]
    return next((rate for rate in same if rate.base), best)


def _precise(best: Rate, fit: list[Rate]) -> Rate:
    """The exact rate where the best one only rounds it: 69.4% behind 70% 가까이 and a headline's 70%."""
    same = [rate for rate in fit if rate.figure.value == best.figure.value]
    rounded = best.figure.value.is_integer() and all(
        rate.figure.lead == 0 or cues.RATE_ABOUT.match(rate.figure.right) for rate in same
    )
    exact = [
        rate for rate in fit if not rate.figure.value.is_integer() and abs(rate.figure.value - best.figure.value) < 1
    ]
    return max(exact, key=lambda rate: rate.goal) if rounded and exact else best


def _base(text: str) -> str | None:
    return next((name for name, pattern in cues.RATE_BASE if pattern.search(text)), None)


def _goal(figure: Figure, between: str) -> float:
    goal = 0.0
    near = figure.near_right[:25]
    goal += 2.0 * bool(cues.RATE_GOAL.search(near) or cues.RATE_GOAL.search(between))
    goal += 1.5 * bool(cues.RATE_GOAL.search(figure.left[-60:])) + 1.0 * (figure.lead == 0) + 0.5 * (figure.lead == 1)
    goal += 1.0 * bool(cues.RATE_GOAL.search(figure.right[:60])) + 1.5 * figure.announced
    goal -= 6.0 * (figure.past or figure.foreign or figure.made) + 4.0 * bool(
        cues.RATE_PAST_AFTER.match(figure.near_right)
    )
    return goal - 6.0 * (figure.difference or figure.near_right.startswith(("에서 ", "보다 ")))
