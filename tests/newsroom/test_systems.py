"""What the publishing systems answer: lists, paging, search, feeds, articles and their twins, over HTTP."""

import re
from urllib.parse import quote, urljoin

import httpx
import pytest
from lxml import etree, html

from tests.newsroom.conftest import COUNT, HIDDEN, OUTLET_KEYS, number

BOARD = "http://icose.newsroom.test/bbs/board.php?bo_table=news"
# outlet: a list with a place for the page number, the first page's number, the links of a list
LISTS = {
    "knnws": ("http://www.knnws.com/news/list.php?page={}", 1, "//div[@class='basicList']//dt/a"),
    "breaknews": ("http://www.breaknews.com/sub_view.html?page={}", 1, "//dd[@class='title']/a"),
    "fnnews": ("https://www.fnnews.com/section/002001002?page={}", 0, "//ul[@class='list_article']/li/strong/a"),
    "asiae": ("https://www.asiae.co.kr/list/economy-all/{}", 1, "//div[@class='content']//h3/a"),
    "icose": (BOARD + "&page={}", 1, "//td[@class='td_subject']/a"),
}
SEARCHES = {
    "knnws": ("http://www.knnws.com/news/search.php?sm=w_total&stx={}&page={}", "utf-8"),
    "breaknews": (
        "http://www.breaknews.com/search.html?search={}&search_and=1&search_exec=n_t&search_section=all&page={}",
        "cp949",
    ),
    "fnnews": ("https://www.fnnews.com/search?search_txt={}&page={}", "utf-8"),
    "asiae": ("https://www.asiae.co.kr/search/index.htm?keyword={}&page={}", "utf-8"),
    "icose": (BOARD + "&sfl=wr_subject%7C%7Cwr_content&stx={}&page={}", "utf-8"),
}
SEARCH_LINKS = {key: xpath for key, (_, _, xpath) in LISTS.items()} | {"asiae": "//div[@class='section_list']//h1/a"}
ARTICLES = {
    "knnws": "http://www.knnws.com/news/view.php?idx={}",
    "breaknews": "http://www.breaknews.com/sub_read.html?uid={}",
    "fnnews": "https://www.fnnews.com/news/{}",
    "asiae": "https://view.asiae.co.kr/article/{}",
    "icose": BOARD + "&wr_id={}",
}
BODIES = {
    "knnws": "//div[@id='viewContent']",
    "breaknews": "//td[@class='read_body']",
    "fnnews": "//*[@id='article_content']",
    "asiae": "//div[@class='article']",
    "icose": "//*[@id='bo_v_con']",
}


def tree(response: httpx.Response, outlet: str) -> html.HtmlElement:
    return html.fromstring(response.content.decode("cp949" if outlet == "breaknews" else "utf-8"))


def ids(response: httpx.Response, outlet: str, xpath: str) -> list[str]:
    links = (urljoin(str(response.url), str(link.get("href"))) for link in tree(response, outlet).xpath(xpath))
    return [re.search(r"(?:idx=|uid=|wr_id=|/news/|/article/)(\d+)", link)[1] for link in links]  # type: ignore[index]


def everything(client: httpx.Client, outlet: str, url: str, xpath: str) -> list[str]:
    """The ids on all pages of a list, read until an empty page."""
    found: list[str] = []
    for page in range(LISTS[outlet][1], 10):
        response = client.get(url.replace("PAGE", str(page)))
        assert response.status_code == 200
        part = ids(response, outlet, xpath)
        if not part:
            return found
        assert len(part) <= 5
        found += part
    raise AssertionError("no empty page")


@pytest.mark.parametrize("outlet", OUTLET_KEYS)
def test_list_pages_hold_every_article_once_newest_first_and_end_in_an_empty_page(
    client: httpx.Client, outlet: str
) -> None:
    url, _, xpath = LISTS[outlet]
    found = everything(client, outlet, url.replace("{}", "PAGE"), xpath)
    section_only = outlet in ("fnnews", "asiae")
    listed = [
        index for index in range(COUNT) if index != HIDDEN and not (section_only and (index % 2 == 0 or index == 3))
    ]
    assert found == [number(outlet, index) for index in reversed(listed)]


