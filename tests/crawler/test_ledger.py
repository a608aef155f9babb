import sqlite3
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler import ledger as ledger_module
from crawler.accounts import OUTCOMES, LedgerError
from crawler.arguments import Window
from crawler.cms.listing import Listing
from crawler.keeping.archive import Position
from crawler.ledger import MAX_TRIES, Candidate, Ledger
from crawler.walks import Memory, Walk
from pipelines.database import DatabaseError
from tests.readings import DAWN, page

IRRELEVANT = ("irrelevant", "no job or plan cue in the title")
TODAY = date(2020, 4, 1)
OUTSIDE = ("out_of_window", "listed on 2019-01-01, before 2020-01-01")


def candidate(number=1, found_by="list", day=None):
    return Candidate(
        f"https://knnws.com/news/view.php?idx={number}",
        f"http://www.knnws.com/{number}",
        f"제목 {number}",
        found_by,
        day,
    )


def fetched(number=1, **more):
    return page(number, listed_url=candidate(number).url, found_by="list", **more)


def at(offset=0, file="iljari-1.warc.gz"):
    return Position(file, offset, offset + 100)


@pytest.fixture
def ledger(tmp_path):
    opened = Ledger(tmp_path / "crawl.db")
    yield opened
    opened.close()


class Run:
    """One outlet's part of a run of a ledger."""

    def __init__(self, ledger, outlet="knnws", run=None):
        self.ledger, self.outlet = ledger, outlet
        self.run = run or ledger.open_run("test")

    def judge(self, number=1, verdict=None, found_by="list"):
        return bool(self.ledger.judge(self.run, self.outlet, [(candidate(number, found_by), verdict)]))

    def settle(self, number, outcome, reason=None):
        self.ledger.settle(self.run, self.outlet, candidate(number).url, outcome, reason)

    def archived(self, number=1, verdict=None, **more):
        self.ledger.archived(fetched(number), at(number * 100), run=self.run, **more)
        if verdict:
            self.ledger.set_verdict(fetched(number), verdict)

    def is_news(self, number=1):
        return self.ledger.is_news(candidate(number))

    def sums(self):
        """The counts that are not zero."""
        columns = self.ledger.sum_up(self.run, self.outlet, "ended").columns()
        return {name: count for name, count in columns.items() if count}

    def queue(self):
        return [one.title for one in self.ledger.queue(self.outlet)]


@pytest.fixture
def run(ledger):
    return Run(ledger)


def stored(ledger, number=1, columns="state"):
    row = ledger.db.conn.execute(f"select {columns} from urls where url = ?", [candidate(number).url]).fetchone()
    return row[0] if len(row) == 1 else row


# judging


def test_a_new_candidate_is_fetched_once(ledger, run):
    assert run.judge()
    assert not run.judge(found_by="feed")
    run.archived(verdict="plan")
    assert not run.judge(found_by="search")
    assert run.sums() == {"listed": 3, "fetched": 1, "listed_twice": 2, "plan_articles": 1}


def test_what_an_earlier_run_fetched_is_known(ledger, run):
    run.judge()
    run.archived()
    later = Run(ledger)
    assert not later.judge()
    assert not later.judge(verdict=IRRELEVANT)
    assert later.sums() == {"listed": 2, "known": 1, "listed_twice": 1}
    assert stored(ledger) == "fetched"


def test_an_irrelevant_title_found_by_search_in_the_same_run_is_fetched(ledger, run):
    assert not run.judge(verdict=IRRELEVANT)
    assert stored(ledger, columns="state, reason") == IRRELEVANT
    assert run.judge(found_by="search")
    assert stored(ledger, columns="state, reason") == ("listed", None)
    run.archived()
    assert not run.judge(verdict=IRRELEVANT)
    assert run.sums() == {"listed": 3, "irrelevant": 1, "fetched": 1, "listed_twice": 1}
    assert stored(ledger) == "fetched"


def test_an_irrelevant_title_is_judged_again_another_night(ledger, run):
    run.judge(verdict=IRRELEVANT)
    later = Run(ledger)
    assert not later.judge(verdict=IRRELEVANT)
    assert later.judge(found_by="search")


