"""What a seed makes of a week, and the perfect crawler's view of it; the crawls themselves are in `make soak`."""

import sqlite3
from datetime import datetime, timedelta
from itertools import pairwise

import httpx
import pytest

from crawler.ledger import Candidate, Ledger
from pipelines.canonical import canonical_url
from pipelines.extract.relevance import judge_title
from pipelines.store import Store
from tests.newsroom.data import load, load_faults
from tests.newsroom.process import running_newsroom
from tests.newsroom.systems import SYSTEMS
from tests.soak.perfect import differences, know, page_of, spider_of
from tests.soak.week import FEW, KINDS, NIGHTS, SHORT, Report, Week, short, wrong_sums

SEEDS = range(40, 52)


@pytest.fixture(scope="module", params=[None, SHORT], ids=["whole", "short"])
def weeks(request):
    return [Week(seed, request.param, *([FEW] if request.param else [])) for seed in SEEDS]


def test_every_kind_of_fault_is_planted_and_can_be_read(weeks):
    for week in weeks:
        planted = {
            kind for night in week.nights for there in night.planted.values() for one in there for kind in one.kinds
        }
        assert planted == set(KINDS)
        for night in week.nights:
            load_faults(night.faults, week.outlets)


def test_the_last_night_is_quiet_and_every_outlet_has_another_quiet_one(weeks):
    for week in weeks:
        assert not week.nights[-1].planted
        assert all(key not in week.nights[night].planted for key, night in week.quiet.items())


def test_no_outlet_is_down_more_often_than_is_forgiven(weeks):
    for week in weeks:
        for key in week.outlets:
            down = [any(one.down for one in night.planted.get(key, ())) for night in week.nights]
            assert sum(down[: week.quiet[key]]) <= 2
            assert sum(down[week.quiet[key] :]) <= 2


def test_every_version_is_there_on_a_quiet_night_but_for_the_article_that_is_lost(weeks):
    for week in weeks:
        for article in week.articles:
            for at in article.at:
                quiet = [week.moments[week.quiet[at.outlet]], week.moments[-1]]
                seen = [article.as_of(moment.replace(tzinfo=None)) for moment in quiet]
                nights = [one for night in week.moments if (one := article.as_of(night.replace(tzinfo=None)))]
                assert (article.slug in week.lost) or all(one in seen for one in nights), article.slug


def test_the_lost_article_is_there_on_one_night_on_which_nothing_may_be_asked(weeks):
    for week in weeks:
        [slug] = week.lost
        [article] = [one for one in week.articles if one.slug == slug]
        [night] = [one for one in week.nights if article.as_of(one.moment.replace(tzinfo=None))]
        assert any(one.closed for one in night.planted[article.at[0].outlet])


def test_the_week_has_what_happens_to_articles(weeks):
    for week in weeks:
        new = [one for one in week.articles if one.slug.startswith("week-")]
        assert any(one.withdrawn and one.slug not in week.lost for one in new)
        assert any(one.appears for one in new)
        edits = [(one, one.versions[0]) for one in new if one.versions]
        assert any(version.title == one.title and version.text != one.text for one, version in edits)
        assert any(version.title != one.title for one, version in edits)
        releases = [one for one in new if one.slug.startswith("week-release-")]
        assert len({one.at[0].outlet for one in releases}) > 1
        assert releases[0].text == releases[1].text != releases[2].text


def test_a_crawl_can_tell_by_title_or_search_what_is_worth_fetching(weeks):
    for week in weeks:
        for one in week.articles:
            if one.slug.startswith("week-") and one.gold.relevant and not one.at[0].search_only:
                assert judge_title(one.title)[0]


def test_the_same_seed_is_the_same_week_and_another_is_another():
    first, again, other = (Week(seed, SHORT, FEW) for seed in (7, 7, 8))
    assert first.articles == again.articles
    assert first.nights == again.nights
    assert first.articles != other.articles


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """A short week, and the database of the perfect crawler."""
    folder = tmp_path_factory.mktemp("week")
    week = Week(3, SHORT, FEW)
    desk = load(*week.save(folder))
    names = know(folder / "perfect.db", desk, week.moments, week.lost)
    return week, desk, names, folder / "perfect.db"


def test_the_files_of_a_week_hold_its_articles(known):
    week, desk, _, _ = known
    assert sorted(desk.articles, key=lambda one: one.slug) == sorted(week.articles, key=lambda one: one.slug)


