"""A SQLite file with one writer: opened with the settings that were found to hold, migrated, written all or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Literal, Self

from sqlite_utils import Database, Migrations

BUSY_SECONDS = 30
"""How long a writer waits for another before it gives up."""


class DatabaseError(Exception):
    """The database cannot be used; the message says which and why."""


def execute_all(db: Database, statements: str) -> None:
    """Run statements that end in semicolons, within the transaction there is (`executescript` would end it)."""
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)


class DatabaseFile:
    """A database, open for writing. Close it, or use it in a `with` statement."""

    migrations: ClassVar[Migrations]
    durability: ClassVar[Literal["normal", "full"]] = "normal"
    """`full` keeps a commit through a power cut; `normal` may lose the last ones, never the file."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.db = Database(sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None))
            self.db.conn.execute("pragma journal_mode=wal")
            self.db.conn.execute(f"pragma synchronous={self.durability}")
            self.db.conn.execute("pragma foreign_keys=on")
            self.migrations.apply(self.db)
        except (sqlite3.Error, OSError) as error:
            raise DatabaseError(f"{self.path} cannot be opened for writing: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Bring the log into the file and let go of it."""
        self.db.conn.execute("pragma wal_checkpoint(truncate)")
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. The write lock is taken at once, so that a reader never makes a writer fail half-way."""
        self.db.conn.execute("begin immediate")
        try:
            yield
            self.db.conn.commit()
        except BaseException:
            self.db.conn.rollback()
            raise
