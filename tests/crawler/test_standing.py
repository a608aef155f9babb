"""An outlet's record: what nights make of it, by itself and over nights of real crawls."""

import argparse
import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.commands.outlets import Command
from crawler.ledger import Ledger
from crawler.network.failures import HARD, SOFT, TEMPORARY, Failure
from crawler.night import hold_lock
from crawler.standing import HIGHEST, PATIENCE, SUSPENSION_NIGHTS, Standing, Standings, Trouble, after_night
from pipelines.model import KST
from tests.conftest import Crawl, crawl
from tests.newsroom.demo import crawl_environment
from tests.warm import run_scrapy

NIGHT = datetime(2020, 3, 31, 3, 30, tzinfo=KST)
DAY = timedelta(days=1)


def trouble(*severities, times=1, answers=0, kinds=None):
    met = Trouble()
    for _ in range(answers):
        met.note_answer()
    for number, severity in enumerate(severities):
        for _ in range(times):
            met.note(Failure((kinds or "abcdef")[number], "failed", f"trouble {number}", severity))
    return met


NEW = Standing("x")


def nights(*all_met, start=NEW, state="failed"):
    """The record after nights that were all crawled and all failed."""
    for number, met in enumerate(all_met):
        start = after_night(start, met, state, NIGHT + number * DAY)
    return start


def test_a_kind_of_trouble_counts_once_a_night_by_its_severity():
    assert nights(trouble(SOFT, times=4)).score == SOFT
    assert nights(trouble(SOFT, TEMPORARY)).score == SOFT + TEMPORARY
    assert nights(trouble(TEMPORARY), trouble(TEMPORARY)).score == 2 * TEMPORARY


def test_one_hard_night_slows_three_suspend():
    assert [nights(*[trouble(HARD)] * count).state(NIGHT + count * DAY) for count in range(1, 4)] == [
        "slowed", "slowed", "suspended"
    ]  # fmt: skip


def test_suspensions_grow_each_time_that_it_fails_again():
    standing, night, left_out = nights(trouble(HARD), trouble(HARD)), NIGHT + 2 * DAY, []
    for _ in range(len(SUSPENSION_NIGHTS) + 2):
        standing = after_night(standing, trouble(HARD), "failed", night)
        count = 0
        while standing.state(night := night + DAY) == "suspended":
            count += 1
        left_out.append(count)
    assert left_out == [*SUSPENSION_NIGHTS, 14, 14]
    assert standing.score == HIGHEST
    assert standing.since == NIGHT


def test_healthy_nights_lower_the_score_until_all_is_forgotten():
    standing = nights(*[trouble(HARD)] * 4)
    states = []
    while standing != Standing("x"):
        standing = after_night(standing, Trouble(), "ok", NIGHT)
        states.append((standing.state(NIGHT), standing.score))
    assert states == [("slowed", 2.0), ("slowed", 1.0), ("ok", 0.5), ("ok", 0.25), ("ok", 0.0)]


def test_a_relapse_before_that_is_suspended_for_longer_than_before():
    standing = after_night(nights(*[trouble(HARD)] * 4), Trouble(), "ok", NIGHT)
    assert standing.suspensions == 2
    again = nights(trouble(HARD), start=standing)
    assert again.state(NIGHT + DAY) == "suspended"
    assert again.suspensions == 3


@pytest.mark.parametrize("severity", [HARD, SOFT])
def test_an_outlet_that_answers_more_than_it_fails_is_slowed_at_most(severity):
    standing = nights(*[trouble(severity, answers=5)] * 20)
    assert (standing.score, standing.state(NIGHT + 30 * DAY)) == (1.0, "slowed")
    assert standing.suspended_until is None


def test_pages_that_robots_txt_denies_are_no_trouble_where_others_come():
    denied = {"kinds": ["robots.txt denies"]}
    assert nights(trouble(HARD, answers=1, **denied)) == Standing("x")
    assert nights(trouble(HARD, **denied)).score == HARD


def test_a_night_that_was_stopped_or_failed_for_other_reasons_changes_nothing():
    before = nights(trouble(HARD))
    assert nights(trouble(HARD), start=before, state="stopped") == before
    assert nights(Trouble(), start=before) == before


def test_failures_in_a_row_end_the_night_an_answer_begins_the_row_anew():
    assert trouble(SOFT, times=PATIENCE - 1).given_up is None
    met = trouble(SOFT, times=PATIENCE)
    assert met.given_up == f"{PATIENCE} failures in a row, the last: trouble 0"
    met = trouble(SOFT, times=PATIENCE - 1)
    met.note_answer()
    met.note(Failure("a", "failed", "one more", SOFT))
    assert met.given_up is None


