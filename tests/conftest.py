"""What many tests stand on: one nightly crawl of the newsroom, made once a session by the production commands."""

from __future__ import annotations

import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.store import Store
from tests.newsroom.data import load
from tests.newsroom.demo import crawl_environment
from tests.newsroom.model import Article, Desk, Placement
from tests.newsroom.process import running_newsroom
from tests.newsroom.systems import SYSTEMS
from tests.warm import run_scrapy

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no process waits for another at the end."""
    items.sort(key=lambda item: "soak" not in item.path.parts)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Material that lies beside the project on a developer's machine."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return SHARED


@dataclass(frozen=True)
class Crawl:
    """A finished crawl: its folder, what the command said, and what the newsroom was asked for."""

    data: Path
    done: subprocess.CompletedProcess[str]
    requests: list[dict[str, Any]]

    def rows(self, sql: str, *values: Any, database: str = "jobplans.db") -> list[dict[str, Any]]:
        """Rows of one of its databases."""
        with sqlite3.connect(f"file:{self.data / database}?mode=ro", uri=True) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]

    def digests(self) -> dict[str, str]:
        """Of the published database, by table."""
        with Store(self.data / "jobplans.db") as store:
            return store.digests()


def crawl(data: Path, *arguments: str, faults: dict[str, Any] | None = None, **environment: str) -> Crawl:
    """`scrapy nightly` against a newsroom of its own."""
    with running_newsroom(faults=faults) as newsroom:
        done = run_scrapy(crawl_environment(newsroom.url, data, **environment), "nightly", *arguments)
        return Crawl(data, done, newsroom.log_entries())


@pytest.fixture(scope="session")
def desk() -> Desk:
    """The newsroom's articles and outlets."""
    return load()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """The crawl that `make demo` makes, into an empty folder. Tests read it and do not write."""
    made = crawl(tmp_path_factory.mktemp("demo"))
    assert made.done.returncode == 0, made.done.stdout + made.done.stderr
    return made


def article_url(desk: Desk, at: Placement) -> str:
    """The URL of an article at an outlet."""
    outlet = desk.outlets[at.outlet]
    return SYSTEMS[outlet.system](outlet, []).article_url(at.id)


def plan_articles(desk: Desk) -> list[Article]:
    """The articles that tell of a job plan."""
    return [article for article in desk.articles if article.gold.relevant]
