"""The sample database, served by the real Datasette with the options of production."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.datasette import sample

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = (ROOT / "datasette/serve.options").read_text().split()
CLOCK = "2026-03-05T12:00+09:00"
"""The day after the sample's last night."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "jobplans.db"
    sample.build(path)
    return path


@contextmanager
def served(database: Path, clock: str = CLOCK) -> Iterator[str]:
    """Where Datasette serves a database, at a time that the one clock says."""
    port, log = _free_port(), database.with_suffix(".log")
    command = [sys.executable, "-m", "datasette", "serve", str(database), *OPTIONS, "--port", str(port)]
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env=os.environ | {"ILJARI_CLOCK": clock}
        )
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(150):
            if server.poll() is not None:
                break
            try:
                httpx.get(f"{url}/robots.txt", timeout=5)
            except httpx.TransportError:
                time.sleep(0.2)
            else:
                yield url
                return
        pytest.fail(f"Datasette did not start:\n{log.read_text()}")
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def address(database: Path) -> Iterator[str]:
    """Where Datasette serves the sample."""
    with served(database) as url:
        yield url


@pytest.fixture(scope="session")
def web(address: str) -> Iterator[httpx.Client]:
    """A client of the served sample."""
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        yield client
