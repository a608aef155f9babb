from __future__ import annotations

import argparse

from scrapy.commands import ScrapyCommand

from crawler.run import chosen_outlets, refuse, run_outlets


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Crawl all outlets in one process and print what each gave"

    def long_desc(self) -> str:
        return (
            "The nightly crawl: every outlet's listings are walked, new articles about municipal job plans fetched,"
            " archived, read and stored. It may be stopped at any time (Ctrl-C, SIGTERM, kill -9); the next run goes on."
            " Exit code: 0 all outlets healthy, 1 some not, 2 wrong use or settings, 3 another run is on."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Nightly")
        group.add_argument("--only", metavar="A,B", help="crawl these outlets only; `scrapy list` shows their names")
        group.add_argument("--since", metavar="YYYY-MM-DD", help="go back to this day, past articles that are known")
        group.add_argument("--until", metavar="YYYY-MM-DD", help="leave out what is listed after this day")
        group.add_argument(
            "--max-pages",
            metavar="N",
            help="walk at most N pages of each listing (10; up to 50 to get back to known ones)",
        )
        group.add_argument(
            "--dry-run", action="store_true", help="walk the listings and judge, but fetch no article and keep nothing"
        )
        group.add_argument("--json", action="store_true", help="print the result as JSON on standard output")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.exitcode = refuse(f"nightly takes no {args[0]!r}; outlets are chosen by --only")
            return
        assert self.crawler_process is not None
        try:
            names = chosen_outlets(self.crawler_process, opts.only)
        except ValueError as error:
            self.exitcode = refuse(error)
            return
        chosen = {"since": opts.since, "until": opts.until, "max_pages": opts.max_pages}
        arguments = {name: value for name, value in chosen.items() if value is not None}
        self.exitcode = run_outlets(self.crawler_process, names, arguments, dry=opts.dry_run, as_json=opts.json)
