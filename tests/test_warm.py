"""A warm command is what the command line would be: its own environment, settings, output, exit code and bound."""

import os
import subprocess

import pytest

from tests.warm import run_scrapy


def test_each_command_has_an_environment_and_an_output_of_its_own(tmp_path):
    base = {**os.environ, "ILJARI_DATA": str(tmp_path / "data")}
    first = run_scrapy(base, "settings", "--get", "ILJARI_DATA")
    second = run_scrapy(base | {"ILJARI_DATA": "elsewhere"}, "settings", "--get", "ILJARI_DATA")
    third = run_scrapy(base, "nightly", "surplus")
    assert (first.stdout.strip(), second.stdout.strip()) == (str(tmp_path / "data"), "elsewhere")
    assert (first.returncode, third.returncode) == (0, 2)
    assert third.stderr == "iljari: nightly takes no 'surplus'; outlets are chosen by --only\n"


def test_one_that_does_not_end_is_killed_and_the_next_runs():
    with pytest.raises(subprocess.TimeoutExpired):
        run_scrapy(os.environ, "schedule", "-s", "ILJARI_CONTACT=press@example.org", seconds=2)
    assert run_scrapy(os.environ, "version").returncode == 0
