"""The main job end to end: production spiders, real HTTP against the newsroom, real databases."""

import json
import re
import shutil
import sqlite3

import pytest

from crawler.accounts import OUTCOMES
from pipelines.canonical import canonical_url
from pipelines.extract import SCALARS
from pipelines.facts import PLAN_FACTS
from tests.conftest import Crawl, article_url, crawl, plan_articles
from tests.newsroom.demo import crawl_environment
from tests.warm import run_scrapy

SEEDS = ("bupyeong-2020", "cheonan-2021", "gimpo-2020", "seongdong-2024", "namdong-2016")


def gold_of(desk, slug):
    return next(article for article in desk.articles if article.slug == slug)


def addresses(desk, articles):
    return {canonical_url(article_url(desk, at)): article for article in articles for at in article.at}


def test_every_plan_article_is_stored_once_and_no_near_miss(demo, desk):
    wanted = addresses(desk, plan_articles(desk))
    stored = [row["canonical"] for row in demo.rows("select canonical from articles")]
    assert len(stored) == len(set(stored))
    assert {wanted[url].slug for url in wanted.keys() - set(stored)} == set(), "plan articles that are missing"
    others = addresses(desk, desk.articles)
    assert {others[url].slug for url in set(stored) - wanted.keys()} == set(), "near misses taken for plans"


def test_every_plan_is_one_row(demo, desk):
    wanted = set()
    for article in plan_articles(desk):
        gold = article.gold
        if gold.breakdown or gold.strategy_names or any(getattr(gold, name, None) is not None for name in PLAN_FACTS):
            kind = "yearly" if gold.kind in (None, "revised") else gold.kind
            wanted.add((gold.municipality, kind, gold.plan_year, gold.plan_year_end or gold.plan_year))
    stored = demo.rows("select municipality_name, kind, plan_year, plan_year_end from plans")
    rows = [tuple(row.values()) for row in stored]
    assert sorted(rows) == sorted(wanted)


def stated(demo, desk, article):
    """What the database holds of an article, and what its gold states."""
    url = canonical_url(article_url(desk, article.at[0]))
    query = "select field, value from facts where article = (select id from articles where canonical = ?)"
    read = {row["field"]: row["value"] for row in demo.rows(query, url) if row["field"] in SCALARS}
    return read, {name: getattr(article.gold, name) for name in SCALARS if getattr(article.gold, name) is not None}


@pytest.mark.parametrize("slug", SEEDS)
def test_the_seeds_facts_are_right(demo, desk, slug):
    read, told = stated(demo, desk, gold_of(desk, slug))
    assert read == told


def test_no_article_has_a_fact_that_it_does_not_state(demo, desk):
    wrong = {}
    for article in plan_articles(desk):
        read, told = stated(demo, desk, article)
        invented = {name: value for name, value in read.items() if told.get(name) != value and name != "plan_name"}
        if invented:
            wrong[article.slug] = invented
    assert wrong == {}


def test_the_budget_without_its_unit_is_flagged_and_not_stored(demo):
    row = demo.rows(
        "select budget_krw, budget_change_krw, flags from plans where municipality_name = '서울특별시 성동구'"
    )[0]
    assert row["budget_krw"] is None
    assert row["budget_change_krw"] == 9_100_000_000
    assert ("unit-lost", 78_000_000_000) in [(flag["code"], flag["likely"]) for flag in json.loads(row["flags"])]


def test_a_repost_has_its_first_publisher_and_date(demo):
    row = demo.rows("select outlet, original_outlet, published from articles where municipality = '28200' and outlet = 'icose'"
                    " and title like '%남동%' order by published")[0]  # fmt: skip
    assert (row["outlet"], row["original_outlet"], row["published"][:10]) == ("icose", "기호일보", "2016-01-21")


def test_every_fact_stands_where_it_says(demo):
    """Offsets and hash belong to the cleaned text; the archive gives that text again."""
    from crawler.keeping import archive
    from pipelines.canonical import article_id
    from pipelines.read import read_page

    texts = {}
    for path in archive.files(demo.data / "archive"):
        for _, page in archive.pages(path):
            if archive.is_article(page):
                article = read_page(page).article
                texts[article_id(canonical_url(page.url))] = {"text": article.body, "title": article.title}
    facts = demo.rows("select article, source, start, end, as_written, evidence from facts")
    assert len(facts) > 100
    for fact in facts:
        assert texts[fact["article"]][fact["source"]][fact["start"] : fact["end"]] == fact["as_written"]
        assert len(fact["evidence"]) <= 120


def test_no_body_and_no_contact_of_a_reporter_is_published(demo, desk):
    published = "\n".join(
        str(value)
        for table in ("articles", "plans", "facts", "breakdowns", "strategies", "conflicts", "outlets")
        for row in demo.rows(f"select * from {table}")
        for value in row.values()
    )
    assert "@" not in published
    for article in desk.articles:
        assert article.paragraphs[-1] not in published or len(article.paragraphs[-1]) <= 120


def test_outcomes_add_up_and_outlets_say_what_they_were_held_against(demo):
    rows = demo.rows("select * from run_outlets")
    assert len(rows) >= 5
    for row in rows:
        assert row["state"] == "ok", row
        assert sum(row[outcome] for outcome in OUTCOMES) == row["listed"] > 0
        assert row["fetched"] > 0
    assert all(row["verified"] for row in demo.rows("select verified from outlets"))


