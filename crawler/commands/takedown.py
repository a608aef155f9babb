from __future__ import annotations

import argparse
import json
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.keeping.archive import folder_of
from crawler.keeping.lock import hold_lock
from crawler.keeping.takedown import take_down
from crawler.ledger import Ledger
from crawler.report import as_columns
from crawler.run import attempt, refuse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] URL"

    def short_desc(self) -> str:
        return "Remove an article for good, at the wish of its publisher or of a person"

    def long_desc(self) -> str:
        return (
            "Remove the article at a URL (its mobile or AMP address will do): its pages leave the archive, its rows"
            " jobplans.db, and it is never fetched again nor brought back by a rebuild. The ledger keeps the URL, the day"
            " and the reason. The same release at other URLs stays. Backups made before still hold it. Where it is cut off,"
            " give the same command again. Exit code: 0 done, 2 wrong use or an unreadable archive, 3 a run or a backup is on."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Takedown")
        group.add_argument("--reason", metavar="TEXT", help="who asked for it and why; it is kept")
        group.add_argument("--list", action="store_true", help="print what was taken down, when and why")
        group.add_argument("--json", action="store_true", help="with --list: as JSON")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        data = Path(self.settings["ILJARI_DATA"])
        if opts.list:
            if args:
                self.exitcode = refuse("--list takes no URL")
                return
            self.exitcode = attempt(lambda: _list(data, as_json=opts.json))
            return
        if len(args) != 1 or not opts.reason:
            self.exitcode = refuse("write: scrapy takedown URL --reason TEXT; --list shows what was taken down")
            return
        self.exitcode = attempt(lambda: print(take_down(data, args[0], opts.reason).text()))


def _list(data: Path, *, as_json: bool) -> None:
    folder_of(data)
    with hold_lock(data), Ledger(data / "crawl.db") as ledger:
        found = ledger.takedowns()
    if as_json:
        print(json.dumps([one | {"finished": bool(one["finished"])} for one in found], ensure_ascii=False))
        return
    rows = [
        [one["taken_down"][:10], "" if one["finished"] else "cut off: give it again", one["url"], one["reason"]]
        for one in found
    ]
    lines = as_columns([["day 날짜", "", "URL", "reason 사유"], *rows]) if rows else ["none · 없음"]
    print("\n".join(line.rstrip() for line in lines))
