"""Arithmetic: what confirms a value, what is taken back because it cannot be, and what is shown to a person."""

from __future__ import annotations

from dataclasses import replace

from pipelines.extract.jobs import Jobs
from pipelines.extract.model import Flag, JobPlan
from pipelines.extract.results import fits

SUM_TOLERANCE = 0.005
ROUND = 100  # numbers that end in 00 may be rounded
YEARS_OF_TERM, YEAR_TOLERANCE = 4, 0.6
WON_PER_JOB = (300_000, 300_000_000)


def check(plan: JobPlan, jobs: Jobs) -> None:
    """Confirm by sums and ratios, flag contradictions, and take back what cannot be true."""
    _digits(plan, jobs)
    _sum_of_breakdown(plan)
    _achievement(plan, jobs)
    _counts(plan)
    _won_per_job(plan)
    _year_and_term(plan)


def _confirm(plan: JobPlan, field: str, by: str) -> None:
    if field in plan.evidence:
        plan.evidence[field] = replace(plan.evidence[field], checks=(*plan.evidence[field].checks, by))


def _take_back(plan: JobPlan, field: str, code: str, message: str, likely: float | None = None) -> None:
    """A value that cannot be what it says: null, and a flag with what was written."""
    written = plan.evidence.pop(field).as_written
    setattr(plan, field, None)
    plan.flags.append(Flag(field, code, message, written, likely))


def _digits(plan: JobPlan, jobs: Jobs) -> None:
    """Digits that run into each other, or differ between two mentions."""
    for figure in jobs.fused:
        written = figure.quantity.as_written
        plan.flags.append(Flag("job_target", "fused-digits", f"'{written}' holds digits of another number", written))
    if plan.job_target is None:
        return
    for figure in jobs.rivals:
        plan.flags.append(
            Flag(
                "job_target",
                "digits-differ",
                f"beside {plan.job_target:,} stands a number that differs by a digit or its order",
                figure.quantity.as_written,
            )
        )


def _sum_of_breakdown(plan: JobPlan) -> None:
    total = plan.job_target
    if not total or len(plan.breakdown) < 2:
        return
    frames: dict[str | None, list[int]] = {}
    for row in plan.breakdown:
        frames.setdefault(row.frame, []).append(row.value)
    sums = [sum(values) for values in frames.values() if len(values) > 1]
    every = sum(row.value for row in plan.breakdown)
    rounded = total % ROUND == 0 or any(row.value % ROUND == 0 and row.value >= 10 * ROUND for row in plan.breakdown)
    if any(value == total or (rounded and abs(value - total) <= SUM_TOLERANCE * total) for value in (*sums, every)):
        _confirm(plan, "job_target", "sum of breakdown")
        return
    for value in sums:
        swapped = sorted(str(value)) == sorted(str(total))
        if value > total or swapped or abs(value - total) <= SUM_TOLERANCE * total:
            plan.flags.append(
                Flag(
                    "job_target" if swapped else "breakdown",
                    "sum-differs",
                    f"rows of one frame add up to {value:,}, the target is {total:,}",
                    plan.evidence["job_target"].as_written,
                    value if swapped else None,
                )
            )


def _achievement(plan: JobPlan, jobs: Jobs) -> None:
    target, made, rate = plan.prior_job_target, plan.prior_jobs_created, plan.achievement_rate
    if rate is None or jobs.achievement is None:
        return
    after = jobs.achievement.right
    if not (target and made):
        if jobs.achievement.difference and rate < 100:
            _take_back(plan, "achievement_rate", "share-above", f"{rate:g}% may be meant above the target", rate + 100)
        return
    computed = 100 * made / target
    if not fits(rate, after, target, made):
        message = f"{made:,} of {target:,} are {computed:.1f}%, the article says {rate:g}%"
        _take_back(plan, "achievement_rate", "ratio-differs", message, round(computed, 1))
        return
    if not fits(rate, "", target, made):  # 17% 초과 of which arithmetic makes 117
        plan.achievement_rate = rate + 100
    for field in ("achievement_rate", "prior_jobs_created"):
        _confirm(plan, field, "result over target")


def _counts(plan: JobPlan) -> None:
    if plan.strategies and len(plan.strategy_names) == plan.strategies:
        _confirm(plan, "strategies", "names listed")


def _won_per_job(plan: JobPlan) -> None:
    if not (plan.budget_krw and plan.job_target):
        return
    each = plan.budget_krw / plan.job_target
    if not WON_PER_JOB[0] <= each <= WON_PER_JOB[1]:
        _take_back(plan, "budget_krw", "per-job-unlikely", f"{each:,.0f} won a job", plan.budget_krw)


def _year_and_term(plan: JobPlan) -> None:
    """A year's target and a term's that are far from each other by the year."""
    others = [other.value for other in plan.others if other.field == "job_target"]
    if plan.job_target is None or not others or plan.kind == "results":
        return
    year, term = sorted((float(plan.job_target), max(others)))
    if plan.kind == "term" and plan.job_target == year:
        plan.flags.append(
            Flag("job_target", "term-below-year", f"the term's {year:,.0f} is below a year's {term:,.0f}")
        )
    elif abs(year * YEARS_OF_TERM - term) > YEAR_TOLERANCE * term:
        plan.flags.append(
            Flag("job_target", "year-and-term-differ", f"{year:,.0f} a year and {term:,.0f} a term do not go together")
        )
