from __future__ import annotations

import argparse

from scrapy.commands import crawl

from crawler.run import refuse, run_outlets


class Command(crawl.Command):
    def short_desc(self) -> str:
        return "Crawl one outlet, by its spider's name"

    def long_desc(self) -> str:
        return (
            "Crawl one outlet as in the nightly crawl and print what it gave. Arguments, each as -a NAME=VALUE: since and"
            " until (YYYY-MM-DD, by the dates that listings show) and max_pages (of each listing)."
            " Exit code: 0 healthy, 1 not, 2 wrong use or settings, 3 another run is on."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        known = sorted(self.crawler_process.spider_loader.list())
        if len(args) != 1 or args[0] not in known:
            self.exitcode = refuse(f"name one spider of {', '.join(known)}")
            return
        self.exitcode = run_outlets(self.crawler_process, args, opts.spargs, kind="crawl")
