"""Every fault has a test that notices when its handling is taken away: each is taken away in turn, in a copy of the tree.

A removal is a piece of the code and what is written in its place. `python -m tests.soak --only removals` shows which test
fails without it; a removal that no test notices is a fault in the tests.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.newsroom.process import ROOT

SECONDS = 300
"""How long the tests of one removal may take."""


@dataclass(frozen=True)
class Removal:
    """What handles a fault: in `file`, `code` becomes `instead`; `test` (a file or a test's id) must then fail."""

    fault: str
    file: str
    code: str
    instead: str
    test: str


REMOVALS: tuple[Removal, ...] = (
    Removal(
        "a list that lost its articles", "crawler/walks.py",
        "if first and self.memory.entries:", "if False:", "tests/crawler/test_walks.py",
    ),
    Removal(
        "paging that ends early", "crawler/walks.py",
        "            if why:\n", "            if False:\n", "tests/crawler/test_walks.py",
    ),
    Removal(
        "endless paging", "crawler/walks.py",
        "if number - self.listing.first + 1 < self._limit:", "if True:", "tests/crawler/test_walks.py",
    ),
    Removal(
        "a backdated article", "crawler/walks.py",
        "if self._quiet >= LOOK_BACK_PAGES:", "if self._quiet:", "tests/crawler/test_walks.py",
    ),
    Removal(
        "a gap between two nights", "crawler/walks.py",
        "if self.memory.complete and news:", "if False:", "tests/crawler/test_walks.py",
    ),
    Removal(
        "a search by relevance that looks ended by its dates", "crawler/walks.py",
        "            self._sorted = False", "            pass", "tests/crawler/test_walks.py",
    ),
    Removal(
        "an edited article", "crawler/cms/base.py",
        "requests += [self._visit(known) for known in due]", "pass", "tests/crawler/test_visits.py",
    ),
    Removal(
        "an article fetched again though nothing changed", "crawler/cms/base.py",
        "headers=known.conditions", "headers={}", "tests/crawler/test_visits.py",
    ),
    Removal(
        "sums that do not add up", "crawler/ledger.py",
        'if account.total("listed") != listed:', "if False:", "tests/crawler/test_ledger.py",
    ),
    Removal(
        "a killed run without an account", "crawler/ledger.py",
        "        self._close_killed()\n", "", "tests/crawler/test_ledger.py",
    ),
    Removal(
        "articles without a text after a relaunch", "crawler/health.py",
        "if empty >= FEW and empty > EMPTY_SHARE * came:", "if False:", "tests/crawler/test_health.py",
    ),
    Removal(
        "a challenge page with status 200", "crawler/middlewares/archive.py",
        "        if why:\n", "        if False:\n", "tests/crawler/test_health.py",
    ),
    Removal(
        "a backfill that was killed", "crawler/cms/base.py",
        "yield self._list_request(listing, progress.page or listing.first)",
        "yield self._list_request(listing, listing.first)", "tests/crawler/test_backfill.py",
    ),
)  # fmt: skip


def soak() -> Counter[str]:
    """Take each handling away and run its test; the counts, of which `not noticed` and `not found` should be 0."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="removals-") as folder:
        tree = _copy_of_the_tree(Path(folder) / "tree")
        for removal in REMOVALS:
            said = _without(tree, removal)
            noticed = said.startswith(("FAILED", "ERROR"))
            counts["removed"] += 1
            counts["not found"] += said == "not found"
            counts["not noticed"] += not noticed and said != "not found"
            print(f"{removal.fault}: {said}", flush=True)
    return counts


BAD = ("not found", "not noticed")


def _copy_of_the_tree(tree: Path) -> Path:
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in tracked:
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
    return tree


def _without(tree: Path, removal: Removal) -> str:
    """The first test that fails without the handling, or what is wrong with the removal."""
    path = tree / removal.file
    whole = path.read_text(encoding="utf-8")
    if removal.code not in whole:
        return "not found"
    path.write_text(whole.replace(removal.code, removal.instead, 1), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", removal.test],
            cwd=tree, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"FAILED {removal.test}: it does not end"
    finally:
        path.write_text(whole, encoding="utf-8")
    lines = done.stdout.splitlines()
    return next((line for line in lines if line.startswith(("FAILED", "ERROR"))), "no test notices")
