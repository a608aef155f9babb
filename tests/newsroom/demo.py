"""`make demo`: one nightly crawl of the newsroom's outlets by the production spiders, into a folder of its own."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.newsroom.process import ROOT, NewsroomError, running_newsroom

ICOSE = "http://icose.newsroom.test/bbs/board.php?bo_table=news"
"""Where the newsroom serves the board whose real address is a setting."""


def crawl_environment(newsroom: str, data: Path, **more: str) -> dict[str, str]:
    """The environment in which commands of the crawler see the newsroom instead of the outlets."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ILJARI_")}
    return clean | {
        "ILJARI_NEWSROOM": newsroom,
        "ILJARI_DATA": str(data.resolve()),
        "ILJARI_ICOSE_URL": ICOSE,
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def scrapy(*arguments: str) -> list[str]:
    """A command line of the crawler, in this interpreter's environment."""
    return [sys.executable, "-m", "scrapy", *arguments]


def main() -> int:
    """Crawl; the crawl's exit code, 2 where the newsroom does not start."""
    parser = argparse.ArgumentParser(prog="python -m tests.newsroom.demo", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder for the databases and the archive")
    options = parser.parse_args()
    try:
        return demo(options.data)
    except NewsroomError as error:
        print(f"The newsroom does not start: {error}", file=sys.stderr)
        return 2


def demo(data: Path) -> int:
    """One crawl of the newsroom into a folder; the crawl's exit code."""
    with running_newsroom() as newsroom:
        print(f"The newsroom stands in for the outlets at {newsroom.url}; nothing leaves this machine.", flush=True)
        crawl = subprocess.run(scrapy("nightly"), cwd=ROOT, env=crawl_environment(newsroom.url, data), check=False)
    if crawl.returncode in (0, 1):
        print(f"Now in {data}: jobplans.db, crawl.db, archive/", flush=True)
    return crawl.returncode


if __name__ == "__main__":
    sys.exit(main())