def test_the_denied_section_was_never_requested(demo, desk):
    denied = [
        article
        for article in desk.articles
        if any(at.outlet == "knnws" for at in article.at) and article.section == "인사"
    ]
    assert denied, "the newsroom denies no article"
    ids = [at.id for article in denied for at in article.at]
    asked = [entry["url"] for entry in demo.requests]
    assert not [url for url in asked for number in ids if f"idx={number}" in url.split("&")[0] and "view.php" in url]


def test_robots_txt_comes_before_anything_else_of_a_host(demo):
    seen = set()
    for entry in demo.requests:
        if entry["host"] not in seen:
            assert entry["url"].endswith("/robots.txt"), entry
            seen.add(entry["host"])
    assert len(seen) >= 5


def test_the_crawler_says_who_it_is(demo):
    assert {entry["user_agent"].split("/")[0] for entry in demo.requests} == {"iljari"}


@pytest.fixture(scope="module")
def second(demo, tmp_path_factory) -> Crawl:
    data = tmp_path_factory.mktemp("second") / "data"
    shutil.copytree(demo.data, data)
    return crawl(data)


def test_a_second_night_fetches_no_article_again_and_changes_nothing(demo, second):
    articles = [entry["url"] for entry in second.requests if any(form in entry["url"] for form in ARTICLE_FORMS)]
    assert second.done.returncode == 0, second.done.stdout + second.done.stderr
    assert articles == []
    assert second.digests() == demo.digests()
    assert sum(row["known"] for row in second.rows("select known from run_outlets order by run desc limit 5")) > 40


ARTICLE_FORMS = ("view.php?idx=", "sub_read.html", "fnnews.com/news/", "asiae.co.kr/article/", "wr_id=")


def test_a_deleted_database_is_rebuilt_to_the_same_content(demo, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(demo.data, data)
    for name in ("jobplans.db", "jobplans.db-wal", "jobplans.db-shm"):
        (data / name).unlink(missing_ok=True)
    environment = crawl_environment("", data)
    made = run_scrapy(environment, "rebuild")
    assert made.returncode == 0, made.stdout + made.stderr
    check = run_scrapy(environment, "rebuild", "--check")
    assert check.returncode == 0, check.stdout + check.stderr
    assert "same content" in check.stdout
    assert Crawl(data, made, []).digests() == demo.digests()


def test_a_rebuild_that_differs_says_where(demo, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(demo.data, data)
    with sqlite3.connect(data / "jobplans.db") as connection:
        connection.execute("update facts set value = 1 where field = 'job_target'")
    done = run_scrapy(crawl_environment("", data), "rebuild", "--check")
    assert done.returncode == 1
    assert re.search(r"different content in .*facts", done.stdout)


def test_a_host_whose_robots_txt_fails_is_not_crawled_and_the_summary_says_so(tmp_path):
    made = crawl(tmp_path, "--only", "knnws,asiae", faults={"knnws": {"robots_status": 503}})
    assert made.done.returncode == 1
    assert "knnws · ERROR 오류: 4 of 4 listings failed" in made.done.stdout
    assert "robots.txt answers 503" in made.done.stdout
    (check,) = made.rows("select * from run_checks")
    assert (check["outlet"], check["monitor"], check["level"], check["change"]) == ("knnws", "robots", "error", "new")
    asked = {entry["url"] for entry in made.requests if "knnws" in entry["host"]}
    assert {url.split("knnws.com")[-1] for url in asked} == {"/robots.txt"}
    states = {row["outlet"]: row["state"] for row in made.rows("select outlet, state from run_outlets")}
    assert states == {"knnws": "failed", "asiae": "ok"}


def test_one_outlets_failure_never_stops_another_and_is_not_green(tmp_path):
    made = crawl(tmp_path, "--only", "knnws,icose", faults={"icose": {"status": {"/bbs/board.php": 500}}})
    assert made.done.returncode == 1
    states = {row["outlet"]: row["state"] for row in made.rows("select outlet, state from run_outlets")}
    assert states == {"icose": "failed", "knnws": "ok"}


def test_without_a_contact_no_real_host_is_requested(tmp_path):
    done = run_scrapy(crawl_environment("", tmp_path), "nightly")
    assert done.returncode == 2
    assert "Set ILJARI_CONTACT" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "jobplans.db").exists()


def test_a_dry_run_judges_and_keeps_nothing(tmp_path):
    made = crawl(tmp_path, "--dry-run", "--only", "knnws")
    assert made.done.returncode == 0, made.done.stderr
    assert "dry run" in made.done.stdout
    assert not [entry for entry in made.requests if "view.php" in entry["url"]]
    assert not list(tmp_path.glob("*.db"))
    assert not (tmp_path / "archive").exists()


def test_a_window_of_days_is_kept(tmp_path):
    made = crawl(tmp_path, "--only", "fnnews", "--since", "2020-01-01", "--until", "2020-12-31")
    assert made.done.returncode == 0, made.done.stdout + made.done.stderr
    assert {row["published"][:4] for row in made.rows("select published from articles")} == {"2020"}
    assert made.rows("select out_of_window from run_outlets")[0]["out_of_window"] > 0


def test_the_result_as_json(tmp_path):
    made = crawl(tmp_path, "--only", "icose", "--json")
    told = json.loads(made.done.stdout)
    assert told["state"] == "ok"
    assert [row["outlet"] for row in told["outlets"]] == ["icose"]


def test_an_outlet_without_an_address_is_left_out_and_no_fault(tmp_path):
    made = crawl(tmp_path, "--only", "icose,knnws", ILJARI_ICOSE_URL="")
    assert made.done.returncode == 0, made.done.stdout + made.done.stderr
    assert "icose: left out: set ILJARI_ICOSE_URL" in made.done.stdout
