"""What the database keeps of an article's versions, addresses and copies."""

import json
import shutil
import sqlite3
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from pipelines.extract.model import JobPlan
from pipelines.facts import facts_of
from pipelines.history import Sighting, content_of, versions
from pipelines.read import read_page
from pipelines.schema import migrations
from pipelines.store import Store
from tests.gold.cases import all_cases
from tests.pipelines.skin_pages import PAGES
from tests.readings import gone, not_whole, other, plan, reading, rows, strategies

CASES = {case.id: case.source.text for case in all_cases()}
RELEASE, OTHER = CASES["bupyeong-2020"], CASES["cheonan-2021"]
NO_PLAN = JobPlan(relevant=False)


def all_of(store, sql, *values):
    return [tuple(row.values()) for row in store.db.query(sql, values)]


def put(store, *readings):
    for each in readings:
        store.put(each)


def events(store):
    return [row[0] for row in all_of(store, "select event from versions order by number")]


def test_every_version_is_kept_with_what_changed_in_the_facts(store):
    put(
        store,
        reading(hour=0, body="가", job_target=100, budget_krw=7),
        reading(hour=1, body="나", job_target=100, budget_krw=7),
        reading(hour=2, body="나", title="다른 제목", job_target=120, tasks=3),
    )
    assert events(store) == ["published", "edited", "facts-changed"]
    assert all_of(store, "select version, position, field, before, after, as_written_before, as_written_after from changes") == [
        (3, 1, "job_target", 100, 120, "100", "120"), (3, 2, "budget_krw", 7, None, "7", None), (3, 3, "tasks", None, 3, None, "3"),
    ]  # fmt: skip
    assert all_of(store, "select title, versions, status, body_chars from articles") == [("다른 제목", 3, "live", 1)]
    assert all_of(store, "select job_target, budget_krw, tasks, sources from plans") == [(120, None, 3, 1)]


def test_a_page_that_lost_its_date_does_not_take_it_from_the_article(store):
    put(store, reading(hour=0, body="가", job_target=100), reading(hour=1, body="가", job_target=100, published=None))
    assert all_of(store, "select substr(published, 1, 10), versions from articles") == [("2020-04-01", 1)]
    put(store, reading(hour=2, body="나", job_target=120, published=None))
    assert all_of(store, "select substr(published, 1, 10), versions from articles") == [("2020-04-01", 2)]
    assert all_of(store, "select job_target, substr(first_published, 1, 10) from plans") == [(120, "2020-04-01")]


def test_rows_of_lists_are_matched_by_name(store):
    put(
        store,
        reading(hour=0, strategy_names=strategies("가", "나"), breakdown=rows(청년=1, 노인=2), others=[other("job_target", 9.0, period="2018-2022")]),
        reading(hour=1, strategy_names=strategies("나", "다"), breakdown=rows(노인=2, 여성=4, 청년=3), others=[other("job_target", 8.0, period="2018-2022")]),
    )  # fmt: skip
    assert all_of(store, "select field, label, before, after from changes order by position") == [
        ("strategy", "가", "가", None), ("breakdown", "청년", 1, 3), ("other_job_target", "2018-2022", 9.0, 8.0),
        ("strategy", "다", None, "다"), ("breakdown", "여성", None, 4),
    ]  # fmt: skip


def test_a_version_of_another_plan_says_so(store):
    put(store, reading(hour=0, job_target=1), reading(hour=1, job_target=1, plan_year=2021))
    assert all_of(store, "select field, before, after from changes order by position") == [
        ("plan", "28237-yearly-2020", "28237-yearly-2021"), ("plan_year", 2020, 2021),
    ]  # fmt: skip
    assert all_of(store, "select id from plans") == [("28237-yearly-2021",)]


def test_the_same_again_is_no_version_and_is_remembered_as_seen(store):
    put(store, *[reading(hour=hour, body="가", job_target=1) for hour in range(5)])
    assert events(store) == ["published"]
    assert all_of(store, "select seen from versions") < all_of(store, "select retrieved from articles")
    assert all_of(store, "select count(*) from sightings") == [(2,)], "the first and the last are enough"
    put(store, reading(hour=5, body="나", job_target=1), reading(hour=6, body="가", job_target=1))
    assert events(store) == ["published", "edited", "edited"]