def test_the_perfect_crawler_knows_the_plans_as_they_stand_at_the_end(known):
    week, desk, names, path = known
    end = week.moments[-1].replace(tzinfo=None)
    with Store(path) as store:
        stored = {
            names[row["canonical"]]: row["title"] for row in store.db.query("select canonical, title from articles")
        }
    wanted = {
        one.slug: (one.as_of(end) or one).title
        for one in desk.articles
        if one.gold.relevant and one.slug not in week.lost and one.section != "인사"
    }
    assert stored == wanted


def test_the_perfect_crawler_takes_the_pages_that_are_served_under_the_urls_of_the_crawl(known, tmp_path):
    week, desk, names, _ = known
    articles, outlets = week.save(tmp_path)
    moment, compared = week.moments[-1], set()
    with (
        running_newsroom(articles, outlets, clock=moment.isoformat()) as newsroom,
        httpx.Client(proxy=newsroom.url, verify=False, trust_env=False) as client,
    ):
        for key, outlet in desk.outlets.items():
            site, spider = SYSTEMS[outlet.system](outlet, desk.of(key)), spider_of(key)
            for article, at in desk.of(key):
                url = spider.reader.article_url.replace("{id}", at.id)
                served, taken = client.get(url), page_of(site, url, moment, spider)
                assert (served.status_code, served.content) == (taken.status, taken.body), url
                if taken.status == 200 and article.section != "인사":
                    compared.add(canonical_url(url))
    assert compared >= set(names) - {url for url, slug in names.items() if "withdrawn" in slug}


def test_what_a_crawl_lacks_is_told_by_table_and_article_with_the_ledgers_reason(known, tmp_path):
    week, desk, names, path = known
    urls = {slug: url for url, slug in names.items()}
    lost, silent, wrong = [one.slug for one in week.articles if one.slug.startswith("week-plan-")][:3]
    know(tmp_path / "jobplans.db", desk, week.moments, {*week.lost, lost, silent})
    with sqlite3.connect(tmp_path / "jobplans.db") as crawled:
        crawled.execute("update articles set title = 'X' where canonical = ?", [urls[wrong]])
    with Ledger(tmp_path / "crawl.db") as ledger:
        run = ledger.open_run("test")
        candidate = Candidate(urls[lost], urls[lost], "", "list")
        ledger.judge(run, "knnws", [(candidate, None)])
        ledger.settle(run, "knnws", candidate.url, "failed", "HTTP 500")
    perfect, real, found = differences(names, path, tmp_path)
    assert perfect["municipalities"] == real["municipalities"]
    articles = {one.label.split()[0]: one for one in found if one.table == "articles"}
    assert set(articles) == {lost, silent, wrong}
    told = articles[lost]
    assert (told.missing, told.explained) == (1, True)
    assert "HTTP 500" in told.text()
    silence = articles[silent]
    assert (silence.missing, silence.explained, silence.why) == (1, False, "never listed")
    assert articles[wrong].columns == ("title",)
    facts = [one for one in found if one.table == "facts"]
    assert sum(one.missing for one in facts) > 2
    report = Report(1, wanted=perfect, found=real, differences=found)
    assert not report.ok
    assert [one.label for one in report.unexplained] == [silence.label]
    assert "tables that differ: articles" in report.text()


def test_a_sum_that_does_not_add_up_is_found(tmp_path):
    with Ledger(tmp_path / "crawl.db") as ledger:
        run = ledger.open_run("test")
        candidates = [(Candidate(f"https://a.test/{n}", f"https://a.test/{n}", "", "list"), None) for n in range(3)]
        ledger.judge(run, "knnws", candidates)
        account = ledger.sum_up(run, "knnws", "stopped")
        ledger.close_outlet(run, "knnws", "ok", None, account, 1.0)
    with sqlite3.connect(tmp_path / "crawl.db") as database:
        database.row_factory = sqlite3.Row
        assert wrong_sums(database, run) == []
        database.execute("delete from listings where position = 1")
        assert [said for said in wrong_sums(database, run) if "3 listed, but 2 rows" in said]
        database.execute("update run_outlets set known = 1")
        assert [said for said in wrong_sums(database, run) if "the outcomes are" in said]


def test_the_nights_are_one_day_apart_at_three_in_the_morning(weeks):
    for week in weeks:
        assert len(week.nights) == NIGHTS
        assert all(after - before == timedelta(days=1) for before, after in pairwise(week.moments))
        assert datetime.fromisoformat(week.nights[0].clock).hour == 3


def test_a_short_week_of_faults_ends_with_what_a_perfect_crawler_knows():
    """Seven nights of the real crawler over HTTP; other seeds and whole weeks are for `make soak`."""
    report = short(31)
    assert report.ok, report.text()
