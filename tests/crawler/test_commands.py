"""The command lines as a stranger meets them: help, wrong use, and a new outlet from nothing to its first plan."""

import os
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.newsroom.data import ARTICLES, OUTLETS
from tests.newsroom.demo import crawl_environment, scrapy
from tests.newsroom.process import ROOT, running_newsroom
from tests.warm import run_scrapy


def run(*command: str, stdin: str | None = None, cwd: Path = ROOT, env=None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, env=env, input=stdin, capture_output=True, text=True, timeout=120, check=False
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("scrapy", "nightly", "--help"), ("--only", "--dry-run", "--json", "Exit code")),
        (("scrapy", "crawl", "--help"), ("since", "max_pages", "Exit code")),
        (("scrapy", "outlets", "--help"), ("pause NAME", "resume", "--json", "Exit code")),
        (("scrapy", "alerts", "--help"), ("--test", "--json", "Exit code")),
        (("scrapy", "rebuild", "--help"), ("--check", "archive")),
        (("scrapy", "archive", "--help"), ("--prune-lists", "--json", "Exit code")),
        (("scrapy", "takedown", "--help"), ("--reason", "--list", "Exit code")),
        (("scrapy", "backup", "--help"), ("--verify", "DIR", "Exit code")),
        (("scrapy", "restore", "--help"), ("DIR", "empty", "Exit code")),
        (("scrapy", "doctor", "--help"), ("--deep", "--json", "Exit code")),
        (("scrapy", "try", "--help"), ("--spider", "--file", "--save", "Exit code")),
        (("scrapy", "genspider", "--help"), ("newsbuilder", "--outlet")),
        (("pipelines.extract", "--help"), ("JSON", "--explain")),
        (("pipelines.clean", "--help"), ("FILE", "--url")),
    ],
    ids=lambda value: value[1] if value[0] == "scrapy" else value[0],
)
def test_help_says_what_it_does(command, words):
    done = run(*command)
    assert done.returncode == 0, done.stderr
    for word in words:
        assert word in done.stdout


