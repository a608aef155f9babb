"""Each kind of fault, as a client meets it. One newsroom holds them all, each at URLs of its own."""

import gzip
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import httpx
import pytest
from lxml import etree

from crawler.cms.asiae import AsiaeSpider
from crawler.cms.dadamedia import DadamediaSpider
from crawler.cms.fnnews import FnnewsSpider
from crawler.cms.gnuboard5 import Gnuboard5Spider
from crawler.cms.listing import ListReader
from crawler.cms.newsbuilder import NewsbuilderSpider
from pipelines.blocks import find_block
from pipelines.clean import clean
from tests.newsroom.conftest import OUTLET_KEYS, number
from tests.newsroom.faults import CHALLENGES, KINDS
from tests.newsroom.process import RunningNewsroom, running_newsroom
from tests.newsroom.systems import SYSTEMS
from tests.newsroom.test_systems import ARTICLES, BOARD, LISTS, ids, tree

HOSTS = {
    "knnws": "http://www.knnws.com",
    "breaknews": "http://www.breaknews.com",
    "fnnews": "https://www.fnnews.com",
    "asiae": "https://view.asiae.co.kr",
    "icose": "http://icose.newsroom.test",
}
SPIDERS = {
    "knnws": NewsbuilderSpider,
    "breaknews": DadamediaSpider,
    "fnnews": FnnewsSpider,
    "asiae": AsiaeSpider,
    "icose": Gnuboard5Spider,
}


def on_article(kind: str, index: int, key: str = "knnws", **parameters: Any) -> dict[str, Any]:
    return {"kind": kind, "url": f"{number(key, index)}$", **parameters}


ROBOTS = "User-agent: *\nDisallow: /\n"
HARMS = ("latin", "cp949", "lost", "unknown")
FAULTS: dict[str, list[dict[str, Any]]] = {
    "knnws": [
        on_article("status", 0, status=503, retry_after="120", times=2),
        on_article("status", 1, status=0),
        on_article("timeout", 2, seconds=0.6),
        on_article("slow", 4, seconds=0.4),
        on_article("drip", 5, seconds=0.4, piece=512),
        on_article("truncated", 6, share=0.5),
        on_article("wrong_charset", 7),
        on_article("wrong_charset", 8, charset="euc-kr", label="utf-8"),
        on_article("redirect", 9, to="itself"),
        on_article("redirect", 10, to="http://10.0.0.1/admin", status=301),
        on_article("huge", 11, megabytes=3),
        on_article("bomb", 12, megabytes=3),
        {"kind": "empty_list", "url": "page=2$"},
        {"kind": "robots", "text": ROBOTS, "times": 1},
        {"kind": "slow", "url": "^/nowhere", "seconds": 0.2, "times": 1},
        {"kind": "status", "url": "^/nowhere", "status": 500, "times": 1},
    ],
    "breaknews": [
        {"kind": "wrong_charset", "url": "articles"},
        {"kind": "hostile", "trick": "titles"},
        {"kind": "empty_list", "url": "page=2"},
        {"kind": "endless", "url": "page=3"},
        {"kind": "relaunch", "url": "page=1"},
    ],
    "fnnews": [
        *(
            on_article("challenge", index, "fnnews", protection=name)
            for index, name in enumerate((*CHALLENGES, "shell"))
        ),
        on_article("garbage", 7, "fnnews"),
        on_article("script_body", 8, "fnnews"),
        on_article("future", 10, "fnnews"),
        on_article("challenge", 11, "fnnews"),
        {"kind": "hostile", "trick": "laughs", "url": "fn_realnews_all"},
        {"kind": "hostile", "trick": "external", "url": "fn_realnews_002"},
        {"kind": "relaunch", "url": "section/001002000"},
        {"kind": "endless", "url": "page=3$"},
        {"kind": "empty_list", "url": "page=1$"},
        {"kind": "future", "url": "page=0$"},
    ],
    "asiae": [{"kind": "relaunch", "url": "articles"}],
    "icose": [
        {"kind": "attachment"},
        {"kind": "empty_list", "url": "page=2$"},
        {"kind": "endless", "url": "page=3$"},
        {"kind": "relaunch", "url": "page=1$"},
    ],
}
ELSEWHERE: dict[str, list[dict[str, Any]]] = {key: [{"kind": "duplicates"}] for key in OUTLET_KEYS}
ELSEWHERE["asiae"].append({"kind": "duplicates", "url": "feeds"})
ELSEWHERE["fnnews"] = [{"kind": "endless", "url": "section/002001002|search"}, *ELSEWHERE["fnnews"]]
IN_MARCH: dict[str, list[dict[str, Any]]] = {
    "breaknews": [
        {"kind": "half_list", "url": "page=1$"},
        {"kind": "stale", "url": "sub_view", "days": 10},
        {"kind": "damaged", "harm": "cp949", "url": "rss"},
        on_article("empty_body", 6, "breaknews"),
    ],
    "icose": [
        *(on_article("damaged", index, "icose", harm=harm) for index, harm in enumerate(HARMS)),
        on_article("drift", 5, "icose", days=-400),
        on_article("empty_body", 6, "icose"),
    ],
    "asiae": [{"kind": "empty_body"}],
    "fnnews": [on_article("empty_body", 6, "fnnews"), {"kind": "renumbered", "by": 5000}],
    "knnws": [{"kind": "empty_body"}],
}
"""With the clock at 20 March 2020, when the newest of fourteen articles is six days old."""


