"""Which code read a page: told by the code itself, so that no change goes unmarked."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pipelines import VERSION

_CODE = ("*.py", "*.csv")


@cache
def code_version() -> str:
    """The version and a hash over all code and tables of `pipelines/`, e.g. `0.1+3f2a9c41`."""
    folder = Path(__file__).parent
    whole = hashlib.sha256()
    for path in sorted(path for pattern in _CODE for path in folder.rglob(pattern)):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{VERSION}+{whole.hexdigest()[:8]}"
