"""Commands of the crawler without its imports: a process that has made them forks itself for each command.

Every command is a process of its own with its own environment and settings, as from the command line; a second and more
is saved at each, and tests run hundreds. How a command starts on its own is for tests/deploy and those that kill it.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from tests.newsroom.process import ROOT


def run_scrapy(
    environment: Mapping[str, str], *arguments: str, seconds: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run a command of the crawler to its end, at most `seconds`; what it printed comes with the exit code."""
    return _warm().run(environment, *arguments, seconds=seconds)


@cache
def _warm() -> _Warm:
    """The process that forks for this one; it ends with it."""
    return _Warm()


class _Warm:
    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="warm-")
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self._close)

    def run(self, environment: Mapping[str, str], *arguments: str, seconds: float) -> subprocess.CompletedProcess[str]:
        out, err = (Path(self._folder.name) / name for name in ("stdout", "stderr"))
        order = {"environment": dict(environment), "arguments": arguments, "out": str(out), "err": str(err)}
        assert self._process.stdin
        assert self._process.stdout
        with self._turn:
            print(json.dumps(order), file=self._process.stdin, flush=True)
            child = int(self._process.stdout.readline())
            late = threading.Timer(seconds, _kill, [child])
            late.start()
            code = int(self._process.stdout.readline())
            killed = late.finished.is_set()
            late.cancel()
            said = out.read_text("utf-8"), err.read_text("utf-8")
        if killed:
            raise subprocess.TimeoutExpired(list(arguments), seconds, *said)
        return subprocess.CompletedProcess(list(arguments), code, *said)

    def _close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()


def _kill(child: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def main() -> None:
    """Fork for each order on standard input; tell the child's pid, and then its exit code, on standard output."""
    import scrapy.cmdline  # noqa: F401
    from scrapy.settings import default_settings as scrapys
    from scrapy.utils.misc import load_object, walk_modules_iter

    import crawler.network.transport
    import crawler.trial  # noqa: F401  (not crawler.settings: it reads the environment)

    list(walk_modules_iter("crawler.commands"))
    for part in {**scrapys.EXTENSIONS_BASE, **scrapys.DOWNLOADER_MIDDLEWARES_BASE, **scrapys.SPIDER_MIDDLEWARES_BASE}:
        load_object(part)
    assert "twisted.internet.reactor" not in sys.modules, "each command installs its own"
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(order: dict[str, Any]) -> None:
    """The command itself; does not return."""
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.path[:0] = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    for number, path, mode in ((0, os.devnull, os.O_RDONLY), (1, order["out"], None), (2, order["err"], None)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC if mode is None else mode, 0o644)
        os.dup2(file, number)
    from scrapy.cmdline import execute

    code: Any = 0
    try:
        execute(["scrapy", *order["arguments"]])
    except SystemExit as end:
        code = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
