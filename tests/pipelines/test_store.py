import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.database import DatabaseError
from pipelines.extract.model import JobPlan
from pipelines.schema import INNER
from pipelines.search import match_query
from pipelines.store import Store, UnfitError
from tests.readings import DAWN, OUTLETS, flag, gone, not_whole, other, plan, reading, rows, strategies


def one(store, sql, *values):
    found = list(store.db.query(sql, values))
    assert len(found) == 1, found
    return found[0]


def column(store, sql):
    return [next(iter(row.values())) for row in store.db.query(sql)]


# order


PLANS = st.builds(
    plan,
    kind=st.sampled_from(["yearly", "revised", "results", None]),
    plan_year=st.sampled_from([2020, 2021, None]),
    job_target=st.sampled_from([None, 10000, 10200, 9800, 20000]),
    budget_krw=st.sampled_from([None, 5, 6]),
    plan_name=st.sampled_from([None, "종합계획", "세부계획"]),
    strategy_names=st.sampled_from([[], strategies("하나"), strategies("둘", "셋")]),
    breakdown=st.sampled_from([[], rows(청년=5), rows(노인=3, 청년=2)]),
    flags=st.sampled_from([[], [flag("a")], [flag("b"), flag("a")]]),
    others=st.sampled_from([[], [other("job_target", 7.0, period="2018-2022")]]),
    qualifiers=st.sampled_from([{}, {"job_target": "약"}]),
    municipality_id=st.sampled_from(["28237", "28200"]),
    municipality=st.sampled_from(["인천광역시 부평구", None]),
)
TEXTS = [
    " ".join(f"{topic} {number}번째 사업을 올해 새로 벌인다." for number in range(20)) for topic in ("청년", "노인")
]


@st.composite
def told(draw):
    """Fetches of up to four articles: each shows one of the article's texts, nothing whole, or that it is gone."""
    made = []
    for number in draw(st.lists(st.integers(1, 4), unique=True, min_size=1)):
        outlet = list(OUTLETS)[number % 3]
        contents = draw(
            st.lists(
                st.tuples(
                    st.sampled_from([*TEXTS, "짧은 글", "다른 글"]),
                    st.just(JobPlan(relevant=False)) | PLANS,
                    st.none() | st.just(DAWN) | st.just(DAWN + timedelta(1)),
                ),
                min_size=1, max_size=3, unique_by=lambda content: content[0],
            )
        )  # fmt: skip
        for hour in range(draw(st.integers(1, 5))):
            shown = draw(st.sampled_from([*range(len(contents)), "gone", "no body"]))
            if shown == "gone":
                made.append(gone(number, outlet, hour))
            elif shown == "no body":
                made.append(not_whole(number, outlet, hour))
            else:
                body, plan_made, published = contents[shown]
                made.append(reading(number, outlet, hour, published=published, body=body, made=plan_made))
    return made


def known_first(readings):
    """The same, but the first that comes of an article is a job plan: only then are the others anybody's business."""
    first = {}
    for each in readings:
        if each.plan.relevant:
            first.setdefault(each.page.url, each)
    rest = [each for each in readings if first.get(each.page.url) is not each]
    return [*first.values(), *rest]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
@given(told(), st.data())
def test_content_does_not_depend_on_the_order_of_readings(empty, tmp_path, readings, data):
    again = data.draw(
        st.permutations(readings + data.draw(st.lists(st.sampled_from(readings), max_size=4)) if readings else [])
    )
    digests = []
    for order in (known_first(readings), known_first(again)):
        with Store(shutil.copy(empty, tmp_path / "one.db")) as store:
            for outlet in OUTLETS.values():
                store.put_outlet(outlet)
            for each in order:
                store.put(each)
            digests.append(store.digests())
            assert list(store.db.query("pragma foreign_key_check")) == []
    assert digests[0] == digests[1]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
