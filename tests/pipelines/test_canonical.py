from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.canonical import article_id, canonical_url, identity

SAME = {
    "https://paper.kr/news/articleView.html?idxno=123": [
        "http://www.paper.kr/news/articleView.html?idxno=123",
        "https://m.paper.kr/news/articleView.html?idxno=123&page=2&total=40&sc_word=%EC%9D%BC",
        "https://www.paper.kr/news/articleViewAmp.html?idxno=123",
        "http://paper.kr/?mod=news&act=articleView&idxno=123",
        "https://PAPER.kr:443/news/articleView.html?reply_sc_order_by=C&idxno=123#reply",
        "https://paper.kr/news/articleView.html?idxno=123&utm_source=x&fbclid=y",
        "https://paper.kr//news//articlePrint.html?idxno=123",
        "HTTP://PAPER.KR:80/news/articleView.html;jsessionid=0A1B?idxno=123&PHPSESSID=abc#c1",
        "http://paper.kr/index.php?act=articleView&amp;idxno=123",
    ],
    "https://paper.kr/sub_read.html?uid=77": [
        "http://paper.kr/sub_read.html?uid=77&section=sc1&section2=%B0%E6%C1%A6",
        "https://www.paper.kr/77",
        "http://paper.kr/sub_read.html?uid=77§ion=sc4",
        "http://paper.kr/newnews/print.php?uid=77",
    ],
    "https://paper.kr/news/view.php?idx=88": [
        "http://www.paper.kr/news/view.php?idx=88&sm=w_total&stx=%EA%B0%80&w_section1=&sdate=&edate=",
        "http://paper.kr/m/view.php?idx=88",
        "http://m.paper.kr/view.php?idx=88&mcode=m1",
    ],
    "https://paper.kr/news/article.html?no=9": ["http://paper.kr/mobile/article.html?no=9&sec_no=3"],
    "https://club.or.kr/bbs/board.php?bo_table=news&wr_id=5": [
        "http://www.club.or.kr/bbs/board.php?wr_id=5&bo_table=news&page=3&sfl=wr_subject&stx=x"
    ],
    "https://asiae.co.kr/article/2024112909091743125": [
        "https://view.asiae.co.kr/article/2024112909091743125",
        "https://www.asiae.co.kr/article/2024112909091743125",
        "http://view.asiae.co.kr/news/view.htm?idxno=2024112909091743125",
        "https://cm.asiae.co.kr/article/2024112909091743125?amp=1",
    ],
    "https://fnnews.com/news/202002071438001234": ["http://m.fnnews.com/ampNews/202002071438001234"],
    "https://n.news.naver.com/article/016/0002194334": [
        "https://n.news.naver.com/mnews/article/016/0002194334?sid=102",
        "https://news.naver.com/main/read.nhn?mode=LSD&mid=sec&oid=016&aid=0002194334&sid1=102",
    ],
    "https://hankookilbo.com/News/Read/A20250515": ["https://m.hankookilbo.com/News/Read/Amp/A20250515"],
    "https://korea.kr/briefing/pressReleaseView.do?newsId=156": [
        "https://www.korea.kr/briefing/pressReleaseView.do?newsId=156&pageIndex=2&startDate=&endDate=&srchWord="
    ],
    "https://city.go.kr/boardView.do?boardId=BD_1&seq=21": [
        "https://www.city.go.kr/boardView.do?pageId=w1&boardId=BD_1&seq=21&movePage=4"
    ],
    "https://city.go.kr/www/news/press?idx=5&mode=view": [
        "http://www.city.go.kr/www/news/press?mode=view&page=9&idx=5"
    ],
    "https://paper.kr/unknown?a=1&b=2": [
        "http://www.paper.kr/unknown/?b=2&a=1&gclid=z#x",
        "http://paper.kr/unknown/index.html?a=1&b=2&sid=0123456789abcdef0123",
        "http://paper.kr/unknown/amp/?a=1&b=2&outputType=amp",
    ],
    "https://paper.kr/unknown?sid=25": ["https://paper.kr/unknown/?sid=25"],
    "https://seoul.co.kr/news/newsView.php?id=20260226500018": [
        "https://www.seoul.co.kr/news/economy/business-news/2026/02/26/20260226500018"
    ],
    "https://khan.co.kr/article/202207311006001": [
        "https://www.khan.co.kr/politics/assembly/article/202207311006001/?utm_source=khan_rss"
    ],
    "https://mk.co.kr/news/11975480": ["https://www.mk.co.kr/news/economy/11975480"],
    "https://hani.co.kr/arti/1052824.html": ["http://www.hani.co.kr/arti/politics/politics_general/1052824.html"],
    "https://donga.com/news/article/all/20220729/114714469": [
        "https://www.donga.com/news/Society/article/all/20220729/114714469/1"
    ],
    "https://newsis.com/view/NISX20220801_0001962644": ["http://www.newsis.com/view?id=NISX20220801_0001962644"],
    "https://edaily.co.kr/News/Read?newsId=01915526645354784": [
        "http://www.edaily.co.kr/news/newspath.asp?sub_cd=OP02&newsid=01915526645354784",
        "https://m.edaily.co.kr/news/read?newsId=01915526645354784&mediaCodeNo=257",
    ],
    "https://city.go.kr/kr/board/view.do?bbsId=B1&nttId=105492": [
        "https://www.city.go.kr/kr/board/view.do;jsessionid=B4B2.node1?bbsId=B1&pageIndex=1&nttId=105492&menuNo=1"
    ],
    "https://city.go.kr/home/www/news/bodo/show/79031": [
        "https://www.city.go.kr/home/www/news/bodo/show/79031?page=1&search=&keyword="
    ],
    "https://city.go.kr/kr/news/0006?mode=view&seq=70153": [
        "http://www.city.go.kr/kr/news/0006/?seq=70153&mode=view&p=2"
    ],
    "https://city.go.kr/home/board/B16.cs?articleId=178556": [
        "https://www.city.go.kr/home/board/B16.cs?act=read&articleId=178556&categoryId=0&m=626"
    ],
    "https://xn--s39ax43c.kr/news/view.php?idx=1": ["http://www.일간.kr/news/view.php?idx=1"],
}


