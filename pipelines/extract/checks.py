"""Arithmetic: what confirms a value, and what does not add up and is shown to a person."""

from __future__ import annotations

from dataclasses import replace

from pipelines.extract.model import Flag, JobPlan

SUM_TOLERANCE = 0.005
RATIO_TOLERANCE = 1.0
WON_PER_JOB = (300_000, 300_000_000)


def check(plan: JobPlan) -> None:
    """Confirm by sums and ratios, flag contradictions, and take back what cannot be true."""
    _sum_of_breakdown(plan)
    _achievement(plan)
    _counts(plan)
    _won_per_job(plan)


def _confirm(plan: JobPlan, field: str, by: str) -> None:
    if field in plan.evidence:
        plan.evidence[field] = replace(plan.evidence[field], checks=(*plan.evidence[field].checks, by))


def _sum_of_breakdown(plan: JobPlan) -> None:
    total = plan.job_target
    if not total:
        return
    frames: dict[str | None, list[int]] = {}
    for row in plan.breakdown:
        frames.setdefault(row.frame, []).append(row.value)
    sums = [sum(values) for values in frames.values() if len(values) > 1] + [sum(row.value for row in plan.breakdown)]
    if any(abs(value - total) <= SUM_TOLERANCE * total for value in sums):
        _confirm(plan, "job_target", "sum of breakdown")
    elif any(value > total * (1 + SUM_TOLERANCE) for value in sums[:-1]):
        plan.flags.append(
            Flag("breakdown", "sum-differs", f"rows of one frame add up to more than the target of {total:,}")
        )


def _achievement(plan: JobPlan) -> None:
    target, made, rate = plan.prior_job_target, plan.prior_jobs_created, plan.achievement_rate
    if not (target and made and rate):
        return
    computed = 100 * made / target
    if abs(computed - rate) <= RATIO_TOLERANCE:
        _confirm(plan, "achievement_rate", "result over target")
        _confirm(plan, "prior_jobs_created", "result over target")
    else:
        plan.flags.append(
            Flag(
                "achievement_rate",
                "ratio-differs",
                f"{made:,} of {target:,} are {computed:.1f}%, the article says {rate:g}%",
                plan.evidence["achievement_rate"].as_written,
                round(computed, 1),
            )
        )


def _counts(plan: JobPlan) -> None:
    if plan.strategies and len(plan.strategy_names) == plan.strategies:
        _confirm(plan, "strategies", "names listed")


def _won_per_job(plan: JobPlan) -> None:
    if not (plan.budget_krw and plan.job_target):
        return
    each = plan.budget_krw / plan.job_target
    if not WON_PER_JOB[0] <= each <= WON_PER_JOB[1]:
        plan.flags.append(
            Flag("budget_krw", "per-job-unlikely", f"{each:,.0f} won a job", plan.evidence["budget_krw"].as_written)
        )