@pytest.fixture(scope="module")
def march(articles: Path) -> Iterator[httpx.Client]:
    with (
        running_newsroom(articles, faults=IN_MARCH, clock="2020-03-20T03:00") as running,
        httpx.Client(proxy=running.url, verify=False, trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def elsewhere(articles: Path) -> Iterator[httpx.Client]:
    """A newsroom in which every list link of every outlet changes."""
    with (
        running_newsroom(articles, faults=ELSEWHERE) as running,
        httpx.Client(proxy=running.url, verify=False, trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def faulty(articles: Path) -> Iterator[RunningNewsroom]:
    with running_newsroom(articles, faults=FAULTS) as running:
        yield running


@pytest.fixture(scope="module")
def http(faulty: RunningNewsroom) -> Iterator[httpx.Client]:
    with httpx.Client(proxy=faulty.url, verify=False, trust_env=False) as client:
        yield client


def page_of(key: str, index: int) -> str:
    return ARTICLES[key].format(number(key, index))


def reader_of(key: str) -> ListReader:
    spider = SPIDERS[key]
    url = spider.article_url.replace("{board}", "/bbs/board.php?bo_table=news")
    return ListReader(spider.article_id, urljoin(HOSTS[key], url), spider.markup)


def text(response: httpx.Response, codec: str = "utf-8") -> str:
    return response.content.decode(codec)


def test_every_kind_is_tried_here() -> None:
    assert {
        fault["kind"] for faults in [*FAULTS.values(), *ELSEWHERE.values(), *IN_MARCH.values()] for fault in faults
    } == set(KINDS)


def test_a_status_with_retry_after_strikes_each_url_as_often_as_told(http: httpx.Client) -> None:
    answers = [http.get(page_of("knnws", 0)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert [answer.headers.get("retry-after") for answer in answers] == ["120", "120", None]
    assert "00번 이야기다" in answers[2].text


def test_status_0_closes_the_connection(http: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        http.get(page_of("knnws", 1))


def test_a_timeout_outlasts_the_clients_patience_and_ends(http: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        http.get(page_of("knnws", 2), timeout=0.2)
    with pytest.raises(httpx.RemoteProtocolError):
        http.get(page_of("knnws", 2), timeout=10)


def test_a_slow_answer_is_whole(http: httpx.Client) -> None:
    started = time.monotonic()
    assert "04번 이야기다" in http.get(page_of("knnws", 4)).text
    assert time.monotonic() - started >= 0.4


def test_a_drip_comes_in_pieces_that_are_the_whole(http: httpx.Client) -> None:
    url = page_of("knnws", 5)
    with http.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 3
    assert "05번 이야기다" in b"".join(pieces).decode()
    with pytest.raises(httpx.ReadTimeout), http.stream("GET", url, timeout=0.005) as answer:
        answer.read()


def test_a_truncated_body_is_shorter_than_it_says(http: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="closed connection without sending complete message body"):
        http.get(page_of("knnws", 6))
    said = re.compile(r"received (\d+) bytes, expected (\d+)")
    with pytest.raises(httpx.RemoteProtocolError, match=said) as error:
        http.get(page_of("knnws", 6), headers={"Accept-Encoding": "identity"})
    found = said.search(str(error.value))
    assert found
    assert int(found[1]) == int(found[2]) // 2


def test_utf_8_bytes_can_be_called_euc_kr(http: httpx.Client) -> None:
    answer = http.get(page_of("knnws", 7))
    assert answer.headers["content-type"] == "text/html; charset=euc-kr"
    assert 'charset="euc-kr"' in text(answer)
    assert "07번 이야기다" in text(answer)


def test_cp949_bytes_can_be_called_utf_8(http: httpx.Client) -> None:
    for url in (page_of("knnws", 8), page_of("breaknews", 8)):
        answer = http.get(url)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "charset=" in text(answer, "cp949")
        assert "charset=euc-kr" not in text(answer, "cp949")
        assert "08번 이야기다" in text(answer, "cp949")


def test_a_redirect_leads_to_itself_for_ever_or_anywhere(http: httpx.Client) -> None:
    loop = page_of("knnws", 9)
    assert http.get(loop).headers["location"] == loop
    with pytest.raises(httpx.TooManyRedirects):
        http.get(loop, follow_redirects=True)
    away = http.get(page_of("knnws", 10))
    assert (away.status_code, away.headers["location"]) == (301, "http://10.0.0.1/admin")


def test_a_huge_body_is_as_long_as_it_says(http: httpx.Client) -> None:
    answer = http.get(page_of("knnws", 11))
    assert len(answer.content) == int(answer.headers["content-length"])
    assert len(answer.content) == pytest.approx(3 << 20, rel=0.05)


def test_a_bomb_is_small_on_the_wire(http: httpx.Client) -> None:
    with http.stream("GET", page_of("knnws", 12)) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) < 20_000
    assert len(gzip.decompress(packed)) > 3 << 20


@pytest.mark.parametrize(("key", "index"), [("fnnews", index) for index in range(len(CHALLENGES))] + [("fnnews", 11)])
def test_a_challenge_looks_like_one_and_is_status_200(http: httpx.Client, key: str, index: int) -> None:
    answer = http.get(page_of(key, index))
    assert answer.status_code == 200
    assert find_block(answer.content)
    assert "이야기다" not in text(answer)


def test_a_shell_does_not_say_that_it_is_a_challenge(http: httpx.Client) -> None:
    answer = http.get(page_of("fnnews", len(CHALLENGES)))
    assert find_block(answer.content) is None
    assert clean(answer.content).status == "no-body"


@pytest.mark.parametrize("key", ["knnws", "breaknews", "fnnews", "icose"])
def test_an_empty_list_keeps_its_furniture_and_its_paging(http: httpx.Client, key: str) -> None:
    url, first, xpath = LISTS[key]
    answer = http.get(url.format(first + 1))
    shown = text(answer, "cp949" if key == "breaknews" else "utf-8")
    assert (answer.status_code, ids(answer, key, xpath)) == (200, [])
    assert list(reader_of(key).read(answer.content, "list")) == []
    assert f"page={first}" in shown
    assert "일자리 똠방각하" in shown, "the popular articles beside it"


def test_a_relaunched_list_shows_the_articles_and_no_selector_knows_it(http: httpx.Client) -> None:
    society = "https://www.fnnews.com/section/001002000?page=0"
    for key, url in (("breaknews", LISTS["breaknews"][0].format(1)), ("fnnews", society), ("icose", f"{BOARD}&page=1")):
        codec, answer = "cp949" if key == "breaknews" else "utf-8", http.get(url)
        assert "일자리 똠방각하" in text(answer, codec)
        assert list(reader_of(key).read(answer.content, "list")) == []


def test_a_relaunched_article_has_its_text_and_no_skin_knows_it(http: httpx.Client) -> None:
    answer = http.get(page_of("asiae", 4))
    assert "둘째 문단은 04번 이야기다." in text(answer)
    assert clean(answer.content, page_of("asiae", 4)).skin is None


@pytest.mark.parametrize("key", OUTLET_KEYS)
def test_duplicates_lead_to_the_same_articles_by_other_urls(elsewhere: httpx.Client, key: str) -> None:
    url, first, _ = LISTS[key]
    answer = elsewhere.get(url.replace("002001002", "001002000").format(first))
    links = {urljoin(str(answer.url), link) for link in tree(answer, key).xpath("//a/@href")}
    own = {link for link in links if parse_id(key, link) in {number(key, index) for index in range(14)}}
    assert len(own) > 3
    assert not own & {page_of(key, index) for index in range(14)}
    for link in own:
        same = f"{int(parse_id(key, link)[-2:]):02}번 이야기다"
        assert same in text(elsewhere.get(link), "cp949" if key == "breaknews" else "utf-8"), link
    read = [entry.link for entry in reader_of(key).read(answer.content, "list")]
    assert len(read) == len(set(read)) > 3
    assert set(read) <= {page_of(key, index) for index in range(14)}


def parse_id(key: str, link: str) -> str:
    parts = urlsplit(link)
    values = parse_qs(parts.query)
    return next((values[name][0] for name in ("idx", "uid", "wr_id") if name in values), parts.path.rpartition("/")[2])


def test_feeds_have_duplicates_too(elsewhere: httpx.Client) -> None:
    answer = elsewhere.get("https://www.asiae.co.kr/rss/all.htm")
    found: Any = etree.fromstring(answer.content).xpath("//item/link/text()")
    assert len(found) == 13
    assert not set(found) & {page_of("asiae", index) for index in range(14)}
    assert [parse_id("asiae", link) for link in found] == [number("asiae", index) for index in reversed(range(13))]


def test_another_robots_txt_and_then_the_own(http: httpx.Client) -> None:
    first, second = (http.get("http://www.knnws.com/robots.txt").text for _ in range(2))
    assert first == ROBOTS
    assert "Disallow: /news/view.php?idx=103$" in second


def test_garbage_is_no_html_and_stays_the_same(http: httpx.Client) -> None:
    first, second = (http.get(page_of("fnnews", 7)) for _ in range(2))
    assert first.headers["content-type"] == "text/html"
    assert first.content == second.content
    assert clean(first.content).status in ("not-html", "no-body")


def test_a_script_body_is_drawn_by_nobody_here(http: httpx.Client) -> None:
    answer = http.get(page_of("fnnews", 8))
    assert "self.__next_f.push" in text(answer)
    assert "08번 이야기다" in text(answer)
    drawn: Any = etree.HTML(answer.content).xpath("//text()[not(ancestor::script)]")
    assert "이야기다" not in " ".join(drawn)


def test_an_attachment_stands_where_the_text_was(http: httpx.Client) -> None:
    answer = http.get(page_of("icose", 4))
    assert "이야기다" not in text(answer)
    links: Any = etree.HTML(text(answer)).xpath("//*[@id='bo_v_con']//a")
    [link] = links
    assert (link.get("href"), link.text) == ("/data/file/104.hwp", "붙임. 가온시 소식 04 일자리 똠방각하.hwp")
    assert clean(answer.content, page_of("icose", 4)).status == "attachment-only"


def test_a_laughing_feed_grows_a_billionfold(http: httpx.Client) -> None:
    answer = http.get("https://www.fnnews.com/rss/r20/fn_realnews_all.xml")
    assert len(answer.content) < 20_000
    entities = dict(re.findall(r'<!ENTITY (\w+) "([^"]*)">', answer.text))
    assert (entities["trick"], entities["l9"], entities["l1"], entities["l0"]) == (
        "&l9;",
        "&l8;" * 10,
        "&l0;" * 10,
        "haha",
    )
    assert "<title>&trick;가온시" in answer.text
    with pytest.raises(etree.XMLSyntaxError, match="amplification"):
        etree.fromstring(answer.content)


def test_a_feed_asks_for_a_file_of_this_machine_and_an_address_inside(http: httpx.Client) -> None:
    shown = http.get("https://www.fnnews.com/rss/fn_realnews_002001002.xml").text
    assert 'SYSTEM "file:///etc/hostname"' in shown
    assert 'SYSTEM "http://169.254.169.254/' in shown
    assert "<title>&trick;가온시" in shown


def test_hostile_titles_hold_controls_direction_marks_and_script(http: httpx.Client) -> None:
    shown = http.get("http://www.breaknews.com/rss/rss_news.php").content.decode("cp949")
    assert all(sign in shown for sign in ("\x00", "\x07", "\x1b[31m", "&#8238;", "&lt;script&gt;alert("))
    assert "가온시" in shown


@pytest.mark.parametrize("key", ["breaknews", "fnnews", "icose"])
def test_an_endless_list_has_new_links_on_every_page_and_a_next_one(http: httpx.Client, key: str) -> None:
    url = LISTS[key][0].format(3)
    entries = list(reader_of(key).read(http.get(url).content, "list"))
    assert len(entries) == 5
    assert not {parse_id(key, entry.link) for entry in entries} & {number(key, index) for index in range(14)}
    assert all(SYSTEMS[system_of(key)].id_pattern.fullmatch(parse_id(key, entry.link)) for entry in entries)
    assert "page=4" in http.get(url).content.decode("cp949" if key == "breaknews" else "utf-8")


def system_of(key: str) -> str:
    return {"knnws": "newsbuilder", "breaknews": "dadamedia", "icose": "gnuboard5"}.get(key, key)


def test_endless_pages_never_repeat_a_link(elsewhere: httpx.Client) -> None:
    url, _, xpath = LISTS["fnnews"]
    found = [one for page in (0, 1, 2, 700, 99999) for one in ids(elsewhere.get(url.format(page)), "fnnews", xpath)]
    search = elsewhere.get(f"https://www.fnnews.com/search?search_txt={quote('가온')}&page=0")
    found += ids(search, "fnnews", xpath)
    assert len(found) == len(set(found)) == 30


def test_dates_can_be_absurd_on_lists_and_on_pages(http: httpx.Client) -> None:
    shown = http.get(LISTS["fnnews"][0].format(0)).text
    dates = [word for word in ("2099-12-31 23:59:00", "1900-01-01 09:00:00", "0000-00-00 00:00:00") if word in shown]
    assert len(dates) > 1
    page = http.get(page_of("fnnews", 10)).text
    assert any(word in page for word in ("2099.12.31 23:59", "1900.01.01 09:00", "0000.00.00 00:00"))


def test_half_a_list_is_its_newest_entries_and_the_paging(march: httpx.Client) -> None:
    answer = march.get(LISTS["breaknews"][0].format(1))
    assert ids(answer, "breaknews", LISTS["breaknews"][2]) == ["112", "111"]
    assert "page=2" in answer.content.decode("cp949")


def test_a_stale_page_is_as_it_was(march: httpx.Client) -> None:
    url, _, xpath = LISTS["breaknews"]
    assert ids(march.get(url.format(2)), "breaknews", xpath) == ["103", "102", "101", "100"]
    assert ids(march.get("http://www.breaknews.com/sub.html?section=sc3"), "breaknews", xpath)[0] == "111"


def test_renumbered_articles_are_listed_and_shown_under_other_addresses_and_the_old_ones_too(
    march: httpx.Client,
) -> None:
    url, _, xpath = LISTS["fnnews"]
    listed = ids(march.get(url.format(0)), "fnnews", xpath)
    assert listed
    assert all(one[-4:-2] == "50" for one in listed)
    for number_there in (listed[0], f"{int(listed[0]) - 5000}"):
        assert "이야기다" in march.get(ARTICLES["fnnews"].format(number_there)).text
    assert "Disallow" in march.get("https://www.fnnews.com/robots.txt").text


@pytest.mark.parametrize("key", OUTLET_KEYS)
def test_an_emptied_article_has_its_title_and_no_text(march: httpx.Client, key: str) -> None:
    answer = march.get(page_of(key, 6))
    shown = text(answer, "cp949" if key == "breaknews" else "utf-8")
    assert "가온시 소식 06" in shown
    assert "이야기" not in shown
    assert clean(answer.content, page_of(key, 6)).status == "no-body"


def test_dates_drift_on_articles_and_not_on_lists(march: httpx.Client) -> None:
    assert "19-01-31 21:57" in text(march.get(page_of("icose", 5)))
    assert "03-06" in text(march.get(LISTS["icose"][0].format(2)))


@pytest.mark.parametrize(
    ("index", "shown"), [(0, "ê°ì¨ì"), (1, "媛\ufffd"), (2, "\ufffd" * 6), (3, "??? ?? 03 ???")], ids=HARMS
)
def test_damaged_hangul_is_none_and_the_rest_stays(march: httpx.Client, index: int, shown: str) -> None:
    answer = text(march.get(page_of("icose", index)))
    assert shown in re.sub("[\x80-\x9f]", "", answer)
    assert "가온시" not in answer
    assert f"{index:02}" in answer
    assert 'id="bo_v_con"' in answer


def test_damage_stays_within_the_outlets_charset(march: httpx.Client) -> None:
    assert "媛" in march.get("http://www.breaknews.com/rss/rss_news.php").content.decode("cp949")


def test_the_first_fault_that_is_not_spent_strikes(http: httpx.Client) -> None:
    started = time.monotonic()
    statuses = [http.get("http://www.knnws.com/nowhere").status_code for _ in range(3)]
    assert statuses == [404, 500, 404]
    assert time.monotonic() - started >= 0.2


def test_the_log_names_the_fault_that_struck(articles: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    faults = {"knnws": [on_article("timeout", 2, seconds=30, times=1)]}
    with (
        running_newsroom(articles, faults=faults, log=log) as running,
        httpx.Client(proxy=running.url, trust_env=False) as client,
    ):
        with pytest.raises(httpx.ReadTimeout):
            client.get(page_of("knnws", 2), timeout=0.2)
        client.get(page_of("knnws", 2))
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(entry["status"], entry["fault"]) for entry in entries] == [(0, "timeout"), (200, None)]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_says_in_a_sentence_what_it_is(kind: str) -> None:
    said: Callable[..., Any] = KINDS[kind]
    assert said.__doc__
    assert not said.__doc__.startswith(said.__name__), "not the signature that a dataclass writes by itself"