def test_out_of_one_window_may_be_in_the_next(ledger, run):
    assert not run.judge(verdict=OUTSIDE)
    assert Run(ledger).judge()


def test_what_robots_denied_is_asked_again_when_it_is_listed_again(ledger, run):
    run.judge()
    run.settle(1, "robots", "robots.txt denies it")
    assert run.queue() == []
    assert not run.judge(), "once a run"
    assert run.sums() == {"listed": 2, "robots": 1, "listed_twice": 1}
    assert Run(ledger).judge()


def test_deferred_and_never_settled_wait_in_the_queue(ledger, run):
    for number in (3, 1, 2):
        run.judge(number)
    run.settle(3, "deferred", "dry run")
    run.archived(2)
    assert run.sums() == {"listed": 3, "deferred": 2, "fetched": 1}
    later = Run(ledger)
    assert later.queue() == ["제목 3", "제목 1"], "oldest first"
    assert later.judge(3)
    assert not later.judge(3), "from the queue, then on a list"
    assert Run(ledger, "asiae").queue() == []


def test_a_failing_article_is_asked_for_some_nights_and_then_only_when_listed(ledger):
    for night in range(MAX_TRIES):
        run = Run(ledger)
        assert run.queue() == (["제목 1"] if night else [])
        assert run.judge()
        run.settle(1, "failed", "HTTP 500")
        assert run.sums() == {"listed": 1, "failed": 1}
    run = Run(ledger)
    assert run.queue() == []
    assert run.judge()
    run.archived()
    assert stored(ledger, columns="state, reason") == ("fetched", None)
    assert Run(ledger).queue() == []


def test_a_listing_never_takes_back_that_a_page_is_fetched(ledger, run):
    run.judge()
    run.archived(verdict="plan")
    for verdict in (None, IRRELEVANT, OUTSIDE):
        Run(ledger).judge(verdict=verdict)
    assert stored(ledger, columns="state, verdict, warc_offset") == ("fetched", "plan", 100)


def test_a_failure_of_the_ledger_counts_nothing(ledger, run):
    ledger.db.conn.execute("create trigger broken before insert on listings begin select raise(abort, 'disk'); end")
    with pytest.raises(sqlite3.IntegrityError, match="disk"):
        run.judge()
    ledger.db.conn.execute("drop trigger broken")
    with pytest.raises(LedgerError, match="1 listed, but 0 with an outcome"):
        run.sums()


def test_sums_that_do_not_add_up_are_an_error(ledger, run):
    run.judge()
    ledger.db.conn.execute("delete from listings")
    with pytest.raises(LedgerError, match="1 listed, but 0 with an outcome"):
        run.sums()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["listed", "listed", "queue", "next run"]),
        st.integers(1, 4),
        st.sampled_from([None, IRRELEVANT, OUTSIDE]),
        st.sampled_from(["archived", "robots", "failed", "blocked", "deferred", "nothing"]),
        st.sampled_from(["knnws", "asiae"]),
    ),
    max_size=40,
)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_outcomes_always_add_up_and_nothing_wanted_is_lost(tmp_path, steps):
    for leftover in tmp_path.glob("sums.db*"):
        leftover.unlink()
    ledger = Ledger(tmp_path / "sums.db")
    parts, listed = begin(ledger)
    for step, number, verdict, outcome, outlet in steps:
        part = parts[outlet]
        numbers = [number + 10 * (outlet == "asiae")]
        if step == "next run":
            check(ledger, parts, listed)
            parts, listed = begin(ledger)
            continue
        if step == "queue":
            numbers, verdict = [int(title.split()[1]) for title in part.queue()], None
        for each in numbers:
            listed[outlet] += 1
            if part.judge(each, verdict):
                assert verdict is None
                if outcome == "archived":
                    part.archived(each)
                elif outcome != "nothing":
                    part.settle(each, outcome)
    check(ledger, parts, listed)
    ledger.close()


def begin(ledger):
    run = ledger.open_run("test")
    return {outlet: Run(ledger, outlet, run) for outlet in ("knnws", "asiae")}, dict.fromkeys(("knnws", "asiae"), 0)


