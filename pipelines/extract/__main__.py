"""`python -m pipelines.extract`: articles as JSON lines in, job plans as JSON lines out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from pipelines.extract import Source, extract
from pipelines.extract.explain import explain

DESCRIPTION = """Read Korean press articles on municipal job plans (지역일자리 목표 공시제).

Input: one JSON object a line with "id", "title", "text", and optionally "published" (YYYY-MM-DD or null), "url" and
"region" (province or municipality that the outlet covers). Output: one JSON object a line with the same "id", "relevant",
the plan's fields, and "evidence": {field: {"start", "end", "as_written", "in": "text" or "title", "rule", ...}};
offsets count characters of the text or title as given. A field that the article does not state is null or []."""
EXAMPLE = """example:
  echo '{"id": "1", "title": "가나시, 올해 일자리 1만2천개 만든다", "published": "2024-03-29", "text": "..."}' \\
    | python -m pipelines.extract"""


class InputError(ValueError):
    """A line that cannot be read; the message names the line and what is wrong with it."""


def read_lines(lines: TextIO) -> Iterator[tuple[Any, Source]]:
    """Ids and sources of a JSON-lines stream. Raises InputError naming the line."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"line {number}: not JSON ({error.msg} at column {error.colno})") from None
        yield _source(row, number)


def _source(row: Any, number: int) -> tuple[Any, Source]:
    if not isinstance(row, dict):
        raise InputError(f"line {number}: a JSON object is wanted, not {type(row).__name__}")
    if "id" not in row:
        raise InputError(f'line {number}: "id" is missing')
    if not isinstance(row.get("text"), str):
        raise InputError(f'line {number}: "text" has to be a string')
    for name in ("title", "url", "region", "published"):
        if not isinstance(row.get(name), str | None):
            raise InputError(f'line {number}: "{name}" has to be a string or null')
    return row["id"], Source(
        text=row["text"],
        title=row.get("title") or "",
        published=_date(row.get("published"), number),
        url=row.get("url"),
        region=row.get("region"),
    )


def _date(text: str | None, number: int) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise InputError(f'line {number}: "published" has to be YYYY-MM-DD or null, not {text!r}') from None


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0, or 2 for input that cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m pipelines.extract",
        description=DESCRIPTION,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="JSON lines to read (default: standard input)")
    parser.add_argument(
        "--explain", action="store_true", help="print each article with its readings marked, for people"
    )
    options = parser.parse_args(arguments)
    try:
        if options.file:
            with Path(options.file).open(encoding="utf-8") as lines:
                _run(lines, options.explain)
        else:
            sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
            _run(sys.stdin, options.explain)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(f"{options.file}: {error.strerror}")
    except (InputError, UnicodeDecodeError) as error:
        return _fail(str(error))
    return 0


def _run(lines: TextIO, explained: bool) -> None:
    for key, source in read_lines(lines):
        plan = extract(source)
        if explained:
            sys.stdout.write(explain(key, source, plan))
        else:
            sys.stdout.write(json.dumps({"id": key, **plan.to_dict()}, ensure_ascii=False) + "\n")


def _fail(message: str) -> int:
    sys.stderr.write(f"pipelines.extract: {message}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
