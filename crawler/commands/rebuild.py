from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.rebuild import rebuild
from crawler.run import HEALTHY, UNHEALTHY, attempt, refuse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Make jobplans.db anew from the archive alone"

    def long_desc(self) -> str:
        return (
            "Read every archived page again and make jobplans.db of it, aside first; readers of the old one stay"
            " connected. With --check the new one is only compared: exit code 0 same content, 1 different."
            " Other exit codes: 2 wrong use or an unreadable archive, 3 a run is on."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Rebuild")
        group.add_argument("--check", action="store_true", help="replace nothing; print both digests and what differs")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.exitcode = refuse(f"rebuild takes no {args[0]!r}")
            return
        assert self.settings is not None
        data, timeout = Path(self.settings["ILJARI_DATA"]), self.settings.getfloat("ILJARI_READ_TIMEOUT")
        self.exitcode = attempt(lambda: _rebuild(data, timeout, check=opts.check))


def _rebuild(data: Path, read_timeout: float, *, check: bool) -> int:
    result = rebuild(data, read_timeout, check=check)
    print(result.text())
    return HEALTHY if result.same or not check else UNHEALTHY
