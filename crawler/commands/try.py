from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.doctor import Patient
from crawler.middlewares.egress import check_contact
from crawler.report import set_left
from crawler.run import HEALTHY, UNHEALTHY, refuse

if TYPE_CHECKING:
    from crawler.trial import Step, Trial
    from crawler.trial.fetching import Fetched

LABEL_WIDTH = 20
MARKS = {"ok": "✓", "note": "!", "end": "✗"}


class Command(ScrapyCommand):
    requires_project = True
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] URL"

    def short_desc(self) -> str:
        return "Fetch one page as a night would, and show step by step what becomes of it"

    def long_desc(self) -> str:
        return (
            "Fetch the page at a URL, an article's or a list's, by the spider of its outlet: once, by the rules of a night,"
            " without writing to databases or archive. Every step is shown, to the last or to where it ended."
            " Exit code: 0 it went to the end, 1 it did not, 2 wrong use or settings."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Try")
        group.add_argument("--spider", metavar="NAME", help="take this outlet's spider, whatever the address")
        group.add_argument("--file", metavar="FILE", help="fetch nothing: FILE is the page that came from URL")
        group.add_argument("--save", metavar="FILE", help="keep the page as it came in FILE")
        group.add_argument("--json", action="store_true", help="print the steps as JSON on standard output")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        assert self.crawler_process is not None
        if len(args) != 1 or (opts.file and opts.save):
            self.exitcode = refuse("write: scrapy try URL; --file FILE takes a page that --save FILE has kept")
            return
        url = args[0]
        try:
            from crawler.trial import Trial, choose, follow  # slow to import, and Scrapy imports every command
            from crawler.trial.fetching import Fetched, fetch

            chosen = choose(self.crawler_process.spider_loader, self.settings, url, opts.spider)
            ask: Callable[[], Fetched]
            if opts.file:
                ask = partial(Fetched, url, 200, body=Path(opts.file).read_bytes(), failure=None)
            else:
                check_contact(self.settings)
                ask = partial(fetch, self.crawler_process, chosen.spider, url)
            trial = Trial(url, chosen, Patient(self.settings, os.environ), ask, opts.file)
            steps = []
            for step in follow(trial):
                steps.append(step)
                if not opts.json:
                    print(_text(step), flush=True)
            if opts.save:
                _save(Path(opts.save), trial)
        except (ValueError, OSError) as error:
            self.exitcode = refuse(error)
            return
        ended = next((step.name for step in steps if step.level == "end"), None)
        if opts.json:
            told = [{name: value for name, value in asdict(one).items() if name != "label"} for one in steps]
            print(json.dumps({"url": url, "ended": ended, "steps": told}, ensure_ascii=False))
        self.exitcode = UNHEALTHY if ended else HEALTHY


def _save(file: Path, trial: Trial) -> None:
    """Keep what came; where nothing came, or nothing may be kept, FILE stays as it was."""
    if trial.body:
        file.write_bytes(trial.body)
    else:
        print(f"nothing came that may be kept: {file} is as it was", file=sys.stderr)


def _text(step: Step) -> str:
    return "\n".join(
        [
            f"{MARKS[step.level]} {set_left(step.label, LABEL_WIDTH)}  {step.said}",
            *(f"{'':{LABEL_WIDTH + 4}}{line}" for line in step.lines),
        ]
    )
