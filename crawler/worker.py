"""Reading happens in a process beside the reactor: bounded in time, started anew after a crash, never outliving us.

While a process reads one page, the next ones lie in its socket already, so that it need not wait for a busy reactor. It
answers in the order in which it was given them.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import signal
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable
from io import BufferedRWPair
from typing import Any

from pipelines.model import Page, Reading

START_SECONDS = 60
"""How long a process may take until it is ready to read."""
TRIES = 2
"""How often a page is given to a process that dies over it."""
DEPTH = 32
"""How many pages a process is given at once: some more than it reads while a busy reactor goes round once."""
AHEAD = 32
"""How many pages `read_all` takes before the first of them must be read: bounds memory."""

_BUFFER = 1 << 20
_WATCH_SECONDS = 1.0
_LENGTH = struct.Struct("!Q")
_SPAWN = multiprocessing.get_context("spawn")


class ReadError(Exception):
    """A page could not be read: too slow, a crash, or a fault of ours. It stays in the archive."""


class _OvertakenError(Exception):
    """The process ended over a page that was before this one."""


class Worker:
    """Reading processes (one is enough for a crawl), started with the first page; all calls come from one event loop."""

    def __init__(self, timeout: float, processes: int = 1) -> None:
        self.timeout = timeout
        self._readers = [_Reader() for _ in range(processes)]
        self._free: asyncio.Queue[_Reader] = asyncio.Queue()
        for reader in self._readers * DEPTH:
            self._free.put_nowait(reader)

    async def read(self, page: Page) -> Reading:
        """Read a page; raises ReadError."""
        reader = await self._free.get()
        try:
            return await reader.read(page, self.timeout)
        finally:
            self._free.put_nowait(reader)

    def close(self) -> None:
        """End the processes at once; nothing waits in them that is not in the archive."""
        for reader in self._readers:
            reader.close()


def read_all(
    pages: Iterable[Page], timeout: float, processes: int = 1
) -> Generator[tuple[Page, asyncio.Task[Reading]], None, None]:
    """Read pages where no event loop runs, in processes of their own: each comes back in its order, with a task that is
    done; its `result()` is the reading or raises ReadError.
    """
    worker = Worker(timeout, processes)
    waiting: deque[tuple[Page, asyncio.Task[Reading]]] = deque()
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:  # asyncio.run would take Scrapy's loop away
        loop = runner.get_loop()

        def finish() -> tuple[Page, asyncio.Task[Reading]]:
            page, task = waiting.popleft()
            loop.run_until_complete(asyncio.wait([task]))
            return page, task

        try:
            for page in pages:
                waiting.append((page, loop.create_task(worker.read(page))))
                if len(waiting) >= AHEAD:
                    yield finish()
            while waiting:
                yield finish()
        finally:
            worker.close()


class _Reader:
    """One process at a time, a new one where it has died."""

    def __init__(self) -> None:
        self._process: _Process | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    async def read(self, page: Page, timeout: float) -> Reading:
        """Once more where the process dies over the page: that may be chance (short memory), twice is the page."""
        deaths = 0
        while deaths < TRIES:
            try:
                answer = await (await self._living()).ask(page, timeout)
            except TimeoutError:
                raise ReadError(f"reading took longer than {timeout:g} s") from None
            except _OvertakenError:
                continue
            except (EOFError, OSError):
                deaths += 1
            else:
                if isinstance(answer, str):
                    raise ReadError(answer)
                return Reading(page, *answer)
        raise ReadError(f"the reader's process died (exit code {self._process and self._process.exit_code})")

    async def _living(self) -> _Process:
        async with self._starting:
            if self._closed:
                raise ReadError("reading has ended")
            if self._process is None or not self._process.alive:
                self.end()
                self._process = _Process()
                await self._process.start()
            return self._process

    def end(self) -> None:
        """Kill the process, if there is one; the next page starts another."""
        if self._process is not None:
            self._process.end()

    def close(self) -> None:
        """Kill the process and start none any more: what is under way ends in ReadError."""
        self._closed = True
        self.end()


class _Process:
    """A process from its start to its end, and the socket to it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        self._process = _SPAWN.Process(target=_serve, args=(theirs, os.getpid()), daemon=True)
        self._process.start()
        theirs.close()
        self._transport: asyncio.WriteTransport | None = None
        self._turn = asyncio.Lock()  # goes round in the order in which it was asked for
        self._ended = False

    async def start(self) -> None:
        """Wait until it is ready; raises ReadError, EOFError, OSError."""
        self._answers, self._pages = await asyncio.open_connection(sock=self._socket)
        self._transport = self._pages.transport
        try:
            await self._answer(START_SECONDS)
        except TimeoutError:
            raise ReadError(f"the reader's process was not ready within {START_SECONDS} s") from None

    async def ask(self, page: Page, timeout: float) -> Any:
        """Its answer to a page, or the process is ended: what it would still say could be taken for another page's.

        `timeout` counts from when all pages before have their answers. Raises TimeoutError, EOFError, OSError,
        _OvertakenError.
        """
        self._pages.write(pickle.dumps(page, pickle.HIGHEST_PROTOCOL))
        return await self._answer(timeout)

    async def _answer(self, timeout: float) -> Any:
        try:
            async with self._turn, asyncio.timeout(timeout):
                return await self._receive()
        except BaseException:
            self.end()
            raise

    async def _receive(self) -> Any:
        if self._ended:
            raise _OvertakenError
        (length,) = _LENGTH.unpack(await self._answers.readexactly(_LENGTH.size))
        return pickle.loads(await self._answers.readexactly(length))  # noqa: S301 (of our own process)

    @property
    def alive(self) -> bool:
        """Whether it can be given pages."""
        return not self._ended and self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        """Of a process that has ended; minus the signal's number where one killed it."""
        return self._process.exitcode

    def end(self) -> None:
        """Kill it and close the socket."""
        self._ended = True
        self._process.kill()
        self._process.join()
        if self._transport is not None:
            self._transport.abort()


def _serve(connection: socket.socket, parent: int) -> None:
    """What the process does: read one page after another, until the socket is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl, which ends us
    _end_with_parent(parent)
    from pipelines.read import read_page

    with connection, connection.makefile("rwb") as stream:
        _send(stream, "ready")
        while True:
            try:
                page = pickle.load(stream)  # noqa: S301 (of our own process)
            except (EOFError, pickle.UnpicklingError):
                return
            try:
                reading = read_page(page)
                answer: object = (
                    reading.article,
                    reading.plan,
                    reading.version,
                )  # the page itself need not travel back
            except Exception as error:
                answer = f"{type(error).__name__}: {error}"
            _send(stream, answer)


def _send(stream: BufferedRWPair, answer: object) -> None:
    packed = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(packed)) + packed)
    stream.flush()


def _end_with_parent(parent: int) -> None:
    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
