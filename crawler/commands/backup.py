from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.keeping.backup import back_up, verify
from crawler.run import attempt, refuse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] DIR"

    def short_desc(self) -> str:
        return "Copy databases and archive into a folder, also while a run is on"

    def long_desc(self) -> str:
        return (
            "Make or renew a backup of the data folder in DIR, a folder of its own outside of it. The databases are copied as"
            " they were at one moment, the archive by what is new. Until a backup is whole, the one before counts."
            " Exit code: 0 whole, 1 not what was copied (--verify), 2 wrong use or it cannot be made,"
            " 3 another backup is on, or records are being removed."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Backup")
        group.add_argument(
            "--verify", action="store_true", help="copy nothing; compare the backup in DIR with its lengths and hashes"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            self.exitcode = refuse("write: scrapy backup DIR")
            return
        assert self.settings is not None
        data, backup = Path(self.settings["ILJARI_DATA"]), Path(args[0])
        if opts.verify:
            self.exitcode = attempt(lambda: print(f"whole · 온전함: {verify(backup).text()}"))
        else:
            self.exitcode = attempt(lambda: print(f"backed up · 백업됨: {back_up(data, backup).text()}"))
