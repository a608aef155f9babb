"""Accuracy on the articles annotated by hand: the floors of floors.json, which only a visible edit lowers."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from pipelines.extract import Source, extract
from tests.extract.score import Row, score

SHARED = Path(__file__).resolve().parents[3] / "shared"
FLOORS = json.loads(Path(__file__).with_name("floors.json").read_text(encoding="utf-8"))
MOST_WRONG = 2  # articles of the local press, nearly all of them no job plans, that may be called one


def _rows(path: Path) -> list[Row]:
    if not path.exists():
        pytest.skip("../shared is not here")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "texts"), [("seeds", "seeds"), ("dev", "gold/texts")])
def test_readings_reach_the_floors(name: str, texts: str) -> None:
    gold = _rows(SHARED / "gold" / f"{name}.jsonl")
    inputs = {
        row["id"]: {**row, "text": (SHARED / texts / f"{row['id']}.txt").read_text(encoding="utf-8")} for row in gold
    }
    plans = {key: extract(_source(row)).to_dict() for key, row in inputs.items()}
    tallies = score(gold, plans, inputs)
    reached = {
        "relevance": tallies["relevance"].f1,
        "headline": tallies["headline"].f1,
        "headline_precision": tallies["headline"].precision,
        "strategy_names": tallies["strategy_names"].f1,
        "breakdown": tallies["breakdown"].f1,
        "evidence": tallies["evidence"].precision,
    }
    below = {measure: value for measure, value in reached.items() if value < FLOORS[name][measure]}
    assert not below, f"below the floor on {name}: {below}"


@pytest.mark.shared
def test_local_press_holds_next_to_no_job_plans() -> None:
    path = SHARED / "articles" / "local_press.jsonl.gz"
    if not path.exists():
        pytest.skip("../shared is not here")
    called = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if extract(Source(row["text"], row["title"], _date(row.get("date")))).relevant:
                called.append(row["title"])
    assert len(called) <= MOST_WRONG, called


def _source(row: Row) -> Source:
    return Source(row["text"], row["title"], _date(row["published"]), row["url"])


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