@pytest.mark.parametrize(("identity", "url"), [(key, url) for key, urls in SAME.items() for url in [key, *urls]])
def test_one_article_one_identity(identity, url):
    assert canonical_url(url) == identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://paper.kr/news/articleView.html?idxno=1", "https://paper.kr/news/articleView.html?idxno=2"),
        ("https://kb.paper.kr/77", "https://dj.paper.kr/77"),
        ("https://a.kr/bbs/board.php?bo_table=x&wr_id=1", "https://a.kr/bbs/board.php?bo_table=y&wr_id=1"),
        ("https://a.kr/boardView.do?boardId=A&seq=1", "https://a.kr/boardView.do?boardId=B&seq=1"),
        ("https://a.kr/x?id=1", "https://a.kr/x?id=2"),
        ("https://a.kr/press?idx=1&mode=view", "https://a.kr/press?idx=1&mode=list"),
        ("https://m.kr/77", "https://kr/77"),
        ("https://a.kr/board/view.php?idx=1", "https://a.kr/news/view.php?idx=1"),
        ("https://a.kr/x?sid=25", "https://a.kr/x?sid=26"),
        ("https://a.kr:8080/77", "https://a.kr/77"),
    ],
)
def test_different_articles_stay_apart(one, other):
    assert canonical_url(one) != canonical_url(other)


ARTICLE = "https://paper.kr/news/articleView.html?idxno=123"


