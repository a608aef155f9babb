from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = {
    "id": "한 1",
    "url": None,
    "title": "홍천군, 올해 일자리 4천200개 만든다",
    "published": "2024-03-29",
    "text": "강원 홍천군은 올해 4천200개의 일자리를 창출한다는 ‘2024년 일자리대책 세부계획’을 공시했다.",
}


def _run(*arguments: str, given: str | bytes = "") -> subprocess.CompletedProcess[str]:
    fed = given if isinstance(given, bytes) else given.encode()
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.extract", *arguments],
        input=fed,
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_lines_in_lines_out() -> None:
    done = _run(given=json.dumps(ARTICLE) + "\n\n" + json.dumps({**ARTICLE, "id": 2, "published": None}) + "\n")
    first, second = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, done.stderr) == (0, "")
    assert (first["id"], first["job_target"], first["plan_year"]) == ("한 1", 4200, 2024)
    assert second["id"] == 2
    spot = first["evidence"]["job_target"]
    assert ARTICLE[spot["in"]][spot["start"] : spot["end"]] == spot["as_written"] == "4천200개"


def test_a_file_and_explain(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps(ARTICLE, ensure_ascii=False), encoding="utf-8")
    done = _run("--explain", str(path))
    assert done.returncode == 0
    assert re.search(r"job_target +4,200  ← “4천200개”", done.stdout)
    assert "⟦4천200개⟧" in done.stdout


def test_help_tells_a_stranger_what_goes_in_and_out() -> None:
    done = _run("--help")
    assert done.returncode == 0
    for word in ("published", "evidence", "--explain", "example"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{broken", "line 1: not JSON"),
        ("[1]", "line 1: a JSON object"),
        ('{"text": "x"}', '"id" is missing'),
        ('{"id": 1, "text": 5}', '"text" has to be a string'),
        ('{"id": 1, "text": "x", "title": 7}', '"title" has to be'),
        ('{"id": 1, "text": "x", "published": "gestern"}', '"published" has to be YYYY-MM-DD'),
    ],
)
def test_a_broken_line_is_one_clear_line(line: str, complaint: str) -> None:
    done = _run(given=line)
    assert done.returncode != 0
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_number_of_a_broken_line_counts_from_the_top() -> None:
    assert "line 3:" in _run(given=json.dumps(ARTICLE) + "\n\n{").stderr


def test_a_missing_file_and_bytes_that_are_no_text_are_told_without_a_traceback(tmp_path: Path) -> None:
    for done in (_run(str(tmp_path / "nothing.jsonl")), _run(str(tmp_path)), _run(given=b"\xff\xfe\x00")):
        assert done.returncode != 0
        assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_stops_early_is_no_error() -> None:
    lines = (json.dumps(ARTICLE) + "\n") * 2000
    command = f"{sys.executable} -m pipelines.extract | head -n 1"
    done = subprocess.run(
        command, shell=True, input=lines.encode(), capture_output=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.stderr == b""
