"""Jobs: the plan's target, other targets, last year's target and result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.extract import cues
from pipelines.extract.choice import Scored, choose, same_amount
from pipelines.extract.counts import is_counted
from pipelines.extract.figures import Figure

LEAST_TARGET = 30
_BULLET = re.compile(r"[▲△▷▶◆◇▦①-⑳]")
_LABEL_END = re.compile(
    r"(?:분야|부문|사업|서비스|장려금|훈련|유치|창업\s?지원|인프라\s?구축|등)(?:에서는|에서|에는|은|는|이|가|을|를|로|으로|에)?\s?(?:총|모두)?\s?$"
)


@dataclass(slots=True)
class Jobs:
    """Job figures by meaning."""

    target: Figure | None = None
    others: list[Figure] = field(default_factory=list)
    prior_target: Figure | None = None
    prior_created: Figure | None = None
    achievement: Figure | None = None


def is_job_figure(figure: Figure) -> bool:
    """Whether a figure may count jobs (or people in them), not businesses, residents or all the employed."""
    if figure.unit not in cues.JOB_UNITS or figure.foreign or is_counted(figure) or figure.value != int(figure.value):
        return False
    if cues.JOB_AFTER.match(figure.right):
        return True
    subject = None
    for subject in cues.SUBJECT.finditer(figure.left[-60:]):
        pass
    if subject is not None and subject["stock"]:
        return False
    if cues.STOCK_AFTER.match(figure.right):
        return False
    return not (figure.lead == 0 and figure.value < LEAST_TARGET)


def target_score(figure: Figure) -> float:
    """How well the cues speak for a figure being a whole plan's job target."""
    text = figure.sentence.text
    score = {0: 3.0, 1: 2.0, 2: 1.0}.get(figure.lead, 0.0)
    if figure.sentence.role == "heading":
        score = 1.5
    near_job = bool(cues.JOB_AFTER.match(figure.right) or cues.JOB_BEFORE.search(figure.left))
    score += 2.0 * near_job + 1.0 * ("일자리" in text) - 3.0 * (not near_job and "일자리" not in text)
    score += 1.0 * bool(cues.GOAL.search(figure.near_right[:30]) or cues.GOAL.search(figure.near_left[-30:]))
    score += 2.0 * bool(cues.GOAL_BEFORE.search(figure.near_left) or cues.GOAL_AFTER.match(figure.right))
    score += 1.5 * bool(cues.TOTAL_BEFORE.search(figure.near_left))
    score += 0.7 * (figure.period is not None and not figure.past)
    if _BULLET.search(figure.left) and not re.match(r"\W*\S*$", figure.left):
        score -= 4.0
    if _LABEL_END.search(figure.near_left) and not cues.JOB_BEFORE.search(figure.left):
        score -= 2.5
    if not (
        near_job or figure.lead == 0 or cues.GOAL_BEFORE.search(figure.near_left) or cues.GOAL_AFTER.match(figure.right)
    ):
        score -= 2.0
    if cues.GROUP_JOB.search(figure.left) or cues.GROUP_AFTER.match(figure.right):
        score -= 4.0
    if cues.PART_OF_PLAN.search(figure.near_left[-50:]):
        score -= 2.0
    return score - 8.0 * (figure.difference) - 1.5 * figure.quoted


def read_jobs(figures: list[Figure], yearly: bool, year: int | None) -> Jobs:
    """The job figures of a yearly plan (for `year`) or of a term plan."""
    jobs = Jobs()
    counted = [figure for figure in figures if is_job_figure(figure)]
    now = [figure for figure in counted if not is_past(figure, year)]
    wrong = {"term", "every", "half"} if yearly else {"year", "every", "half"}
    scored = [Scored(figure, target_score(figure)) for figure in now if figure.value >= LEAST_TARGET]
    fit = [item for item in scored if item.figure.horizon not in wrong]
    best = choose(_with_whole(fit), 3.0)
    if best is None and not yearly:
        best = choose((item for item in scored if item.figure.horizon not in {"every", "half"}), 4.0)
    if best is not None:
        jobs.target = best.figure
    for item in scored:
        if (
            item.figure.horizon in wrong
            and item.score >= 3.0
            and not any(same_amount(item.value, other.value) for other in jobs.others)
        ):
            jobs.others.append(item.figure)
    _read_results(jobs, counted, figures, year)
    return jobs


def _with_whole(scored: list[Scored]) -> list[Scored]:
    """The largest of the plausible figures is more likely the whole than a part."""
    biggest = max((item.value for item in scored if item.score >= 2.0), default=0.0)
    return [Scored(item.figure, item.score + 2.0 * (item.value >= biggest and item.score >= 2.0)) for item in scored]


def is_past(figure: Figure, year: int | None) -> bool:
    """Whether a figure belongs to a year before the plan's or is told as a result."""
    if figure.past or figure.made:
        return True
    period = figure.period
    return bool(year and period and period.kind == "year" and period.last and period.last < year)


def _read_results(jobs: Jobs, counted: list[Figure], figures: list[Figure], year: int | None) -> None:
    past = [
        figure for figure in counted if is_past(figure, year) and not figure.difference and figure.value >= LEAST_TARGET
    ]
    for figure in past:
        if (
            figure.horizon in {"every", "half"}
            or cues.GROUP_JOB.search(figure.left)
            or re.match(r"\s?보다", figure.near_right)
        ):
            if not re.match(r"\s?보다", figure.near_right) or "목표" not in figure.near_left:
                continue
        about_jobs = "일자리" in figure.sentence.text or "목표" in figure.sentence.text
        if not about_jobs or figure.quoted:
            continue
        if _is_goal(figure):
            jobs.prior_target = jobs.prior_target or figure
        elif (
            figure.made
            or cues.CREATED.search(figure.near_right[:40])
            or cues.RESULT_LEFT.search(figure.near_left)
            or _result_left(figure)
        ):
            jobs.prior_created = _better(jobs.prior_created, figure)
    jobs.achievement = read_achievement(figures, year)


def _is_goal(figure: Figure) -> bool:
    return bool(cues.TARGET_MARK_LEFT.search(figure.near_left) or cues.TARGET_MARK_RIGHT.match(figure.near_right))


def _result_left(figure: Figure) -> bool:
    return bool(re.search(r"만든|창출한|창출된|실적|성과|생긴", figure.near_left))


def _better(kept: Figure | None, figure: Figure) -> Figure:
    if kept is None:
        return figure
    if same_amount(kept.value, figure.value):
        return choose([Scored(kept, 1.0), Scored(figure, 1.0)], 0.0).figure  # type: ignore[union-attr]
    return kept


def read_achievement(figures: list[Figure], year: int | None) -> Figure | None:
    """The share of last year's job target that was reached, as stated."""
    for figure in figures:
        if figure.unit != "%" or figure.foreign or figure.difference or not 30 <= figure.value <= 600:
            continue
        near = figure.near_left[-30:]
        if re.search(r"고용[률율]|예산|지표|공약|취업[률율]|집행", near):
            continue
        cue = any(shape.search(figure.near_left) for shape in cues.ACHIEVED) or cues.ACHIEVED_AFTER.match(figure.right)
        about_jobs = "일자리" in figure.sentence.text or any(
            other.sentence is figure.sentence and is_job_figure(other) for other in figures
        )
        if cue and about_jobs and (is_past(figure, year) or re.search(r"목표", figure.sentence.text)):
            return figure
    return None