def check(ledger, parts, listed):
    for outlet, part in parts.items():
        sums = ledger.sum_up(part.run, outlet, "ended").columns()
        assert sums["listed"] == listed[outlet] == sum(sums[outcome] for outcome in OUTCOMES)
        waiting = {one.url for one in ledger.queue(outlet)}
        states = ledger.db.conn.execute("select url, state from urls where outlet = ?", [outlet]).fetchall()
        assert {url for url, state in states if state == "listed"} <= waiting
        assert not waiting & {url for url, state in states if state in ("fetched", "irrelevant", "robots")}


# walks


def walked(entries=20, ended=True, oldest=None, end_page=None):
    return Walk(
        Listing("feed", "feed", "/rss"),
        Window(),
        Memory(),
        TODAY,
        entries=entries,
        ended=ended,
        oldest=oldest,
        end_page=end_page,
    )


def test_a_walk_that_did_not_come_to_its_end_is_not_complete(ledger):
    assert ledger.begin_walk("knnws", "feed") == Memory()
    assert ledger.begin_walk("knnws", "feed") == Memory()
    ledger.end_walk("knnws", walked())
    assert ledger.begin_walk("knnws", "feed") == Memory(complete=True, entries=20)
    assert ledger.begin_walk("knnws", "feed") == Memory(complete=False, entries=20)
    assert ledger.begin_walk("asiae", "feed") == Memory()


def test_a_walk_that_was_cut_is_not_complete(ledger):
    ledger.begin_walk("knnws", "feed")
    ledger.end_walk("knnws", walked(ended=False, end_page=3))
    assert ledger.begin_walk("knnws", "feed") == Memory(complete=False, entries=20, end_page=3)


def test_a_list_gone_empty_is_remembered_as_one_that_showed_articles(ledger):
    ledger.begin_walk("knnws", "feed")
    ledger.end_walk("knnws", walked())
    for _ in range(3):
        assert ledger.begin_walk("knnws", "feed").entries == 20
        ledger.end_walk("knnws", walked(entries=0, ended=False))
    ledger.end_walk("knnws", walked(entries=5))
    assert ledger.begin_walk("knnws", "feed").entries == 5


def test_the_oldest_day_ever_reached_is_remembered(ledger):
    ledger.begin_walk("knnws", "feed")
    for day in (date(2020, 3, 1), date(2020, 2, 1), date(2020, 3, 20), None):
        ledger.end_walk("knnws", walked(oldest=day))
    assert ledger.begin_walk("knnws", "feed").oldest == date(2020, 2, 1)


def test_a_list_page_ends_in_one_outcome(ledger, run):
    for number in (1, 2, 3):
        ledger.ask_list_page(run.run, "knnws", "feed", number, f"/rss?{number}")
    ledger.settle_list_page(run.run, "knnws", "feed", 1, "read", None, 20)
    ledger.settle_list_page(run.run, "knnws", "feed", 2, "cut", "page 2 shows nothing new")
    assert ledger.sum_up(run.run, "knnws", "ended").counts["list_pages"] == {"read": 1, "cut": 1, "deferred": 1}


@pytest.mark.parametrize(
    ("settled", "news"),
    [
        ("fetched", False),
        ("irrelevant", False),
        ("robots", False),
        ("failed", False),
        ("out_of_window", True),
        ("deferred", True),
    ],
)
def test_what_is_news_to_a_walk(tmp_path, settled, news):
    first = Ledger(tmp_path / "crawl.db")
    run = Run(first)
    assert run.is_news()
    verdicts = {"irrelevant": IRRELEVANT, "out_of_window": OUTSIDE}
    run.judge(verdict=verdicts.get(settled))
    if settled == "fetched":
        run.archived()
    elif settled not in verdicts:
        run.settle(1, settled)
    assert run.is_news(), "to other listings of the same run: a feed may not hide what lies behind page 1 of a list"
    first.close()
    second = Ledger(tmp_path / "crawl.db")
    assert Run(second).is_news() is news
    second.close()


# archive