WRONG = [
    (("nightly", "--only", "nosuch"), 2, "there is no outlet nosuch; there are asiae, breaknews"),
    (("nightly", "--since", "gestern"), 2, "since='gestern' is no date"),
    (("nightly", "extra"), 2, "takes no 'extra'"),
    (("nightly", "--max-pages", "0"), 2, "max_pages='0'"),
    (("crawl", "nosuch"), 2, "name one spider of asiae, breaknews"),
    (("crawl", "knnws", "-a", "until=31.12.2024"), 2, "until='31.12.2024' is no date; write until=YYYY-MM-DD"),
    (("crawl", "knnws", "-a", "colour=red"), 2, "no argument colour"),
    (("alerts", "extra"), 2, "alerts takes no 'extra'"),
    (("alerts", "--test"), 2, "there is no channel to test"),
    (("rebuild",), 2, "there is no archive at"),
    (("archive",), 2, "there is no archive at"),
    (("archive", "extra"), 2, "takes no 'extra'"),
    (("archive", "--prune-lists", "0"), 2, "--prune-lists 0: write a number of days from 1 on"),
    (("takedown", "https://example.org/1"), 2, "write: scrapy takedown URL --reason TEXT"),
    (("takedown", "https://example.org/1", "--reason", "asked"), 2, "there is no archive at"),
    (("takedown", "--list", "https://example.org/1"), 2, "--list takes no URL"),
    (("doctor", "extra"), 2, "takes no 'extra'"),
    (("try",), 2, "write: scrapy try URL"),
    (("backup",), 2, "write: scrapy backup DIR"),
    (("backup", "nosuchfolder"), 2, "there is no archive at"),
    (("backup", "--verify", "nosuchfolder"), 2, "nosuchfolder holds no whole backup"),
    (("restore", "nosuchfolder"), 2, "nosuchfolder holds no whole backup"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "message"), WRONG, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_wrong_use_gives_one_clear_line(tmp_path, arguments, code, message):
    done = run_scrapy(crawl_environment("http://127.0.0.1:9", tmp_path), *arguments)
    said = (done.stdout + done.stderr).strip()
    assert done.returncode == code
    assert message in said
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1


def test_a_newsroom_elsewhere_is_refused(tmp_path):
    done = run_scrapy(crawl_environment("http://192.0.2.7:80", tmp_path), "nightly")
    assert done.returncode == 2
    assert "is no address of this machine" in done.stderr


def test_an_unwritable_data_folder_is_one_clear_line(tmp_path):
    (tmp_path / "data").write_text("a file stands where the folder should be")
    done = run_scrapy(crawl_environment("http://127.0.0.1:9", tmp_path / "data"), "nightly")
    assert done.returncode == 2
    assert "data" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_database_that_is_none_is_one_clear_line(tmp_path):
    (tmp_path / "crawl.db").write_text(
        "this is no database, whatever its name says, and long enough to be looked at" * 20
    )
    done = run_scrapy(crawl_environment("http://127.0.0.1:9", tmp_path), "nightly")
    assert done.returncode == 2
    assert "crawl.db cannot be opened" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the project to write into."""
    copy = tmp_path / "project"
    for name in ("crawler", "pipelines", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("scrapy.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
    return copy


def test_a_new_outlet_runs_from_the_template_on(project, tmp_path):
    made = run(
        "scrapy",
        "genspider",
        "-t",
        "newsbuilder",
        "trialpaper",
        "http://www.trialpaper.example",
        "--outlet",
        "우리신문",
        cwd=project,
    )
    assert made.returncode == 0, made.stderr
    spider = (project / "crawler/spiders/trialpaper.py").read_text(encoding="utf-8")
    assert len(spider.splitlines()) <= 10
    assert 'outlet = "우리신문"' in spider

    outlets = tmp_path / "outlets"
    shutil.copytree(OUTLETS, outlets)
    knnws = (outlets / "knnws.toml").read_text(encoding="utf-8")
    (outlets / "trialpaper.toml").write_text(
        knnws.replace("www.knnws.com", "www.trialpaper.example").replace("knnws.com", "trialpaper.example").replace("KN NEWS", "우리신문"),
        encoding="utf-8",
    )  # fmt: skip
    articles = tmp_path / "articles"
    articles.mkdir()
    text = (ARTICLES / "bupyeong-2020.toml").read_text(encoding="utf-8")
    (articles / "plan.toml").write_text(text.replace('outlet = "knnws"', 'outlet = "trialpaper"'), encoding="utf-8")

    data = tmp_path / "data"
    with running_newsroom(articles, outlets) as newsroom:
        environment = crawl_environment(newsroom.url, data)
        crawl = run("scrapy", "crawl", "trialpaper", cwd=project, env=environment)
    assert crawl.returncode == 0, crawl.stdout + crawl.stderr
    assert "trialpaper" in crawl.stdout
    with sqlite3.connect(data / "jobplans.db") as database:
        assert database.execute("select municipality_name, job_target from plans").fetchall() == [
            ("인천광역시 부평구", 10868)
        ]

    test = run("pytest", "-q", "-p", "no:cacheprovider", "tests/spiders/test_trialpaper.py", cwd=project)
    assert test.returncode == 0, test.stdout
    assert "1 passed, 1 skipped" in test.stdout
    (project / "tests/spiders/pages").mkdir(exist_ok=True)
    with running_newsroom(articles, outlets) as newsroom:
        through = urllib.request.build_opener(urllib.request.ProxyHandler({"http": newsroom.url}))
        page = through.open("http://www.trialpaper.example/news/list.php", timeout=10).read()
    (project / "tests/spiders/pages/trialpaper.list.html").write_bytes(page)
    first = run("pytest", "-q", "-p", "no:cacheprovider", "tests/spiders/test_trialpaper.py", cwd=project)
    assert first.returncode == 1
    assert "trialpaper.list.json is written: look whether it tells what the page shows" in first.stdout
    second = run("pytest", "-q", "-p", "no:cacheprovider", "tests/spiders/test_trialpaper.py", cwd=project)
    assert second.returncode == 0, second.stdout


@pytest.mark.parametrize("template", ["dadamedia", "gnuboard5", "own", "basic"])
def test_every_template_gives_a_spider_that_loads(project, template):
    made = run("scrapy", "genspider", "-t", template, "another", "www.another.example", cwd=project)
    assert made.returncode == 0, made.stderr
    listed = run("scrapy", "list", cwd=project)
    assert "another" in listed.stdout.split()


def test_an_unknown_template_says_so(project):
    done = run("scrapy", "genspider", "-t", "nosuch", "another", "www.another.example", cwd=project)
    assert done.returncode == 1
    assert "Unable to find template: nosuch" in done.stdout


def test_make_help_lists_the_targets():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    for target in ("demo", "test", "crawl", "serve", "newsroom", "soak", "bench"):
        assert f"make {target}" in done.stdout


def test_an_old_python_is_told_so(tmp_path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.8.1 && exit 0\nexit 1\n')
    old.chmod(0o755)
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    done = subprocess.run(
        ["make", "test", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert "iljari needs Python 3.11 or newer" in done.stderr
    assert "Python 3.8.1" in done.stderr


def test_a_failed_download_is_told_so(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").write_text("no-such-package-of-iljari==1 --hash=sha256:" + "0" * 64 + "\n")
    environment = os.environ | {"PIP_NO_INDEX": "1"}
    done = subprocess.run(
        ["make", "test", f"PYTHON={sys.executable}"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )  # fmt: skip
    assert done.returncode == 2
    assert "Check the network or your package index, then run make again" in done.stderr
    assert not (tmp_path / ".venv/.ready").exists()


def test_scrapy_list_names_the_outlets():
    done = subprocess.run(scrapy("list"), cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert {"asiae", "breaknews", "fnnews", "icose", "knnws"} <= set(done.stdout.split())
