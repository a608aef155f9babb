"""No alert is lost and none is told twice: what a channel did not take waits, each channel by itself, for two weeks."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlite_utils import Database

from crawler import ledger
from crawler.alerts import outbox as outbox_module
from crawler.alerts.outbox import Outbox, waiting_in
from crawler.keeping.lock import RESTORING
from crawler.ledger import Ledger
from tests.crawler.alerts.nights import alerts, finding, night, refused
from tests.crawler.alerts.services import Answer

DOWN = Answer(400)


def days(first, count):
    return [(date.fromisoformat(first) + timedelta(days=n)).isoformat() for n in range(count)]


def deliveries(data):
    with closing(sqlite3.connect(data / "crawl.db")) as connection:
        rows = connection.execute("select alert, channel, state, tries from alert_deliveries order by 1, 2").fetchall()
    return [tuple(row) for row in rows]


def subjects(service, name):
    return [one.json["text"].splitlines()[0] for one in service.of(name)]


def test_a_failing_channel_keeps_its_alert_and_the_others_are_not_told_twice(service, tmp_path, today):
    service.fail("slack", DOWN)
    settings = service.settings("telegram", "slack")
    said = alerts(settings).tell(night("2026-11-25", finding()), tmp_path)
    assert [one.split(":")[0] for one in said] == ["slack"]
    today("2026-11-26")
    assert alerts(settings).tell(night("2026-11-26", finding(change="continuing")), tmp_path) == []
    assert len(service.of("telegram")) == 1
    (late,) = service.of("slack")
    assert late.json["text"].splitlines()[:2] == [
        "[iljari] 2026-11-25 수집: 새 문제 1",
        "2026-11-25의 알림입니다. 그때 전하지 못해 지금 보냅니다.",
    ]
    assert [row[2:] for row in deliveries(tmp_path)] == [("delivered", 2), ("delivered", 1)]


def test_tonights_alert_comes_before_those_that_waited(service, tmp_path, today):
    settings = service.settings("slack")
    for day in days("2026-11-25", 3):
        today(day)
        if day != "2026-11-27":
            service.fail("slack", *[DOWN] * 3)
        alerts(settings).tell(night(day, finding(f"paper{day[-2:]}", since=date.fromisoformat(day))), tmp_path)
        service.faults.clear()
    assert [one.split(" ")[1] for one in subjects(service, "slack")] == ["2026-11-27", "2026-11-25", "2026-11-26"]


def test_the_others_hear_that_a_channel_fails(service, tmp_path, today):
    settings = service.settings("telegram", "slack")
    service.fail("slack", *[DOWN] * 9)
    alerts(settings).tell(night("2026-11-25", finding()), tmp_path)
    today("2026-11-26")
    alerts(settings).tell(night("2026-11-26", finding("asiae", since=date(2026, 11, 26))), tmp_path)
    assert "전하지 못한 알림: slack 1건 (11-25부터)" in service.of("telegram")[1].json["text"]


def test_after_two_weeks_an_alert_is_given_up_and_that_is_said(service, tmp_path, today):
    settings = service.settings("telegram", "slack")
    service.fail("slack", *[DOWN] * 99)
    alerts(settings).tell(night("2026-11-01", finding()), tmp_path)  # created on the clock's day, the 25th
    for day in days("2026-11-26", 13):
        today(day)
        said = alerts(settings).tell(night(day, finding(change="continuing")), tmp_path)
        assert [one.split(":")[0] for one in said] == ["slack"]
    assert len(waiting_in(tmp_path / "crawl.db")) == 1
    today("2026-12-09")
    fresh = finding("asiae", since=date(2026, 12, 9))
    said = alerts(settings).tell(night("2026-12-09", finding(change="continuing"), fresh), tmp_path)
    assert said[0] == "slack: the alert of 2026-11-25 is given up after 14 days: HTTP 400"
    assert "14일이 지나 전하기를 그만둔 알림: slack 1건" in service.of("telegram")[-1].json["text"]
    assert [one.alert.created.date().isoformat() for one in waiting_in(tmp_path / "crawl.db")] == ["2026-12-09"]


def test_the_same_night_told_twice_is_sent_once(service, tmp_path, today):
    for _ in range(2):
        assert alerts(service.settings("telegram")).tell(night("2026-11-25", finding()), tmp_path) == []
        assert alerts(service.settings("telegram")).tell(refused(), tmp_path) == []
    assert len(service.of("telegram")) == 2


def test_each_failed_night_alarms_and_the_end_is_told(service, tmp_path, today):
    settings = service.settings("telegram")
    for day in days("2026-11-25", 3):
        today(day)
        assert alerts(settings).tell(refused(day), tmp_path) == []
    today("2026-11-28")
    assert alerts(settings).tell(night("2026-11-28"), tmp_path) == []
    assert alerts(settings).tell(night("2026-11-29"), tmp_path) == []
    told = [one.json["text"] for one in service.of("telegram")]
    assert [one.splitlines()[0] for one in told] == [
        *(f"[iljari] {day} 수집 긴급: 시작하지 못했습니다" for day in days("2026-11-25", 3)),
        "[iljari] 2026-11-28 수집: 해결 1",
    ]
    assert "500 MB must stay free" in told[0]
    assert "2026-11-25부터 수집이 실패하고 있습니다." in told[2]


def test_what_a_killed_night_could_not_tell_is_new_to_the_next(service, tmp_path, today):
    """The monitors wrote it down as new, and nobody heard of it."""
    went_on = night("2026-11-26", finding(change="continuing"))
    assert alerts(service.settings("slack")).tell(went_on, tmp_path) == []
    assert subjects(service, "slack") == ["[iljari] 2026-11-26 수집: 새 문제 1"]


def test_a_trouble_is_told_once_and_again_when_it_changes_or_ends(service, tmp_path, today):
    changes = ["new", "continuing", "changed", "continuing", "recovered"]
    for day, change in zip(days("2026-11-25", 5), changes, strict=True):
        today(day)
        level = "warning" if change == "new" or day == "2026-11-26" else "error"
        assert alerts(service.settings("slack")).tell(night(day, finding(change=change, level=level)), tmp_path) == []
    assert [one.split(": ")[1] for one in subjects(service, "slack")] == ["새 문제 1", "바뀐 문제 1", "해결 1"]


def test_always_sends_every_night(service, tmp_path, today):
    settings = service.settings("slack") | {"ILJARI_DIGEST": "always"}
    for day in days("2026-11-25", 2):
        today(day)
        assert alerts(settings).tell(night(day), tmp_path) == []
    assert [one.split(": ")[1] for one in subjects(service, "slack")] == ["이상 없음"] * 2


def test_without_a_channel_nothing_is_written(tmp_path, today):
    assert alerts({}).tell(night("2026-11-25", finding()), tmp_path / "data") == []
    assert not (tmp_path / "data").exists()


def test_a_channel_that_is_set_wrongly_gets_its_alert_when_it_is_right(service, tmp_path, today):
    half = service.settings("telegram") | {"ILJARI_TELEGRAM_CHAT": ""}
    tonight = alerts(half)
    assert tonight.mistakes == ["telegram: ILJARI_TELEGRAM_CHAT is not set"]
    assert tonight.tell(night("2026-11-25", finding()), tmp_path) == [
        "telegram: 1 alert waits until its settings are right"
    ]
    today("2026-11-26")
    assert alerts(service.settings("telegram")).tell(night("2026-11-26", finding(change="continuing")), tmp_path) == []
    assert len(service.of("telegram")) == 1


@pytest.fixture(params=["no database", "a restore cut off", "no folder", "a full disk"])
def unusable(request, tmp_path, monkeypatch):
    """A data folder whose outbox cannot be used."""
    match request.param:
        case "no database":
            (tmp_path / "crawl.db").write_text("this is no database" * 100)
        case "a restore cut off":
            (tmp_path / RESTORING).touch()
        case "no folder":
            (tmp_path / "file").touch()
            return tmp_path / "file" / "data"
        case "a full disk":
            with Outbox(tmp_path / "crawl.db") as outbox:
                pages = outbox.db.conn.execute("pragma page_count").fetchone()[0]
            opened = Outbox.__init__

            def full(self, path):
                opened(self, path)
                self.db.conn.execute(f"pragma max_page_count={pages}")

            monkeypatch.setattr(Outbox, "__init__", full)
    return tmp_path


def test_without_an_outbox_the_alert_is_sent_all_the_same(service, today, unusable):
    report = night("2026-11-25", *(finding(f"paper{n}", ko="가" * 300) for n in range(30)))
    said = alerts(service.settings("slack", "ping")).tell(report, unusable)
    assert len(said) == 1
    assert said[0].startswith("alerts are sent without being kept: ")
    assert len(service.of("slack")) == len(service.of("ping")) == 1


def test_without_an_outbox_what_fails_is_said_to_be_lost(service, tmp_path, today):
    (tmp_path / RESTORING).touch()
    service.fail("slack", DOWN)
    said = alerts(service.settings("slack")).tell(night("2026-11-25", finding()), tmp_path)
    assert said[1] == "slack: not delivered, lost: HTTP 400"


def test_a_mistake_in_the_making_costs_neither_the_night_nor_the_ping(service, tmp_path, today):
    broken = replace(night("2026-11-25"), outlets=({"no": "outlet"},))
    (said,) = alerts(service.settings("slack", "ping")).tell(broken, tmp_path)
    assert said == "the alerts could not be made: KeyError: 'outlet'"
    assert service.of("ping")[0].body == b"iljari: ok"


def test_the_outbox_lives_in_the_crawls_memory(tmp_path, today):
    """Either may come first, and each brings its own tables up to date."""
    for first, then in ((Outbox, Ledger), (Ledger, Outbox)):
        path = tmp_path / first.__name__ / "crawl.db"
        for opened in (first, then, first):
            with opened(path):
                pass
        db = Database(sqlite3.connect(path))
        assert ledger.migrations.pending(db) == outbox_module.migrations.pending(db) == []
        db.close()


def test_delivered_alerts_are_forgotten_after_two_weeks(service, tmp_path, today):
    assert alerts(service.settings("slack")).tell(night("2026-11-25", finding()), tmp_path) == []
    today("2026-12-10")
    assert alerts(service.settings("slack")).tell(night("2026-12-10", finding(change="continuing")), tmp_path) == []
    assert deliveries(tmp_path) == []
    assert len(service.of("slack")) == 1, "what was told is remembered longer"


def test_even_without_threads_the_night_goes_on(service, tmp_path, today, monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    tonight = alerts(service.settings("slack", "ping"))
    tonight.begin()
    said = tonight.tell(night("2026-11-25", finding()), tmp_path)
    assert said == [
        "the ping could not be sent: RuntimeError: can't start new thread",
        "the alerts broke off: RuntimeError: can't start new thread",
    ]
    assert len(waiting_in(tmp_path / "crawl.db")) == 1
