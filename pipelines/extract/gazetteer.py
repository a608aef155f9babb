"""The local governments of Korea with the dates of their names: who can disclose a plan, and what it is called."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("municipalities.csv")
PROVINCES = Path(__file__).with_name("provinces.csv")
PROVINCE_KINDS = frozenset({"특별시", "광역시", "특별자치시", "통합특별시", "도", "특별자치도"})
ADMINISTRATIVE_CITY = "행정시"  # part of a province without a government of its own


@dataclass(frozen=True, slots=True)
class Municipality:
    """One local government under one name and code. A renamed or merged one is a row of its own."""

    id: str  # the code, with the first day of validity where there is one: 51110-20230611
    code: str
    province: str
    name: str
    full_name: str  # 인천광역시 부평구; a province's full name is its name
    kind: str
    valid_from: date | None  # None: before 2010
    valid_to: date | None  # first day on which it no longer holds
    successor: str | None  # ids joined by "|"
    lat: float | None
    lon: float | None

    @property
    def is_province(self) -> bool:
        """Whether it is a province or metropolitan city."""
        return self.kind in PROVINCE_KINDS

    def holds_on(self, day: date) -> bool:
        """Whether this name and code were in force on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Province:
    """How a province is written."""

    name: str
    short: str
    also: tuple[str, ...]  # other names, old ones too
    clues: tuple[str, ...]  # words that tell it from another province with a town of the same name


@cache
def provinces() -> dict[str, Province]:
    """The provinces by name, past ones too."""
    with PROVINCES.open(encoding="utf-8", newline="") as lines:
        return {row["province"]: _province(row) for row in csv.DictReader(lines)}


def _province(row: dict[str, str]) -> Province:
    also, clues = (tuple(filter(None, row[name].split("|"))) for name in ("also", "clues"))
    return Province(row["province"], row["short"], also, clues)


@cache
def municipalities() -> tuple[Municipality, ...]:
    """All rows, provinces first, then by code."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        return tuple(_row(row) for row in csv.DictReader(lines))


@cache
def valid_on(day: date) -> tuple[Municipality, ...]:
    """The rows in force on `day`."""
    return tuple(row for row in municipalities() if row.holds_on(day))


def _row(row: dict[str, str]) -> Municipality:
    start = _date(row["valid_from"])
    province, name = row["province"], row["name"]
    return Municipality(
        id=row["code"] if start is None else f"{row['code']}-{start:%Y%m%d}",
        code=row["code"],
        province=province,
        name=name,
        full_name=name if name == province else f"{province} {name}",
        kind=row["kind"],
        valid_from=start,
        valid_to=_date(row["valid_to"]),
        successor=row["successor"] or None,
        lat=float(row["lat"]) if row["lat"] else None,
        lon=float(row["lon"]) if row["lon"] else None,
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def era(day: date) -> date:
    """The last day up to `day` on which a name began or ended: between two such days the rows are the same."""
    changes = {day for row in municipalities() for day in (row.valid_from, row.valid_to) if day}
    return max((change for change in changes if change <= day), default=date.min)