def test_a_withdrawn_article_keeps_its_facts_and_its_plan_says_so_until_it_is_back(store):
    put(store, reading(1, hour=0, body="가", job_target=1), reading(2, "asiae", hour=0, body="나", job_target=1))
    assert store.put(gone(1, hour=1)) == ["28237-yearly-2020"]
    put(store, gone(1, hour=2))
    assert all_of(store, "select status, gone_seen from articles where outlet = 'knnws'") == [("withdrawn", gone(hour=2).page.retrieved.isoformat())]  # fmt: skip
    assert all_of(store, "select job_target, sources, withdrawn from plans") == [(1, 2, 1)]
    assert len(all_of(store, "select id from facts where field = 'job_target'")) == 2
    put(store, reading(1, hour=3, body="가", job_target=1))
    assert events(store)[:1] == ["published"]
    assert all_of(store, "select number, event from versions v join articles a on a.id = v.article where outlet = 'knnws'") == [
        (1, "published"), (2, "withdrawn"), (3, "back"),
    ]  # fmt: skip
    assert all_of(store, "select status, gone_seen from articles where outlet = 'knnws'") == [("live", None)]
    assert all_of(store, "select withdrawn from plans") == [(0,)]


def test_one_that_is_back_tells_what_changed_since_it_was_there(store):
    put(store, reading(hour=0, job_target=1), gone(hour=1), reading(hour=2, job_target=2))
    assert events(store) == ["published", "withdrawn", "back"]
    assert all_of(store, "select version, field, before, after from changes") == [(3, "job_target", 1, 2)]


@pytest.mark.parametrize("status", ["no-body", "script-body", "block-page", "attachment-only", "not-html"])
def test_a_page_without_an_article_changes_nothing(store, status):
    put(store, reading(hour=0, job_target=1))
    before = store.digest()
    assert store.put(not_whole(hour=1, status=status)) == []
    assert store.digest() == before


def test_a_whole_article_that_is_no_plan_any_more_is_an_edit_that_takes_the_plan_back(store):
    put(store, reading(hour=0, job_target=1), reading(hour=1, made=NO_PLAN, title="다른 일의 제목"))
    assert events(store) == ["published", "no-plan"]
    assert all_of(store, "select status from articles") == [("withdrawn",)]
    assert all_of(store, "select job_target, withdrawn from plans") == [(1, 1)], "what it told stays, marked"
    assert all_of(store, "select title from versions where number = 2") == [(None,)], "titles of plan articles only"
    put(store, gone(hour=2))
    assert events(store) == ["published", "no-plan", "withdrawn"]


def test_nobody_keeps_what_never_was_a_plan(store):
    for each in (gone(), reading(made=NO_PLAN), not_whole()):
        assert store.put(each) == []
    assert store.counts() | {"municipalities": 0} == dict.fromkeys(store.counts(), 0)
    assert all_of(store, "select count(*) from sightings") == [(0,)]
    put(store, reading(hour=3, job_target=1))
    assert events(store) == ["published"]


def sighting(hour, shown, text, target):
    """A fetch whose facts follow from its text."""
    facts = tuple(facts_of("a", plan(job_target=target))) if shown == "plan" else ()
    return Sighting(
        f"2020-04-01T0{hour}", shown, content_of(shown, text, str(target)), facts=facts, plan="p" if facts else None
    )


SIGHTINGS = st.lists(
    st.builds(sighting, st.integers(0, 6), st.sampled_from(["plan", "no-plan", "gone"]), st.sampled_from("가나"), st.sampled_from([1, 2])),
    unique_by=lambda one: one.at,
)  # fmt: skip


