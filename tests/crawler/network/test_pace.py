"""A host in trouble is left alone: the rule by itself, and as the host sees it. Only least distances are asserted."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import settings
from crawler.network.pace import LONGEST_ASKED, Pace, retry_after
from pipelines.model import KST
from tests.fetch import fetch
from tests.wild import page, wild

NOW = datetime(2020, 3, 31, 3, tzinfo=KST)


def even(low, high):
    return (low + high) / 2


def test_waits_double_up_to_a_bound_and_begin_anew_after_an_answer():
    pace = Pace(5, even)
    assert [pace.trouble("a") for _ in range(7)] == [5, 10, 20, 40, 80, 80, 80]
    assert pace.trouble("b") == 5
    pace.answered("a")
    assert pace.trouble("a") == 5


def test_a_host_rests_at_least_as_long_as_it_asks():
    pace = Pace(5, even)
    assert pace.trouble("a", 60) == 60
    assert pace.trouble("a", 1) == 10


def test_waits_are_not_in_step():
    waits = {Pace(4).trouble("a") for _ in range(50)}
    assert len(waits) > 40
    assert all(2 <= wait <= 6 for wait in waits)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120), (" 0 ", 0), ("Mon, 30 Mar 2020 18:01:00 GMT", 60), ("Tue, 31 Mar 2020 03:00:30 +0900", 30),
        ("Mon, 30 Mar 2020 17:00:00 GMT", 0), ("99999999999999999999", LONGEST_ASKED), ("Mon, 30 Mar 2099 17:00:00 GMT", LONGEST_ASKED),
        ("soon", None), ("", None), (None, None), ("-5", None), ("1.5", None), ("١٢", None), ("Mon, 99 Foo 2020", None),
    ],
)  # fmt: skip
def test_what_a_host_asks_for(value, seconds):
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=40) | st.datetimes().map(format_datetime))
def test_any_header_is_seconds_or_nothing(value):
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST_ASKED


def test_delays_are_jittered():
    assert settings.DOWNLOAD_DELAY_JITTER == 0.5
    assert settings.CONCURRENT_REQUESTS_PER_DOMAIN == 1


# as the host sees it

REST = 1.0
WAIT = 0.2
DELAY = 0.3
GOOD = page(b"good")
WELL = {f"/{number}": GOOD for number in range(6)}


def busy(*headers):
    """Too many requests, once; every other page is there."""
    return WELL | {"/0": [page(b"", "429 Too Many Requests", *headers), GOOD]}


ANSWERS = {
    "seconds.test": busy(f"Retry-After: {REST:g}"),
    "date.test": busy(f"Retry-After: {format_datetime(NOW + timedelta(seconds=REST))}"),
    "long.test": WELL | {"/0": page(b"", "503 Service Unavailable", "Retry-After: 3600")},
    "refusing.test": WELL | {"/0": page(b"", "403 Forbidden", f"Retry-After: {REST:g}")},
    "down.test": page(b"", "503 Service Unavailable"),
    "silent.test": WELL | {"/0": [b"", GOOD]},
    "missing.test": WELL | {"/0": page(b"", "404 Not Found")},
    "slow.test": WELL | {"/robots.txt": page(f"User-agent: *\nCrawl-delay: {DELAY}".encode())},
    "robots.test": {"/robots.txt": [page(b"", "429 Too Many Requests"), page(b"User-agent: *\nDisallow: /0")]} | WELL,
}


@pytest.fixture(scope="module")
def seen():
    """What came of the requests of each host, and the server that they went to."""
    jobs = {
        host: {"urls": [f"http://{host}/{number}" for number in range(2 if host == "down.test" else 6)]}
        for host in ANSWERS
    }
    with wild(ANSWERS) as server:
        results = fetch(jobs, ILJARI_NEWSROOM=server.url, ILJARI_RETRY_WAIT=f"{WAIT}", ILJARI_CLOCK=NOW.isoformat())
        return {host: {url.rpartition("/")[2]: said for url, said in results[host]} for host in ANSWERS}, server


def gaps(server, host):
    moments = server.moments(host)
    return [later - earlier for earlier, later in pairwise(moments)]


@pytest.mark.parametrize("host", ["seconds.test", "date.test"])
def test_the_whole_host_rests_as_long_as_it_asks_and_then_gives_all(seen, host):
    results, server = seen
    assert all(said.startswith("200") for said in results[host].values())
    assert gaps(server, host)[0] >= REST * 0.95
    assert len(server.moments(host)) == 7


def test_a_host_that_asks_for_more_than_a_night_has_is_not_asked_for_that_again(seen):
    results, server = seen
    assert results["long.test"]["0"] == "AskedToWaitError: HTTP 503, asks to come again at 2020-03-31 04:00"
    assert [path for host, path, _ in server.asked if host == "long.test"].count("/0") == 1


def test_a_refusal_is_not_tried_again_but_the_host_rests(seen):
    results, server = seen
    assert results["refusing.test"]["0"] == "HttpError: HTTP 403: the outlet refuses us"
    assert len(server.moments("refusing.test")) == 6
    assert gaps(server, "refusing.test")[0] >= REST * 0.95


def test_a_host_that_stays_down_is_tried_a_bounded_number_of_times_ever_more_slowly(seen):
    results, server = seen
    assert set(results["down.test"].values()) == {"HttpError: HTTP 503: the outlet's server fails"}
    assert len(server.moments("down.test")) == 6
    waits = [WAIT * 2**number for number in range(5)]
    assert all(gap >= wait * 0.45 for gap, wait in zip(gaps(server, "down.test"), waits, strict=True))


def test_a_host_that_gives_no_answer_rests_before_anything_else_is_asked(seen):
    results, server = seen
    assert all(said.startswith("200") for said in results["silent.test"].values())
    assert gaps(server, "silent.test")[0] >= WAIT * 0.45


def test_a_missing_page_is_no_trouble(seen):
    results, server = seen
    assert results["missing.test"]["0"] == "HttpError: HTTP 404: there is no such page"
    assert len(server.moments("missing.test")) == 6


def test_a_crawl_delay_is_a_lower_bound(seen):
    assert min(gaps(seen[1], "slow.test")) >= DELAY * 0.7


def test_a_robots_txt_that_was_asked_for_too_fast_is_asked_for_again(seen):
    results, server = seen
    assert results["robots.test"]["0"] == "RobotsDeniedError: robots.txt denies it"
    assert results["robots.test"]["1"].startswith("200")
    assert [path for host, path, _ in server.asked if host == "robots.test"].count("/robots.txt") == 2
