"""Python and what is installed beside it."""

from __future__ import annotations

import platform
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from crawler.doctor.checks import ROOT, Check, Patient, Result, advice, ok, problem

OLDEST_PYTHON = (3, 11)
LOCK = ROOT / "requirements.lock"
INSTALL = f"{sys.executable} -m pip install --require-hashes -r {LOCK.name}"
_TOLD = 6
_KIWI_SECONDS = 120
_KIWI = "from pipelines.extract.morphemes import may_be_name; print(may_be_name('김철수'))"

SQLITE_FEATURES = (
    ("strict tables (3.37)", "create table a (x any, y integer) strict"),
    ("update from (3.33)", "update a set y = b.value from json_each('[1]') b"),
    ("upsert (3.24)", "create table c (k primary key); insert into c values (1) on conflict(k) do nothing"),
    ("full-text search (fts5)", "create virtual table d using fts5(words)"),
    ("filter of aggregates (3.30)", "select count(*) filter (where y > 0) from a"),
)
"""What the databases use of SQLite, each with a statement that shows it."""


def python(patient: Patient) -> Iterator[Result]:
    """Whether this Python is new enough."""
    told = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST_PYTHON:
        yield problem(f"{told} is too old", "make PYTHON=python3.11 .venv/.ready")
    else:
        yield ok(told)


def packages(patient: Patient) -> Iterator[Result]:
    """Whether what is installed is what was tested."""
    yield from compare_packages(LOCK)


def compare_packages(lock: Path) -> Iterator[Result]:
    """What is installed against the pins of a requirements file."""
    try:
        lines = lock.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        yield problem(f"{lock.name} cannot be read ({error.strerror})", f"git checkout {lock.name}")
        return
    pins = [Requirement(line.rstrip("\\ ")) for line in lines if re.match(r"\w", line)]
    pins = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    installed = {pin.name: _version(pin.name) for pin in pins}
    missing = [pin.name for pin in pins if installed[pin.name] is None]
    differing = [
        f"{pin.name} {found} for {str(pin.specifier).lstrip('=')}"
        for pin in pins
        if (found := installed[pin.name]) and not pin.specifier.contains(found, prereleases=True)
    ]
    if missing:
        yield problem(f"{_shortened(missing)} missing of the {len(pins)} packages of {lock.name}", INSTALL)
    if differing:
        yield advice(f"other versions than were tested: {_shortened(differing)}", INSTALL)
    if not missing and not differing:
        yield ok(f"all {len(pins)} packages of {lock.name} are installed as pinned")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _shortened(names: list[str]) -> str:
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return ", ".join(names[:_TOLD]) + more


def kiwi(patient: Patient) -> Iterator[Result]:
    """Whether the morphological analyser works: in a process of its own, since short memory would kill it."""
    try:
        done = subprocess.run(  # noqa: S603 (this interpreter)
            [sys.executable, "-c", _KIWI], cwd=ROOT, capture_output=True, text=True, timeout=_KIWI_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        yield problem(f"kiwi is not ready within {_KIWI_SECONDS} s", "look at the machine's load with: uptime")
        return
    if done.returncode == 0 and done.stdout.strip() == "True":
        yield ok("kiwi loads and reads a name")
        return
    if done.returncode < 0:
        yield problem(f"kiwi's process was ended by {signal.Signals(-done.returncode).name}", "free -m")
        return
    said = (done.stderr or done.stdout).strip().splitlines()
    yield problem(f"kiwi cannot read Korean: {said[-1] if said else 'it says nothing'}", INSTALL)


def sqlite(patient: Patient) -> Iterator[Result]:
    """Whether SQLite can do what the databases need."""
    lacking = []
    with closing(sqlite3.connect(":memory:")) as connection:
        for name, statements in SQLITE_FEATURES:
            try:
                connection.executescript(statements)
            except sqlite3.Error as error:
                lacking.append(f"{name}: {error}")
    if lacking:
        yield problem(
            f"SQLite {sqlite3.sqlite_version} lacks {'; '.join(lacking)}", "make PYTHON=a-newer-python .venv/.ready"
        )
    else:
        yield ok(f"SQLite {sqlite3.sqlite_version} has all that is used of it")


_PART = "environment 환경"
CHECKS = (
    Check(_PART, "python", "Python 파이썬", python),
    Check(_PART, "packages", "packages 패키지", packages),
    Check(_PART, "kiwi", "kiwi 형태소 분석", kiwi),
    Check(_PART, "sqlite", "SQLite", sqlite),
)
