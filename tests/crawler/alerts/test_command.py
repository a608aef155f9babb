"""`scrapy alerts` as an operator meets it."""

import json

import pytest

from crawler.commands.alerts import _list
from tests.crawler.alerts.nights import alerts, finding, night
from tests.crawler.alerts.services import CANARIES, Answer, mail_settings, running_post
from tests.newsroom.demo import crawl_environment
from tests.warm import run_scrapy

ALL = ("telegram", "slack", "discord", "webhook", "ping")


def run(data, settings, *arguments):
    done = run_scrapy(crawl_environment("", data, ILJARI_LOG_LEVEL="DEBUG", **settings), "alerts", *arguments)
    for canary in CANARIES:
        assert canary not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_a_test_message_reaches_each_channel_and_no_ping(service, tmp_path):
    with running_post() as server:
        done = run(tmp_path, service.settings(*ALL) | mail_settings(server.port), "--test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        f"{name}: delivered 전달됨" for name in ("telegram", "slack", "discord", "mail", "webhook")
    ]
    assert len(server.letters) == len(service.of("slack")) == 1
    assert service.of("slack")[0].json["text"].splitlines()[0] == "[iljari] 시험 알림"
    assert service.tries("ping") == 0


def test_what_a_test_message_meets_is_said_by_channel(service, tmp_path):
    service.fail("slack", Answer(404, "no_service"))
    settings = service.settings(*ALL) | {"ILJARI_TELEGRAM_CHAT": ""}
    done = run(tmp_path, settings, "--test", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == [
        {"channel": "telegram", "delivered": False, "said": "ILJARI_TELEGRAM_CHAT is not set"},
        {"channel": "slack", "delivered": False, "said": "HTTP 404: no_service (is ILJARI_SLACK_WEBHOOK right?)"},
        {"channel": "discord", "delivered": True, "said": None},
        {"channel": "webhook", "delivered": True, "said": None},
    ]


@pytest.fixture
def waiting(service, tmp_path, today):
    """A data folder with an alert that waits for Slack."""
    service.fail("slack", Answer(400, "invalid_payload"))
    alerts(service.settings("slack")).tell(night("2026-11-25", finding()), tmp_path)
    return tmp_path


def test_what_is_set_and_what_waits(service, waiting):
    done = run(waiting, service.settings("slack", "ping") | {"ILJARI_LANGUAGE": "fr"})
    assert done.returncode == 1, "the language is wrong"
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[2:8]] == [
        ["telegram", "not"], ["slack", "set"], ["discord", "not"], ["mail", "not"], ["webhook", "not"], ["ping", "set"],
    ]  # fmt: skip
    assert "ILJARI_LANGUAGE must be one of ko, en" in lines
    assert lines[-1].split("  ")[0] == "slack"
    assert "[iljari] 2026-11-25 수집: 새 문제 1" in lines[-1]
    assert "HTTP 400: invalid_payload" in lines[-1]


def test_what_is_set_and_what_waits_as_json(service, waiting, capsys):
    assert _list(alerts(service.settings("slack")), waiting, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"channel": "slack", "set": True, "mistake": None, "waiting": 1} in told["channels"]
    assert told["waiting"] == [
        {"channel": "slack", "created": "2026-11-25T05:00:00+09:00", "kind": "digest", "tries": 1,
         "subject": "[iljari] 2026-11-25 수집: 새 문제 1", "error": "HTTP 400: invalid_payload"},
    ]  # fmt: skip


def test_listing_writes_nothing(tmp_path):
    assert _list(alerts({}), tmp_path / "data", as_json=False) == 0
    assert not (tmp_path / "data").exists()