@given(SIGHTINGS, st.randoms(use_true_random=False))
def test_a_history_does_not_depend_on_the_order_and_counts_no_version_twice(sightings, chance):
    made = versions(sightings)
    chance.shuffle(sightings)
    assert versions(sightings) == made
    assert [one.number for one in made] == list(range(1, len(made) + 1))
    assert all(one.last.content != other.first.content for one, other in pairwise(made))
    assert [one.event == "published" for one in made] == [number == 0 for number in range(len(made))]
    assert all(bool(one.changes) is (one.event == "facts-changed") for one in made if one.event != "back")


# addresses


def at(read, url, canonical=None, listed=None):
    """The same reading, fetched from another address."""
    page = replace(read.page, url=url, listed_url=listed)
    return replace(read, page=page, article=replace(read.article, canonical=canonical))


ODD, KNOWN = "http://www.knnws.com/read/1", "https://knnws.com/news/view.php?idx=1"


@pytest.mark.parametrize("first", ["the known form", "the odd form", "the odd form without its word"])
def test_an_odd_address_of_a_known_article_is_no_second_row(store, first):
    known, odd = (
        reading(1, hour=0, body="가", job_target=1),
        at(reading(1, hour=1, body="가", job_target=1), ODD, KNOWN),
    )
    silent = at(reading(1, hour=2, body="나", job_target=2), ODD)
    order = {"the known form": [known, odd, silent], "the odd form": [odd, silent, known]}.get(
        first, [silent, known, odd]
    )
    put(store, *order)
    assert all_of(store, "select canonical, versions from articles") == [(KNOWN, 2)]
    assert all_of(store, "select job_target, sources from plans") == [(2, 1)]
    assert len(all_of(store, "select id from facts where field = 'job_target'")) == 1


def test_real_pages_of_one_article_edited_and_taken_down_make_one_row_with_its_history(store):
    html = (
        PAGES["newsbuilder/viewContent"][0]
        .replace("가람시", "천안시")
        .replace("<head>", f"<head><link rel='canonical' href='{KNOWN}'>")
    )
    edited = html.replace("1만2천300개", "1만3천400개")
    bodies = [
        ("http://www.knnws.com/news/view.php?idx=1&page=2", html), (ODD + "?PHPSESSID=a1b2", html), (ODD, edited),
        (ODD, "<script>alert('삭제된 기사입니다.');history.back();</script>"),
    ]  # fmt: skip
    for hour, (url, body) in enumerate(bodies):
        page = replace(reading(hour=hour).page, url=url, body=body.encode("cp949"))
        store.put(read_page(page))
    assert all_of(store, "select canonical, status, versions from articles") == [(KNOWN, "withdrawn", 3)]
    assert events(store) == ["published", "facts-changed", "withdrawn"]
    assert ("job_target", 12300, 13400) in all_of(store, "select field, before, after from changes")
    assert all_of(store, "select job_target, sources, withdrawn from plans") == [(13400, 1, 1)]


def test_an_article_that_is_gone_is_known_by_every_address_it_had(store):
    put(store, at(reading(hour=0, job_target=1), ODD, KNOWN, listed="https://knnws.com/read/1"))
    put(store, at(gone(hour=1), "http://www.knnws.com/error.html", listed="https://knnws.com/read/1"))
    assert all_of(store, "select canonical, status from articles") == [(KNOWN, "withdrawn")]
    put(store, at(reading(hour=2, job_target=1), ODD), at(gone(hour=3), ODD))
    assert events(store) == ["published", "withdrawn", "back", "withdrawn"]


def test_a_redirect_to_another_article_does_not_swallow_the_listed_one(store):
    put(store, reading(1, hour=0, job_target=1))
    put(store, at(reading(2, hour=1, job_target=1), "http://www.knnws.com/news/view.php?idx=2", listed=KNOWN))
    assert [row[0] for row in all_of(store, "select canonical from articles order by canonical")] == [
        KNOWN,
        KNOWN[:-1] + "2",
    ]