@given(told(), st.data())
def test_a_page_that_is_archived_twice_leaves_no_trace_and_a_removed_article_none_at_all(
    empty, tmp_path, readings, data
):
    digests = []
    twice = [each for one in readings for each in [one, replace(one, page=replace(one.page, retrieved=one.page.retrieved + timedelta(seconds=data.draw(st.integers(0, 9)))))]]  # fmt: skip
    for order in (readings, twice):
        with Store(shutil.copy(empty, tmp_path / "one.db")) as store:
            for outlet in OUTLETS.values():
                store.put_outlet(outlet)
            for each in order:
                store.put(each)
            digests.append(store.digest())
            for each in readings:
                store.remove(each.page.url)
            assert {name: count for name, count in store.counts().items() if count} == {"municipalities": store.counts()["municipalities"]}  # fmt: skip
            assert not any(column(store, f"select count(*) from {name}")[0] for name in INNER)
            assert list(store.db.query("pragma foreign_key_check")) == []
    assert digests[0] == digests[1]


def test_an_older_version_never_replaces_a_newer(store):
    store.put(reading(hour=2, job_target=200))
    store.put(reading(hour=1, job_target=100))
    assert one(store, "select job_target from plans")["job_target"] == 200
    assert column(store, "select before || ' ' || after from changes") == ["100 200"]


def test_the_digest_ignores_when_the_crawl_passed_by_and_nothing_else(store):
    store.put(reading(hour=1, body="같은 글", job_target=100))
    before = store.digest()
    store.put(reading(hour=5, body="같은 글", job_target=100))
    assert one(store, "select retrieved from articles")["retrieved"] == (DAWN + timedelta(hours=5)).isoformat()
    assert store.digest() == before
    store.put(reading(hour=6, body="같은 글", job_target=101))
    assert store.digest() != before


# plans


def test_articles_of_one_plan_make_one_row_and_the_last_one_to_leave_takes_it_along(store):
    store.put(reading(1, job_target=100))
    store.put(reading(2, "asiae", job_target=100))
    row = one(store, "select * from plans")
    assert (row["id"], row["sources"], row["job_target"]) == ("28237-yearly-2020", 2, 100)
    store.put(reading(1, hour=1, job_target=100, plan_year=2021))
    assert column(store, "select id from plans order by id") == ["28237-yearly-2020", "28237-yearly-2021"]
    assert one(store, "select sources from plans where plan_year = 2020")["sources"] == 1
    store.put(reading(2, "asiae", hour=1, job_target=100, plan_year=2021))
    assert column(store, "select id from plans") == ["28237-yearly-2021"]


def test_a_renamed_municipality_has_its_dated_id_in_the_key(store):
    store.put(
        reading(
            municipality_id="51110-20230611",
            municipality="강원특별자치도 춘천시",
            kind="term",
            plan_year=2023,
            plan_year_end=2026,
            tasks=5,
        )
    )
    row = one(store, "select id, kind, plan_year, plan_year_end from plans")
    assert tuple(row.values()) == ("51110-20230611-term-2023-2026", "term", 2023, 2026)


def test_an_article_without_a_fact_is_kept_and_makes_no_plan(store):
    assert store.put(reading(head_name="차준택")) == []
    assert column(store, "select id from plans") == []
    assert one(store, "select municipality, plan_year from articles") == {"municipality": "28237", "plan_year": 2020}
    assert sorted(column(store, "select field from facts where plan is null")) == [
        "head_name",
        "municipality",
        "plan_year",
    ]


def test_an_unresolved_municipality_is_kept_with_its_candidates(store):
    unresolved = reading(
        municipality_id=None, municipality=None, municipality_candidates=["29155", "28237"], job_target=5
    )
    assert store.put(unresolved) == []
    row = one(store, "select municipality, municipality_candidates from articles")
    assert row == {"municipality": None, "municipality_candidates": '["29155", "28237"]'}


