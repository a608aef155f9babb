"""What the extractor takes and gives: plain typed records, no I/O."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

Kind = Literal["yearly", "term", "revised", "results"]


@dataclass(frozen=True, slots=True)
class Source:
    """A text to be read. Evidence offsets count characters of `text` or `title` exactly as given here."""

    text: str
    title: str = ""
    published: date | None = None
    url: str | None = None
    region: str | None = None  # province or municipality that the outlet covers, a hint for ambiguous names


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value stands: `source[start:end] == as_written`, source being the text or the title."""

    start: int
    end: int
    as_written: str
    rule: str  # the reading that found it, e.g. "money.budget"
    where: Literal["text", "title"] = "text"
    clause: str = ""  # the clause around it, at most 120 characters
    qualifier: str | None = None  # 약, 여, 이상 …: the value is not exact
    checks: tuple[str, ...] = ()  # arithmetic that confirmed it, e.g. "sum of breakdown"


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """One row of the plan's split by category, group, programme or sector."""

    label: str
    value: int
    unit: str  # 개 or 명
    prior: int | None = None
    categories: tuple[str, ...] = ()  # OECD labour market policy keys; several for a merged label
    frame: str | None = None  # category, group, programme, sector: rows of different frames are never added
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy (전략, 분야, 중점과제) that the plan names, in its order."""

    name: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class OtherValue:
    """A figure of the same field that is not the plan's headline: another horizon, group or age base."""

    field: str
    value: float
    period: str | None = None
    status: str | None = None  # target, result, forecast
    base: str | None = None  # age base of a rate: 15-64, 15+, youth, women
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person should look at. Nothing is silently repaired: a doubtful value stays null."""

    field: str
    code: str  # e.g. "unit-lost", "sum-differs"
    message: str
    as_written: str | None = None
    likely: float | None = None  # the reading that would fit, never published as the value


@dataclass(slots=True)
class JobPlan:
    """What one article states of a municipal job plan. A field that it does not state is None or empty.

    Money is in won, rates in percent, changes of rates in percentage points. `relevant` is False for an article that
    is no job-plan article; then every other field is empty and `reasons` says why.
    """

    relevant: bool = False
    reasons: list[str] = field(default_factory=list)
    municipality: str | None = None  # full name as of publication, e.g. 인천광역시 부평구
    municipality_id: str | None = None  # row of the gazetteer
    municipality_candidates: list[str] = field(default_factory=list)  # ids, where the name stays ambiguous
    head_name: str | None = None
    head_office: str | None = None
    kind: Kind | None = None
    plan_year: int | None = None
    plan_year_end: int | None = None
    plan_name: str | None = None
    job_target: int | None = None
    budget_krw: int | None = None
    budget_change_pct: float | None = None
    budget_change_krw: int | None = None
    employment_rate_target: float | None = None
    employment_rate_base: str | None = None  # 15-64, 15+; None where the article does not say
    strategies: int | None = None
    tasks: int | None = None
    projects: int | None = None
    prior_job_target: int | None = None
    prior_jobs_created: int | None = None
    achievement_rate: float | None = None
    strategy_names: list[Strategy] = field(default_factory=list)
    breakdown: list[BreakdownRow] = field(default_factory=list)
    others: list[OtherValue] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)  # by scalar field
    flags: list[Flag] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form of `python -m pipelines.extract`: names of strategies as strings, evidence by field."""
        row = asdict(self)
        row["strategy_names"] = [strategy.name for strategy in self.strategy_names]
        row["evidence"] = {name: _evidence(spot) for name, spot in self.evidence.items()}
        for made, breakdown in zip(row["breakdown"], self.breakdown, strict=True):
            made["evidence"] = _evidence(breakdown.evidence)
        for made, other in zip(row["others"], self.others, strict=True):
            made["evidence"] = _evidence(other.evidence)
        return row


SCALARS = (
    "municipality", "head_name", "head_office", "plan_year", "plan_year_end", "plan_name", "job_target", "budget_krw",
    "budget_change_pct", "budget_change_krw", "employment_rate_target", "strategies", "tasks", "projects",
    "prior_job_target", "prior_jobs_created", "achievement_rate",
)  # fmt: skip
"""The scalar fields that carry evidence, in the order in which a person reads them."""


def _evidence(spot: Evidence | None) -> dict[str, Any] | None:
    if spot is None:
        return None
    row = asdict(spot)
    row["in"] = row.pop("where")
    return row
