"""Nights that do not go their way, from the command to who hears of it."""

from types import SimpleNamespace

import pytest

from crawler import night
from crawler.keeping.lock import hold_lock
from crawler.monitors import outlet
from crawler.night import Night
from crawler.spiders.knnws import KnNewsSpider
from tests.newsroom.demo import crawl_environment
from tests.warm import run_scrapy

NOBODY = "http://127.0.0.1:9"


def nightly(data, service, *arguments, **settings):
    environment = crawl_environment(NOBODY, data, **service.settings("slack", "ping"), **settings)
    return run_scrapy(environment, "nightly", *arguments)


def told(service):
    """What Slack was told, and how the ping heard that a night ended."""
    return [asked.json["text"] for asked in service.of("slack")], [
        asked.path.rpartition("/")[2] for asked in service.of("ping")
    ]


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"ILJARI_LOG_MB": "ten"}, "ILJARI_LOG_MB='ten' is no whole number above 0"),
        ({"ILJARI_FREE_MB": "ten"}, "ILJARI_FREE_MB='ten' is no whole number of megabytes"),
        ({"ILJARI_RETRY_WAIT": "soon"}, "ILJARI_RETRY_WAIT='soon' is no number of seconds"),
        ({"ILJARI_NIGHT_HOURS": "-1"}, "ILJARI_NIGHT_HOURS='-1' is no number of hours"),
    ],
)
def test_a_night_that_cannot_begin_alarms(service, tmp_path, setting, said):
    done = nightly(tmp_path, service, **setting)
    assert (done.returncode, done.stderr) == (2, f"iljari: {said}\n")
    ((text,), pings) = told(service)
    assert "긴급: 시작하지 못했습니다" in text
    assert said in text
    assert pings == ["fail"]


def test_what_a_person_wrote_wrongly_alarms_nobody(service, tmp_path):
    assert nightly(tmp_path, service, "--since", "soon").returncode == 2
    assert told(service) == ([], [])


@pytest.mark.parametrize(("hours", "alarmed"), [(3, False), (21, True)])
def test_a_run_that_takes_a_whole_night_from_us_alarms(service, tmp_path, monkeypatch, hours, alarmed):
    monkeypatch.setenv("ILJARI_CLOCK", "2026-11-25T00:00+09:00")
    with hold_lock(tmp_path):
        done = nightly(tmp_path, service, ILJARI_CLOCK=f"2026-11-25T{hours:02}:00+09:00")
    assert done.returncode == 3
    texts, pings = told(service)
    assert [f"{hours} h 0 min" in text for text in texts] == [True] * alarmed
    assert pings == ["fail"] * alarmed


def test_a_night_ends_in_order_after_its_hours(service, tmp_path):
    done = nightly(tmp_path, service, ILJARI_NIGHT_HOURS="0.00001")
    assert done.returncode == 1
    ((text,), pings) = told(service)
    assert "긴급: 중간에 멈췄습니다" in text
    assert "it took longer than 1e-05 h (ILJARI_NIGHT_HOURS)" in text
    assert pings == ["start", "fail"]


@pytest.fixture
def tonight(tmp_path):
    """A night with one spider at work."""
    spider = KnNewsSpider()
    spider.walks = {}
    made = Night(tmp_path)
    made.join(SimpleNamespace(spider=spider, engine=None))
    return made


def breaks(*_):
    raise KeyError("a bug")


def test_where_a_monitor_breaks_the_outlet_has_failed_and_the_night_is_told(tonight, monkeypatch, caplog):
    monkeypatch.setattr(outlet, "judge", breaks)
    assert tonight.close() == "unhealthy"
    (row,) = tonight.report().outlets
    assert (row["state"], row["reason"]) == ("failed", "its part of the night cannot be judged (KeyError: 'a bug')")
    assert "Traceback" in caplog.text


def test_where_the_nights_checks_break_it_has_stopped_and_is_told(tonight, monkeypatch, caplog):
    monkeypatch.setattr(night, "check_night", breaks)
    assert tonight.close() == "stopped"
    report = tonight.report()
    assert (report.state, report.reason) == ("stopped", "the run cannot be closed: KeyError: 'a bug'")
    assert "Traceback" in caplog.text