def test_a_host_that_asks_for_its_rest_ends_the_night_and_gets_it():
    until = NIGHT + timedelta(hours=30)
    met = Trouble()
    met.note(Failure("asked to wait", "deferred", "asks to come again", HARD, until))
    assert met.given_up == "asks to come again"
    standing = after_night(Standing("x"), met, "given-up", NIGHT)
    assert standing.suspended_until == until
    assert [standing.state(NIGHT + hours * timedelta(hours=1)) for hours in (29, 30)] == ["suspended", "slowed"]


@given(
    st.lists(st.tuples(st.sampled_from(["ok", "failed", "given-up", "stopped"]), st.lists(st.sampled_from([HARD, SOFT, TEMPORARY]), max_size=6),
                       st.integers(0, 9)), max_size=40)
)  # fmt: skip
def test_any_nights_leave_a_record_that_makes_sense(history):
    standing = Standing("x")
    for number, (state, severities, answers) in enumerate(history):
        standing = after_night(standing, trouble(*severities, answers=answers), state, NIGHT + number * DAY)
        now = NIGHT + number * DAY
        assert 0 <= standing.score <= HIGHEST
        assert (standing.told(now) is None) == (standing.state(now) == "ok")
        assert standing.suspended_until is None or standing.suspended_until - now <= 16 * DAY


def test_records_are_kept(tmp_path):
    record = Standing("y", 1.5, "사유", NIGHT, NIGHT + DAY, 2, NIGHT, "점검")
    with Ledger(tmp_path / "crawl.db") as ledger:
        standings = Standings(ledger.db.conn)
        standings.put(record)
        standings.put(replace(record, score=2.5))
        assert standings.all() == {"y": replace(record, score=2.5)}
        assert standings.of("z") == Standing("z")


# over nights

CLOSED = {"knnws": [{"kind": "status", "url": "robots", "status": 503}]}


def night(data, day, faults=None, *arguments) -> Crawl:
    return crawl(data, "--only", "knnws", *arguments, faults=faults, ILJARI_CLOCK=f"2026-12-{day:02}T03:30+09:00")


def told(made):
    return made.rows("select * from run_outlets where outlet = 'knnws' order by run desc limit 1")[0]


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    """Three nights at an outlet that has failed before: it fails once more, is left out, and gives what it has."""
    data = tmp_path_factory.mktemp("week")
    with Ledger(data / "crawl.db") as ledger:
        Standings(ledger.db.conn).put(Standing("knnws", 2.5, "HTTP 403", datetime(2026, 12, 1, 3, 30, tzinfo=KST)))
    made = {3: night(data, 3, CLOSED), 4: night(data, 4), 5: night(data, 5)}
    rows = made[5].rows("select * from run_outlets order by run")
    return made, dict(zip(made, rows, strict=True))


def test_the_night_of_the_suspension_is_unhealthy_and_tells_until_when(week):
    made, rows = week
    assert rows[3]["state"] == "failed"
    assert rows[3]["reason"].endswith("; suspended until 2026-12-05 00:00")
    assert made[3].done.returncode == 1


def test_a_suspended_outlet_is_not_asked_told_and_no_new_trouble(week):
    made, rows = week
    assert made[4].requests == []
    assert rows[4]["state"] == "suspended"
    assert rows[4]["reason"].startswith("suspended until 2026-12-05 00:00, failing since 2026-12-01: ")
    assert "knnws: suspended until" in made[4].done.stdout
    assert made[4].done.returncode == 0


def test_it_is_tried_when_the_time_is_over_and_gives_what_it_has(week):
    made, rows = week
    assert rows[5]["state"] == "ok"
    assert rows[5]["fetched"] > 3
    with sqlite3.connect(made[5].data / "crawl.db") as connection:
        assert connection.execute("select score from standings").fetchall() == [(1.75,)]


def test_a_slowed_outlet_is_crawled_more_slowly(week, tmp_path):
    """Three times the usual delay, less what the jitter may take off."""
    made, _ = week
    shutil.copytree(made[5].data, tmp_path / "data")
    slowed = night(tmp_path / "data", 6, None, "-s", "DOWNLOAD_DELAY=0.2", "--max-pages", "1")
    moments = [entry["monotonic"] for entry in slowed.requests]
    assert slowed.done.returncode == 0, slowed.done.stdout
    assert (moments[-1] - moments[0]) / (len(moments) - 1) > 0.2 * 1.6


