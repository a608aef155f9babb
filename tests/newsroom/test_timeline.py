"""What there is at an outlet follows the clock: articles appear, are backdated, edited and withdrawn."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from lxml import etree

from pipelines.model import KST
from tests.newsroom.conftest import OUTLET_KEYS, number
from tests.newsroom.data import load
from tests.newsroom.process import running_newsroom
from tests.newsroom.systems import SYSTEMS, System
from tests.newsroom.test_systems import ARTICLES, BODIES, LISTS, SEARCH_LINKS, SEARCHES, ids, tree
from tests.newsroom.wire import Request

FIRST, EARLY, BACKDATED, EDITED, GONE = range(5)
LINES = {
    FIRST: "published = 2020-03-10T09:00:00",
    EARLY: "published = 2020-03-11T09:00:00",
    BACKDATED: "published = 2020-03-10T12:00:00\nappears = 2020-03-14T12:00:00",
    EDITED: "published = 2020-03-12T09:00:00",
    GONE: "published = 2020-03-13T09:00:00\nwithdrawn = 2020-03-15T09:00:00",
}
# what each list shows at three in the morning, newest first
SHOWN = {13: [EDITED, EARLY, FIRST], 14: [GONE, EDITED, EARLY, FIRST], 15: [GONE, EDITED, EARLY, BACKDATED, FIRST]}
SHOWN[16] = SHOWN[15][1:]
EDIT = '[[versions]]\nat = 2020-03-13T18:30:00\ntitle = "고친 제목"\ntext = "고친 글이다."\n'


def article(index: int) -> str:
    places = "".join(f'[[at]]\noutlet = "{key}"\nid = "{number(key, index)}"\n' for key in OUTLET_KEYS)
    head = f'title = "소식 {index}"\n{LINES[index]}\nsection = "경제"\nreporter = "한가람"\ntext = "처음 글 {index}번이다."\n'
    return head + (EDIT if index == EDITED else "") + places + '[gold]\nrelevant = false\ntrap = "invented"\n'


@pytest.fixture(scope="module")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("timeline")
    for index in LINES:
        (folder / f"story-{index}.toml").write_text(article(index), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def sites(timeline: Path) -> dict[str, System]:
    desk = load(timeline)
    return {key: SYSTEMS[outlet.system](outlet, desk.of(key)) for key, outlet in desk.outlets.items()}


@pytest.fixture(scope="module")
def on_day(timeline: Path) -> Iterator[Callable[[int], httpx.Client]]:
    """A client of the newsroom as it stands at three in the morning of a day of March 2020."""

    with ExitStack() as open_ones:
        clients = {}
        for day in SHOWN:
            running = open_ones.enter_context(running_newsroom(timeline, clock=f"2020-03-{day}T03:00+09:00"))
            client = httpx.Client(proxy=running.url, verify=False, trust_env=False)
            clients[day] = open_ones.enter_context(client)
        yield clients.__getitem__


@pytest.mark.parametrize("outlet", OUTLET_KEYS)
@pytest.mark.parametrize("day", SHOWN)
def test_lists_searches_and_feeds_hold_what_there_is_where_its_date_puts_it(
    on_day: Callable[[int], httpx.Client], outlet: str, day: int
) -> None:
    client = on_day(day)
    url, first, xpath = LISTS[outlet]
    wanted = [number(outlet, index) for index in SHOWN[day]]
    assert ids(client.get(url.format(first)), outlet, xpath) == wanted
    search, charset = SEARCHES[outlet]
    page = client.get(search.format(quote("이다", encoding=charset), first))
    assert ids(page, outlet, SEARCH_LINKS[outlet]) == wanted
    if outlet == "fnnews":
        feed = etree.fromstring(client.get("https://www.fnnews.com/rss/r20/fn_realnews_all.xml").content)
        assert feed.xpath("//item/link/text()") == [ARTICLES[outlet].format(one) for one in wanted]


def test_the_search_finds_the_new_words_and_no_longer_the_old(on_day: Callable[[int], httpx.Client]) -> None:
    pattern, _ = SEARCHES["fnnews"]
    for day, words, found in ((13, "처음", 3), (14, "처음", 3), (13, "고친", 0), (14, "고친", 1)):
        page = on_day(day).get(pattern.format(words, 0))
        assert len(ids(page, "fnnews", SEARCH_LINKS["fnnews"])) == found, (day, words)


@pytest.mark.parametrize(
    ("outlet", "stamp"),
    [
        ("knnws", "수정 2020-03-13 18:30:00"),
        ("breaknews", "최종편집:  2020/03/13 [18:30]"),
        ("fnnews", "수정 : 2020.03.13 18:30"),
        ("asiae", "수정2020.03.13 18:30"),
        ("icose", ""),
    ],
)
def test_an_edited_page_shows_its_new_text_and_the_systems_stamp(
    on_day: Callable[[int], httpx.Client], outlet: str, stamp: str
) -> None:
    url = ARTICLES[outlet].format(number(outlet, EDITED))
    pages = [tree(on_day(day).get(url), outlet) for day in (13, 14)]
    bodies = [page.xpath(BODIES[outlet])[0].text_content() for page in pages]
    assert ["처음 글 3번이다." in body for body in bodies] == [True, False]
    assert ["고친 글이다." in body for body in bodies] == [False, True]
    shown = [" ".join(page.text_content().replace("\xa0", " ").split()) for page in pages]
    assert ["고친 제목" in text for text in shown] == [False, True]
    assert [" ".join(stamp.split()) in text for text in shown] == [not stamp, True]


def test_an_edit_changes_etag_and_last_modified(on_day: Callable[[int], httpx.Client]) -> None:
    url = ARTICLES["knnws"].format(number("knnws", EDITED))
    before = on_day(13).get(url)
    known = {"If-None-Match": before.headers["etag"]}
    assert on_day(13).get(url, headers=known).status_code == 304
    after = on_day(14).get(url, headers=known)
    assert (before.headers["last-modified"], after.status_code) == ("Thu, 12 Mar 2020 00:00:00 GMT", 200)
    assert after.headers["last-modified"] == "Fri, 13 Mar 2020 09:30:00 GMT"


def test_a_list_is_modified_by_what_comes_and_by_what_goes(on_day: Callable[[int], httpx.Client]) -> None:
    url = LISTS["knnws"][0].format(1)
    stamps = [on_day(day).get(url).headers["last-modified"][5:22] for day in (13, 14, 15, 16)]
    assert stamps == ["12 Mar 2020 00:00", "13 Mar 2020 09:30", "14 Mar 2020 03:00", "15 Mar 2020 00:00"]


@pytest.mark.parametrize("outlet", OUTLET_KEYS)
def test_a_page_that_is_not_yet_or_no_longer_there_is_what_the_system_says_of_unknown_ones(
    sites: dict[str, System], outlet: str
) -> None:
    site = sites[outlet]

    def page(index: int, day: int) -> tuple[int, bytes]:
        url = site.article_url(number(outlet, index))
        path, _, query = url.split("/", 3)[3].partition("?")
        answer = site.answer(Request("GET", url, path=f"/{path}", query=query), datetime(2020, 3, day, 3, tzinfo=KST))
        return answer.status, answer.body

    unknown = page(99, 14)
    assert page(GONE, 14) != unknown
    assert [page(GONE, 13), page(GONE, 16), page(BACKDATED, 14)] == [unknown] * 3
    assert page(BACKDATED, 15) != unknown


def test_the_newsrooms_clock_is_the_one_it_is_given(timeline: Path) -> None:
    with (
        running_newsroom(timeline, clock="2020-03-01T03:00+09:00") as running,
        httpx.Client(proxy=running.url, trust_env=False) as client,
    ):
        response = client.get(LISTS["knnws"][0].format(1))
        assert response.headers["date"] == "Sat, 29 Feb 2020 18:00:00 GMT"
        assert "등록된 기사가 없습니다" in response.text
