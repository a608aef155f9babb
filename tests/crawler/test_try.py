"""One address tried out: what is shown of it, where the way ends, and that nothing is left behind."""

import json
import os
import shutil

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.arguments import SpiderMistakeError
from crawler.cms.listing import Listing
from crawler.doctor import Patient
from crawler.keeping import archive
from crawler.keeping.takedown import take_down
from crawler.ledger import Ledger
from crawler.trial import Trial, choose, follow
from crawler.trial.fetching import Fetched
from crawler.trial.steps import page_number
from pipelines.canonical import canonical_url
from tests.newsroom.demo import ICOSE, crawl_environment
from tests.newsroom.process import running_newsroom
from tests.trials import try_out
from tests.warm import run_scrapy

PLAN = "https://view.asiae.co.kr/article/20240402084117305"  # 성동구, whose budget has lost its unit
MOVED = "http://www.fnnews.com/news/201603301120134471"
DENIED = "http://www.knnws.com/news/view.php?idx=8836"
SILENT = "http://www.knnws.com/news/view.php?idx=18455"
UNKNOWN = "https://www.fnnews.com/news/209901010000000000"
FAILING = "https://www.fnnews.com/news/209901010000000001"
CHALLENGED = "http://www.breaknews.com/sub_read.html?uid=1022317"
AWAY = "https://view.asiae.co.kr/article/20180206163005912"
CLOSED = f"{ICOSE}&wr_id=1187"
STRANGE = "http://www.nosuch.example/news/1"
LIST = "http://www.knnws.com/news/list.php?page=1"
FAULTS = {
    "knnws": [{"kind": "status", "url": "idx=18455", "status": 0}],
    "breaknews": [{"kind": "challenge", "url": "uid=1022317", "protection": "cloudflare"}],
    "asiae": [{"kind": "redirect", "url": "20180206163005912", "to": "https://elsewhere.example/"}],
    "fnnews": [{"kind": "status", "url": "0001$", "status": 503}],
    "icose": {"robots_status": 503},
}


@pytest.fixture(scope="module")
def newsroom():
    with running_newsroom(faults=FAULTS) as running:
        yield running


@pytest.fixture(scope="module")
def tried(newsroom, tmp_path_factory):
    """Steps by address, and the data folder, which no crawl has made."""
    data = tmp_path_factory.mktemp("none") / "data"
    urls = [PLAN, MOVED, DENIED, SILENT, UNKNOWN, FAILING, CHALLENGED, AWAY, CLOSED, STRANGE, LIST]
    return try_out(urls, crawl_environment(newsroom.url, data)), data


@pytest.mark.parametrize(
    ("url", "step", "said"),
    [
        (DENIED, "robots", "robots.txt denies it"),
        (CLOSED, "robots", "robots.txt answers 503"),
        (STRANGE, "robots", "robots.txt answers 502"),
        (SILENT, "answer", "the host closed the connection without an answer"),
        (UNKNOWN, "answer", "HTTP 404: there is no such page"),
        (FAILING, "answer", "HTTP 503: the outlet's server fails"),
        (AWAY, "answer", "redirect to another site (elsewhere.example) refused"),
        (CHALLENGED, "block-page", "a page for robots came instead: cloudflare challenge"),
    ],
)
def test_the_step_where_it_ended_is_the_last_and_says_why(tried, url, step, said):
    name, level, told, _ = tried[0][url][-1]
    assert (name, level, told) == (step, "end", said)
    assert [level for _, level, _, _ in tried[0][url]].count("end") == 1


def test_an_article_goes_through_all_steps_and_leaves_nothing(tried):
    told, data = tried
    steps = {name: (level, said, lines) for name, level, said, lines in told[PLAN]}
    assert list(steps) == [
        "spider", "robots", "answer", "decoding", "block-page", "page", "title", "dates", "body", "cut-away", "listed",
        "job-plan", "whose", "facts", "flags", "plan", "ledger", "stored",
    ]  # fmt: skip
    assert steps["spider"][1] == "asiae (아시아경제, asiae), by the domain asiae.co.kr"
    assert steps["dates"][1] == "published 2024-04-02 08:41, by the system's date line"
    assert "광고" in steps["cut-away"][2]
    assert steps["whose"][1] == "서울특별시 성동구 (11200)"
    target = steps["facts"][2].index("job_target: 8,600 jobs  ← “8600개”  by jobs.job_target")
    assert "8600개" in steps["facts"][2][target + 1], "the clause stands below its fact"
    assert "unit-lost" in steps["flags"][2][0]
    assert steps["plan"][1] == "11200-yearly-2024"
    assert steps["stored"][1] == "jobplans.db does not have it"
    assert not data.exists()


def test_redirects_are_shown(tried):
    answer = next(step for step in tried[0][MOVED] if step[0] == "answer")
    assert answer[1] == "ok"
    assert answer[2].endswith("and 1 redirect")
    assert [line[:3] for line in answer[3][:2]] == ["301", "200"]


