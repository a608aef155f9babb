from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.keeping.backup import restore
from crawler.run import attempt, refuse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "DIR"

    def short_desc(self) -> str:
        return "Bring a backup into an empty data folder"

    def long_desc(self) -> str:
        return (
            "Check the backup in DIR and copy it into the data folder (ILJARI_DATA), which must be empty. Where it is cut"
            " off, nothing else works on that folder until the command is given again."
            " Exit code: 0 restored, 1 the backup is not what was copied, 2 wrong use, 3 another process works on the folder."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            self.exitcode = refuse("write: scrapy restore DIR")
            return
        assert self.settings is not None
        data = Path(self.settings["ILJARI_DATA"])
        self.exitcode = attempt(lambda: print(f"restored into {data} · 복원됨: {restore(Path(args[0]), data).text()}"))
