"""Work that is killed with -9 at each of its lines, in a child of its own."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from types import FrameType
from typing import Any


def killed_at(line: int, modules: Collection[str], work: Callable[[], Any]) -> bool:
    """Do the work in a child that dies at the `line`-th line executed in these modules; False where it ended before."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            sys.settrace(_killer(line, {f"{name.replace('.', '/')}.py" for name in modules}))
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the work raised an error"
    return False


def _killer(line: int, files: set[str]) -> Any:
    left = line

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if not any(frame.f_code.co_filename.endswith(file) for file in files):
            return None
        if event == "line":
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def folder_state(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by their path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
