"""Long work tells how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

EVERY_SECONDS = 5.0


class Progress:
    """Tells on standard error, every few seconds, how many megabytes of all are done."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.done = what, total, 0
        self._told = time.monotonic()

    def step(self, count: int) -> None:
        """So many bytes more are done."""
        self.done += count
        if time.monotonic() - self._told >= EVERY_SECONDS:
            self._told = time.monotonic()
            print(f"{self.what} {self.done / 1e6:,.0f} of {self.total / 1e6:,.0f} MB", file=sys.stderr, flush=True)

    def watch(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The same chunks, counted as they pass."""
        for chunk in chunks:
            self.step(len(chunk))
            yield chunk