def test_a_takedown_takes_everything_by_any_address(store):
    put(
        store,
        reading(2, hour=0, job_target=5),
        at(reading(hour=0, job_target=1), ODD, KNOWN),
        at(reading(hour=1, job_target=2), ODD),
    )
    assert store.remove(ODD) == {"28237-yearly-2020"}
    assert store.remove(ODD) == set()
    assert all_of(store, "select job_target, sources from plans") == [(5, 1)]
    assert store.remove("http://m.knnws.com/news/view.php?idx=2") == {"28237-yearly-2020"}
    assert store.counts() | {"municipalities": 0} == dict.fromkeys(store.counts(), 0)
    assert all_of(store, "select (select count(*) from sightings) + (select count(*) from addresses)") == [(0,)]


# releases


def test_copies_of_a_release_are_grouped_and_counted_once(store):
    for number, outlet in enumerate(("knnws", "asiae", "icose"), 1):
        put(store, reading(number, outlet, body=RELEASE[: 4000 - 100 * number], job_target=10))
    put(store, reading(9, body=OTHER, job_target=20))
    [(release, copies), (_, alone)] = all_of(
        store, "select release, count(*) from plan_articles group by release order by 2 desc"
    )
    assert (copies, alone) == (3, 1)
    assert release == min(
        row[0] for row in all_of(store, "select article from plan_articles where release = ?", release)
    )
    assert all_of(store, "select sources, releases, agreement from plans") == [(4, 2, '{"job_target": "1/2"}')]
    assert len(all_of(store, "select id from conflicts")) == 4
    put(store, reading(9, hour=1, body=RELEASE, job_target=10))
    assert all_of(store, "select sources, releases, agreement from plans") == [(4, 1, '{"job_target": "1/1"}')]
    assert all_of(store, "select id from conflicts") == []


def test_the_text_itself_is_nowhere_in_the_database(store):
    store.put(reading(body=RELEASE, job_target=10))
    store.db.conn.execute("pragma wal_checkpoint(truncate)")
    content = store.path.read_bytes().decode("utf-8", "ignore")
    assert not any(RELEASE[start : start + 15] in content for start in range(len(RELEASE) - 15))


# an older database


def test_a_database_of_the_first_schema_comes_over_with_its_articles_as_first_versions(store, tmp_path):
    put(
        store,
        reading(1, hour=1, body="가", job_target=10),
        reading(2, "asiae", hour=1, job_target=12),
        reading(3, head_name="차준택"),
    )
    path = tmp_path / "old.db"
    old = Database(sqlite3.connect(path, isolation_level=None))
    migrations.apply(old, stop_before="keep_versions")
    names = [
        table.name for table in old.tables if "fts" not in table.name and not table.name.startswith(("_", "sqlite_"))
    ]
    for name in ("municipalities", "outlets", "articles", "plans", *names):
        columns = ", ".join(f"[{column.name}]" for column in old.table(name).columns)
        for row in store.db.conn.execute(f"select {columns} from {name}"):
            old.execute(f"insert or ignore into {name} ({columns}) values ({', '.join('?' for _ in row)})", row)
    for name in ("plans", "articles", "municipalities"):
        for row in store.db.conn.execute(f"select rowid, bigrams from {name}_fts"):
            old.execute(f"insert into {name}_fts (rowid, bigrams) values (?, ?)", row)
    old.close()
    with Store(path) as came:
        assert came.digests() == store.digests()
        for each in (came, store):
            put(
                each,
                reading(1, hour=2, body="가", job_target=10),
                reading(1, hour=3, job_target=11),
                gone(2, "asiae", hour=4),
            )
        assert came.digests() == store.digests()
        assert list(came.db.query("pragma foreign_key_check")) == []


def test_an_upgraded_database_that_was_not_rebuilt_can_still_be_renewed(empty, tmp_path):
    with Store(shutil.copy(empty, tmp_path / "a.db")) as store:
        put(store, reading(1, body=RELEASE, job_target=10))
        store.db.conn.execute("update sightings set sketch = null")
        put(store, reading(2, "asiae", body=RELEASE, job_target=10))
        assert all_of(store, "select releases from plans") == [(2,)], "without a sketch an article is its own release"
        told = json.loads(all_of(store, "select told from sightings")[0][0])
        assert set(told) == {"article", "body_sha256", "body_chars", "facts", "plan"}
        assert plan(job_target=10).relevant
