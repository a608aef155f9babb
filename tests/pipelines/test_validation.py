"""What is published of an article fits the schema, or is told by place and reason."""

import copy

import pytest

from pipelines.store import Store
from pipelines.validation import invalid_articles, misfits, published


@pytest.fixture(scope="module")
def store(demo, tmp_path_factory):
    """A copy of what the demo stored, to be damaged."""
    path = tmp_path_factory.mktemp("store") / "jobplans.db"
    path.write_bytes((demo.data / "jobplans.db").read_bytes())
    with Store(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def document(store):
    """All that is published of one article that has plans and facts."""
    query = "select a.id from articles a join plan_articles p on p.article = a.id join facts f on f.article = a.id"
    return published(store.db, next(store.db.query(query))["id"])


def test_all_that_the_demo_stores_fits(store):
    for row in store.db.query("select id from articles"):
        assert misfits(published(store.db, row["id"])) == []


def test_an_article_is_published_with_its_plans_and_facts(document):
    assert document["article"]["url"].startswith("http")
    assert document["plans"]
    assert document["facts"]


WRONG = [
    ("article", "title", "Job plan", "article/title"),
    ("article", "url", "javascript:alert(1)", "article/url"),
    ("article", "published", "2099", "article/published"),
    ("article", "plan_year", 20202, "article/plan_year"),
    ("plans", "job_target", 0, "plans/0/job_target"),
    ("plans", "budget_krw", 120, "plans/0/budget_krw"),
    ("plans", "employment_rate_target", 673, "plans/0/employment_rate_target"),
    ("facts", "evidence", "가" * 121, "facts/0/evidence"),
    ("facts", "as_written", None, "facts/0/as_written"),
]


@pytest.mark.parametrize(("part", "field", "value", "place"), WRONG)
def test_what_does_not_fit_is_told_by_its_place(document, part, field, value, place):
    damaged = copy.deepcopy(document)
    row = damaged[part] if part == "article" else damaged[part][0]
    row[field] = value
    (said,) = misfits(damaged)
    assert said.startswith(f"{place}: ")


def test_what_is_missing_is_told(document):
    damaged = copy.deepcopy(document)
    del damaged["article"]["outlet"]
    del damaged["facts"]
    assert [said.partition(":")[0] for said in misfits(damaged)] == ["document", "article"]


def test_articles_of_an_outlet_that_came_since_a_moment_are_looked_at(store):
    row = next(store.db.query("select id, url, outlet, retrieved from articles order by id"))
    store.db.execute("update articles set body_chars = 0 where id = ?", [row["id"]])
    found = invalid_articles(store.db, row["outlet"], row["retrieved"])
    assert list(found) == [row["url"]]
    assert found[row["url"]][0].startswith("article/body_chars")
    assert invalid_articles(store.db, row["outlet"], "2100-01-01") == {}
    assert invalid_articles(store.db, "nobody", "2000-01-01") == {}