def test_the_archive_lies_where_the_ledger_says(ledger, run):
    run.judge()
    assert ledger.archive_length(at().file) == 0
    run.archived()
    ledger.archive_grew(at(700))
    ledger.archive_grew(at(300))
    assert ledger.archive_length(at().file) == 800
    assert ledger.unread() == [(at().file, 100)]
    ledger.set_verdict(fetched(), "no-plan")
    assert ledger.unread() == []


def test_a_page_from_an_archive_that_the_ledger_never_saw(ledger):
    unlisted = page(7, retrieved=fetched().retrieved)
    ledger.archived(unlisted, at(), run=None)
    assert ledger.unread() == [(at().file, 0)]
    ledger.set_verdict(unlisted, "plan")
    assert ledger.unread() == []
    assert not Run(ledger).judge(7), "the same identity as when it is listed"


def test_readings_are_accounted_for(ledger, run):
    for number, verdict in enumerate(["plan", "no-plan", "no-body", "attachment-only", "unreadable: too slow", None]):
        run.judge(number)
        run.archived(number, verdict)
    account = ledger.sum_up(run.run, "knnws", "ended")
    assert account.counts["read"] == {
        "plan": 1, "no-plan": 1, "no-body": 1, "attachment-only": 1, "unreadable": 1, "unread": 1,
    }  # fmt: skip
    assert account.total("read") == account.of("listed", "fetched")


# visits


def due(ledger, run, days):
    return [
        one.title for one in ledger.open_visits(run.run, "knnws", fetched().retrieved.date() + timedelta(days=days))
    ]


def known(ledger, number=1, published=None, verdict="plan", **more):
    first = Run(ledger)
    first.judge(number)
    first.archived(number, **more)
    ledger.set_verdict(fetched(number), verdict, published=published or DAWN.date(), text_hash="before")


@pytest.mark.parametrize(
    ("verdict", "days"),
    [
        ("plan", [1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30]),
        ("no-body", [1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30]),
        ("no-plan", [1, 3]),
        ("gone", [1, 2, 3, 7, 14, 30]),
    ],
)
def test_a_recent_article_is_visited_by_schedule(ledger, verdict, days):
    known(ledger, verdict=verdict)
    visited = []
    for day in range(60):
        run = Run(ledger)
        if due(ledger, run, day):
            visited.append(day)
            again = fetched(hour=24 * day)
            ledger.seen_again(again, at(), run.run, "304")
    assert visited == days


def test_an_old_article_is_left_alone(ledger):
    known(ledger, published=date(2012, 3, 30))
    assert [due(ledger, Run(ledger), day) for day in (0, 1, 30)] == [[], [], []]


def test_a_wrong_date_on_the_page_does_not_end_the_visits(ledger):
    first = Run(ledger)
    shown = candidate(day=DAWN.date().isoformat())
    ledger.judge(first.run, "knnws", [(shown, None)])
    first.archived()
    ledger.set_verdict(fetched(), "plan", published=date(2000, 1, 1), text_hash="before")
    assert due(ledger, Run(ledger), 1) == ["제목 1"]


def test_a_visit_asks_only_for_what_has_changed(ledger, run):
    known(ledger, etag='"1"', last_modified="Mon, 30 Mar 2020 21:57:46 GMT")
    (one,) = ledger.open_visits(run.run, "knnws", TODAY + timedelta(days=1))
    assert one.conditions == {"If-None-Match": '"1"', "If-Modified-Since": "Mon, 30 Mar 2020 21:57:46 GMT"}


@pytest.mark.parametrize(
    ("verdict", "text", "outcome"),
    [
        ("plan", "after", "changed"),
        ("plan", "before", "unchanged"),
        ("no-plan", "after", "changed"),
        ("gone", None, "gone"),
        ("no-body", None, "no-text"),
        (None, None, "unread"),
    ],
)
def test_a_visit_ends_in_one_outcome(ledger, verdict, text, outcome):
    known(ledger)
    run = Run(ledger)
    assert due(ledger, run, 1) == ["제목 1"]
    ledger.archived(fetched(hour=24), at(900), run=run.run)
    if verdict:
        ledger.set_verdict(fetched(), verdict, text_hash=text)
    assert ledger.sum_up(run.run, "knnws", "ended").counts["visits"] == {outcome: 1}


