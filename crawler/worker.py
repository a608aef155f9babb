"""Reading happens in a process beside the reactor: bounded in time, started anew after a crash, never outliving us."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import time
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from pebble import ProcessExpired, ProcessPool

from pipelines.model import Page, Reading

_WATCH_SECONDS = 1.0


class ReadError(Exception):
    """A page could not be read: too slow, a crash, or a fault of ours. It stays in the archive."""


class Worker:
    """A pool of reading processes (one is enough for a crawl), made at the first page."""

    def __init__(self, timeout: float, processes: int = 1) -> None:
        self.timeout = timeout
        self.processes = processes
        self._pool: Any = None

    async def read(self, page: Page) -> Reading:
        """Read a page without blocking the reactor; raises ReadError."""
        try:
            return await asyncio.wrap_future(self._schedule(page))
        except Exception as error:
            raise _named(error, self.timeout) from error

    def submit(self, page: Page) -> Any:
        """Begin to read a page; give what this returns to `result`."""
        return self._schedule(page)

    def result(self, future: Any) -> Reading:
        """Wait for a page that was submitted; raises ReadError."""
        try:
            return future.result()  # type: ignore[no-any-return]
        except Exception as error:
            raise _named(error, self.timeout) from error

    def close(self) -> None:
        """End the process at once; nothing waits in it that is not in the archive."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None

    def _schedule(self, page: Page) -> Any:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self.processes,
                initializer=_end_with_parent,
                initargs=(os.getpid(),),
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool.schedule(_read, args=(page,), timeout=self.timeout)


def _read(page: Page) -> Reading:
    from pipelines.read import read_page

    return read_page(page)


def _end_with_parent(parent: int) -> None:
    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _named(error: Exception, timeout: float) -> ReadError:
    if isinstance(error, FutureTimeoutError | TimeoutError):
        return ReadError(f"reading took longer than {timeout:g} s")
    if isinstance(error, ProcessExpired):
        return ReadError(f"the reader's process died ({error})")
    return ReadError(f"{type(error).__name__}: {error}")