def test_sources_that_differ_are_all_shown_and_the_chosen_one_marked(store):
    store.put(reading(1, job_target=100, published=DAWN))
    store.put(reading(2, "asiae", job_target=150, published=DAWN + timedelta(1)))
    store.put(reading(3, "asiae", job_target=150, published=DAWN + timedelta(2)))
    assert one(store, "select job_target, agreement from plans") == {
        "job_target": 150, "agreement": '{"job_target": "2/3"}',
    }  # fmt: skip
    variants = list(store.db.query("select value, outlet, chosen from conflicts order by value, outlet"))
    assert [tuple(row.values()) for row in variants] == [(100, "knnws", 0), (150, "asiae", 1), (150, "asiae", 1)]
    store.put(reading(1, job_target=150, hour=1))
    assert column(store, "select id from conflicts") == []


def test_a_rounded_figure_agrees_and_the_exact_one_is_published(store):
    store.put(reading(1, job_target=10000, qualifiers={"job_target": "약"}))
    store.put(reading(2, "asiae", job_target=10300))
    row = one(store, "select job_target, agreement from plans")
    assert row == {"job_target": 10300, "agreement": '{"job_target": "2/2"}'}
    assert column(store, "select id from conflicts") == []


def test_a_revision_supersedes_field_by_field(store):
    store.put(reading(1, job_target=100, budget_krw=7))
    store.put(reading(2, job_target=100))
    store.put(reading(3, "asiae", kind="revised", job_target=140))
    row = one(store, "select id, job_target, budget_krw, revised, sources from plans")
    assert tuple(row.values()) == ("28237-yearly-2020", 140, 7, 1, 3)
    assert column(store, "select id from conflicts") == []


def test_strategies_and_breakdown_come_whole_from_the_article_that_tells_most(store):
    store.put(reading(1, strategy_names=strategies("가", "나"), breakdown=rows(청년=1)))
    store.put(reading(2, strategy_names=strategies("다"), breakdown=rows(노인=2, 여성=3, 청년=4)))
    assert column(store, "select name from strategies order by position") == ["가", "나"]
    assert column(store, "select label from breakdowns order by position") == ["노인", "여성", "청년"]


def test_flags_of_all_articles_are_on_the_plan_once_each(store):
    store.put(reading(1, job_target=1, flags=[flag("unit-lost"), flag("sum-differs")]))
    store.put(reading(2, job_target=1, flags=[flag("unit-lost")]))
    assert one(store, "select flags from plans")["flags"].count('"code"') == 2


def test_the_plan_is_named_as_its_newest_article_names_it(store):
    store.put(reading(1, job_target=1, municipality="인천직할시 북구", published=DAWN - timedelta(99)))
    store.put(reading(2, job_target=1, published=DAWN))
    store.put(reading(3, job_target=1, municipality=None, published=DAWN + timedelta(1)))
    assert one(store, "select municipality_name from plans")["municipality_name"] == "인천광역시 부평구"


# search


def found(store, table, text):
    query = f"select count(*) n from {table}_fts where {table}_fts match ?"
    return one(store, query, match_query(text))["n"]


def test_search_follows_what_is_stored(store):
    store.put(
        reading(1, title="부평구 새일자리센터", strategy_names=strategies("사회적경제 활성화"), head_name="차준택")
    )
    for text in ("부평", "일자리", "경제", "차준택", "2020", "새일자리센터"):
        assert found(store, "plans", text) == 1, text
    assert found(store, "articles", "리센") == 1
    assert found(store, "municipalities", "부평") >= 1
    store.put(reading(1, hour=1, title="다른 제목", strategy_names=strategies("관광"), plan_year=2021))
    assert found(store, "plans", "사회적경제") == found(store, "articles", "일자리") == 0
    assert found(store, "plans", "관광") == 1


# what does not fit