def test_an_outlet_that_no_spider_has_is_said_to_be_read_as_any_site(tried):
    name, level, said, _ = tried[0][STRANGE][0]
    assert (name, level) == ("spider", "note")
    assert "no spider has the domain of www.nosuch.example" in said


def test_a_list_is_read_as_its_reader_reads_it(tried):
    steps = {name: (level, said, lines) for name, level, said, lines in tried[0][LIST]}
    assert steps["list"][1] == "page 1 of the listing “all articles”, which shows 5 articles"
    assert steps["entries"][1] == "4 wanted, 1 irrelevant"
    assert any("irrelevant  소래포구 꽃게 축제" in line for line in steps["entries"][2])
    assert steps["next"][1] == "it leads on to http://www.knnws.com/news/list.php?page=2"


def test_every_page_is_asked_for_once_after_robots_txt(tried, newsroom):
    asked = [entry["url"] for entry in newsroom.log_entries()]
    for url, host in ((PLAN, "view.asiae.co.kr"), (FAILING, "www.fnnews.com"), (CHALLENGED, "www.breaknews.com")):
        assert asked.count(url) == 1, "no retries"
        robots = next(at for at, one in enumerate(asked) if host in one and one.endswith("/robots.txt"))
        assert robots < asked.index(url)
    assert DENIED not in asked


@pytest.fixture
def settings(demo):
    made = Settings({"ILJARI_DATA": str(demo.data), "ILJARI_ICOSE_URL": ICOSE}, priority="cmdline")
    made.setmodule("crawler.settings")
    return made


def saved(settings, url, body, name=None):
    """Steps of a page that is there already, by name."""
    chosen = choose(SpiderLoader(settings), settings, url, name)
    trial = Trial(
        url, chosen, Patient(settings, os.environ), lambda: Fetched(url, 200, body=body, failure=None), "saved.html"
    )
    return {step.name: step for step in follow(trial)}


@pytest.fixture(scope="module")
def pages(demo):
    return {page.url: page for path in archive.files(demo.data / "archive") for _, page in archive.pages(path)}


def test_what_the_databases_know_is_shown(settings, pages):
    steps = saved(settings, PLAN, pages[PLAN].body)
    assert steps["robots"].level == "note"
    assert "found by feed: fetched" in steps["ledger"].said
    assert steps["stored"].said == "published in version 1 (live), plans: 11200-yearly-2024"
    assert {"job_target", "plan_year"} <= {fact["field"] for fact in steps["facts"].data["facts"]}
    json.dumps([step.data for step in steps.values()])


def test_known_articles_of_a_list_are_told_from_new_ones(settings, pages):
    url = "http://www.knnws.com/news/list.php?page=1"
    steps = saved(settings, url, pages[url].body)
    assert steps["entries"].said == "4 known, 1 irrelevant"


def test_a_list_without_articles_says_so(settings, pages):
    body = pages["http://www.knnws.com/news/list.php?page=1"].body.replace(b"basicList", b"newList")
    steps = saved(settings, "http://www.knnws.com/news/list.php", body)
    assert steps["list"].level == "end"
    assert "was the site relaunched?" in steps["list"].said
    behind = saved(settings, "http://www.knnws.com/news/list.php?page=99", body)
    assert behind["list"].level == "note"


def test_a_list_of_an_address_that_no_listing_has_is_read_all_the_same(settings, pages):
    body = pages["http://www.knnws.com/news/list.php?page=1"].body
    steps = saved(settings, "http://www.knnws.com/special/jobs", body)
    assert steps["list"].said == "a list of no listing, which shows 5 articles"
    assert "no next page" in steps["next"].said


def test_bytes_that_their_label_does_not_fit_are_told(settings, pages):
    body = pages[PLAN].body.decode().encode("cp949", "replace")
    steps = saved(settings, PLAN, body)
    assert steps["decoding"].level == "note"
    assert steps["decoding"].said.startswith("read as cp949, though the page says utf-8")
    broken = saved(settings, PLAN, pages[PLAN].body.replace("일자리".encode(), "일자리".encode()[:-1]))
    assert broken["decoding"].data["damaged"] > 0


def test_a_page_that_is_no_article_ends_there(settings):
    steps = saved(settings, PLAN, b"<html><body><p>nothing</p></body></html>")
    assert steps["page"].level == "end"
    assert "no-body" in steps["page"].said
    assert "facts" not in steps


def test_what_was_taken_down_is_not_even_asked_for(settings, demo, tmp_path):
    shutil.copytree(demo.data, tmp_path / "data")
    take_down(tmp_path / "data", PLAN, "the publisher asked")
    settings.set("ILJARI_DATA", str(tmp_path / "data"), priority="cmdline")

    def never():
        raise AssertionError("it was asked for")

    trial = Trial(PLAN, choose(SpiderLoader(settings), settings, PLAN), Patient(settings, {}), never)
    last = list(follow(trial))[-1]
    assert (last.name, last.level) == ("takedown", "end")
    assert last.said.endswith("the publisher asked")


