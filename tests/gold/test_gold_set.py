"""The gold set: its files are right, every case was reviewed, and the reader reaches the floors of floors.json."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.extract import extract
from tests.gold.__main__ import tallies
from tests.gold.cases import FOLDER, CaseError, all_cases, batches, load, newsroom, read_case

FLOORS = json.loads((FOLDER / "floors.json").read_text(encoding="utf-8"))
ROOT = FOLDER.parent.parent
MOST_WRONG_NEAR_MISSES = 1 / 40


def test_every_batch_has_floors():
    assert set(FLOORS) == {"newsroom", *batches()}


@pytest.mark.parametrize("name", FLOORS)
def test_the_reader_reaches_the_floors(name):
    found = tallies(newsroom() if name == "newsroom" else load(FOLDER / name))
    reached = {
        "relevance": found["relevance"].f1,
        "headline": found["headline"].f1,
        "headline_precision": found["headline"].precision,
        "strategy_names": found["strategy_names"].f1,
        "breakdown": found["breakdown"].f1,
        "evidence": found["evidence"].precision,
    }
    below = {measure: round(value, 3) for measure, value in reached.items() if value < FLOORS[name][measure]}
    assert not below, f"python -m tests.gold score --errors lists what differs; below the floors: {below}"


def test_near_misses_are_hardly_ever_taken_for_plans():
    near = [case for case in all_cases() if not case.gold["relevant"]]
    wrong = [case.id for case in near if extract(case.source).relevant]
    assert len(near) >= 40
    assert len(wrong) <= MOST_WRONG_NEAR_MISSES * len(near), wrong


def test_the_set_is_large_and_names_no_case_twice():
    ids = [case.id for batch in batches() for case in load(FOLDER / batch)]
    assert len(ids) == len(set(ids))
    assert len(all_cases()) >= 100


def test_every_case_was_reviewed():
    assert [case.id for case in all_cases() if not case.reviewed] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "제목"\ntext = "글"', "case.toml: gold: is missing"),
        ('title = "제목"\ntext = "글"\n[gold]\nrelevant = "yes"', "case.toml: gold.relevant: must be true or false"),
        ('title = "제목"\ntext = "글"\n[gold]\nrelevant = true\njobtarget = 3', "case.toml: gold.jobtarget: no such field"),
        ('title = "제목"\ntext = "글"\npublished = "gestern"\n[gold]\nrelevant = false', "case.toml: published: is no date"),
        ('title = "제목"\ntext = "글"\n[gold]\nrelevant = true\n[[gold.breakdown]]\nlabel = "가"', "a row needs label and value"),
        ("title = ", "case.toml: "),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_file_and_field(tmp_path, text, message):
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError) as mistake:
        read_case(path)
    assert message in str(mistake.value)


def test_one_command_adds_a_case_that_waits_for_its_review(tmp_path):
    article = "김제시는 올해 일자리 5천120개를 만드는 내용의 '2024년 일자리대책 세부계획'을 공시했다고 2일 밝혔다."
    command = [sys.executable, "-m", "tests.gold", "add", "trial-case", "--title", "김제시, 올해 일자리 5120개 만든다"]
    command += ["--published", "2024-04-02", "--into", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, input=article, capture_output=True, text=True, timeout=60, check=True)
    case = read_case(Path(done.stdout.strip()))
    assert not case.reviewed
    assert case.gold["relevant"]
    assert case.gold["job_target"] == 5120
    again = subprocess.run(command, cwd=ROOT, input=article, capture_output=True, text=True, timeout=60, check=False)
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_the_rule_of_every_fact_names_the_module_that_read_it():
    folder = ROOT / "pipelines" / "extract"
    modules = {path.stem for path in folder.glob("*.py")}
    for case in all_cases():
        plan = extract(case.source)
        lists = [*plan.breakdown, *plan.strategy_names, *plan.others]
        spots = [*plan.evidence.values(), *(one.evidence for one in lists if one.evidence)]
        assert {spot.rule.split(".")[0] for spot in spots} <= modules
