"""A SQLite file with one writer: opened with the settings that were found to hold, migrated, written all or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from sqlite_utils import Database, Migrations

BUSY_SECONDS = 30
"""How long a writer waits for another before it gives up."""


_REFUSALS = (
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB,
)  # fmt: skip


class DatabaseError(Exception):
    """The database cannot be used; the message says which and why."""


def reading(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, beside a writer. Raises sqlite3.Error where there is no such file."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def execute_all(db: Database, statements: str) -> None:
    """Run statements that end in semicolons, within the transaction there is (`executescript` would end it)."""
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)


class _Connection(sqlite3.Connection):
    """Tells when the file itself refuses: a full disk, another writer that does not let go, damage."""

    refused: Callable[[sqlite3.DatabaseError], None] | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except sqlite3.DatabaseError as error:
            self._tell(error)
            raise

    def commit(self) -> None:
        try:
            super().commit()
        except sqlite3.DatabaseError as error:
            self._tell(error)
            raise

    def _tell(self, error: sqlite3.DatabaseError) -> None:
        if self.refused and is_refusal(error):
            self.refused(error)


def is_refusal(error: BaseException) -> bool:
    """Whether an error says that a database file cannot be used now, and not that a statement is wrong."""
    return isinstance(error, sqlite3.DatabaseError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _REFUSALS


class DatabaseFile:
    """A database, open for writing. Close it, or use it in a `with` statement."""

    migrations: ClassVar[Migrations]
    durability: ClassVar[Literal["normal", "full"]] = "normal"
    """`full` keeps a commit through a power cut; `normal` may lose the last ones, never the file."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                self.path, timeout=BUSY_SECONDS, isolation_level=None, factory=_Connection
            )
            self.db = Database(self._connection)
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
        """Bring the log into the file and let go of it. Where the disk is full the log stays: the next opening reads it."""
        self._connection.refused = None
        with suppress(sqlite3.OperationalError):
            self.db.conn.execute("pragma wal_checkpoint(truncate)")
        self.db.close()

    def on_refusal(self, tell: Callable[[str], None]) -> None:
        """Have the first refusal of the file told in words: a full disk, a lock that is not let go, damage.

        The call that met it raises all the same; what follows no longer waits for a lock.
        """

        def refused(error: sqlite3.DatabaseError) -> None:
            self._connection.refused = None
            self._connection.execute("pragma busy_timeout=0")
            tell(f"{self.path} cannot be written: {error}")

        self._connection.refused = refused

    @contextmanager
    def transaction(self, *, lasting: bool = False) -> Iterator[None]:
        """All or nothing. The write lock is taken at once, so that a reader never makes a writer fail half-way.

        A `lasting` one is on the disk when it is done, with all that went before, whatever the file's durability.
        """
        if lasting:
            self.db.conn.execute("pragma synchronous=full")
        self.db.conn.execute("begin immediate")
        try:
            yield
            self.db.conn.commit()
        except BaseException:
            self.db.conn.rollback()
            raise
        finally:
            if lasting:
                self.db.conn.execute(f"pragma synchronous={self.durability}")
