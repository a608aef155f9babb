"""The sample database, served by the real Datasette with the options of production."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.datasette import sample

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = (ROOT / "datasette/serve.options").read_text().split()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "jobplans.db"
    sample.build(path)
    return path


@pytest.fixture(scope="session")
def address(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Datasette serves the sample."""
    port = _free_port()
    log = tmp_path_factory.mktemp("datasette") / "log"
    command = [sys.executable, "-m", "datasette", "serve", str(database), *OPTIONS, "--port", str(port)]
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
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
def web(address: str) -> Iterator[httpx.Client]:
    """A client of the served sample."""
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        yield client
