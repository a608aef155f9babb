"""Jobs: the plan's target and the targets of other times; what was reached before is read by `results`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.extract import cues
from pipelines.extract.choice import Feature, Scored, choose, same_amount, weigh
from pipelines.extract.counts import is_counted
from pipelines.extract.document import last_match
from pipelines.extract.figures import Figure, by_sentence, is_past, unbracketed
from pipelines.extract.results import LEAST_TARGET, read_results, with_whole

FUSED_FROM = 10
RIVAL = 2.0
CLOSE = 4.0  # by no more may a candidate be behind that its parts confirm
LISTED = 3
REACH = 30  # sentences behind a number in which its parts may stand
SUM_TOLERANCE = 0.005


@dataclass(slots=True)
class Jobs:
    """Job figures by meaning."""

    target: Figure | None = None
    target_checks: tuple[str, ...] = ()  # arithmetic that confirms the target
    mentions: list[Figure] = field(default_factory=list)  # of the target, rounded ones too
    others: list[Figure] = field(default_factory=list)
    prior_target: Figure | None = None
    prior_created: Figure | None = None
    achievement: Figure | None = None
    rivals: list[Figure] = field(default_factory=list)  # the target with a digit changed or out of order
    fused: list[Figure] = field(default_factory=list)  # digits of another number have run into the target's


def is_job_figure(figure: Figure) -> bool:
    """Whether a figure may count jobs (or people in them), not businesses, residents or all the employed."""
    if figure.unit not in cues.JOB_UNITS or figure.foreign or is_counted(figure) or figure.value != int(figure.value):
        return False
    if cues.JOB_AFTER.match(figure.right):
        return True
    subject = last_match(cues.SUBJECT, figure.left[-60:])
    if subject is not None and subject["stock"]:
        return False
    if cues.STOCK_AFTER.match(figure.right):
        return False
    return not (figure.lead == 0 and figure.value < LEAST_TARGET)


def _has_goal(figure: Figure) -> bool:
    before = cues.GOAL_BEFORE.search(figure.near_left) or cues.GOAL_LINE.match(figure.left)
    return bool(before or cues.GOAL_AFTER.match(figure.right))


def _has_job(figure: Figure) -> bool:
    after = cues.JOB_AFTER.match(figure.right) or cues.JOB_FOR.match(figure.right)
    made = cues.MADE_OF_MONEY.search(figure.near_left) and cues.MADE_AFTER.match(figure.right)
    return bool(after or made or cues.JOB_BEFORE.search(figure.left))


def _says_jobs(figure: Figure) -> bool:
    return "일자리" in figure.sentence.text


def _is_heading(figure: Figure) -> bool:
    return figure.sentence.role == "heading"


def _of_group(figure: Figure) -> bool:
    if cues.BOTH_SECTORS.search(figure.near_left[-25:]) or cues.GOAL_LINE.match(figure.left):
        return False
    return bool(cues.GROUP_JOB.search(figure.left) or cues.GROUP_AFTER.match(figure.right))


TARGET_FEATURES = (
    Feature("in the title", 3.0, lambda figure: figure.lead == 0 and not _is_heading(figure)),
    Feature("in a heading", 1.5, _is_heading),
    Feature("in the first sentence", 2.0, lambda figure: figure.lead == 1 and not _is_heading(figure)),
    Feature("in the second sentence", 1.0, lambda figure: figure.lead == 2 and not _is_heading(figure)),
    Feature("beside the word job", 2.0, _has_job),
    Feature("its sentence says jobs", 1.0, _says_jobs),
    Feature("no job and no goal", -3.0, lambda figure: not (_has_job(figure) or _has_goal(figure) or _says_jobs(figure))),
    Feature("near a verb of making", 1.0, lambda figure: cues.GOAL.search(figure.near_right[:30]) or cues.GOAL.search(figure.near_left[-30:])),
    Feature("called a goal", 2.0, _has_goal),
    Feature("called a total", 1.5, lambda figure: cues.TOTAL_BEFORE.search(figure.near_left)),
    Feature("of a stated time to come", 0.7, lambda figure: figure.period is not None and not figure.past),
    Feature("in a list of bullets", -4.0, lambda figure: cues.BULLET.search(unbracketed(figure.left)) and not re.match(r"\W*\S*$", figure.left)),
    Feature("behind the label of a part", -2.5, lambda figure: cues.LABEL_END.search(figure.near_left) and not cues.JOB_BEFORE.search(figure.left)),
    Feature("neither beside job or goal nor in the title", -2.0, lambda figure: not (_has_job(figure) or _has_goal(figure) or figure.lead == 0)),
    Feature("of a group or sector", -4.0, _of_group),
    Feature("called a part", -2.0, lambda figure: cues.PART_OF_PLAN.search(figure.near_left[-50:])),
    Feature("included in another", -4.0, lambda figure: cues.INCLUDED.match(figure.right)),
    Feature("a slogan", -6.0, lambda figure: cues.SLOGAN_AFTER.match(figure.right)),
    Feature("a difference", -8.0, lambda figure: figure.difference),
    Feature("a goal that was", -6.0, lambda figure: cues.GONE_GOAL.match(figure.right)),
    Feature("in speech", -1.5, lambda figure: figure.quoted),
)  # fmt: skip
"""What speaks for a figure being the target of a plan as a whole."""


def target_score(figure: Figure) -> float:
    """How well the cues speak for a figure being a whole plan's job target."""
    return weigh(TARGET_FEATURES, figure)


