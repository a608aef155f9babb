import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clock import VARIABLE, Clock, now
from pipelines.model import KST
from tests.newsroom.process import ROOT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2020-03-31T03:00+09:00", datetime(2020, 3, 31, 3, tzinfo=KST)),
        (" 2020-03-31T03:00 ", datetime(2020, 3, 31, 3, tzinfo=KST)),
        ("2020-03-31", datetime(2020, 3, 31, tzinfo=KST)),
        ("2020-03-30T18:00:30Z", datetime(2020, 3, 31, 3, 0, 30, tzinfo=KST)),
        ("2020-03-31T03:00+09:00 x0 @5", datetime(2020, 3, 31, 3, tzinfo=KST)),
    ],
)
def test_a_clock_that_stands_still(text, shown):
    clock = Clock.parse(text)
    assert clock.now() == clock.now() == shown
    assert clock.now().utcoffset() == timedelta(hours=9)


def test_a_clock_that_runs():
    begun = time.time() - 10
    shown = Clock.parse(f"2020-03-31T03:00+09:00 x3600 @{begun}").now() - datetime(2020, 3, 31, 3, tzinfo=KST)
    assert timedelta(hours=10) <= shown < timedelta(hours=12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2020-13-01",
        "2020-03-31 x60",
        "2020-03-31 @60",
        "2020-03-31T03:00 x1.2.3 @5",
        "2020-03-31 x. @.",
        "2020-03-31 x-1 @5",
        "2020-03-31 03:00",
    ],
)
def test_another_form_is_refused_with_the_right_one(text):
    with pytest.raises(ValueError, match=rf"^{VARIABLE}=.*write e\.g\. 2020-03-31T03:00\+09:00$"):
        Clock.parse(text)


@given(st.text())
def test_any_text_is_a_clock_or_named(text):
    start, said = None, ""
    try:
        start = Clock.parse(text).start
    except ValueError as error:
        said = str(error)
    assert start or VARIABLE in said


@given(st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, KST)), st.integers(1, 10**6))
def test_every_moment_can_be_set(moment, speed):
    begun = time.time()
    clock = Clock.parse(f"{moment.isoformat()} x{speed} @{begun}")
    assert clock.start == moment
    assert clock.now() >= clock.start


def test_the_variable_rules_now_and_other_processes(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert abs(now() - datetime.now(KST)) < timedelta(seconds=5)
    monkeypatch.setenv(VARIABLE, "2020-03-31T03:00")
    said = subprocess.check_output(
        [sys.executable, "-c", "from crawler.clock import now; print(now().isoformat())"], cwd=ROOT
    )
    assert said.decode().strip() == now().isoformat() == "2020-03-31T03:00:00+09:00"
