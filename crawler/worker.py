"""Reading happens in a process beside the reactor: bounded in time, started anew after a crash, never outliving us.

Each process has one thread here that gives it a page, waits, and takes the reading: no queue can be left hanging between
the two, whichever of them dies.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from pipelines.model import Page, Reading

START_SECONDS = 60
"""How long a process may take until it is ready to read."""
TRIES = 2
"""How often a page is given to a process that dies over it."""

_WATCH_SECONDS = 1.0
_SPAWN = multiprocessing.get_context("spawn")


class ReadError(Exception):
    """A page could not be read: too slow, a crash, or a fault of ours. It stays in the archive."""


class Worker:
    """Reading processes (one is enough for a crawl), started with the first page."""

    def __init__(self, timeout: float, processes: int = 1) -> None:
        self.timeout = timeout
        self._readers = [_Reader() for _ in range(processes)]
        self._free: SimpleQueue[_Reader] = SimpleQueue()
        for reader in self._readers:
            self._free.put(reader)
        self._threads = ThreadPoolExecutor(processes, "reader")

    async def read(self, page: Page) -> Reading:
        """Read a page without blocking the reactor; raises ReadError."""
        return await asyncio.wrap_future(self.submit(page))

    def submit(self, page: Page) -> Future[Reading]:
        """Begin to read a page; its `result()` is the reading or raises ReadError."""
        return self._threads.submit(self._read, page)

    def close(self) -> None:
        """End the processes at once; nothing waits in them that is not in the archive."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reader in self._readers:
            reader.retire()
        self._threads.shutdown()
        for reader in self._readers:
            reader.end()

    def _read(self, page: Page) -> Reading:
        reader = self._free.get()
        try:
            return reader.read(page, self.timeout)
        finally:
            self._free.put(reader)


class _Reader:
    """One process, and the pipe to it."""

    def __init__(self) -> None:
        self._process: Any = None
        self._pipe: Any = None
        self._retired = False

    def read(self, page: Page, timeout: float) -> Reading:
        """Once more where the process dies: that may be chance (short memory), twice is the page."""
        for _ in range(TRIES):
            with suppress(EOFError, OSError):
                answer = self._ask(page, timeout)
                if isinstance(answer, Reading):
                    return answer
                raise ReadError(answer)
            self.end()
        raise ReadError(f"the reader's process died (exit code {getattr(self._process, 'exitcode', None)})")

    def _ask(self, page: Page, timeout: float) -> Reading | str:
        if self._process is None or not self._process.is_alive():
            self._start()
        if self._retired:
            raise ReadError("reading has ended")
        self._pipe.send(page)
        if not self._pipe.poll(timeout):
            self.end()
            return f"reading took longer than {timeout:g} s"
        answer = self._pipe.recv()
        return answer if isinstance(answer, str) else Reading(page, *answer)

    def _start(self) -> None:
        self.end()
        self._pipe, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_serve, args=(theirs, os.getpid()), daemon=True)
        process.start()
        self._process = process
        theirs.close()
        if not self._pipe.poll(START_SECONDS):
            self.end()
            raise ReadError(f"the reader's process was not ready within {START_SECONDS} s")
        self._pipe.recv()

    def retire(self) -> None:
        """Kill the process from another thread, whatever it is at; its own thread then finds out and ends."""
        self._retired = True
        if self._process is not None:
            self._process.kill()

    def end(self) -> None:
        """Kill the process, if there is one; the next page starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()


def _serve(pipe: Connection, parent: int) -> None:
    """What the process does: read one page after another, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl, which ends us
    _end_with_parent(parent)
    from pipelines.read import read_page

    pipe.send("ready")
    while True:
        try:
            page = pipe.recv()
        except EOFError:
            return
        try:
            reading = read_page(page)
            answer: object = (reading.article, reading.plan, reading.version)  # the page itself need not travel back
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
        pipe.send(answer)


def _end_with_parent(parent: int) -> None:
    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
