"""The process that reads pages for a worker: `python -m crawler.reader SOCKET PARENT`, started by crawler.worker.

It imports what reading needs and nothing of the crawl.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import struct
import sys
import threading
import time
from io import BufferedRWPair

LENGTH = struct.Struct("!Q")
"""Before each answer: how many bytes it has."""

_WATCH_SECONDS = 1.0


def serve(connection: socket.socket, parent: int) -> None:
    """Read one page after another until the socket is closed or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl, which ends us
    _end_with_parent(parent)
    from pipelines.read import read_page  # here, since the crawl takes LENGTH from this module

    with connection, connection.makefile("rwb") as stream:
        _send(stream, "ready")
        while True:
            try:
                page = pickle.load(stream)  # noqa: S301 (of the process that started us)
            except (EOFError, pickle.UnpicklingError):
                return
            answer: object
            try:
                reading = read_page(page)
                answer = reading.article, reading.plan, reading.version  # the page itself need not travel back
            except Exception as error:
                answer = f"{type(error).__name__}: {error}"
            _send(stream, answer)


def _send(stream: BufferedRWPair, answer: object) -> None:
    packed = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(packed)) + packed)
    stream.flush()


def _end_with_parent(parent: int) -> None:
    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
