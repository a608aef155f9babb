"""What was reached before: the last target, the jobs made and the share; arithmetic chooses between readings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from pipelines.extract import cues
from pipelines.extract.choice import Feature, Scored, choose, same_amount, weigh
from pipelines.extract.figures import Figure, by_sentence, is_past

LEAST_TARGET = 30
SHARE = (30, 600)  # percent of a target that can be reached
RATIO_TOLERANCE = 1.0  # percentage points between a stated share and the computed one
OPENING = 2  # sentences of the lead, which need not say again that jobs are meant
AGREED = 2.0  # at least so much a role needs that arithmetic does not confirm


@dataclass(frozen=True, slots=True)
class Results:
    """Figures of the year before, or of the term so far."""

    target: Figure | None = None
    created: Figure | None = None
    achievement: Figure | None = None


def stated_shares(value: float, written_after: str) -> tuple[float, ...]:
    """What a share can mean: 117% is reached; 17% 초과 is 17 above all of it."""
    exceeds = bool(cues.EXCEEDS.match(written_after))
    return (value + 100.0,) if exceeds and value < 100 else (value, value + 100.0) if exceeds else (value,)


def _names_previous_goal(figure: Figure) -> bool:
    """Whether the word goal before a number is said of the number before that: 4천개를 목표로 세워 5천개를."""
    return figure.near_left != figure.left and bool(cues.GOAL_OF_PREVIOUS.match(figure.near_left))


def _names_next_goal(figure: Figure) -> bool:
    """Whether the word goal behind a number is said of the number behind that: 9,612개로 목표 8,900개를 넘었다."""
    return figure.near_right != figure.right and bool(cues.GOAL_OF_NEXT.search(figure.near_right))


GOAL_FEATURES = (
    Feature("goal before it", 3.0, lambda figure: cues.TARGET_MARK_LEFT.search(figure.near_left) and not _names_previous_goal(figure)),
    Feature("goal behind it", 3.0, lambda figure: cues.TARGET_MARK_RIGHT.match(figure.near_right) and not _names_next_goal(figure)),
    Feature("the goal of an earlier year", 3.0, lambda figure: cues.OLD_GOAL_AFTER.match(figure.right) or cues.OLD_GOAL_BEFORE.search(figure.left[-30:])),
    Feature("surpassed, and goal before it", 2.0, lambda figure: cues.SURPASSED_AFTER.match(figure.right) and "목표" in figure.near_left),
)  # fmt: skip
RESULT_FEATURES = (
    Feature("told as a result", 2.0, lambda figure: figure.made),
    Feature("a verb of making behind it", 2.0, lambda figure: cues.CREATED.search(figure.near_right[:40])),
    Feature("result before it", 2.0, lambda figure: cues.RESULT_LEFT.search(figure.near_left) or cues.RESULT_NOUN.search(figure.left)),
    Feature("jobs given in the past tense", 2.0, lambda figure: cues.JOB_GIVEN_AFTER.match(figure.right)),
    Feature("called a total", 1.5, lambda figure: cues.TOTAL_BEFORE.search(figure.near_left)),
    Feature("in the lead", 1.0, lambda figure: figure.lead <= 1),
    Feature("a row of a list", -5.0, lambda figure: cues.BULLET.search(figure.left[-30:]) or cues.LABEL_END.search(figure.near_left)),
    Feature("compared with the goal", -4.0, lambda figure: re.search(r"목표\s?(?:대비\s)?$", figure.near_left)),
)  # fmt: skip


def read_results(
    counted: list[Figure], figures: list[Figure], target: Figure | None, others: list[Figure], year: int | None
) -> Results:
    """Last year's figures; `counted` are the job figures, `target` the new target, `others` targets of other times."""
    past = [figure for figure in counted if _is_reported(figure, target, year)]
    latest = max((_year(figure) for figure in past), default=0)
    past = [figure for figure in past if _year(figure) in {0, latest}]
    goals = [Scored(figure, weigh(GOAL_FEATURES, figure)) for figure in past]
    made = [Scored(figure, weigh(RESULT_FEATURES, figure)) for figure in past]
    goals = [goal for goal in goals if goal.score > 0]
    named = {id(goal.figure) for goal in goals}
    made = [item for item in made if item.score >= AGREED and id(item.figure) not in named]
    shares = read_shares(figures, year)
    found = _by_ratio(past, goals, made, shares + _following_shares(figures, past, shares))
    if found is None:
        best = choose(with_whole(made), AGREED)
        found = Results(
            goals[0].figure if goals else None, best.figure if best else None, shares[0] if shares else None
        )
    if found == Results():
        return _read_progress(counted, figures, others)
    return found


def with_whole(scored: Iterable[Scored]) -> list[Scored]:
    """The largest of the plausible figures is more likely the whole than a part."""
    scored = list(scored)
    biggest = max((item.value for item in scored if item.score >= 2.0), default=0.0)
    return [Scored(item.figure, item.score + 2.0 * (item.value >= biggest and item.score >= 2.0)) for item in scored]