@pytest.mark.parametrize(
    ("url", "declared"),
    [
        ("http://www.paper.kr/mobile/read/123", [ARTICLE]),
        ("http://www.paper.kr/mobile/read/123", ["/news/articleView.html?idxno=123&page=2"]),
        ("http://www.paper.kr/mobile/read/123", ["http://www.paper.kr/", "http://m.paper.kr/news/articleView.html?idxno=123"]),
        ("https://paper.kr/read.php?cat=4&article=123&p=9", [ARTICLE]),
        ("https://paper.kr/article/123", [ARTICLE]),
        ("https://paper.kr/read/123.html", [ARTICLE]),
    ],
)  # fmt: skip
def test_a_page_may_name_its_article(url, declared):
    assert identity(url, declared) == ARTICLE


@pytest.mark.parametrize(
    ("url", "declared"),
    [
        ("http://paper.kr/read/123", []),
        ("http://paper.kr/read/123", ["", "http://paper.kr/", "https://paper.kr/news", "http://[::1", "javascript:void(0)"]),
        ("http://paper.kr/read/123", ["https://paper.kr/news/articleView.html?idxno=1"]),
        ("http://paper.kr/read/123?page=1", ["https://paper.kr/news/articleView.html?idxno=1"]),
        ("http://paper.kr/read/123", ["https://other.kr/news/articleView.html?idxno=123"]),
        ("http://kb.paper.kr/read/123", ["https://paper.kr/news/articleView.html?idxno=123"]),
        ("http://paper.kr/read/123", ["https://paper.kr/some/where?x=123"]),
        ("http://paper.kr/read/123", ["https://paper.kr/bbs/board.php?bo_table=news3&wr_id=123"]),
    ],
    ids=["nothing", "home", "one address on every page", "a page number is no id", "another site", "another edition",
         "no known form", "an id that the address lacks"],
)  # fmt: skip
def test_what_a_page_calls_itself_is_not_always_to_be_trusted(url, declared):
    assert identity(url, declared) == canonical_url(url)


@pytest.mark.parametrize("url", ["", "not a url", "ftp://a.kr/b", "http://", "http://[::1", "http://a.kr:99999/x"])
def test_what_is_no_url_comes_back(url):
    assert canonical_url(f" {url} ") == url


def test_percent_encoded_bytes_of_any_charset_survive():
    assert canonical_url("http://a.kr/x?section=%b0%a1") == "https://a.kr/x?section=%B0%A1"
    assert canonical_url("http://a.kr/%ea%b0%80") == canonical_url("http://a.kr/가")


def test_ids_are_short_and_fixed():
    assert article_id("https://paper.kr/news/articleView.html?idxno=123") == "c97fd4351e85"


names = st.sampled_from(
    ["idxno", "uid", "idx", "no", "wr_id", "bo_table", "page", "mode", "act", "q", "utm_medium", "가"]
)
values = st.one_of(st.integers(0, 999).map(str), st.sampled_from(["view", "articleView", "", "일자리", "a b", "%B0"]))
paths = st.sampled_from(
    [
        "/news/articleView.html",
        "/",
        "/7",
        "/sub_read.html",
        "/bbs/board.php",
        "/amp/x",
        "/a//b/",
        "/news/view.php",
        "/%7Ea",
    ]
)


@given(paths, st.lists(st.tuples(names, values), max_size=6), st.randoms(use_true_random=False))
def test_order_of_parameters_does_not_matter_and_twice_is_once(path, pairs, chance):
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    canonical = canonical_url(f"https://www.paper.kr{path}?{urlencode(pairs)}")
    assert canonical_url(f"http://m.paper.kr{path}?{urlencode(shuffled)}") == canonical
    assert canonical_url(canonical) == canonical


@given(
    st.one_of(
        st.text(max_size=80),
        st.text(max_size=60).map("https://".__add__),
        st.text(max_size=60).map("http://a.kr/".__add__),
    )
)
def test_any_text_has_a_stable_identity(text):
    canonical = canonical_url(text)
    assert canonical_url(canonical) == canonical
    assert len(article_id(canonical)) == 12
    assert identity("http://a.kr/read/123", [text]) in (
        "https://a.kr/read/123",
        identity("http://a.kr/read/123", [canonical]),
    )
