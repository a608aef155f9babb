from __future__ import annotations

import argparse

from scrapy.commands import ScrapyCommand

from crawler.run import chosen_outlets, refuse, run_outlets


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "--since YYYY-MM-DD [options]"

    def short_desc(self) -> str:
        return "Bring in past years by the outlets' own searches"

    def long_desc(self) -> str:
        return (
            "Walk the site searches (year by year where the outlet's search takes dates; its lists where it has no search)"
            " back to a day, and fetch what they show. It may take days and be stopped at any time: the same command goes"
            " on where it was. A line of progress tells how much of the period is done and the time to go."
            " Exit code: 0 done, 1 not all of it (the table says why), 2 wrong use or settings, 3 another run is on."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Backfill")
        group.add_argument("--since", metavar="YYYY-MM-DD", help="the first day of the period (needed)")
        group.add_argument("--until", metavar="YYYY-MM-DD", help="its last day (today)")
        group.add_argument("--only", metavar="A,B", help="these outlets only; `scrapy list` shows their names")
        group.add_argument("--max-pages", metavar="N", help="walk at most N pages of each search (2000)")
        group.add_argument("--json", action="store_true", help="print the result as JSON on standard output")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        if args or not opts.since:
            self.exitcode = refuse("write: scrapy backfill --since YYYY-MM-DD [--until YYYY-MM-DD] [--only A,B]")
            return
        try:
            names = chosen_outlets(self.crawler_process, opts.only)
        except ValueError as error:
            self.exitcode = refuse(error)
            return
        chosen = {"since": opts.since, "until": opts.until, "max_pages": opts.max_pages}
        arguments = {name: value for name, value in chosen.items() if value is not None}
        self.exitcode = run_outlets(self.crawler_process, names, arguments, kind="backfill", as_json=opts.json)
