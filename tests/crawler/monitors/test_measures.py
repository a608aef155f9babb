"""What is measured of a night, on small ledgers; and what is usual, against the same reckoned in plain Python."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import median
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.clock import VARIABLE
from crawler.ledger import MAX_TRIES, Account, Candidate, Ledger, migrations
from crawler.monitors import measures
from crawler.monitors.findings import Finding
from crawler.monitors.measures import ENOUGH_PLANS, NIGHTS, WINDOW_DAYS, Tally
from pipelines.clean import clean
from pipelines.extract.model import Flag, JobPlan
from pipelines.model import KST, Article, Outlet, Page, Reading
from pipelines.store import Store
from tests.newsroom.faults import Damaged
from tests.newsroom.systems import SYSTEMS
from tests.newsroom.wire import Request

TONIGHT = date(2026, 4, 14)
EMPTY = Account({"listed": {}, "list_pages": {}, "read": {}, "visits": {}})
ABOUT = Outlet("knnws", "KN NEWS", "knnws.com", "newsbuilder")


# what is usual


@pytest.fixture(scope="module")
def database():
    """The tables of crawl.db, in memory."""
    made = Database(memory=True)
    migrations.apply(made)
    return made.conn


past_nights = st.lists(
    st.fixed_dictionaries(
        {
            "back": st.integers(1, WINDOW_DAYS + 20),
            "state": st.sampled_from(["ok", "ok", "ok", "failed", "given-up", "suspended"]),
            "kind": st.sampled_from(["nightly", "nightly", "nightly", "crawl"]),
            "newsroom": st.sampled_from([0, 0, 0, 1]),
            "outlet": st.sampled_from(["knnws", "knnws", "icose"]),
            "latency": st.none() | st.integers(0, 60),
            "flag": st.sampled_from([None, None, None, "new", "continuing", "recovered"]),
            "flagged": st.sampled_from(["latency", "entries"]),
        }
    ),
    max_size=30,
    unique_by=lambda night: night["back"],
)


@given(past_nights)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_usual_is_the_median_and_spread_of_the_latest_healthy_nights_that_were_not_told_of(database, nights):
    for table in ("run_checks", "run_outlets", "runs"):
        database.execute(f"delete from {table}")
    for night in nights:
        day = TONIGHT - timedelta(days=night["back"])
        run = add_run(database, day, night["kind"], night["newsroom"])
        row = [run, night["outlet"], night["state"], night["latency"]]
        add_outlet(database, *row)
        if night["flag"]:
            database.execute(
                "insert into run_checks (run, outlet, monitor, level, change, since, cause, ko, en)"
                " values (?, ?, ?, 'error', ?, '', '', '', '')",
                [run, night["outlet"], night["flagged"], night["flag"]],
            )
    tonight = add_run(database, TONIGHT, "nightly", 0)

    def counts(night):
        told = night["flag"] in ("new", "continuing") and night["flagged"] == "latency"
        return (
            (night["state"], night["kind"], night["newsroom"], night["outlet"]) == ("ok", "nightly", 0, "knnws")
            and night["back"] <= WINDOW_DAYS and night["latency"] is not None and not told
        )  # fmt: skip

    latest = sorted((night for night in nights if counts(night)), key=lambda night: night["back"])[:NIGHTS]
    values = [night["latency"] for night in latest]
    found = measures.usual(database, tonight, "knnws", TONIGHT).get("latency")
    assert (found.nights if found else 0) == len(values)
    if found:
        assert found.median == median(values)
        away = median(abs(value - median(values)) for value in values)
        assert found.spread == pytest.approx(1.4826 * away)


def add_run(database, day, kind="nightly", newsroom=0):
    run = f"{day:%Y%m%d}T030000-1"
    started = datetime(day.year, day.month, day.day, 3, tzinfo=KST).isoformat()
    database.execute(
        "insert into runs (id, started, state, version, newsroom, kind) values (?, ?, 'ok', 'v', ?, ?)",
        [run, started, newsroom, kind],
    )
    return run


def add_outlet(database, run, outlet, state, latency):
    row = {"run": run, "outlet": outlet, "state": state, **EMPTY.columns(), "latency": latency}
    database.execute(
        f"insert into run_outlets ({', '.join(row)}) values ({', '.join('?' for _ in row)})",
        list(row.values()),
    )


# a night's measures


class Nights:
    """A ledger and a store in which nights are entered by hand; each begins at three in the morning of its day."""

    def __init__(self, folder, patch):
        self.ledger, self.store, self._patch = Ledger(folder / "crawl.db"), Store(folder / "jobplans.db"), patch
        self.store.put_outlet(ABOUT)

    def begin(self, day):
        self._patch.setenv(VARIABLE, f"{day}T03:00+09:00")
        self.run = self.ledger.open_run("test")

    def list(self, *names, found_by="list", outcome=None, title="일자리 소식"):
        """What a list or search shows, in its order."""
        judged = [(candidate(name, found_by, title), outcome and (outcome, "said")) for name in names]
        return self.ledger.judge(self.run, "knnws", judged)

    def page(self, listing, number, entries):
        self.ledger.ask_list_page(self.run, "knnws", listing, number, "http://x/")
        self.ledger.settle_list_page(self.run, "knnws", listing, number, "read", None, entries)

    def end(self, state="ok", **more):
        account = self.ledger.sum_up(self.run, "knnws", "left over")
        measured = self.measured()
        self.ledger.close_outlet(self.run, "knnws", state, None, account, 1.0, measured | more)
        self.ledger.close_run(self.run, "ok")
        return measured

    def measured(self):
        started = self.ledger.run_row(self.run)["started"]
        ledger, store = self.ledger.db.conn, self.store.db.conn
        return measures.measure(ledger, store, self.run, "knnws", started, MAX_TRIES)

    def fetched(self, name, text_hash):
        """An article that came and was read."""
        self.ledger.settle(self.run, "knnws", candidate(name).url, "fetched")
        self.ledger._execute("update urls set text_hash = ? where url = ?", text_hash, candidate(name).url)


def candidate(name, found_by="list", title="일자리 소식"):
    url = f"http://www.knnws.com/news/view.php?idx={name}"
    return Candidate(url, url, title, found_by, "2026-04-12")


@pytest.fixture
def nights(tmp_path, monkeypatch):
    made = Nights(tmp_path, monkeypatch)
    yield made
    made.ledger.close()
    made.store.close()


def test_new_is_what_lists_and_feed_never_showed_before(nights):
    nights.begin("2026-04-13")
    nights.list(1, 2, 3, outcome="irrelevant")
    assert nights.end()["new"] == 3
    nights.begin("2026-04-14")
    nights.list(2, 3, 4, outcome="irrelevant")
    nights.list(4, 5, found_by="feed", outcome="irrelevant")
    nights.list(6, found_by="search", outcome="irrelevant")
    assert nights.measured()["new"] == 2


def test_what_is_new_on_the_feed_does_not_hide_that_the_lists_stand_still(nights):
    nights.begin("2026-04-13")
    nights.list(1, 2, 3, 4, outcome="irrelevant")
    nights.list(1, 2, found_by="feed", outcome="irrelevant")
    nights.page("all articles", 1, 4)
    nights.end()
    nights.begin("2026-04-14")
    nights.list(4, 91, found_by="feed", outcome="irrelevant")
    nights.list(4, outcome="irrelevant")
    assert nights.measured()["held"] == 0.25


def test_where_something_is_new_all_is_held(nights):
    nights.begin("2026-04-13")
    nights.list(1, 2, outcome="irrelevant")
    nights.page("all articles", 1, 2)
    nights.end()
    nights.begin("2026-04-14")
    nights.list(3, outcome="irrelevant")
    assert nights.measured()["held"] == 1.0


def test_what_led_is_gone_from_a_short_list_by_the_news_of_sick_nights_and_is_held(nights):
    nights.begin("2026-04-12")
    nights.list(1, 2, 3, 4, outcome="irrelevant")
    nights.page("all articles", 1, 4)
    nights.end()
    nights.begin("2026-04-13")
    nights.list(6, 5, outcome="irrelevant")
    nights.page("all articles", 1, 2)
    nights.end("failed")
    nights.begin("2026-04-14")
    nights.list(6, 5, outcome="irrelevant")
    assert nights.measured()["held"] == 1.0


def test_titles_that_are_damaged_count_where_they_are_new(nights):
    nights.begin("2026-04-13")
    nights.list(1, outcome="irrelevant", title="????? ??")
    assert nights.end()["garbled_titles"] == 1
    nights.begin("2026-04-14")
    nights.list(1, 2, outcome="irrelevant", title="????? ??")
    nights.list(3, 2, outcome="irrelevant")
    assert nights.measured()["garbled_titles"] == 1


def test_usual_first_pages_are_known_by_listing(nights):
    for day in ("2026-04-12", "2026-04-13"):
        nights.begin(day)
        nights.page("feed", 1, 20)
        nights.page("section a", 0, 12)
        nights.page("search 일자리대책", 1, 9)
        nights.end()
    nights.begin("2026-04-14")
    nights.page("feed", 1, 10)
    nights.page("section a", 0, None)
    ledger = nights.ledger.db.conn
    usual = measures.usual_first_pages(ledger, nights.run, "knnws", TONIGHT)
    assert {name: (one.median, one.nights) for name, one in usual.items() if name.startswith("entries")} == {
        "entries of feed": (20, 2), "entries of section a": (12, 2),
    }  # fmt: skip
    assert measures.first_pages(ledger, nights.run, "knnws") == {"entries of feed": 10}


def test_held_is_the_share_of_what_led_the_last_healthy_night_that_is_listed_still(nights):
    nights.begin("2026-04-12")
    nights.list(*range(20), outcome="irrelevant")
    nights.page("all articles", 1, 20)
    nights.end()
    nights.begin("2026-04-13")
    nights.list(90, 91, outcome="irrelevant")
    nights.page("all articles", 1, 2)
    nights.end("failed")
    nights.begin("2026-04-14")
    nights.list(7, 8, 9, 10, 11, outcome="irrelevant")
    assert nights.measured()["held"] == 0.3


def test_without_a_healthy_night_before_nothing_is_said_to_be_held(nights):
    nights.begin("2026-04-13")
    nights.list(1, outcome="irrelevant")
    assert nights.measured()["held"] is None


def test_entries_are_those_of_the_first_pages_of_lists_and_feed(nights):
    nights.begin("2026-04-14")
    nights.page("feed", 1, 20)
    nights.page("section a", 0, 12)
    nights.page("section a", 1, 12)
    nights.page("search 일자리대책", 1, 9)
    assert nights.measured()["entries"] == 32


def test_doubled_are_new_articles_whose_text_another_address_of_the_outlet_has(nights):
    nights.begin("2026-04-13")
    nights.list(1, 2)
    nights.fetched(1, "one")
    nights.fetched(2, "two")
    assert nights.end()["doubled"] == 0
    nights.begin("2026-04-14")
    nights.list(11, 12, 13, 14)
    for name, text in ((11, "one"), (12, "two"), (13, "three")):
        nights.fetched(name, text)
    assert nights.measured()["doubled"] == 2


def test_waiting_are_those_wanted_that_may_still_be_asked_for(nights):
    nights.begin("2026-04-14")
    nights.list(1, 2, 3)
    nights.ledger.settle(nights.run, "knnws", candidate(1).url, "failed", "timeout")
    nights.ledger.settle(nights.run, "knnws", candidate(2).url, "deferred", "stopped")
    nights.fetched(3, "three")
    assert nights.measured()["waiting"] == 2
    nights.ledger._execute("update urls set tries = ? where url = ?", MAX_TRIES, candidate(1).url)
    assert nights.measured()["waiting"] == 1


def test_plan_articles_of_the_night_are_counted_by_what_is_wrong_with_them(nights):
    nights.begin("2026-04-14")
    nights.store.put(plan(1, flags=[Flag("job_target", "unit-lost", "no unit")]))
    nights.store.put(plan(2))
    found = nights.measured()
    assert (found["plans_flagged"], found["plans_conflicting"]) == (1, 0)


def test_coverage_is_told_of_enough_plan_articles_only(nights):
    nights.begin("2026-04-14")
    for number in range(ENOUGH_PLANS):
        assert nights.measured()["coverage"] is None
        nights.store.put(plan(number))
    assert nights.measured()["coverage"] == 0.0


def plan(number, flags=()):
    one = reading(plan=JobPlan(relevant=True, municipality="경기도 가평군", flags=list(flags)))
    url = f"{one.page.url}{number}"
    return replace(one, page=replace(one.page, url=url), article=replace(one.article, url=url, canonical=url))


def test_days_with_news_are_those_before_the_nights_that_showed_something_new(nights):
    for day, names in (("2026-01-02", [1]), ("2026-04-10", [2]), ("2026-04-11", [2]), ("2026-04-13", [3])):
        nights.begin(day)
        nights.list(*names, outcome="irrelevant")
        nights.end()
    nights.begin("2026-04-14")
    nights.list(4, outcome="irrelevant")
    found = measures.days_with_news(nights.ledger.db.conn, nights.run, "knnws", TONIGHT)
    assert found == [date(2026, 4, 9), date(2026, 4, 12)]


def finding(monitor="host", change="new", outlet="knnws"):
    return Finding(outlet, monitor, "error", "ko", "en", date(2026, 4, 10), change, "timeout")


def test_before_tells_what_was_said_when_the_outlet_was_crawled_last(nights):
    nights.begin("2026-04-12")
    nights.end("failed")
    nights.ledger.put_findings(nights.run, [finding(), finding("bodies", "recovered")])
    nights.begin("2026-04-13")
    nights.end("suspended")
    nights.begin("2026-04-14")
    found = measures.before(nights.ledger.db.conn, nights.run, "knnws")
    assert found == {
        "host": {"monitor": "host", "level": "error", "since": "2026-04-10", "cause": "timeout", "ko": "ko", "en": "en"}
    }
    assert measures.before(nights.ledger.db.conn, nights.run, "icose") == {}


def test_before_of_the_night_as_a_whole_is_that_of_the_last_night(nights):
    nights.begin("2026-04-12")
    nights.end()
    nights.ledger.put_findings(nights.run, [finding("widespread", outlet="")])
    nights.begin("2026-04-13")
    assert set(measures.before(nights.ledger.db.conn, nights.run, "")) == {"widespread"}
    nights.end()
    nights.begin("2026-04-14")
    assert measures.before(nights.ledger.db.conn, nights.run, "") == {}


# pages as they come

BODY = "가평군은 올해 일자리 3000개를 만든다고 밝혔다. 예산은 120억원이다."


def reading(body=BODY, plan=None, *, published=date(2026, 4, 12), encoding="utf-8", original=None, notes=()):
    retrieved = datetime(2026, 4, 14, 3, tzinfo=KST)
    page = Page("http://www.knnws.com/news/view.php?idx=1", b"", retrieved, ABOUT)
    article = Article(
        page.url,
        title="가평군 일자리",
        published=published,
        body=body,
        encoding=encoding,
        original_outlet=original,
        notes=list(notes),
    )
    return Reading(page, article, plan or JobPlan(relevant=False), "v")


def tally(*readings, listed_on=date(2026, 4, 12)):
    made = Tally()
    for one in readings:
        made.take(one, listed_on, 3)
    return made


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2026, 4, 12), 0), (date(2026, 4, 9), 0), (date(2026, 4, 15), 0), (date(2026, 4, 8), 1),
        (date(2026, 4, 16), 1), (date(2099, 12, 31), 1), (date(1900, 1, 1), 1),
    ],
)  # fmt: skip
def test_misdated_is_a_date_ahead_long_ago_or_far_from_the_lists(day, counts):
    assert tally(reading(published=day)).misdated == counts


def test_an_article_that_another_outlet_had_first_may_be_older_than_its_place_on_the_list():
    old = date(2025, 11, 1)
    assert tally(reading(published=old, original="기호일보")).misdated == 0
    assert tally(reading(published=old), listed_on=None).misdated == 0


def test_an_article_without_a_date_is_undated_and_not_misdated():
    found = tally(reading(published=None))
    assert (found.read, found.undated, found.misdated) == (1, 1, 0)


def test_an_article_whose_date_was_refused_is_misdated():
    found = tally(reading(published=None, notes=["published: refused 2099-12-31"]))
    assert (found.undated, found.misdated) == (0, 1)
    assert tally(reading(notes=["published: refused 1899-01-01"])).misdated == 0


GARBLED = {
    "marks of lost characters": BODY.replace("자", "\ufffd").replace("은", "\ufffd"),
    "UTF-8 taken for Latin-1": BODY.encode().decode("latin-1"),
    "UTF-8 taken for CP949": BODY.encode().decode("cp949", "ignore"),
    "lost characters taken for CP949": "가평군은 " + "\ufffd\ufffd".encode().decode("cp949") * 3 + " 일자리",
    "question marks": re.sub("[가-힣]", "?", BODY),
    "nothing but question marks": "???, ?? ???",
}
SOUND = {
    "as written": BODY,
    "one lost character": BODY + "\ufffd",
    "much in Latin letters": BODY + " OECD Employment Outlook 2026",
    "a question": "일자리는? 예산은? 정말??",
    "a rare syllable": "똠방각하 쏙 빼닮은 햏님, 펲시 한 잔에 일자리 이야기를 꺼냈다.",
    "another language": "The city will create 3,000 jobs this year, said the mayor. Who pays for it?",
    "names in Chinese characters": "金 지사와 朴 시장, 李 군수는 13일 일자리 협약을 맺었다. 與野 의원들도 자리를 지켰다.",
    "nothing": "",
}  # fmt: skip


@pytest.mark.parametrize("body", GARBLED.values(), ids=GARBLED)
def test_damaged_characters_are_counted(body):
    assert tally(reading(body)).garbled == 1


@pytest.mark.parametrize("body", SOUND.values(), ids=SOUND)
def test_a_sound_text_is_not_taken_for_damaged(body):
    assert tally(reading(body)).garbled == 0


@pytest.mark.parametrize(
    ("status", "shown", "counts"),
    [
        ("no-body", "??? ??? 3,000?", 1),
        ("no-body", "가평군 일자리", 0),
        ("no-body", "Page not found", 0),
        ("gone", "??? ???", 0),
    ],
)
def test_a_page_on_which_no_text_was_found_is_damaged_where_all_of_it_is(status, shown, counts):
    one = reading("")
    page = replace(one.page, body=f"<html><body><p>{shown}</p></body></html>".encode())
    found = tally(replace(one, page=page, article=replace(one.article, status=status)))
    assert (found.read, found.garbled, found.undated) == (counts, counts, 0)


def test_a_page_that_no_charset_fits_counts_as_damaged():
    assert tally(reading(encoding="cp949?")).garbled == 1


def test_the_time_to_an_answer_is_the_median():
    assert Tally(latencies=[0.1, 9.0, 0.3]).columns()["latency"] == 0.3
    assert Tally().columns()["latency"] is None


@pytest.mark.parametrize("harm", ["latin", "cp949", "lost", "unknown"])
def test_hangul_damaged_in_any_way_is_seen_on_pages_of_every_system(desk, harm):
    fault, outlets = Damaged(url="articles", harm=harm), []
    for key, outlet in desk.outlets.items():
        site = SYSTEMS[outlet.system](outlet, desk.of(key))
        sound, damaged = Tally(), Tally()
        for story in [story for story in site.stories if story.article.section != "인사"][:4]:
            parts = urlsplit(story.url)
            request = Request("GET", story.url, path=parts.path, query=parts.query)
            for counted, answer in ((sound, site.respond(request)), (damaged, fault.strike(site, request))):
                page = Page(story.url, answer.body, datetime(2026, 4, 14, tzinfo=KST), ABOUT)
                counted.take(Reading(page, clean(answer.body, story.url), JobPlan(relevant=False), "v"), None, 3)
        outlets.append((key, sound.read, sound.garbled, damaged.garbled))
    assert outlets == [(key, 4, 0, 4) for key in desk.outlets]
