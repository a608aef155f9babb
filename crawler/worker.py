"""Reading happens in a process beside the reactor: bounded in time, started anew after a crash, never outliving us.

While a process reads one page, the next ones lie in its socket already, so that it need not wait for a busy reactor. It
answers in the order in which it was given them.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any, cast

from crawler.reader import LENGTH
from pipelines.model import Page, Reading

START_SECONDS = 60
"""How long a process may take until it is ready to read."""
TRIES = 2
"""How often a page is given to a process that dies over it."""
DEPTH = 32
"""How many pages a process is given at once: some more than it reads while a busy reactor goes round once."""
AHEAD = 32
"""How many pages `read_all` takes before the first of them must be read: bounds memory."""

_ROOT = Path(__file__).resolve().parent.parent
_BUFFER = 1 << 20


class ReadError(Exception):
    """A page could not be read: too slow, a crash, or a fault of ours. It stays in the archive."""


class _OvertakenError(Exception):
    """The process ended over another page."""


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
            except EOFError:
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


class _Process(asyncio.Protocol):
    """A process from its start to its end, and the socket to it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (our own program)
                [sys.executable, "-m", "crawler.reader", str(theirs.fileno()), str(os.getpid())],
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._transport: asyncio.WriteTransport | None = None
        self._asked: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._clock: asyncio.TimerHandle | None = None
        self._received = bytearray()
        self._ended = False

    async def start(self) -> None:
        """Wait until it is ready; raises ReadError, EOFError."""
        await asyncio.get_running_loop().create_connection(lambda: self, sock=self._socket)
        try:
            await self._answer(START_SECONDS)
        except TimeoutError:
            raise ReadError(f"the reader's process was not ready within {START_SECONDS} s") from None

    async def ask(self, page: Page, timeout: float) -> Any:
        """Its answer to a page; `timeout` counts from when all pages before have theirs.

        Raises TimeoutError, or EOFError where it dies over this page, or _OvertakenError where it ends over another.
        """
        assert self._transport is not None, "it has started"
        self._transport.write(pickle.dumps(page, pickle.HIGHEST_PROTOCOL))
        return await self._answer(timeout)

    async def _answer(self, timeout: float) -> Any:
        if self._ended:
            raise _OvertakenError
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked.append((answer, timeout))
        if len(self._asked) == 1:
            self._set_clock()
        try:
            return await answer
        except asyncio.CancelledError:
            self.end()  # what it would still say could be taken for the answer to another page
            raise

    def _set_clock(self) -> None:
        """The time of the page that it is at begins."""
        if self._clock:
            self._clock.cancel()
        self._clock = asyncio.get_running_loop().call_later(self._asked[0][1], self._give_up) if self._asked else None

    def _give_up(self) -> None:
        answer, _ = self._asked[0]
        if not answer.done():
            answer.set_exception(TimeoutError())
        self.end()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's hook."""
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Asyncio's hook: answers come in the order of the pages."""
        self._received += data
        while len(self._received) >= LENGTH.size:
            end = LENGTH.size + LENGTH.unpack_from(self._received)[0]
            if len(self._received) < end:
                return
            answer, _ = self._asked.popleft()
            if not answer.done():
                answer.set_result(pickle.loads(self._received[LENGTH.size : end]))  # noqa: S301 (of our own process)
            del self._received[:end]
            self._set_clock()

    def connection_lost(self, error: Exception | None) -> None:
        """Asyncio's hook: the process has ended over the page at the head, at no fault of those behind it."""
        self.end()
        why: Exception = EOFError()
        for answer, _ in self._asked:
            if not answer.done():
                answer.set_exception(why)
            why = _OvertakenError()

    @property
    def alive(self) -> bool:
        """Whether it can be given pages."""
        return not self._ended and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Of a process that has ended; minus the signal's number where one killed it."""
        return self._process.returncode

    def end(self) -> None:
        """Kill it and close the socket; then those who wait are told."""
        self._ended = True
        self._process.kill()
        self._process.wait()
        if self._clock:
            self._clock.cancel()
        if self._transport is not None:
            self._transport.abort()
