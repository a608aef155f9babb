"""The gold set: articles written for it, each with what a careful person reads in it. One TOML file a case.

The newsroom's articles are cases too. A field that an article does not state is left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines.extract import SCALARS, Source

FOLDER = Path(__file__).parent
NEWSROOM = FOLDER.parent / "newsroom" / "articles"

_CASE = {"title", "published", "region", "traps", "note", "source", "text", "reviewed", "gold"}
_GOLD = {*SCALARS, "relevant", "kind", "strategy_names", "breakdown", "flags", "accept", "skip", "trap"}
_ROW = {"label", "value", "unit", "prior"}


class CaseError(ValueError):
    """A case file is wrong; the message names file and field."""


@dataclass(frozen=True)
class Case:
    """One article and its gold: `gold` holds the fields of `SCALARS`, lists, and `accept` (other fair values)."""

    id: str
    source: Source
    gold: dict[str, Any]
    traps: list[str] = field(default_factory=list)
    reviewed: bool = True


def batches() -> list[str]:
    """The names of the batches, each a folder, in the order in which they came."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir() and any(path.glob("*.toml")))


def load(folder: Path) -> Iterator[Case]:
    """The cases of a folder, by name. Raises CaseError."""
    for path in sorted(folder.glob("*.toml")):
        yield read_case(path)


def newsroom() -> Iterator[Case]:
    """The newsroom's articles as cases: sub-heads and text, as a reader's cleaning leaves them."""
    for path in sorted(NEWSROOM.glob("*.toml")):
        row = tomllib.loads(path.read_text(encoding="utf-8"))
        original = row.get("original", {}).get("date")
        text = "\n\n".join([*row.get("subtitles", []), row["text"].strip()])
        source = Source(text, row["title"], original or row["published"].date())
        yield Case(path.stem, source, _gold(path, row["gold"]))


def all_cases() -> list[Case]:
    """The whole gold set: the newsroom's articles and every batch."""
    return [*newsroom(), *(case for batch in batches() for case in load(FOLDER / batch))]


def read_case(path: Path) -> Case:
    """One case file. Raises CaseError."""
    try:
        row = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CaseError(f"{path.name}: {error}") from None
    _known(path, "", row, _CASE)
    for name in ("title", "text", "gold"):
        if name not in row:
            raise CaseError(f"{path.name}: {name}: is missing")
    published = row.get("published")
    day = published.date() if isinstance(published, datetime) else published
    if day is not None and not isinstance(day, date):
        raise CaseError(f"{path.name}: published: is no date; write published = 2024-04-02")
    source = Source(row["text"].strip("\n"), row["title"], day, region=row.get("region"))
    return Case(path.stem, source, _gold(path, row["gold"]), row.get("traps", []), row.get("reviewed", True))


def _gold(path: Path, gold: dict[str, Any]) -> dict[str, Any]:
    _known(path, "gold.", gold, _GOLD)
    if not isinstance(gold.get("relevant"), bool):
        raise CaseError(f"{path.name}: gold.relevant: must be true or false")
    for row in gold.get("breakdown", []):
        _known(path, "gold.breakdown.", row, _ROW)
        if not {"label", "value"} <= row.keys():
            raise CaseError(f"{path.name}: gold.breakdown: a row needs label and value")
    return {"id": path.stem, **gold}


def _known(path: Path, where: str, row: dict[str, Any], names: set[str]) -> None:
    unknown = sorted(row.keys() - names)
    if unknown:
        raise CaseError(f"{path.name}: {where}{unknown[0]}: no such field; there are {', '.join(sorted(names))}")