def test_a_broken_ledger_does_not_keep_a_page_from_being_read(settings, pages, tmp_path):
    (tmp_path / "crawl.db").write_bytes(b"no database" * 500)
    settings.set("ILJARI_DATA", str(tmp_path), priority="cmdline")
    steps = saved(settings, PLAN, pages[PLAN].body)
    assert steps["plan"].level == "ok"
    assert "scrapy doctor tells more" in steps["stored"].said


@pytest.mark.parametrize(
    ("url", "name", "spider"),
    [
        ("http://m.breaknews.com/1", None, "breaknews"),
        ("https://icose.newsroom.test/x", None, "icose"),
        ("https://notbreaknews.com/1", None, "generic"),
        ("https://notbreaknews.com/1", "breaknews", "breaknews"),
    ],
)
def test_the_spider_is_that_of_the_domain_unless_one_is_named(settings, url, name, spider):
    assert choose(SpiderLoader(settings), settings, url, name).outlet.name == spider


@pytest.mark.parametrize("url", ["knnws.com", "ftp://knnws.com/", "http://", "http://[", "http://a:b/", ""])
def test_what_is_no_address_is_refused(settings, url):
    with pytest.raises(SpiderMistakeError, match=r"write http://"):
        choose(SpiderLoader(settings), settings, url)


def test_a_spider_that_is_not_set_up_is_refused_only_where_it_is_named(settings):
    settings.set("ILJARI_ICOSE_URL", "", priority="cmdline")
    assert choose(SpiderLoader(settings), settings, ICOSE).outlet.name == "generic"
    with pytest.raises(SpiderMistakeError, match="set ILJARI_ICOSE_URL"):
        choose(SpiderLoader(settings), settings, ICOSE, "icose")


@pytest.mark.parametrize(
    ("template", "url", "number"),
    [
        ("https://www.a.kr/list?code=1&page={page}", "https://www.a.kr/list?page=3&code=1", 3),
        ("https://www.a.kr/list?code=1&page={page}", "http://a.kr/list?code=1", 1),
        ("https://www.a.kr/list?code=1&page={page}", "https://www.a.kr/list?code=2", None),
        ("https://www.a.kr/list?code=1&page={page}", "https://www.a.kr/list?code=1&id=9", None),
        ("https://www.a.kr/list?page={page}", "https://www.a.kr/list?page=x", None),
        ("https://www.a.kr/list/7/{page}", "https://www.a.kr/list/7/12", 12),
        ("https://www.a.kr/list/7/{page}", "https://www.a.kr/list/8/12", None),
        ("https://www.a.kr/rss", "https://www.a.kr/rss", 1),
        ("https://www.a.kr/rss", "https://b.kr/rss", None),
    ],
)
def test_pages_of_a_listing_are_known_by_their_address(template, url, number):
    assert page_number(Listing("list", "list", template), url) == number


def test_the_command_shows_keeps_and_reads_a_page_again(newsroom, tmp_path):
    kept = tmp_path / "page.html"
    environment = crawl_environment(newsroom.url, tmp_path / "data")
    done = run_scrapy(environment, "try", PLAN, "--save", str(kept))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "✓ plan 계획             11200-yearly-2024" in done.stdout.splitlines()
    again = run_scrapy(environment, "try", PLAN, "--file", str(kept), "--json")
    told = json.loads(again.stdout)
    assert (again.returncode, told["ended"]) == (0, None)
    assert next(step for step in told["steps"] if step["name"] == "plan")["data"] == {"plan": "11200-yearly-2024"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html"], "no data folder is made"


def test_what_may_not_or_cannot_be_kept_leaves_the_file_as_it_was(newsroom, tmp_path):
    kept, data = tmp_path / "page.html", tmp_path / "data"
    kept.write_text("an earlier page")
    with Ledger(data / "crawl.db") as ledger:
        ledger.db["takedowns"].insert({"url": canonical_url(PLAN), "taken_down": "2026-11-25", "reason": "asked"})
    before = len(newsroom.log_entries())
    for url, asked in ((PLAN, 0), (AWAY, 2)):
        done = run_scrapy(crawl_environment(newsroom.url, data), "try", url, "--save", str(kept))
        assert done.returncode == 1, done.stdout
        assert done.stderr == f"nothing came that may be kept: {kept} is as it was\n"
        assert kept.read_text() == "an earlier page"
        assert len(newsroom.log_entries()) - before == asked


def test_without_a_contact_nothing_is_asked_for(tmp_path):
    environment = crawl_environment("", tmp_path / "data")
    done = run_scrapy(environment, "try", PLAN)
    assert done.returncode == 2
    assert done.stderr.startswith("iljari: No contact is set")
