from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.canonical import article_id, canonical_url

SAME = {
    "https://paper.kr/news/articleView.html?idxno=123": [
        "http://www.paper.kr/news/articleView.html?idxno=123",
        "https://m.paper.kr/news/articleView.html?idxno=123&page=2&total=40&sc_word=%EC%9D%BC",
        "https://www.paper.kr/news/articleViewAmp.html?idxno=123",
        "http://paper.kr/?mod=news&act=articleView&idxno=123",
        "https://PAPER.kr:443/news/articleView.html?reply_sc_order_by=C&idxno=123#reply",
        "https://paper.kr/news/articleView.html?idxno=123&utm_source=x&fbclid=y",
    ],
    "https://paper.kr/sub_read.html?uid=77": [
        "http://paper.kr/sub_read.html?uid=77&section=sc1&section2=%B0%E6%C1%A6",
        "https://www.paper.kr/77",
        "http://paper.kr/sub_read.html?uid=77§ion=sc4",
    ],
    "https://paper.kr/news/view.php?idx=88": [
        "http://www.paper.kr/news/view.php?idx=88&sm=w_total&stx=%EA%B0%80&w_section1=&sdate=&edate="
    ],
    "https://paper.kr/news/article.html?no=9": ["http://paper.kr/mobile/article.html?no=9&sec_no=3"],
    "https://club.or.kr/bbs/board.php?bo_table=news&wr_id=5": [
        "http://www.club.or.kr/bbs/board.php?wr_id=5&bo_table=news&page=3&sfl=wr_subject&stx=x"
    ],
    "https://asiae.co.kr/article/2024112909091743125": [
        "https://view.asiae.co.kr/article/2024112909091743125",
        "https://www.asiae.co.kr/article/2024112909091743125",
        "http://view.asiae.co.kr/news/view.htm?idxno=2024112909091743125",
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
    "https://paper.kr/unknown?a=1&b=2": ["http://www.paper.kr/unknown/?b=2&a=1&gclid=z#x"],
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
    ],
)
def test_different_articles_stay_apart(one, other):
    assert canonical_url(one) != canonical_url(other)


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
    identity = canonical_url(f"https://www.paper.kr{path}?{urlencode(pairs)}")
    assert canonical_url(f"http://m.paper.kr{path}?{urlencode(shuffled)}") == identity
    assert canonical_url(identity) == identity


@given(
    st.one_of(
        st.text(max_size=80),
        st.text(max_size=60).map("https://".__add__),
        st.text(max_size=60).map("http://a.kr/".__add__),
    )
)
def test_any_text_has_a_stable_identity(text):
    identity = canonical_url(text)
    assert canonical_url(identity) == identity
    assert len(article_id(identity)) == 12
