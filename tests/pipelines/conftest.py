"""An empty database to copy, and a store that is checked when it closes."""

import shutil

import pytest

from pipelines.store import Store


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("empty") / "jobplans.db"
    Store(path).close()
    return path


@pytest.fixture
def store(empty, tmp_path):
    with Store(shutil.copy(empty, tmp_path / "jobplans.db")) as opened:
        yield opened
        assert list(opened.db.query("pragma foreign_key_check")) == []
        for table in ("plans", "articles"):
            rowids = [
                {row["rowid"] for row in opened.db.query(f"select rowid from {name}")}
                for name in (table, f"{table}_fts")
            ]
            assert rowids[0] == rowids[1], f"the search index of {table} does not follow"