@pytest.mark.parametrize("outlet", OUTLET_KEYS)
def test_search_finds_all_words_and_what_no_list_holds(client: httpx.Client, outlet: str) -> None:
    pattern, charset = SEARCHES[outlet]
    both = everything(
        client, outlet, pattern.format(quote("가온시 버스정류장", encoding=charset), "PAGE"), SEARCH_LINKS[outlet]
    )
    assert both == [number(outlet, index) for index in reversed(range(COUNT))]
    first = LISTS[outlet][1]
    one = client.get(pattern.format(quote(f"소식 {HIDDEN}", encoding=charset), first))
    assert ids(one, outlet, SEARCH_LINKS[outlet]) == [number(outlet, HIDDEN)]
    none = client.get(pattern.format(quote("가온시 없는낱말", encoding=charset), first))
    assert ids(none, outlet, SEARCH_LINKS[outlet]) == []


def test_an_empty_search_finds_nothing_but_on_the_board_it_is_the_list(client: httpx.Client) -> None:
    for outlet, (pattern, _) in SEARCHES.items():
        found = ids(client.get(pattern.format("", LISTS[outlet][1])), outlet, SEARCH_LINKS[outlet])
        assert bool(found) == (outlet == "icose"), outlet


def test_the_board_searches_titles_only_unless_told_otherwise(client: httpx.Client) -> None:
    found = client.get(BOARD + f"&sfl=wr_subject&stx={quote('버스정류장')}")
    assert ids(found, "icose", LISTS["icose"][2]) == []
    assert "게시물이 없습니다" in found.text


def test_an_euc_kr_site_does_not_understand_a_query_in_utf_8(client: httpx.Client) -> None:
    found = client.get(SEARCHES["breaknews"][0].format(quote("일자리"), 1))
    assert ids(found, "breaknews", LISTS["breaknews"][2]) == []


@pytest.mark.parametrize("outlet", OUTLET_KEYS)
def test_an_article_has_its_text_in_the_systems_body_and_furniture_beside_it(client: httpx.Client, outlet: str) -> None:
    page = tree(client.get(ARTICLES[outlet].format(number(outlet, 1))), outlet)
    [body] = page.xpath(BODIES[outlet])
    text = body.text_content()
    assert text.index("첫째 문단은 버스정류장 이야기다.") < text.index("둘째 문단은 01번 이야기다. 🌱")
    assert "나루시 일자리 9천개" not in text
    assert ("나루시 일자리 9천개" in page.text_content()) == (outlet != "icose")
    [canonical] = page.xpath("//link[@rel='canonical']/@href")
    assert canonical == ARTICLES[outlet].format(number(outlet, 1))


@pytest.mark.parametrize(
    ("outlet", "url"),
    [
        ("knnws", "http://www.knnws.com/m/view.php?idx={}"),
        ("knnws", "http://knnws.com/news/view.php?idx={}&mcode=m12q8wz&page=2"),
        ("knnws", "http://www.knnws.com/news/view.php?idx={}&sm=w_total&stx=%EC%9D%BC&w_section1=&sdate=&edate="),
        ("breaknews", "http://breaknews.com/{}"),
        ("breaknews", "http://m.breaknews.com/{}"),
        ("breaknews", "http://www.breaknews.com/sub_read.html?uid={}&section=sc3&section2=%B0%E6%C1%A6"),
        ("breaknews", "http://www.breaknews.com/newnews/print.php?uid={}"),
        ("fnnews", "https://m.fnnews.com/news/{}"),
        ("fnnews", "https://www.fnnews.com/ampNews/{}"),
        ("asiae", "https://www.asiae.co.kr/article/{}"),
        ("asiae", "https://cm.asiae.co.kr/article/{}"),
        ("icose", "http://icose.newsroom.test/news/{}"),
        ("icose", BOARD + "&wr_id={}&sfl=wr_subject&stx=%EC%9D%BC&page=2"),
    ],
)
def test_twins_and_extra_parameters_give_the_same_article_with_its_canonical_url(
    client: httpx.Client, outlet: str, url: str
) -> None:
    page = tree(client.get(url.format(number(outlet, 2))), outlet)
    assert page.xpath("//link[@rel='canonical']/@href") == [ARTICLES[outlet].format(number(outlet, 2))]
    assert "둘째 문단은 02번 이야기다." in page.text_content()


