"""The outbox: tables of `crawl.db` that hold what is to be delivered, to which channel it was, and what was told before."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Migrations

from crawler.alerts.message import Alert, as_json, from_json
from crawler.alerts.news import Key, Memory, Told
from crawler.clock import now
from pipelines.database import DatabaseFile, execute_all, reading

DAYS = 14
"""How long an alert is tried on a channel, and how long one that was delivered is kept."""

migrations = Migrations("alerts")

TABLES = """
create table alerts (
    id text primary key,
    kind text not null,
    created text not null,
    message text not null,
    report text not null
) strict;
create table alert_deliveries (
    alert text not null references alerts(id) on delete cascade,
    channel text not null,
    state text not null default 'waiting',
    changed text,
    tries integer not null default 0,
    error text,
    primary key (alert, channel)
) strict;
create table alert_memory (
    outlet text not null,
    "check" text not null,
    mark text not null,
    since text not null,
    night text not null,
    primary key (outlet, "check")
) strict;
"""
"""`state` of a delivery: waiting or delivered, `changed` then. `outlet` is empty where the whole night is meant."""


@migrations()
def create_outbox(db: Any) -> None:
    """Alerts, their deliveries, and what was told."""
    execute_all(db, TABLES)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert that a channel has not delivered yet; `error` is what the last try met."""

    alert: Alert
    channel: str
    tries: int
    error: str | None


class Outbox(DatabaseFile):
    """The tables, open for writing. Each delivery is on the disk when it is noted."""

    migrations = migrations

    def told(self) -> dict[Key, Told]:
        """What was told before and has not ended."""
        rows = self.db.conn.execute('select outlet, "check", mark, since, night from alert_memory')
        return {(row[0], row[1]): Told(row[2], date.fromisoformat(row[3]), date.fromisoformat(row[4])) for row in rows}

    def put(self, alert: Alert | None, channels: Iterable[str], told: Memory) -> None:
        """Take in an alert for some channels, once however often it comes, with all that will have been told by then."""
        with self.transaction(lasting=True):
            if alert:
                row = (
                    alert.id, alert.kind, alert.created.isoformat(),
                    json.dumps(as_json(alert.message), ensure_ascii=False), json.dumps(alert.report, ensure_ascii=False),
                )  # fmt: skip
                self.db.conn.execute(
                    "insert or ignore into alerts (id, kind, created, message, report) values (?, ?, ?, ?, ?)", row
                )
                self.db.conn.executemany(
                    "insert or ignore into alert_deliveries (alert, channel) values (?, ?)",
                    [(alert.id, channel) for channel in channels],
                )
            self.db.conn.execute("delete from alert_memory")
            self.db.conn.executemany(
                'insert into alert_memory (outlet, "check", mark, since, night) values (?, ?, ?, ?, ?)',
                [(*key, one.mark, one.since.isoformat(), one.night.isoformat()) for key, one in told.items()],
            )

    def waiting(self) -> list[Waiting]:
        """What is to be delivered, the oldest first."""
        return _waiting(self.db.conn)

    def note(self, alert: str, channel: str, error: str | None) -> None:
        """Note what became of a try; an alert that a channel has is not sent there again."""
        with self.transaction(lasting=True):
            self.db.conn.execute(
                "update alert_deliveries set state = ?, changed = ?, error = ?, tries = tries + 1"
                " where alert = ? and channel = ?",
                ["waiting" if error else "delivered", now().isoformat(), error, alert, channel],
            )

    def give_up(self) -> list[Waiting]:
        """Forget what is too old; what of it was not delivered."""
        oldest = (now() - timedelta(days=DAYS)).isoformat()
        old = [one for one in self.waiting() if one.alert.created.isoformat() <= oldest]
        with self.transaction():
            self.db.conn.execute("delete from alerts where created <= ?", [oldest])
        return old


def waiting_in(path: Path) -> list[Waiting]:
    """What an outbox holds, without writing to it; nothing where there is none. Raises sqlite3.Error."""
    if not path.exists():
        return []
    with closing(reading(path)) as connection:
        found = connection.execute("select 1 from sqlite_master where type = 'table' and name = 'alert_deliveries'")
        return _waiting(connection) if found.fetchone() else []


def _waiting(connection: sqlite3.Connection) -> list[Waiting]:
    rows = connection.execute(
        "select a.id, a.kind, a.created, a.message, a.report, d.channel, d.tries, d.error from alerts a"
        " join alert_deliveries d on d.alert = a.id where d.state = 'waiting' order by a.created, a.id"
    )
    return [
        Waiting(
            Alert(row[0], row[1], datetime.fromisoformat(row[2]), from_json(json.loads(row[3])), json.loads(row[4])),
            row[5], row[6], row[7],
        )
        for row in rows
    ]  # fmt: skip
