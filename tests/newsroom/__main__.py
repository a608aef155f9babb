"""`python -m tests.newsroom`: serve the outlets until a signal comes or the parent process is gone."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.newsroom.data import ARTICLES, OUTLETS, DataError
from tests.newsroom.server import Newsroom

PARENT_CHECK_SECONDS = 0.5


async def serve(newsroom: Newsroom, port: int) -> None:
    """Run the newsroom; returns when it is told to end."""
    parent = os.getppid()
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    await newsroom.start(port)
    print(f"newsroom: {newsroom.url}", flush=True)
    if newsroom.browse:
        print(f"open http://localhost:{newsroom.port}/ in a browser", flush=True)
    while not over.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(over.wait(), PARENT_CHECK_SECONDS)
        except TimeoutError:
            continue
    await newsroom.stop()


def main() -> int:
    """Read the command line and serve; 2 after a mistake in a data file."""
    parser = argparse.ArgumentParser(prog="python -m tests.newsroom", description="a local stand-in for the outlets")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--log", type=Path, help="one JSON line a request is appended here")
    parser.add_argument("--faults", type=Path, help="JSON file of faults")
    parser.add_argument("--browse", action="store_true", help="serve a browser too, without a proxy")
    parser.add_argument("--articles", type=Path, default=ARTICLES)
    parser.add_argument("--outlets", type=Path, default=OUTLETS)
    options = parser.parse_args()
    try:
        newsroom = Newsroom(options.articles, options.outlets, options.log, options.faults, browse=options.browse)
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    asyncio.run(serve(newsroom, options.port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