@pytest.mark.parametrize(
    ("outlet", "url", "date"),
    [
        ("breaknews", "http://www.breaknews.com/rss/rss_news.php", "Fri, 13 Mar 2020 21:57:46 +0900"),
        ("fnnews", "https://www.fnnews.com/rss/r20/fn_realnews_all.xml", "2020-03-13 21:57:46"),
        ("asiae", "https://www.asiae.co.kr/rss/all.htm", "Fri, 13 Mar 2020 21:57:46 +0900"),
    ],
)
def test_feeds_list_the_newest_and_hide_what_only_search_finds(
    client: httpx.Client, outlet: str, url: str, date: str
) -> None:
    content = client.get(url).content
    if outlet == "breaknews":  # what it calls euc-kr is CP949, as ever; libxml2 takes it at its word
        content = content.decode("cp949").replace("euc-kr", "utf-8", 1).encode()
    feed = etree.fromstring(content)
    links = feed.xpath("//item/link/text()")
    assert links == [ARTICLES[outlet].format(number(outlet, index)) for index in reversed(range(HIDDEN))]
    assert feed.xpath("//item[1]/title/text()") == ["가온시 소식 12 일자리 똠방각하"]
    assert feed.xpath("//item[1]/pubDate/text()") == [date]


def test_section_feeds_hold_one_section(client: httpx.Client) -> None:
    for url in ("https://www.fnnews.com/rss/fn_realnews_006006000.xml", "https://view.asiae.co.kr/rss/people-all.htm"):
        assert etree.fromstring(client.get(url).content).xpath("//item/category/text()") == ["인사"]


def test_the_board_refuses_rss_with_status_200(client: httpx.Client) -> None:
    refusal = client.get("http://icose.newsroom.test/bbs/rss.php?bo_table=news")
    assert (refusal.status_code, refusal.text) == (200, "RSS 보기가 금지되어 있습니다.")


def test_a_repost_ends_with_the_originals_date_and_by_line(client: httpx.Client) -> None:
    page = tree(client.get(ARTICLES["icose"].format(101)), "icose")
    assert [p.text_content() for p in page.xpath("//*[@id='bo_v_con']/p")][-2:] == ["2016-01-21", "/기호일보 두리 기자"]
    info = " ".join(page.xpath("//*[@id='bo_v_info']")[0].text_content().split())
    assert re.fullmatch(r"페이지 정보 작성자 관리자 작성일20-03-02 21:57 조회[\d,]+회 댓글0건", info)


def test_the_old_skin_is_cp949_and_only_its_meta_says_euc_kr(client: httpx.Client) -> None:
    response = client.get(ARTICLES["breaknews"].format(104))
    assert response.headers["content-type"] == "text/html"
    assert b"charset=euc-kr" in response.content
    text = response.content.decode("cp949")
    assert "똠방각하" in text  # a syllable that EUC-KR proper does not have
    assert "&#127793;" in text  # a sign that CP949 does not have
    page = html.fromstring(text)
    assert page.xpath("//title/text()") == ["세상을 여는 새 소식 ◆브레이크뉴스◆"]
    assert "기사입력:  2020/03/05 [21:57]" in text
    with pytest.raises(UnicodeDecodeError):
        response.content.decode("euc-kr")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://www.knnws.com/news/view.php?idx=999999", 200),
        ("http://www.breaknews.com/sub_read.html?uid=999999", 200),
        ("https://www.fnnews.com/news/209901010000000000", 404),
        ("https://view.asiae.co.kr/article/20990101000000000", 404),
        (BOARD + "&wr_id=999999", 200),
        ("http://www.knnws.com/rss/", 404),
    ],
)
def test_what_is_not_there_is_said_as_the_system_says_it(client: httpx.Client, url: str, status: int) -> None:
    response = client.get(url)
    assert response.status_code == status
    assert "문단" not in response.content.decode("utf-8", "ignore")


def test_links_on_a_list_lead_to_the_articles(client: httpx.Client) -> None:
    for outlet, (url, first, xpath) in LISTS.items():
        page = client.get(url.format(first))
        for link in tree(page, outlet).xpath(xpath):
            target = urljoin(str(page.url), str(link.get("href")))
            article = client.get(target)
            assert article.status_code == 200
            assert tree(article, outlet).xpath(BODIES[outlet]), target


def test_robots_txt_denies_each_article_of_the_denied_sections(client: httpx.Client) -> None:
    lines = client.get("http://www.knnws.com/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /news/view.php?idx=103$" in lines
    assert not [line for line in lines if "idx=104" in line]
