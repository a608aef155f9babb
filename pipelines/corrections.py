"""What a person found wrong in a reading: a reviewed table that is applied to every reading of its article.

A row of `corrections.csv`:

- `article`: any URL of the article
- `field`: a scalar field of `JobPlan`, `kind`, or `relevant`
- `value`: as the database holds it: jobs and won as plain digits (67700000000), rates in percent (67.2), a municipality
  by its id in the gazetteer; empty where the article does not state the field
- `as_written`: the value as the title or the text writes it; not needed for an empty value, `kind` and `relevant`
- `reason`: why, in one sentence; it is published
- `reviewer`, `date`: who looked, and on which day (2026-03-02); not published

`relevant,false` takes an article out of the tables.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit

from pipelines.canonical import canonical_url
from pipelines.database import DatabaseError
from pipelines.extract.document import clause_around
from pipelines.extract.gazetteer import municipalities
from pipelines.extract.model import SCALARS, Evidence, Flag, JobPlan, Kind
from pipelines.model import Article

TABLE = Path(__file__).with_name("corrections.csv")
RULE = "correction"
"""The rule of a corrected fact; its checks hold the reason."""

_COLUMNS = ("article", "field", "value", "as_written", "reason", "reviewer", "date")
_WITHOUT_WORDS = frozenset({"kind", "relevant"})


class CorrectionError(DatabaseError):
    """The table of corrections cannot be used; the message says which line and why."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One field of one article as a person read it."""

    line: int
    article: str  # canonical URL of the address that was given
    field: str
    value: Any  # None: not stated
    as_written: str
    reason: str
    reviewer: str
    day: date

    @property
    def removes(self) -> bool:
        """Whether it takes the article out of the tables."""
        return self.field == "relevant"


def load(path: Path = TABLE) -> tuple[Correction, ...]:
    """The corrections of a table. Raises CorrectionError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            if tuple(reader.fieldnames or ()) != _COLUMNS:
                raise CorrectionError(f"{path}: the first line must be {','.join(_COLUMNS)}")
            rows = [_read(f"{path}, line {reader.line_num}", reader.line_num, row) for row in reader]
    except (OSError, UnicodeError, csv.Error) as error:
        raise CorrectionError(f"{path} cannot be read: {error}") from error
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if (other := seen.setdefault((row.article, row.field), row.line)) != row.line:
            raise CorrectionError(f"{path}, line {row.line}: line {other} corrects the same field of the same article")
    return tuple(rows)


def correct(plan: JobPlan, article: Article, corrections: Iterable[Correction]) -> JobPlan:
    """The plan as corrected, the one given left as it is. A correction that removes is not asked here.

    One whose words stand neither in the title nor in the text of this version changes nothing and leaves a flag.
    """
    plan = replace(plan, evidence=dict(plan.evidence), flags=list(plan.flags), reasons=list(plan.reasons))
    for one in corrections:
        spot = _find(one, article)
        if one.as_written and spot is None:
            message = f"a correction of {one.day} does not fit this version: its words do not stand in it"
            plan.flags.append(Flag(one.field, "correction-refused", message, as_written=one.as_written))
            continue
        plan.flags = [flag for flag in plan.flags if flag.field != one.field]
        plan.flags.append(Flag(one.field, "corrected", f"read by a person on {one.day}: {one.reason}"))
        _set(plan, one)
        plan.evidence.pop(one.field, None)
        if spot and one.value is not None:
            plan.evidence[one.field] = spot
    return plan


def _set(plan: JobPlan, one: Correction) -> None:
    if one.field != "municipality":
        setattr(plan, one.field, one.value)
        return
    names = {row.id: row.full_name for row in municipalities()}
    plan.municipality_id, plan.municipality = one.value, names.get(one.value)
    plan.municipality_candidates = []


def _find(one: Correction, article: Article) -> Evidence | None:
    """Where the words stand: in the text, else in the title."""
    if not one.as_written:
        return None
    for where, text in (("text", article.body), ("title", article.title)):
        start = text.find(one.as_written)
        if start < 0:
            continue
        end = start + len(one.as_written)
        begins, ends = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        line = text[begins : ends if ends >= 0 else len(text)]
        clause = clause_around(line, start - begins, end - begins)
        return Evidence(start, end, one.as_written, RULE, where, clause, checks=(one.reason,))  # type: ignore[arg-type]
    return None


def _read(where: str, line: int, row: dict[str, str | None]) -> Correction:
    if None in row or None in row.values():
        raise CorrectionError(f"{where}: has not {len(_COLUMNS)} columns; put quotes around a text with a comma")
    told = {name: (row[name] or "").strip() for name in _COLUMNS}
    field, value = told["field"], told["value"]
    if urlsplit(told["article"]).scheme not in ("http", "https"):
        raise CorrectionError(f"{where}: article: {told['article']!r} is no address; write http://… or https://…")
    if field not in _PARSERS:
        raise CorrectionError(f"{where}: field: there is no {field!r}; there are {', '.join(_PARSERS)}")
    for name in ("reason", "reviewer"):
        if not told[name]:
            raise CorrectionError(f"{where}: {name}: is missing")
    try:
        day = date.fromisoformat(told["date"])
    except ValueError:
        raise CorrectionError(f"{where}: date: {told['date']!r} is no day; write 2026-03-02") from None
    if value and not told["as_written"] and field not in _WITHOUT_WORDS:
        raise CorrectionError(f"{where}: as_written: is missing; copy the value as the article writes it")
    if not value and field in _WITHOUT_WORDS:
        raise CorrectionError(f"{where}: value: {field} needs one")
    try:
        parsed = _PARSERS[field](value) if value else None
    except ValueError as error:
        raise CorrectionError(f"{where}: value: {value!r} {error}") from None
    return Correction(
        line, canonical_url(told["article"]), field, parsed, told["as_written"], told["reason"], told["reviewer"], day
    )


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("is no whole number; write plain digits, 67700000000") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("is no number; write 67.2") from None


def _one_of(values: Iterable[str], hint: str) -> Callable[[str], str]:
    known = frozenset(values)

    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(hint)
        return text

    return parse


def _false(text: str) -> bool:
    if text.lower() != "false":
        raise ValueError("is not false; only false can be said")
    return False


def _parser(hint: Any) -> Callable[[str], Any]:
    kinds = get_args(hint)
    return _whole if int in kinds else _number if float in kinds else str


_HINTS = get_type_hints(JobPlan)
_PARSERS: dict[str, Callable[[str], Any]] = {
    **{name: _parser(_HINTS[name]) for name in SCALARS},
    "municipality": _one_of(
        (row.id for row in municipalities()), "is no id of the gazetteer (pipelines/extract/municipalities.csv)"
    ),
    "kind": _one_of(get_args(Kind), f"is no kind; there are {', '.join(get_args(Kind))}"),
    "relevant": _false,
}
"""The fields that can be corrected, and how their values are read."""
