"""The container, as far as it can be tried without an engine: its files are there, what it copies is enough to run."""

import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from pipelines.store import Store
from tests.newsroom.process import ROOT

FOLDER = ROOT / "deploy/container"
TOOLS = Path(sys.executable).parent


def instructions():
    """The Containerfile's instructions: (name, rest), continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (FOLDER / "Containerfile").read_text())
    return [tuple(line.split(" ", 1)) for line in text.splitlines() if line and not line.startswith("#")]


def copies():
    """What is copied, as (source in the project, target in the image)."""
    for name, rest in instructions():
        if name == "COPY":
            *sources, target = rest.split()
            yield from ((source, target) for source in sources)


def compose():
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())


def test_compose_fits_its_schema():
    done = subprocess.run(
        [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", FOLDER / "compose.yaml"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_that_is_named_is_there_and_in_the_context():
    services = compose()["services"]
    build = services["nightly"]["build"]
    assert (FOLDER / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).samefile(FOLDER / "Containerfile")
    assert (FOLDER / services["nightly"]["env_file"]).exists()
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    kept = [line[1:] for line in lines if line.startswith("!")]
    assert lines[0] == "*"
    assert sorted(kept) == sorted(source for source, _ in copies())
    assert all((ROOT / source).exists() for source, _ in copies())
    assert not any(fnmatch(private, source) for private in ("data", ".git", "deploy/iljari.env") for source in kept)


def test_nothing_in_it_runs_as_root_or_can_write_but_to_the_volume():
    assert dict(instructions())["USER"] == "iljari"
    for service in compose()["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["volumes"] == ["data:/data"]
    assert compose()["services"]["datasette"]["ports"] == ["127.0.0.1:8001:8001"]
    assert not compose()["services"]["datasette"]["env_file"], "the keys of alert channels are the night's"


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A folder with what the image's folder holds, and commands run as in there."""
    app = tmp_path_factory.mktemp("app")
    for source, target in copies():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, app / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, app / target)
    data = tmp_path_factory.mktemp("data")

    def run(command):
        return subprocess.run(
            command, cwd=app, capture_output=True, text=True, timeout=120, check=False,
            env={"PATH": f"{TOOLS}:/usr/bin:/bin", "HOME": "/nonexistent", "ILJARI_DATA": str(data)},
        )  # fmt: skip

    return run, data


def test_what_is_copied_is_enough_for_the_nights_command(image):
    run, _ = image
    command = compose()["services"]["nightly"]["command"]
    assert command == yaml.safe_load(dict(instructions())["CMD"])
    done = run(command)
    assert done.returncode == 2
    assert done.stderr.startswith("iljari: No contact is set"), "it gets as far as its settings"
    assert "icose" in run(["scrapy", "list"]).stdout


def test_what_is_copied_is_enough_to_compile(image):
    run, _ = image
    compiled = next(rest for name, rest in instructions() if name == "RUN" and "compileall" in rest)
    done = run(["python", *shlex.split(compiled)[1:]])
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_datasettes_command_serves(image):
    run, data = image
    Store(data / "jobplans.db").close()
    *shell, script = compose()["services"]["datasette"]["command"]
    script = script.replace("$$", "$").replace("/data/", f"{data}/")
    assert script.endswith("--host 0.0.0.0 --port 8001")
    done = run([*shell, script.replace("--host 0.0.0.0 --port 8001", "--get /jobplans.json")])
    assert done.returncode == 0, done.stderr
    assert '"plans"' in done.stdout
