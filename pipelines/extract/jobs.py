"""Jobs: the plan's target, other targets, last year's target and result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.extract import cues
from pipelines.extract.choice import Scored, choose, same_amount
from pipelines.extract.counts import is_counted
from pipelines.extract.document import last_match
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
    mentions: list[Figure] = field(default_factory=list)  # of the target, rounded ones too
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
    subject = last_match(cues.SUBJECT, figure.left[-60:])
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
    goal = bool(cues.GOAL_BEFORE.search(figure.near_left) or cues.GOAL_AFTER.match(figure.right))
    near_job = bool(cues.JOB_AFTER.match(figure.right) or cues.JOB_BEFORE.search(figure.left))
    score += 2.0 * near_job + 1.0 * ("일자리" in text) - 3.0 * (not near_job and not goal and "일자리" not in text)
    score += 1.0 * bool(cues.GOAL.search(figure.near_right[:30]) or cues.GOAL.search(figure.near_left[-30:]))
    score += 2.0 * goal
    score += 1.5 * bool(cues.TOTAL_BEFORE.search(figure.near_left))
    score += 0.7 * (figure.period is not None and not figure.past)
    if _BULLET.search(figure.left) and not re.match(r"\W*\S*$", figure.left):
        score -= 4.0
    if _LABEL_END.search(figure.near_left) and not cues.JOB_BEFORE.search(figure.left):
        score -= 2.5
    if not (near_job or goal or figure.lead == 0):
        score -= 2.0
    if cues.GROUP_JOB.search(figure.left) or cues.GROUP_AFTER.match(figure.right):
        score -= 4.0
    if cues.PART_OF_PLAN.search(figure.near_left[-50:]):
        score -= 2.0
    if cues.INCLUDED.match(figure.right):
        score -= 4.0
    return score - 8.0 * (figure.difference) - 1.5 * figure.quoted


def read_jobs(figures: list[Figure], yearly: bool, year: int | None) -> Jobs:
    """The job figures of a yearly plan (for `year`) or of a term plan."""
    jobs = Jobs()
    counted = [figure for figure in figures if is_job_figure(figure)]
    told = {figure.value for figure in counted if figure.made}
    now = [figure for figure in counted if not is_past(figure, year) and figure.value not in told]
    wrong = {"term", "every", "half"} if yearly else {"year", "every", "half"}
    scored = [
        Scored(figure, target_score(figure) - 3.5 * _is_listed(figure, now))
        for figure in now
        if figure.value >= LEAST_TARGET
    ]
    reported = max((figure.value for figure in counted if figure.lead <= 2 and is_past(figure, year)), default=0.0)
    fit = [
        item
        for item in scored
        if item.figure.horizon not in wrong and (item.value >= 0.5 * reported or "목표" in item.figure.sentence.text)
    ]
    best = choose(_with_whole(fit), 3.0)
    if best is None and not yearly:
        best = choose((item for item in scored if item.figure.horizon not in {"every", "half"}), 4.0)
    if best is not None:
        jobs.target = best.figure
        jobs.mentions = [item.figure for item in fit if same_amount(item.value, best.value)]
    for item in scored:
        if (
            item.figure.horizon in wrong
            and not (jobs.target and same_amount(item.value, jobs.target.value))
            and not cues.TOLD_PAST.match(item.figure.right)
            and item.score >= 3.0
            and not any(same_amount(item.value, other.value) for other in jobs.others)
        ):
            jobs.others.append(item.figure)
    _read_results(jobs, counted, figures, year)
    return jobs


def _is_listed(figure: Figure, counted: list[Figure]) -> bool:
    """Whether a figure is one of a sentence's list, and not the sum that stands with it."""
    others = [other.value for other in counted if other.sentence is figure.sentence and other is not figure]
    return len(others) > 1 and figure.lead > 0 and figure.value < 0.9 * sum(others)


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
    made: list[Scored] = []
    latest = max((_year(figure) for figure in past), default=0)
    past = [figure for figure in past if _year(figure) in {0, latest}]
    for figure in past:
        compared = re.match(r"\s?보다", figure.near_right)
        other = figure.horizon in {"every", "half", "term"} or cues.GROUP_JOB.search(figure.left)
        if (other and not compared) or (compared and "목표" not in figure.near_left):
            continue
        about_jobs = "일자리" in figure.sentence.text or "목표" in figure.sentence.text
        said_again = jobs.target is not None and not figure.past and same_amount(figure.value, jobs.target.value)
        if not about_jobs or (figure.quoted and not figure.past) or said_again:
            continue
        if _is_goal(figure):
            jobs.prior_target = jobs.prior_target or figure
        elif (
            figure.made
            or cues.CREATED.search(figure.near_right[:40])
            or cues.RESULT_LEFT.search(figure.near_left)
            or _result_left(figure)
        ) and not re.search(r"목표\s?(?:대비\s)?$", figure.near_left):
            made.append(Scored(figure, _made_score(figure)))
    best = choose(_with_whole(made), 0.0)
    jobs.prior_created = best.figure if best else None
    jobs.achievement = read_achievement(figures, year)
    if not (jobs.prior_created or jobs.prior_target or jobs.achievement):
        _read_progress(jobs, counted, figures)