def test_visits_that_were_not_made_are_deferred_and_due_again(ledger):
    known(ledger)
    run = Run(ledger)
    due(ledger, run, 1)
    assert ledger.sum_up(run.run, "knnws", "stopped").counts["visits"] == {"deferred": 1}
    assert due(ledger, Run(ledger), 1) == ["제목 1"]


# runs


def test_runs_have_names_of_their_own_and_a_killed_one_is_marked(ledger, monkeypatch):
    monkeypatch.setenv("ILJARI_CLOCK", "2020-03-31T03:00")
    first, second = ledger.open_run("1"), ledger.open_run("1")
    assert [first, second] == ["20200331T030000-1", "20200331T030000-2"]
    ledger.close_run(second, "ok")
    third = ledger.open_run("1")
    states = {row["id"]: row["state"] for row in ledger.crawl_tables()["runs"]}
    assert states == {first: "killed", second: "ok", third: "running"}


def test_a_killed_run_is_accounted_for_all_the_same(ledger):
    run = Run(ledger)
    for number in (1, 2, 3):
        run.judge(number)
    run.archived(1, "plan")
    Run(ledger)
    (row,) = ledger.crawl_tables()["run_outlets"]
    assert (row["run"], row["outlet"], row["state"], row["reason"]) == (
        run.run,
        "knnws",
        "stopped",
        "the crawl was killed",
    )
    assert (row["listed"], row["fetched"], row["deferred"], row["plan_articles"]) == (3, 1, 2, 1)


def test_what_became_of_each_listing_is_kept_for_so_many_nights_and_the_sums_for_good(ledger, monkeypatch):
    monkeypatch.setattr(ledger_module, "KEPT_NIGHTS", 2)
    nights = []
    for number, kind in enumerate(("nightly", "crawl", "nightly", "nightly")):
        monkeypatch.setenv("ILJARI_CLOCK", f"2020-03-{number + 1:02}T03:00+09:00")
        run = Run(ledger, run=ledger.open_run("1", kind=kind))
        run.judge(number)
        ledger.close_outlet(run.run, "knnws", "ok", None, ledger.sum_up(run.run, "knnws", "ended"), 1.0)
        ledger.close_run(run.run, "ok")
        nights.append(run.run)
    kept = [run for (run,) in ledger.db.conn.execute("select distinct run from listings order by run")]
    assert kept == nights[2:]
    assert ledger.db["run_outcomes"].count == 4
    assert ledger.db["urls"].count == 4


def test_progress_counts(ledger, run):
    for number in (1, 2, 3):
        run.judge(number)
    run.archived(1, "plan")
    run.settle(2, "failed")
    assert ledger.sums(run.run) == {"listed": 3, "fetched": 1, "open": 1, "plans": 1, "visits": 0}


def test_an_outlets_part_is_entered_once(ledger, run):
    run.judge()
    account = ledger.sum_up(run.run, "knnws", "ended")
    row = ledger.close_outlet(run.run, "knnws", "ok", None, account, 1.5)
    assert (row["listed"], row["deferred"], row["seconds"]) == (1, 1, 1.5)
    tables = ledger.crawl_tables()
    (stored,) = tables["run_outlets"]
    assert {name: stored[name] for name in row} == row
    assert [(one["stage"], one["outcome"], one["count"]) for one in tables["run_outcomes"]] == [
        ("listed", "deferred", 1)
    ]


def test_a_ledger_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "crawl.db").mkdir()
    with pytest.raises(DatabaseError, match=r"crawl\.db cannot be opened for writing"):
        Ledger(tmp_path / "crawl.db")


@pytest.mark.parametrize("text", ["'); drop table urls; --", "\x00", "제" * 10_000, "%s _ %"])
def test_hostile_titles(ledger, run, text):
    hostile = Candidate(f"https://knnws.com/{text}", f"http://knnws.com/{text}", text, "list", None)
    assert ledger.judge(run.run, "knnws", [(hostile, None)]) == [hostile]
    assert ledger.queue("knnws") == [hostile]
