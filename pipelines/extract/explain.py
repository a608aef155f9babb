"""A reading shown to a person: the text with every value marked where it stands, then the values."""

from __future__ import annotations

from pipelines.extract.model import SCALARS, Evidence, JobPlan, Source


def explain(key: object, source: Source, plan: JobPlan) -> str:
    """The article with its readings marked ⟦as written|field⟧, followed by the values, flags and reasons."""
    marks = [(spot, field) for field, spot in plan.evidence.items()]
    marks += [(row.evidence, f"{row.label} {row.value:,}") for row in plan.breakdown if row.evidence]
    marks += [
        (name.evidence, f"strategy {order}") for order, name in enumerate(plan.strategy_names, 1) if name.evidence
    ]
    lines = [
        f"=== {key}  {'job plan' if plan.relevant else 'no job plan'}: {'; '.join(plan.reasons)}",
        _marked(source.title, [(spot, label) for spot, label in marks if spot.where == "title"]),
        "",
        _marked(source.text, [(spot, label) for spot, label in marks if spot.where == "text"]),
        "",
    ]
    for field in SCALARS:
        value = getattr(plan, field)
        if value is not None:
            spot = plan.evidence[field]
            checked = f"  [{', '.join(spot.checks)}]" if spot.checks else ""
            lines.append(
                f"{field:>24}  {value:,}{checked}" if _is_amount(field, value) else f"{field:>24}  {value}{checked}"
            )
    lines += [f"{'breakdown':>24}  {row.label}: {row.value:,}{row.unit}" for row in plan.breakdown]
    lines += [f"{'other':>24}  {other.field} {other.value:,} {other.period or ''}" for other in plan.others]
    lines += [f"{'flag':>24}  {flag.field} {flag.code}: {flag.message}" for flag in plan.flags]
    return "\n".join(lines) + "\n\n"


def _is_amount(field: str, value: object) -> bool:
    return isinstance(value, int) and not field.startswith("plan_year")


def _marked(text: str, marks: list[tuple[Evidence, str]]) -> str:
    labels: dict[tuple[int, int], list[str]] = {}
    for spot, label in marks:
        labels.setdefault((spot.start, spot.end), []).append(label)
    for (start, end), names in sorted(labels.items(), reverse=True):
        text = f"{text[:start]}⟦{text[start:end]}|{', '.join(names)}⟧{text[end:]}"
    return text
