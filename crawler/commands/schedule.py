from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.middlewares.egress import check_contact
from crawler.run import attempt, refuse
from crawler.schedule import Scheduler, Timetable


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[--at HH:MM] [--zone ZONE]"

    def short_desc(self) -> str:
        return "Run the nightly crawl every night, in the foreground"

    def long_desc(self) -> str:
        return (
            "Wait, and begin `scrapy nightly` every day at a time of a time zone, each in a process of its own. A night that"
            " could not begin at its time is made up for once, up to 20 hours later; one that finds another run at work asks"
            " again every 15 minutes. SIGTERM or Ctrl-C ends the night in order and then this; a second one kills the night."
            " For a container or a terminal; where there is systemd or cron, these do as well (docs/scheduling.md)."
            " Exit code: 0 stopped by a signal, 2 wrong use or settings."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Schedule")
        group.add_argument("--at", metavar="HH:MM", help="when a night begins (ILJARI_AT, else 03:30)")
        group.add_argument("--zone", metavar="ZONE", help="the time zone of that time (ILJARI_ZONE, else Asia/Seoul)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.exitcode = refuse(f"schedule takes no {args[0]!r}; write e.g. --at 03:30 --zone Asia/Seoul")
            return
        given = [word for setting in opts.set for word in ("-s", setting)]
        self.exitcode = attempt(lambda: self._scheduler(opts.at, opts.zone, given).run())

    def _scheduler(self, at: str | None, zone: str | None, given: list[str]) -> Scheduler:
        settings = self.settings
        assert settings is not None
        timetable = Timetable.parse(
            settings["ILJARI_AT"] if at is None else at, settings["ILJARI_ZONE"] if zone is None else zone
        )
        check_contact(settings)
        command = [sys.executable, "-m", "scrapy", "nightly", *given]
        return Scheduler(timetable, command, Path(settings["ILJARI_DATA"]), newsroom=bool(settings["ILJARI_NEWSROOM"]))