def _made_score(figure: Figure) -> float:
    score = 3.0 + 2.0 * bool(cues.TOTAL_BEFORE.search(figure.near_left)) + 1.0 * (figure.lead <= 1)
    score -= 5.0 * bool(_BULLET.search(figure.left[-30:]) or _LABEL_END.search(figure.near_left))
    return score


def _read_progress(jobs: Jobs, counted: list[Figure], figures: list[Figure]) -> None:
    """How far a term's target has been reached, where nothing is said of last year: 목표는 3만5천개로, 이 중 83%(2만9천개)를 채웠다."""
    for goal in jobs.others:
        shares = [figure for figure in figures if figure.sentence is goal.sentence and figure.unit == "%"]
        done = [figure for figure in counted if figure.sentence is goal.sentence and figure is not goal]
        for share in shares:
            for part in done:
                if abs(100 * part.value / goal.value - share.value) <= 1.0 and share.quantity.start > goal.quantity.end:
                    jobs.prior_target, jobs.prior_created, jobs.achievement = goal, part, share
                    return


def _is_goal(figure: Figure) -> bool:
    return bool(cues.TARGET_MARK_LEFT.search(figure.near_left) or cues.TARGET_MARK_RIGHT.match(figure.near_right))


def _result_left(figure: Figure) -> bool:
    made = re.search(r"만든|창출한|창출된|실적|성과|생긴", figure.near_left)
    return bool(made or re.search(r"(?:달성|창출|제공)(?:한|된)\s(?:\S+\s)?일자리", figure.left))


def _year(figure: Figure) -> int:
    return figure.period.last or 0 if figure.period else 0


def read_achievement(figures: list[Figure], year: int | None) -> Figure | None:
    """The share of last year's job target that was reached, as stated."""
    opening = [figure.sentence.text for figure in figures if figure.lead <= 1]
    unfinished = any(cues.UNFINISHED.search(text) for text in opening)
    for figure in figures:
        if figure.unit != "%" or figure.foreign or not 30 <= figure.value <= 600:
            continue
        if figure.difference and not (figure.value >= 100 and re.match(r"\s?초과\s?달성", figure.right)):
            continue
        if cues.UNFINISHED.search(figure.sentence.text) and not figure.past:
            continue
        if figure.horizon in {"half", "term"} or (unfinished and not figure.past):
            continue
        near = figure.left[-32:]
        if re.search(r"고용[률율]|예산|지표|공약|취업[률율]|집행", near):
            continue
        cue = any(shape.search(figure.left[-60:]) for shape in cues.ACHIEVED) or cues.ACHIEVED_AFTER.match(figure.right)
        about_jobs = "일자리" in figure.sentence.text or any(
            other.sentence is figure.sentence and is_job_figure(other) for other in figures
        )
        if cue and about_jobs and (is_past(figure, year) or re.search(r"목표[^.]{0,40}$", figure.left)):
            return figure
    return None
