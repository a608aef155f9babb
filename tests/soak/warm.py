"""Commands of the crawler without its imports: a process that has made them forks itself for each command.

Every command is a process of its own with its own environment and settings, as from the command line. A night that takes
a second of work takes four with the start of Python; a month has thirty of them.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.newsroom.process import ROOT


class Warm:
    """The process that forks; `run` waits for the command."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self._folder = process, folder

    def run(self, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of scrapy to its end; what it printed comes with the exit code."""
        out, err = self._folder / "stdout", self._folder / "stderr"
        order = {"environment": dict(environment), "arguments": arguments, "out": str(out), "err": str(err)}
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(order), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        return subprocess.CompletedProcess(list(arguments), code, out.read_text("utf-8"), err.read_text("utf-8"))


@contextmanager
def warm(folder: Path) -> Iterator[Warm]:
    """Start the process; `folder` is for what commands print. It ends with the block, or with this process."""
    command = [sys.executable, "-m", "tests.soak.warm"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Warm(process, folder)
        finally:
            assert process.stdin
            process.stdin.close()


def main() -> None:
    """Fork for each order on standard input and tell the exit code on standard output."""
    import scrapy.cmdline  # noqa: F401

    import crawler.cms.base
    import crawler.run  # noqa: F401  (not crawler.settings: it reads the environment)

    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
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