def test_an_outlet_that_keeps_refusing_is_left_for_the_night_and_nothing_is_lost(tmp_path):
    faults = {"knnws": [{"kind": "status", "url": "articles", "status": 403}]}
    first = night(tmp_path, 1, faults)
    row = told(first)
    assert row["state"] == "given-up"
    assert row["reason"].startswith("5 failures in a row, the last: HTTP 403: the outlet refuses us")
    assert row["failed"] >= PATIENCE
    assert row["deferred"] > 0
    assert len([entry for entry in first.requests if entry["status"] == 403]) < row["failed"] + row["deferred"]
    reasons = first.rows("select distinct reason from listings where outcome = 'deferred'", database="crawl.db")
    assert [reason["reason"] for reason in reasons] == [
        "the crawl of the outlet ended first (5 failures in a row, the last: HTTP 403: the outlet refuses us)"
    ]
    assert first.done.returncode == 1
    second = night(tmp_path, 2)
    assert told(second)["state"] == "ok"
    missed = second.rows("select count(*) as n from urls where state in ('listed', 'failed')", database="crawl.db")
    assert missed == [{"n": 0}]


def test_a_host_that_asks_for_a_long_rest_gets_it(tmp_path):
    faults = {"knnws": [{"kind": "status", "url": "lists", "status": 429, "retry_after": "129600"}]}
    first = night(tmp_path, 1, faults)
    assert told(first)["state"] == "given-up"
    assert "asks to come again at 2026-12-02 15:30; suspended until 2026-12-02 15:30" in told(first)["reason"]
    assert len([entry for entry in first.requests if entry["status"] == 429]) <= 4, "nothing is tried again"
    with Ledger(tmp_path / "crawl.db") as ledger:
        standing = Standings(ledger.db.conn).of("knnws")
    moments = [datetime(2026, 12, 2, hour, 31, tzinfo=KST) for hour in (14, 15)]
    assert [standing.state(moment) for moment in moments] == ["suspended", "slowed"]


# by hand

LOADER = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))


@pytest.fixture
def outlets(monkeypatch, capsys):
    """`scrapy outlets` in this process: exit code and what it printed."""
    monkeypatch.setenv("ILJARI_CLOCK", "2026-12-05T12:00+09:00")

    def run(data, *arguments):
        command = Command()
        parser = argparse.ArgumentParser(conflict_handler="resolve")
        command.settings = Settings({"ILJARI_DATA": str(data)})
        command.add_options(parser)
        options, args = parser.parse_known_args(arguments)
        command.crawler_process = SimpleNamespace(spider_loader=LOADER)
        command.run(args, options)
        said = capsys.readouterr()
        return SimpleNamespace(returncode=command.exitcode, stdout=said.out, stderr=said.err)

    return run


def test_pausing_and_resuming_by_hand(tmp_path, outlets):
    paused = outlets(tmp_path, "pause", "knnws", "icose", "--reason", "홈페이지 점검")
    assert paused.returncode == 0, paused.stderr
    assert "paused since 2026-12-05: 홈페이지 점검" in paused.stdout
    left_out = night(tmp_path, 6)
    assert left_out.requests == []
    assert left_out.done.returncode == 0
    assert "knnws: paused since 2026-12-05: 홈페이지 점검" in left_out.done.stdout
    assert outlets(tmp_path, "resume", "knnws").returncode == 0
    listed = {row["outlet"]: row for row in json.loads(outlets(tmp_path, "--json").stdout)}
    assert {name: listed[name]["state"] for name in ("asiae", "icose", "knnws")} == {
        "asiae": "ok", "icose": "paused", "knnws": "ok"
    }  # fmt: skip


def test_resuming_lifts_a_suspension_and_clears_the_score(tmp_path, outlets):
    with Ledger(tmp_path / "crawl.db") as ledger:
        until = datetime(2026, 12, 9, tzinfo=KST)
        Standings(ledger.db.conn).put(Standing("knnws", 3.5, "HTTP 403", NIGHT, until, 2))
    before = outlets(tmp_path)
    (line,) = [line for line in before.stdout.splitlines() if line.startswith("knnws")]
    assert line.split()[:3] == ["knnws", "suspended", "3.50"]
    assert "suspended until 2026-12-09 00:00, failing since 2020-03-31: HTTP 403" in line
    after = outlets(tmp_path, "resume", "knnws")
    (line,) = [line for line in after.stdout.splitlines() if line.startswith("knnws")]
    assert line.split() == ["knnws", "ok", "0.00"]


