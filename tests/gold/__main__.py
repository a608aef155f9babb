"""`python -m tests.gold`: score the reader on the gold set, or add a case to it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.extract import SCALARS, Source, extract
from tests.extract.score import Tally, score
from tests.gold.cases import FOLDER, Case, CaseError, batches, load, newsroom

MEASURES = ("relevance", "headline", "strategy_names", "breakdown", "evidence")


def tallies(cases: Iterable[Case]) -> dict[str, Tally]:
    """Score the reader on cases."""
    cases = list(cases)
    plans = {case.id: extract(case.source).to_dict() for case in cases}
    inputs = {case.id: {"text": case.source.text, "title": case.source.title} for case in cases}
    return score([case.gold for case in cases], plans, inputs)


def errors(case: Case) -> list[str]:
    """Where the reader and the gold of one case differ, for a person."""
    plan = extract(case.source).to_dict()
    if plan["relevant"] != case.gold["relevant"]:
        return [f"relevant: gold {case.gold['relevant']}, read {plan['relevant']} ({'; '.join(plan['reasons'])})"]
    if not plan["relevant"]:
        return []
    found = []
    for name in SCALARS:
        single = score([case.gold], {case.id: plan}, {case.id: {"text": case.source.text, "title": case.source.title}})
        if name in single and (single[name].invented or single[name].missed):
            found.append(f"{name}: gold {case.gold.get(name)!r}, read {plan[name]!r}")
    for name in ("strategy_names", "breakdown"):
        if single[name].invented or single[name].missed:
            found.append(f"{name}: gold {_short(case.gold.get(name))}, read {_short(plan[name])}")
    return found


def _short(rows: Any) -> str:
    return (
        ", ".join(f"{row['label']} {row['value']}" if isinstance(row, dict) else str(row) for row in rows or []) or "-"
    )


def show(name: str, cases: Iterable[Case], *, listed: bool) -> None:
    """Print one line of scores, and the differences where asked."""
    cases = list(cases)
    found = tallies(cases)
    told = "  ".join(f"{measure} {found[measure].f1:.3f}" for measure in MEASURES if measure != "evidence")
    precision = f"headline precision {found['headline'].precision:.3f}  evidence {found['evidence'].precision:.3f}"
    print(f"{name}: {len(cases)} cases  {told}  {precision}")
    if listed:
        for case in cases:
            for line in errors(case):
                print(f"  {case.id} {line}")


def add(slug: str, title: str, published: str | None, folder: Path, text: str) -> Path:
    """Write a case with what the reader makes of it, marked as not reviewed; a test fails until a person did that."""
    day = date.fromisoformat(published) if published else None
    plan = extract(Source(text.strip("\n"), title, day)).to_dict()
    lines = [f"title = {json.dumps(title, ensure_ascii=False)}"]
    lines += [f"published = {day}"] if day else []
    lines += ["reviewed = false  # read the text, correct the gold, then delete this line", 'text = """', text.strip("\n"), '"""', "", "[gold]"]  # fmt: skip
    lines.append(f"relevant = {str(plan['relevant']).lower()}")
    fields = [*SCALARS, "kind", "strategy_names"]
    lines += [
        f"{name} = {json.dumps(plan[name], ensure_ascii=False)}" for name in fields if plan[name] not in (None, [])
    ]
    for row in plan["breakdown"]:
        lines.append("[[gold.breakdown]]")
        lines += [f"{name} = {json.dumps(row[name], ensure_ascii=False)}" for name in ("label", "value", "unit", "prior") if row[name] is not None]  # fmt: skip
    path = folder / f"{slug}.toml"
    if path.exists():
        raise CaseError(f"{path.name}: is there already")
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def main() -> int:
    """Read the command line; 2 after a mistake in a case file."""
    parser = argparse.ArgumentParser(prog="python -m tests.gold", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    scoring = commands.add_parser("score", help="scores by batch")
    scoring.add_argument("folders", nargs="*", type=Path, help="other folders of cases; without any, the gold set")
    scoring.add_argument("--errors", action="store_true", help="list where reader and gold differ")
    adding = commands.add_parser("add", help="add a case; its text is read from standard input")
    adding.add_argument("slug", help="name of the file, e.g. mokpo-2024")
    adding.add_argument("--title", required=True)
    adding.add_argument("--published", metavar="YYYY-MM-DD")
    adding.add_argument("--into", type=Path, default=FOLDER / "more", help="folder (tests/gold/more)")
    options = parser.parse_args()
    try:
        if options.command == "add":
            print(add(options.slug, options.title, options.published, options.into, sys.stdin.read()))
        elif options.folders:
            for folder in options.folders:
                show(folder.name, load(folder), listed=options.errors)
        else:
            show("newsroom", newsroom(), listed=options.errors)
            for batch in batches():
                show(batch, load(FOLDER / batch), listed=options.errors)
    except (CaseError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
