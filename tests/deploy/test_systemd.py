"""The units: accepted by systemd, well locked up, at the right time, with commands that run."""

import re
import shutil
import subprocess
import sys

import pytest

from pipelines.store import Store
from tests.newsroom.process import ROOT

UNITS = ROOT / "deploy/systemd"
SERVICES = ("iljari.service", "iljari-datasette.service")
MOST_EXPOSED = 15
"""Tenths of systemd's scale from 0 (locked up) to 10."""


@pytest.fixture
def systemd_analyze():
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here")
    return lambda *arguments: subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip


def test_systemd_accepts_the_units(tmp_path, systemd_analyze):
    code = tmp_path / "opt/iljari"
    (code / ".venv/bin").mkdir(parents=True)
    (code / ".venv/bin/scrapy").symlink_to(sys.executable)
    for unit in UNITS.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/iljari", str(code)))
    done = systemd_analyze("verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS.iterdir()))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("service", SERVICES)
def test_the_services_are_locked_up(service, systemd_analyze):
    done = systemd_analyze(
        "security", "--offline=yes", "--no-pager", f"--threshold={MOST_EXPOSED}", str(UNITS / service)
    )
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_the_timer_means_half_past_three_in_korea(systemd_analyze):
    when = re.search(r"^OnCalendar=(.+)$", (UNITS / "iljari.timer").read_text(), re.MULTILINE)[1]
    done = systemd_analyze("calendar", "--base-time=2026-04-01 00:00:00 UTC", when)
    assert "2026-04-01 18:30:00 UTC" in done.stdout


def setting(service, name):
    """The values of a setting of a service, in order."""
    return re.findall(rf"^{name}=(.*)$", (UNITS / service).read_text(), re.MULTILINE)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_writes_its_data_folder_only(service):
    assert setting(service, "ProtectSystem") == ["strict"]
    assert setting(service, "ReadWritePaths") == ["/var/lib/iljari"]
    assert setting(service, "StateDirectory") == ["iljari"]
    assert setting(service, "User") == ["iljari"]


def test_datasettes_command_serves(tmp_path):
    Store(tmp_path / "jobplans.db").close()
    (command,) = setting("iljari-datasette.service", "ExecStart")
    shell = re.fullmatch(r"/bin/sh -c '([^']+)'", command)[1].replace("$$", "$")
    shell = shell.replace("/var/lib/iljari", str(tmp_path)).replace(".venv/bin/python", sys.executable)
    assert "--port 8001" in shell
    done = subprocess.run(
        ["/bin/sh", "-c", shell.replace("--port 8001", "--get /jobplans.json")],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"plans"' in done.stdout
