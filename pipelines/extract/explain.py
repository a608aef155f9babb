"""A reading shown to a person: why it is a plan or not, every value with the rule that read it, and the text with marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.extract.model import SCALARS, Evidence, JobPlan, Source

_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
RULE_HINT = "The word before the dot of a rule is a module of pipelines/extract."


@dataclass(frozen=True, slots=True)
class _Value:
    name: str
    shown: str
    spot: Evidence | None


def explain(key: object, source: Source, plan: JobPlan) -> str:
    """Verdict with reasons, a numbered table of the values, and title and text with ⟦marks⟧ that bear the numbers."""
    values = list(_values(plan))
    lines = [f"■ {key}  {'job plan · 일자리 계획' if plan.relevant else 'no job plan · 일자리 계획 아님'}"]
    lines += [f"     {reason}" for reason in plan.reasons]
    width = max((len(value.name) for value in values), default=0)
    lines += ["", *(_row(number, value, width) for number, value in enumerate(values, 1))] if values else []
    lines += [f"  ⚑  {flag.field}: {flag.message} ({flag.code})" for flag in plan.flags]
    lines += ["", _marked(source.title, values, "title"), "", _marked(source.text, values, "text"), ""]
    lines += [RULE_HINT, ""] if values else [""]
    return "\n".join(lines) + "\n"


def _values(plan: JobPlan) -> Iterator[_Value]:
    for field in SCALARS:
        value = getattr(plan, field)
        if value is not None:
            shown = f"{value:,}" if isinstance(value, int) and not field.startswith("plan_year") else str(value)
            yield _Value(field, shown, plan.evidence.get(field))
    for order, strategy in enumerate(plan.strategy_names, 1):
        yield _Value(f"strategy {order}", strategy.name, strategy.evidence)
    for row in plan.breakdown:
        prior = f" (before {row.prior:,})" if row.prior is not None else ""
        yield _Value("breakdown", f"{row.label}: {row.value:,}{row.unit}{prior}", row.evidence)
    for other in plan.others:
        told = ", ".join(word for word in (other.period, other.status, other.base) if word)
        yield _Value(f"other {other.field}", f"{other.value:,}" + (f" ({told})" if told else ""), other.evidence)


def _row(number: int, value: _Value, width: int) -> str:
    row = f"{number:4d}  {value.name:{width}}  {value.shown}"
    if value.spot is None:
        return row
    checks = f"  ✓ {', '.join(value.spot.checks)}" if value.spot.checks else ""
    doubt = f"  {value.spot.qualifier}" if value.spot.qualifier else ""
    return f"{row}  ← “{value.spot.as_written}”  {value.spot.rule}{doubt}{checks}"


def _marked(text: str, values: list[_Value], where: str) -> str:
    numbers: dict[tuple[int, int], list[str]] = {}
    for number, value in enumerate(values, 1):
        if value.spot and value.spot.where == where:
            numbers.setdefault((value.spot.start, value.spot.end), []).append(str(number).translate(_BELOW))
    opened = sorted(numbers, key=lambda span: (span[0], -span[1]))
    marks = [(start, 1, -end, "⟦") for start, end in opened]
    marks += [(end, 0, -start, f"⟧{' '.join(numbers[start, end])}") for start, end in opened]
    pieces, last = [], 0
    for at, _, _, mark in sorted(marks):
        pieces += [text[last:at], mark]
        last = at
    return "".join([*pieces, text[last:]])