def test_listing_tells_of_last_runs_and_writes_nothing(week, tmp_path, outlets):
    made, _ = week
    (line,) = [line for line in outlets(made[5].data).stdout.splitlines() if line.startswith("knnws")]
    assert line.split()[:5] == ["knnws", "slowed", "1.75", "2026-12-05", "ok"]
    assert outlets(tmp_path).returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pause", "knnws"], "say why: pause NAME… --reason TEXT"),
        (["pause", "--reason", "x"], "name the outlets to pause; there are asiae"),
        (["pause", "nosuch", "--reason", "x"], "there is no outlet nosuch; there are asiae"),
        (["resume", "knnws", "--reason", "x"], "--reason belongs to pause"),
        (["stop", "knnws"], "outlets takes no 'stop'"),
        (["show"], "name the outlets to show; there are asiae"),
        (["show", "knnws", "icose"], "show takes one outlet: show NAME"),
        (["show", "nosuch"], "there is no outlet nosuch; there are asiae"),
    ],
)
def test_wrong_use_is_one_clear_line(tmp_path, outlets, arguments, message):
    done = outlets(tmp_path, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_while_a_run_is_on_only_listing_is_possible(tmp_path, outlets):
    Ledger(tmp_path / "crawl.db").close()
    with hold_lock(tmp_path):
        assert outlets(tmp_path).returncode == 0
        refused = run_scrapy(crawl_environment("", tmp_path), "outlets", "pause", "knnws", "--reason", "x")
    assert refused.returncode == 3
    assert "another run works on" in refused.stderr


# what stands behind the findings


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """A night on which articles are challenged, come without a text, and a list loses its articles."""
    return crawl(
        tmp_path_factory.mktemp("troubled"), "--only", "knnws,fnnews,asiae",
        faults={
            "knnws": [{"kind": "challenge", "url": "articles"}],
            "fnnews": [{"kind": "script_body"}],
            "asiae": [{"kind": "empty_list", "url": "."}],
        },
    )  # fmt: skip


def test_show_names_each_article_that_was_lost_and_why(troubled, outlets):
    shown = json.loads(outlets(troubled.data, "show", "knnws", "--json").stdout)
    blocked = troubled.rows(
        "select u.link from listings l join urls u on u.url = l.url where l.outlet = 'knnws' and l.outcome = 'blocked'",
        database="crawl.db",
    )
    lost = {one["url"] for one in shown["articles"] if one["outcome"] == "blocked"}
    assert lost
    assert lost == {row["link"] for row in blocked}
    assert all(one["reason"] for one in shown["articles"])
    assert shown["last_run"]["state"] != "ok"
    assert shown["waiting"] > 0
    text = outlets(troubled.data, "show", "knnws").stdout
    assert all(url in text for url in lost)
    assert f"{shown['waiting']} articles wait" in text
    for finding in shown["findings"]:
        assert finding["en"] in text
        assert finding["ko"] in text


def test_show_names_articles_without_a_text_before_those_that_were_read(troubled, outlets):
    shown = json.loads(outlets(troubled.data, "show", "fnnews", "--json").stdout)
    readings = [one["reading"] for one in shown["articles"]]
    assert readings
    assert readings[0] == "script-body"
    assert "script-body" in outlets(troubled.data, "show", "fnnews").stdout


def test_show_tells_of_each_list_page_what_became_of_it(troubled, outlets):
    shown = json.loads(outlets(troubled.data, "show", "asiae", "--json").stdout)
    asked = troubled.rows("select url, outcome, reason from list_pages where outlet = 'asiae'", database="crawl.db")
    assert len(shown["list_pages"]) == len(asked) > 0
    assert {page["outcome"] for page in shown["list_pages"]} == {row["outcome"] for row in asked}
    said = outlets(troubled.data, "show", "asiae").stdout
    assert "shows no article" in said
    assert "no article was asked for" in said
    assert "no article waits" in said


def test_show_keeps_to_the_first_articles_and_counts_the_rest(troubled, tmp_path, outlets):
    shutil.copy(troubled.data / "crawl.db", tmp_path)
    with Ledger(tmp_path / "crawl.db") as ledger:
        run = ledger.db.execute("select max(run) from run_outlets where outlet = 'asiae'").fetchone()[0]
        for number in range(60):
            url, reason = f"https://www.asiae.co.kr/article/{number:02}", "HTTP 500 \x1b[2J"
            ledger.db.table("urls").insert(
                {"url": url, "outlet": "asiae", "link": url, "title": "", "found_by": "list", "first_seen": "2026-12-05",
                 "last_seen": "2026-12-05", "state": "failed", "reason": reason}
            )  # fmt: skip
            ledger.db.table("listings").insert(
                {"run": run, "outlet": "asiae", "position": 1000 + number, "url": url, "found_by": "list",
                 "outcome": "failed", "reason": reason}
            )  # fmt: skip
    shown = json.loads(outlets(tmp_path, "show", "asiae", "--json").stdout)
    assert (len(shown["articles"]), shown["articles_more"], shown["waiting"]) == (50, 10, 60)
    said = outlets(tmp_path, "show", "asiae").stdout
    assert "and 10 more" in said
    assert "60 articles wait, the oldest since 2026-12-05" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("begun", [False, True])
def test_show_says_so_where_nothing_is_known(tmp_path, outlets, begun):
    if begun:
        Ledger(tmp_path / "crawl.db").close()
    done = outlets(tmp_path, "show", "knnws")
    assert done.returncode == 0
    assert "nothing is known of a run of knnws" in done.stdout
    assert json.loads(outlets(tmp_path, "show", "knnws", "--json").stdout)["state"] == "ok"