def read_jobs(figures: list[Figure], yearly: bool, year: int | None) -> Jobs:
    """The job figures of a yearly plan (for `year`) or of a term plan."""
    jobs = Jobs()
    counted = [figure for figure in figures if is_job_figure(figure)]
    told = {figure.value for figure in counted if figure.made}
    replaced = {figure.value for figure in counted if figure.replaced}
    written = {figure.quantity.as_written: figure.value for figure in counted}
    jobs.fused = [figure for figure in counted if _is_fused(figure, written)]
    fused = {id(figure) for figure in jobs.fused}
    now = [
        figure
        for figure in counted
        if not is_past(figure, year) and figure.value not in told | replaced and id(figure) not in fused
    ]
    wrong = {"term", "every", "half"} if yearly else {"year", "every", "half"}
    beside = by_sentence(now)
    scored = [
        Scored(figure, target_score(figure) - 3.5 * _is_listed(figure, beside[figure.sentence.number]))
        for figure in now
        if figure.value >= LEAST_TARGET
    ]
    reported = max((figure.value for figure in counted if figure.lead <= 2 and is_past(figure, year)), default=0.0)
    fit = [
        item
        for item in scored
        if item.figure.horizon not in wrong and (item.value >= 0.5 * reported or "목표" in item.figure.sentence.text)
    ]
    best = choose(with_whole(fit), 3.0)
    if best is None and not yearly:
        best = choose((item for item in scored if item.figure.horizon not in {"every", "half"}), 4.0)
    best = _summed(best, fit, beside)
    if best is not None:
        jobs.target = best.figure
        jobs.target_checks = _confirmed_by_change(best.figure, counted)
        jobs.mentions = [item.figure for item in fit if same_amount(item.value, best.value)]
        rivals = (item.figure for item in fit if item.score >= RIVAL and not _of_group(item.figure))
        jobs.rivals = [figure for figure in rivals if _may_be_misprint(figure.value, best.value)]
    for item in scored:
        if (
            item.figure.horizon in wrong
            and not (jobs.target and same_amount(item.value, jobs.target.value))
            and not cues.TOLD_PAST.match(item.figure.right)
            and item.score >= 3.0
            and not any(same_amount(item.value, other.value) for other in jobs.others)
        ):
            jobs.others.append(item.figure)
    past = read_results(counted, figures, jobs.target, jobs.others, year)
    jobs.prior_target, jobs.prior_created, jobs.achievement = past.target, past.created, past.achievement
    return jobs


def _summed(best: Scored | None, fit: list[Scored], beside: dict[int, list[Figure]]) -> Scored | None:
    """The larger candidate that the numbers told after it add up to, where they do not add up to the best one."""
    for item in fit:
        if best is None or item.value <= best.value or item.score < best.score - CLOSE:
            continue
        parts = [
            figure.value
            for number in range(item.figure.sentence.number + 1, item.figure.sentence.number + REACH)
            for figure in beside.get(number, ())
            if figure.value < item.value and not figure.difference
        ]
        if len(parts) >= LISTED and abs(sum(parts) - item.value) <= SUM_TOLERANCE * item.value:
            return item
    return best


def _is_listed(figure: Figure, beside: list[Figure]) -> bool:
    """Whether a figure is one of its sentence's list, and not the sum that stands with it."""
    others = sum(other.value for other in beside) - figure.value
    return len(beside) > 2 and figure.lead > 0 and figure.value < 0.9 * others


def _is_fused(figure: Figure, values: dict[str, float]) -> bool:
    """Whether a number ends in another one of the text as it is written there: 944천820개 beside 4천820개."""
    written = figure.quantity.as_written
    tails = (written[cut:] for cut in range(1, len(written)))
    return any("천" in tail and values.get(tail, figure.value) * FUSED_FROM <= figure.value for tail in tails)


def _may_be_misprint(one: float, other: float) -> bool:
    """Whether two numbers differ by the order of their digits or by one of them: 14만5094 and 14만5904, 5875 and 5975."""
    first, second = f"{one:.0f}", f"{other:.0f}"
    if one == other or len(first) != len(second) or first.endswith("00") or abs(one - other) > 0.1 * max(one, other):
        return False
    return sorted(first) == sorted(second) or sum(a != b for a, b in zip(first, second, strict=True)) == 1


def _confirmed_by_change(target: Figure, counted: list[Figure]) -> tuple[str, ...]:
    """Whether an older value and a change of it in the target's sentence give the target."""
    beside = [figure for figure in counted if figure.sentence is target.sentence and figure is not target]
    changes = [
        -figure.value if cues.DECREASE.match(figure.right) else figure.value for figure in beside if figure.difference
    ]
    if any(figure.value + change == target.value for figure in beside if not figure.difference for change in changes):
        return ("old plus change",)
    return ()
