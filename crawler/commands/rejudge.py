from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand

from crawler.keeping.lock import hold_lock
from crawler.ledger import Ledger
from crawler.run import attempt, refuse
from pipelines.extract.relevance import judge_title


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Judge again the titles that were put aside, and queue what is wanted now"

    def long_desc(self) -> str:
        return (
            "Every title that a listing ever showed is kept. After the judge of titles (pipelines/extract/relevance.py) has"
            " got better, this lets it judge those it once put aside; what it wants now is fetched by the next run."
            " Exit code: 0 done, 2 wrong use, 3 a run is on."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Rejudge")
        group.add_argument("--dry-run", action="store_true", help="queue nothing; print the titles that would be")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.exitcode = refuse(f"rejudge takes no {args[0]!r}")
            return
        assert self.settings is not None
        data = Path(self.settings["ILJARI_DATA"])
        if not (data / "crawl.db").exists():
            self.exitcode = refuse(
                f"there is no {data / 'crawl.db'}; name the data folder by ILJARI_DATA, or crawl first"
            )
            return
        self.exitcode = attempt(lambda: _rejudge(data, dry=opts.dry_run))


def _rejudge(data: Path, *, dry: bool) -> None:
    with hold_lock(data), Ledger(data / "crawl.db") as ledger:
        wanted = ledger.rejudge(lambda title: judge_title(title)[0], keep=not dry)
    for one in wanted:
        print(f"{one.listed_on or '          '}  {one.title}  {one.link}")
    counts = Counter(urlsplit(one.url).hostname for one in wanted)
    by_site = ", ".join(f"{count} of {name}" for name, count in counts.most_common())
    queued = "would be queued (dry run)" if dry else "queued for the next run"
    print(f"{len(wanted)} titles {queued}" + (f": {by_site}" if wanted else ""))
