from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.keeping.archive import folder_of
from crawler.keeping.inventory import inventory, megabytes, prune_lists
from crawler.run import attempt, refuse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Tell what the archive holds; drop old list pages from it"

    def long_desc(self) -> str:
        return (
            "Print the archive's files, pages and bytes, by outlet and by month, and what is free on its disk."
            " Article pages are kept for ever; list pages only show what was listed when, and may be dropped after a time"
            " by --prune-lists. Killed at any moment, it is finished or undone by the next run."
            " Exit code: 0 done, 2 wrong use or an unreadable archive, 3 a run or a backup is on (only to --prune-lists)."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Archive")
        group.add_argument("--json", action="store_true", help="print the figures as JSON; sizes are bytes")
        group.add_argument(
            "--prune-lists",
            metavar="DAYS",
            help="drop list pages fetched more than DAYS days ago, then print the figures",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.exitcode = refuse(f"archive takes no {args[0]!r}")
            return
        days = opts.prune_lists
        if days is not None and not (days.isdecimal() and 1 <= int(days) <= 36500):
            self.exitcode = refuse(f"--prune-lists {days}: write a number of days from 1 on")
            return
        assert self.settings is not None
        data = Path(self.settings["ILJARI_DATA"])
        self.exitcode = attempt(lambda: _report(data, int(days) if days else None, as_json=opts.json))


def _report(data: Path, days: int | None, *, as_json: bool) -> None:
    folder = folder_of(data)
    left = prune_lists(data, days) if days else None
    found = inventory(folder)
    if as_json:
        print(json.dumps(asdict(found) | ({"dropped": asdict(left)} if left else {}), ensure_ascii=False))
        return
    if left:
        print(f"{left.records:,} list pages dropped · 목록 삭제, {megabytes(left.bytes)} freed")
    print(found.text())