HOSTILE = [
    "'); drop table plans; --",
    "\x00",
    "\u202e뒤집힘",
    "<script>alert(1)</script>",
    "🌱" * 3000,
    '"*:^()',
    "%s{}[]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_as_it_is(store, text):
    hostile = reading(
        title=text, plan_name=text, job_target=1, strategy_names=strategies(text), flags=[flag("x", text)]
    )
    store.put(hostile)
    assert one(store, "select plan_name from plans")["plan_name"] == text
    assert one(store, "select title from articles")["title"] == text
    assert column(store, "select name from strategies") == [text]
    assert max(len(clause) for clause in column(store, "select evidence from facts")) <= 120


@pytest.mark.parametrize(
    "poison",
    [
        {"job_target": 10**20},
        {"plan_name": "\ud800", "job_target": 1},
        {"job_target": 1.5},
        {"municipality_id": "no such place", "job_target": 1},
    ],
)
def test_a_reading_that_does_not_fit_is_named_and_leaves_no_trace(store, poison):
    store.put(reading(1, job_target=100))
    before = store.digest()
    with pytest.raises(UnfitError):
        store.put(reading(1, hour=1, **poison))
    assert store.digest() == before
    assert store.put(reading(2, job_target=100)) == ["28237-yearly-2020"]


@pytest.mark.parametrize("problem", ["a file for a folder", "a folder for the file", "no database"])
def test_a_place_that_cannot_be_written_is_named(tmp_path, problem):
    path = tmp_path / "data" / "jobplans.db"
    if problem == "a file for a folder":
        path.parent.write_text("")
    elif problem == "a folder for the file":
        path.mkdir(parents=True)
    else:
        path.parent.mkdir()
        path.write_text("This is no database at all. " * 50)
    with pytest.raises(DatabaseError, match=r"jobplans\.db cannot be opened for writing"):
        Store(path)


def test_a_locked_database_fails_whole_and_works_again_afterwards(store):
    store.put(reading(1, job_target=100))
    before = store.digest()
    store.db.conn.execute("pragma busy_timeout = 50")
    other_writer = sqlite3.connect(store.path, isolation_level=None)
    other_writer.execute("begin immediate")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        store.put(reading(2, job_target=100))
    assert store.digest() == before, "readers go on"
    other_writer.execute("rollback")
    other_writer.close()
    assert store.put(reading(2, job_target=100)) == ["28237-yearly-2020"]


def test_a_failed_commit_does_not_leave_its_transaction_open(store):
    conn = store.db.conn
    conn.execute("create table child (parent text references plans(id) deferrable initially deferred)")
    with pytest.raises(sqlite3.IntegrityError), store.transaction():
        conn.execute("insert into child values ('nobody')")
    assert not conn.in_transaction
    conn.execute("drop table child")


def test_a_reader_stays_connected_while_articles_come(store):
    reader = sqlite3.connect(store.path)
    reader.execute("begin")
    assert reader.execute("select count(*) from articles").fetchone() == (0,)
    store.put(reading(job_target=1))
    assert reader.execute("select count(*) from articles").fetchone() == (0,)
    reader.rollback()
    assert reader.execute("select count(*) from articles").fetchone() == (1,)
    reader.close()


def test_opening_again_writes_nothing_and_repairs_a_gazetteer_that_differs(empty, tmp_path):
    path = shutil.copy(empty, tmp_path / "jobplans.db")
    with Store(path) as store:
        assert store.db.conn.total_changes == 0
        before = store.digest()
        store.db.conn.execute("update municipalities set name = '낡은 이름' where id = '28237'")
        assert store.digest() != before
    with Store(path) as store:
        assert store.digest() == before
        assert found(store, "municipalities", "부평구") >= 1


def test_crawl_tables_are_replaced_and_outside_the_digest(store):
    before = store.digest()
    run = {"id": "1", "started": "x", "finished": None, "state": "ok", "version": "1"}
    for _ in range(2):
        store.put_crawl_tables({"runs": [run], "run_outlets": []})
    assert column(store, "select id from runs") == ["1"]
    assert store.digest() == before
