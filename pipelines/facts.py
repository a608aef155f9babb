"""A reading as rows: the plan it belongs to and every value it states, one fact each."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pipelines.extract.model import SCALARS, Evidence, JobPlan

Value = str | int | float | None

UNITS = {
    "job_target": "jobs", "prior_job_target": "jobs", "prior_jobs_created": "jobs",
    "budget_krw": "KRW", "budget_change_krw": "KRW", "budget_change_pct": "%",
    "employment_rate_target": "%", "employment_rate": "%", "achievement_rate": "%",
}  # fmt: skip
"""Units of the scalar fields that have one."""

PLAN_FACTS = frozenset(SCALARS) - {
    "municipality", "head_name", "head_office", "plan_year", "plan_year_end", "plan_name",
}  # fmt: skip
"""Scalar fields of which one must be stated for a plan row to exist; a strategy or breakdown row does as well."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the table `facts`: one value that one article states."""

    id: str
    article: str
    plan: str | None
    field: str
    position: int
    label: str | None
    value: Value
    unit: str | None
    prior: Value
    as_written: str
    qualifier: str | None
    frame: str | None
    categories: str
    period: str | None
    status: str | None
    base: str | None
    evidence: str
    start: int
    end: int
    source: str
    rule: str
    checks: str


def plan_id(plan: JobPlan) -> str | None:
    """The key of the plan that a reading tells of, e.g. `28237-yearly-2020`; None where it makes no plan row.

    A revised plan is a revision of the yearly plan and has its key.
    """
    stated = plan.strategy_names or plan.breakdown or any(getattr(plan, name) is not None for name in PLAN_FACTS)
    if not (plan.relevant and stated and plan.municipality_id and plan.plan_year):
        return None
    kind = "yearly" if plan.kind in (None, "revised") else plan.kind
    end = plan.plan_year_end or plan.plan_year
    years = f"{plan.plan_year}" if end == plan.plan_year else f"{plan.plan_year}-{end}"
    return f"{plan.municipality_id}-{kind}-{years}"


def facts_of(article: str, plan: JobPlan) -> list[Fact]:
    """Every stated value of a reading that has evidence, in a fixed order. `article` is the article's id."""
    key = plan_id(plan)

    def fact(
        field: str,
        value: Value,
        spot: Evidence,
        *,
        position: int = 0,
        label: str | None = None,
        unit: str | None = None,
        prior: Value = None,
        frame: str | None = None,
        categories: tuple[str, ...] = (),
        period: str | None = None,
        status: str | None = None,
        base: str | None = None,
    ) -> Fact:
        return Fact(
            id=f"{article}-{field}-{position}" if position else f"{article}-{field}",
            article=article, plan=key, field=field, position=position, label=label, value=value,
            unit=unit or UNITS.get(field), prior=prior, as_written=spot.as_written, qualifier=spot.qualifier,
            frame=frame, categories=json.dumps(categories), period=period, status=status, base=base,
            evidence=spot.clause[:120], start=spot.start, end=spot.end, source=spot.where, rule=spot.rule,
            checks=json.dumps(spot.checks, ensure_ascii=False),
        )  # fmt: skip

    rows = [
        fact(name, getattr(plan, name), plan.evidence[name], base=_base(name, plan))
        for name in SCALARS
        if getattr(plan, name) is not None and name in plan.evidence
    ]
    rows += [
        fact("strategy", strategy.name, strategy.evidence, position=position)
        for position, strategy in enumerate(plan.strategy_names, 1)
        if strategy.evidence
    ]
    rows += [
        fact(
            "breakdown", row.value, row.evidence, position=position, label=row.label, unit=row.unit, prior=row.prior,
            frame=row.frame, categories=row.categories,
        )
        for position, row in enumerate(plan.breakdown, 1)
        if row.evidence
    ]  # fmt: skip
    rows += [
        fact(
            f"other_{other.field}", other.value, other.evidence, position=position, unit=UNITS.get(other.field),
            period=other.period, status=other.status, base=other.base,
        )
        for position, other in enumerate(plan.others, 1)
        if other.evidence
    ]  # fmt: skip
    return rows


def _base(name: str, plan: JobPlan) -> str | None:
    return plan.employment_rate_base if name == "employment_rate_target" else None
