"""Databases of the version that landed first are migrated when they are opened, and keep every row."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from sqlite_utils import Database

from crawler import ledger_schema
from crawler.ledger import Ledger
from crawler.night import Night
from crawler.rebuild import rebuild
from pipelines import schema
from pipelines.store import Store

DATABASES = [
    pytest.param("crawl.db", ledger_schema.migrations, Ledger),
    pytest.param("jobplans.db", schema.migrations, Store),
]
ROWS = 3
KINDS = {"TEXT": '["{table} {column} {row}"]', "INTEGER": 1, "REAL": 1.5, "ANY": 7}
"""What a row holds: text that is JSON as well, since some columns are."""


def first_version(path, migrations):
    """A database as the first migration makes it, with some rows in every table; the rows by table."""
    db = Database(sqlite3.connect(path, isolation_level=None))
    db.execute("pragma journal_mode=wal")
    first, *later = [one.name for one in migrations.pending(db)]
    migrations.apply(db, stop_before=later)
    assert [one.name for one in migrations.applied(db)] == [first]
    made = {}
    ours = [
        table for table in db.tables
        if not table.name.startswith(("_", "sqlite_")) and not table.name.partition("_fts")[1]
    ]  # fmt: skip
    for table in ours:
        made[table.name] = [
            {column.name: value(db, table.name, column.name, row) for column in table.columns}
            for row in range(1, ROWS + 1)
        ]
        table.insert_all(made[table.name])
    assert db.execute("pragma foreign_key_check").fetchall() == []
    db.close()
    return made


def value(db, table, column, row):
    """Of a column in a row; a reference has the value of what it refers to."""
    for key in db[table].foreign_keys:
        if key.column == column:
            return value(db, key.other_table, key.other_column, row)
    kind = next(one.type for one in db[table].columns if one.name == column)
    one = KINDS[kind.upper()]
    return one.format(table=table, column=column, row=row) if isinstance(one, str) else one * row


@pytest.mark.parametrize(("name", "migrations", "opened"), DATABASES)
def test_every_row_is_there_after_migrating(tmp_path, name, migrations, opened):
    made = first_version(tmp_path / name, migrations)
    assert len(made) > 4
    for _ in range(2):
        with opened(tmp_path / name) as database:
            assert migrations.pending(database.db) == []
            for table, rows in made.items():
                still = database.db[table].columns_dict.keys() & rows[0].keys()
                assert still, f"{table} lost all its columns"
                found = [{column: row[column] for column in still} for row in database.db[table].rows]
                for row in rows:
                    assert {column: row[column] for column in still} in found
            assert database.db.execute("pragma foreign_key_check").fetchall() == []
            assert database.db.execute("pragma integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize(("name", "migrations", "opened"), DATABASES)
def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path, monkeypatch, name, migrations, opened):
    """The rows stay and the next opening goes on from there."""
    made = first_version(tmp_path / name, migrations)

    def failing(db):
        db.execute(f"delete from {list(made)[-1]}")
        raise sqlite3.OperationalError("the power went")

    kept = list(migrations._migrations)
    migrations(name="fails")(failing)
    try:
        with pytest.raises(Exception, match="the power went"):
            opened(tmp_path / name)
    finally:
        migrations._migrations[:] = kept
    with opened(tmp_path / name) as database:
        assert all(database.db[table].count >= ROWS for table in made)


def test_a_folder_of_the_first_version_goes_on_and_compares(demo, tmp_path):
    """The demo's archive under databases of the first version: a night takes it in, a rebuild finds the same."""
    shutil.copytree(demo.data / "archive", tmp_path / "archive")
    for name, migrations, _ in (one.values for one in DATABASES):
        db = Database(sqlite3.connect(tmp_path / name))
        migrations.apply(db, stop_before=[one.name for one in migrations.pending(db)][1:])
        db.close()
    with closing(Night(tmp_path)) as tonight:
        assert tonight.store.digests() == demo.digests()
    assert rebuild(tmp_path, 60, check=True).same
