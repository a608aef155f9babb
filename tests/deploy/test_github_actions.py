"""The workflows: valid, nothing for an auditor to find, and the night's own steps run for real on a local store."""

import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from crawler.ledger import Ledger
from crawler.standing import Standing, Standings
from tests.newsroom.demo import crawl_environment
from tests.newsroom.process import ROOT, running_newsroom

NIGHTLY = ROOT / "deploy/github-actions/nightly.yml"
WORKFLOWS = (NIGHTLY, *sorted((ROOT / ".github/workflows").glob("*.yml")))
TOOLS = Path(sys.executable).parent


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_fits_its_schema_and_an_auditor_finds_nothing(workflow):
    for command in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ["zizmor", "--offline", "--no-progress", "--strict-collection"],
    ):
        done = subprocess.run(
            [TOOLS / command[0], *command[1:], workflow], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_jobs_have_few_rights_and_an_end(workflow):
    text = workflow.read_text()
    uses = re.findall(r"uses: (.+)", text)
    assert uses
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v[\d.]+", use) for use in uses), uses
    told = yaml.safe_load(text)
    assert told["permissions"] == {}
    assert "concurrency" in told
    for job in told["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        assert job["timeout-minutes"] <= 360


def steps():
    return yaml.safe_load(NIGHTLY.read_text())["jobs"]["night"]["steps"]


def test_only_the_published_database_is_handed_out():
    (upload,) = [step for step in steps() if "upload-artifact" in step.get("uses", "")]
    assert upload["with"]["path"] == "${{ runner.temp }}/jobplans.db"
    assert not [step for step in steps() if "actions/cache" in step.get("uses", "")]


def test_the_nights_steps_keep_what_is_private_and_bring_it_back(tmp_path):
    if not shutil.which("restic"):
        pytest.skip("there is no restic here")
    if not (ROOT / ".venv/bin/scrapy").exists():
        pytest.skip("there is no .venv here")
    scripts = {step["id"]: step["run"] for step in steps() if "id" in step}
    data, moment = tmp_path / "data", datetime(2026, 4, 1, 12, tzinfo=UTC)

    with running_newsroom() as newsroom:
        environment = crawl_environment(
            newsroom.url, data, RUNNER_TEMP=str(tmp_path), RESTIC_REPOSITORY=str(tmp_path / "store"),
            RESTIC_PASSWORD="of the trial", FIRST="false",
        )  # fmt: skip

        def run(step, **more):
            return subprocess.run(
                ["bash", "-eo", "pipefail", "-c", scripts[step]], cwd=ROOT, env=environment | more,
                capture_output=True, text=True, timeout=240, check=False,
            )  # fmt: skip

        assert run("back").returncode != 0, "without the store there is no night"
        assert run("back", FIRST="true").returncode == 0
        with Ledger(data / "crawl.db") as ledger, ledger.transaction():
            for outlet in ("asiae", "breaknews", "fnnews", "knnws"):
                Standings(ledger.db.conn).put(Standing(outlet).paused("to be quick", moment))
        night = run("night")
        assert night.returncode == 0, night.stderr
        assert "http" not in night.stdout + night.stderr, "the output of a job may be public: it names no page"
        for step in ("keep", "public"):
            done = run(step)
            assert done.returncode == 0, done.stdout + done.stderr
        assert run("back", FIRST="true").returncode != 0, "a store that is there is not begun anew"

        before = {path.relative_to(data): path.read_bytes() for path in data.rglob("*") if path.is_file()}
        shutil.rmtree(data)
        assert run("back").returncode == 0
        assert {path.relative_to(data): path.read_bytes() for path in data.rglob("*") if path.is_file()} == before
        assert any(path.suffixes == [".warc", ".gz"] for path in before)
    with sqlite3.connect(tmp_path / "jobplans.db") as published:
        assert published.execute("select count(*) from plans").fetchone()[0] > 0
    assert b"icose" not in b"".join(path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file())
    assert len(list((tmp_path / "store/snapshots").iterdir())) == 1