def _is_reported(figure: Figure, target: Figure | None, year: int | None) -> bool:
    """Whether a figure is one of the past and of the whole, not a part of it and not the new target again."""
    if not is_past(figure, year) or figure.difference or figure.value < LEAST_TARGET:
        return False
    if year and 0 < _year(figure) < year - 1:
        return False
    if cues.ALREADY_MADE_AFTER.match(figure.near_right) and figure.period is None:
        return False
    surpassed = cues.SURPASSED_AFTER.match(figure.right) and "목표" in figure.near_left
    if (figure.horizon in {"every", "half", "term"} or cues.GROUP_JOB.search(figure.left)) and not surpassed:
        return False
    if re.match(r"\s?보다", figure.near_right) and not surpassed:
        return False
    if figure.lead > OPENING and "일자리" not in figure.sentence.text and "목표" not in figure.sentence.text:
        return False
    dated = figure.past or (figure.period is not None and figure.period.kind == "year")
    again = target is not None and same_amount(figure.value, target.value)
    return not (again and not dated) and not (figure.quoted and not (figure.past or figure.made))


def _following_shares(figures: list[Figure], past: list[Figure], shares: list[Figure]) -> list[Figure]:
    """Shares told beside the result or behind it, which arithmetic has to confirm: 달성률은 108%다, 108%를 찍었다."""
    before = {figure.sentence.number for figure in past}
    known = {id(share) for share in shares}
    return [
        figure
        for figure in figures
        if figure.unit == "%"
        and id(figure) not in known
        and not figure.foreign
        and (
            (figure.sentence.number - 1 in before and cues.SHARE_BEFORE.search(figure.near_left))
            or (figure.sentence.number in before and cues.SHARE_HIT_AFTER.match(figure.near_right))
        )
    ]


def _by_ratio(past: list[Figure], goals: list[Scored], made: list[Scored], shares: list[Figure]) -> Results | None:
    """The goal and result whose ratio is a stated share; by cue first, then any two past figures near the share."""
    beside = by_sentence(past)
    targets = {goal.value: goal.figure for goal in reversed(goals)}
    reached = {item.value: item.figure for item in reversed(made)}
    for share in shares:
        at = share.sentence.number
        near = [figure for number in (at - 1, at, at + 1) for figure in beside.get(number, ())]
        cued = product([*targets.values()][::-1], [*reached.values()][::-1])
        open_pairs = ((goal, result) for goal, result in product(near, near) if goal is not result)
        for goal, result in (*cued, *open_pairs):
            if fits(share.value, share.right, goal.value, result.value):
                return Results(goal, result, share)
    return None


def fits(share: float, written_after: str, goal: float, result: float) -> bool:
    """Whether a stated share is what goal and result give."""
    computed = 100 * result / goal
    return any(abs(computed - value) <= RATIO_TOLERANCE for value in stated_shares(share, written_after))


def _read_progress(counted: list[Figure], figures: list[Figure], others: list[Figure]) -> Results:
    """How far a term's target has been reached, where nothing is said of last year: 목표는 3만5천개로, 이 중 83%(2만9천개)를 채웠다."""
    for goal in others:
        shares = [figure for figure in figures if figure.sentence is goal.sentence and figure.unit == "%"]
        done = [figure for figure in counted if figure.sentence is goal.sentence and figure is not goal]
        for share, part in product(shares, done):
            if fits(share.value, "", goal.value, part.value) and share.quantity.start > goal.quantity.end:
                return Results(goal, part, share)
    return Results()


def _year(figure: Figure) -> int:
    return figure.period.last or 0 if figure.period else 0


def read_shares(figures: list[Figure], year: int | None) -> list[Figure]:
    """The shares of last year's job target that were reached, as stated."""
    about = {figure.sentence.number for figure in figures if figure.unit in cues.JOB_UNITS}
    opening = [figure.sentence.text for figure in figures if figure.lead <= 1]
    unfinished = any(cues.UNFINISHED.search(text) for text in opening)
    return [figure for figure in figures if _is_share(figure, about, unfinished, year)]


def _is_share(figure: Figure, about: set[int], unfinished: bool, year: int | None) -> bool:
    exceeds = bool(cues.EXCEEDS.match(figure.right))
    low, high = SHARE
    if figure.unit != "%" or figure.foreign or not (1 if exceeds else low) <= figure.value <= high:
        return False
    if figure.difference and not exceeds:
        return False
    if cues.UNFINISHED.search(figure.sentence.text) and not figure.past:
        return False
    if figure.horizon in {"half", "term"} or (unfinished and not figure.past):
        return False
    if cues.SHARE_OF_NOW.search(figure.left[-45:]) and not cues.ACHIEVED_AFTER.match(figure.right):
        return False
    if cues.NOT_SHARE_BEFORE.search(figure.left[-32:]):
        return False
    cue = any(shape.search(figure.left[-60:]) for shape in cues.ACHIEVED) or cues.ACHIEVED_AFTER.match(figure.right)
    about_jobs = "일자리" in figure.sentence.text or figure.sentence.number in about
    return bool(cue and about_jobs and (is_past(figure, year) or re.search(r"목표[^.]{0,40}$", figure.left)))
