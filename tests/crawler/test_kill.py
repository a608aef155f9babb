"""A crawl that is killed, stopped or doubled loses nothing: the next run ends where an undisturbed one would."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import Crawl
from tests.newsroom.demo import crawl_environment, scrapy
from tests.newsroom.process import ROOT, running_newsroom
from tests.soak.kills import left_behind
from tests.warm import run_scrapy

ONLY = ("--only", "asiae,fnnews,icose,knnws")
SLOW = {key: {"article_delay": 0.05} for key in ("asiae", "fnnews", "icose", "knnws")}


def wait_until(condition, seconds: float = 60.0) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.02)
    return False


def start(newsroom, data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        scrapy("nightly", *ONLY), cwd=ROOT, env=crawl_environment(newsroom.url, data),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, str]:
    data = tmp_path_factory.mktemp("undisturbed")
    with running_newsroom() as newsroom:
        done = run_scrapy(crawl_environment(newsroom.url, data), "nightly", *ONLY)
    assert done.returncode == 0, done.stdout + done.stderr
    return Crawl(data, done, []).digests()


@pytest.mark.parametrize("articles", [0, 9, 30])
def test_a_killed_crawl_goes_on_and_ends_with_the_same_content(undisturbed, tmp_path, articles):
    with running_newsroom(faults=SLOW) as newsroom:

        def asked() -> int:
            return sum(
                "robots.txt" not in entry["url"] and is_article(entry["url"]) for entry in newsroom.log_entries()
            )

        def listed() -> bool:
            return bool(newsroom.log_entries()) and asked() >= articles

        crawl = start(newsroom, tmp_path)
        assert wait_until(listed), "the crawl did not get that far"
        crawl.kill()
        crawl.communicate()
        assert crawl.returncode == -signal.SIGKILL
        assert wait_until(lambda: not left_behind(tmp_path), 10), f"left behind: {left_behind(tmp_path)}"
        again = run_scrapy(crawl_environment(newsroom.url, tmp_path), "nightly", *ONLY)
        requested = [entry["url"] for entry in newsroom.log_entries() if is_article(entry["url"])]
    assert again.returncode == 0, again.stdout + again.stderr
    assert Crawl(tmp_path, again, []).digests() == undisturbed
    assert len(requested) - len(set(requested)) <= 2 * 4, (
        "of each of 4 hosts, at most a page just arrived and one under way"
    )


def is_article(url: str) -> bool:
    return any(form in url for form in ("view.php?idx=", "fnnews.com/news/", "asiae.co.kr/article/", "wr_id="))


def test_a_stopped_crawl_says_so_and_the_next_goes_on(undisturbed, tmp_path):
    with running_newsroom(faults=SLOW) as newsroom:
        crawl = start(newsroom, tmp_path)
        assert wait_until(lambda: sum(is_article(entry["url"]) for entry in newsroom.log_entries()) >= 5)
        crawl.send_signal(signal.SIGTERM)
        said, errors = crawl.communicate(timeout=60)
        assert crawl.returncode == 1, said + errors
        assert "stopped before the end" in said
        assert "Traceback" not in errors
        assert wait_until(lambda: not left_behind(tmp_path), 10)
        again = run_scrapy(crawl_environment(newsroom.url, tmp_path), "nightly", *ONLY)
    assert again.returncode == 0, again.stdout + again.stderr
    assert Crawl(tmp_path, again, []).digests() == undisturbed


def test_two_at_once_the_second_says_so(tmp_path):
    with running_newsroom(faults=SLOW) as newsroom:
        first = start(newsroom, tmp_path)
        assert wait_until(lambda: (tmp_path / "run.lock").exists() and bool(newsroom.log_entries()))
        second = run_scrapy(crawl_environment(newsroom.url, tmp_path), "nightly", *ONLY)
        os.kill(first.pid, signal.SIGTERM)
        first.communicate(timeout=60)
    assert second.returncode == 3
    assert "another run works on" in second.stderr
