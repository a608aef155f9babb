from __future__ import annotations

import argparse
import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand

from crawler.alerts import Alerts, configured
from crawler.alerts.configuration import KINDS
from crawler.alerts.outbox import Waiting, waiting_in
from crawler.report import as_columns
from crawler.run import HEALTHY, UNHEALTHY, refuse

SET, NOT_SET = "set 설정됨", "not set 설정 안 됨"
CHANNELS = ("channel 채널", "state 상태", "waiting 대기")
WAITING = ("channel 채널", "since 언제", "alert 알림", "tries 시도", "last error 마지막 오류")


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[--test] [--json]"

    def short_desc(self) -> str:
        return "Show who hears of a night and what waits to be delivered; try the channels out"

    def long_desc(self) -> str:
        return (
            "Without options: every channel (Telegram, Slack, Discord, mail, webhook, ping), whether it is set up"
            " (ILJARI_…, crawler/settings.py; no value is ever shown), and the alerts that wait because a channel failed."
            " --test sends a test message to each channel that is set up and says what came of it; the ping is left"
            " alone, since it would take the test for a night."
            " Exit code: 0 done, 1 a test message was not delivered or a setting is wrong, 2 wrong use or an unreadable"
            " database, or nothing to test."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Alerts")
        group.add_argument("--test", action="store_true", help="send a test message to each channel that is set up")
        group.add_argument("--json", action="store_true", help="print the result as JSON on standard output")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.exitcode = refuse(f"alerts takes no {args[0]!r}")
            return
        assert self.settings is not None
        alerts = configured(self.settings)
        try:
            self.exitcode = (
                _test(alerts, as_json=opts.json)
                if opts.test
                else _list(alerts, Path(self.settings["ILJARI_DATA"]), as_json=opts.json)
            )
        except (OSError, sqlite3.Error) as error:
            self.exitcode = refuse(error)


def _test(alerts: Alerts, *, as_json: bool) -> int:
    if not alerts.setup.reach:
        return refuse("there is no channel to test: set one up (ILJARI_…, crawler/settings.py or README.md)")
    broken = {name: what for name, what in alerts.setup.mistakes.items() if name in alerts.setup.reach}
    outcomes = alerts.try_out()
    told: dict[str, tuple[bool, str]] = {name: (False, what) for name, what in broken.items()}
    for name, outcome in outcomes.items():
        told[name] = (outcome.error is None, outcome.error or outcome.remark or "")
    ordered = {kind.name: told[kind.name] for kind in KINDS if kind.name in told}
    if as_json:
        rows = [{"channel": name, "delivered": done, "said": said or None} for name, (done, said) in ordered.items()]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for name, (done, said) in ordered.items():
            what = "delivered 전달됨" if done else "NOT delivered 전달 안 됨"
            print(f"{name}: {what}" + (f": {said}" if said else ""))
    return HEALTHY if all(done for done, _ in ordered.values()) else UNHEALTHY


def _list(alerts: Alerts, data: Path, *, as_json: bool) -> int:
    waiting = waiting_in(data / "crawl.db")
    counts = Counter(one.channel for one in waiting)
    setup = alerts.setup
    working = {channel.name for channel in (*setup.channels, *([setup.ping] if setup.ping else []))}
    states = {
        kind.name: SET if kind.name in working else setup.mistakes.get(kind.name, NOT_SET) for kind in KINDS
    }  # fmt: skip
    others = {name: what for name, what in setup.mistakes.items() if name not in states}
    if as_json:
        told = {
            "channels": [
                {"channel": name, "set": name in working, "mistake": setup.mistakes.get(name), "waiting": counts[name]}
                for name in states
            ],
            "mistakes": list(others.values()),
            "waiting": [_row(one) for one in waiting],
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        rows = [CHANNELS, *((name, state, str(counts[name] or "")) for name, state in states.items())]
        lines = [*as_columns(rows, right=CHANNELS[2:]), *others.values()]
        if waiting:
            lines += ["", *as_columns([WAITING, *(_cells(one) for one in waiting)], right=("tries 시도",))]
        print("\n".join(lines))
    return UNHEALTHY if setup.mistakes else HEALTHY


def _row(one: Waiting) -> dict[str, Any]:
    return {
        "channel": one.channel, "created": one.alert.created.isoformat(timespec="seconds"), "kind": one.alert.kind,
        "subject": one.alert.message.subject, "tries": one.tries, "error": one.error,
    }  # fmt: skip


def _cells(one: Waiting) -> tuple[str, ...]:
    return (one.channel, f"{one.alert.created:%Y-%m-%d}", one.alert.message.subject, str(one.tries), one.error or "")
