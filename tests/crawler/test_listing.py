import html
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.cms.listing import MAX_ENTRIES, MAX_TITLE, Listing, ListReader, Markup
from tests.spiders.checks import made

LOADER = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
SPIDERS = {name: made(LOADER.load(name)) for name in LOADER.list()}
READER = ListReader(
    r"/view\.php\?idx=(\d+)",
    "http://x.test/view.php?idx={id}",
    {"list": Markup("ul.news > li", "a.title", "span.date")},
)


def entry(title="제목", href="../view.php?idx=1&mcode=m1", day="2020-03-30"):
    return f'<li><a class="thumb" href="/view.php?idx=99"></a><a class="title" href="{href}">{title}</a><span class="date">{day}</span></li>'


def shown(*entries, before="", after=""):
    page = f'<html><body>{before}<ul class="news">{"".join(entries)}</ul>{after}</body></html>'
    return [(one.link, one.title, one.listed_on) for one in READER.read(page.encode(), "list")]


def feed(*items, head='<?xml version="1.0" encoding="euc-kr"?>', charset="cp949"):
    page = f"{head}<rss><channel><title>전체기사</title><link>http://x.test/view.php?idx=5</link>{''.join(items)}</channel></rss>"
    return [(one.link, one.title, one.listed_on) for one in READER.read(page.encode(charset), "feed")]


ITEM = "<item><title>{}</title><link>{}</link><pubDate>{}</pubDate></item>"
LIST = Listing("all articles", "list", "http://x.test/list.php?page={page}")
ONE = ("http://x.test/view.php?idx=1", "제목", date(2020, 3, 30))


def test_an_entry_is_read_with_the_link_that_is_requested():
    assert shown(entry()) == [ONE]


def test_what_stands_beside_the_list_is_not_read():
    aside = f'<ul class="popular">{entry(href="/view.php?idx=7")}</ul>'
    assert shown(entry(), before=aside, after=aside) == [ONE]


@pytest.mark.parametrize(
    "href", ["", "#", "/list.php?page=2", "javascript:alert(1)", "mailto:a@b.kr", "/view.php?idx=", "/view.php?idx=x"]
)
def test_links_that_are_no_articles_are_passed_over(href):
    assert shown(entry(href=href), entry()) == [ONE]


def test_an_entry_without_a_title_is_passed_over_and_spaces_are_one():
    assert shown(entry(title=" \n&nbsp;"), entry(title="<b>부평구</b>\n\t 일자리 &amp; 고용")) == [
        (ONE[0], "부평구 일자리 & 고용", ONE[2])
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("\u202e제목\u2066 \x1b[31m하나\x07\u200b", "제목 [31m하나"),
        ("&#x202e;제목&#8297;", "제목"),
        ("제목<script>alert(1)</script><style>b{}</style>", "제목"),
        ("제목 &lt;script&gt;alert(1)&lt;/script&gt;", "제목 <script>alert(1)</script>"),
        ("가" * 5000, "가" * MAX_TITLE),
    ],
    ids=["controls", "controls by number", "script", "text like a script", "long"],
)
def test_a_title_is_one_bounded_line_of_text(title, read):
    assert shown(entry(title=title)) == [(ONE[0], read, ONE[2])]


def test_a_feeds_title_as_well():
    item = ITEM.format("<![CDATA[\u202e제목\u2066<script>]]>", "/view.php?idx=1", "2020-03-30")
    assert feed(item, charset="utf-8") == [(ONE[0], "제목 <script>", ONE[2])]


@pytest.mark.parametrize("count", [MAX_ENTRIES, MAX_ENTRIES + 1, 3 * MAX_ENTRIES])
def test_a_page_with_too_many_articles_gives_the_first_and_is_not_taken_for_read(count):
    entries = "".join(entry(href=f"/view.php?idx={number}") for number in range(count))
    page = READER.read_page(f'<ul class="news">{entries}</ul>'.encode(), LIST, 1)
    assert len(page.entries) == MAX_ENTRIES
    told = f"more than {MAX_ENTRIES} articles on a page"
    assert page.objection == (told if count > MAX_ENTRIES else None)


@pytest.mark.parametrize(
    ("doctype", "tricks"),
    [
        ('<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.test/rss.dtd">', False),
        ('<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY copy "&#169;">]>', False),
        ('<!DOCTYPE rss [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>', True),
        ('<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>', True),
        ('<!DOCTYPE rss [<!ENTITY % a PUBLIC "x" "http://x.test/"> %a;]>', True),
    ],
)
def test_a_feed_may_name_characters_and_no_more(doctype, tricks):
    item = ITEM.format("제목", "/view.php?idx=1", "2020-03-30")
    page = READER.read_page(f"{doctype}<rss>{item}</rss>".encode(), Listing("feed", "feed", "http://x.test/rss"), 1)
    assert [one.title for one in page.entries] == ["제목"]
    assert (page.objection is not None) is tricks


@pytest.mark.parametrize(
    ("day", "read"),
    [
        ("2020.03.30 21:57:46", date(2020, 3, 30)),
        ("한가람 기자 2020/03/30 [21:57]", date(2020, 3, 30)),
        ("03-30", None),
        ("3분 전", None),
        ("", None),
        ("2020-13-45", None),
        ("2099-01-01", None),
        ("1970-01-01", None),
        ("0000-00-00", None),
    ],
)
def test_dates_that_lists_show(day, read):
    assert shown(entry(day=day)) == [(ONE[0], ONE[1], read)]


@pytest.mark.parametrize(
    "day", ["Mon, 30 Mar 2020 21:57:46 +0900", "2020-03-30 21:57:46", "Mon, 30 Mar 2020 12:57:46 GMT"]
)
def test_a_feed_is_read_whatever_its_charset_says(day):
    item = ITEM.format("<![CDATA[제목]]>", " http://x.test/view.php?idx=1 ", day)
    assert feed(item) == [ONE]
    assert feed(item, charset="utf-8") == [ONE]
    assert feed(item, head="\n<?xml version='1.0'?>") == [ONE]


@pytest.mark.parametrize("day", ["Mon, 30 Mar 9999 21:57:46 +0900", "Thu, 01 Jan 1970 00:00:00 GMT", "2099-03-30"])
def test_an_absurd_day_of_a_feed_is_none(day):
    assert feed(ITEM.format("제목", "/view.php?idx=1", day)) == [(ONE[0], ONE[1], None)]


def test_a_feed_in_utc_shows_the_korean_day():
    assert feed(ITEM.format("제목", "/view.php?idx=1", "Sun, 29 Mar 2020 23:30:00 GMT")) == [ONE]


def test_an_item_of_a_feed_that_lacks_something_is_passed_over():
    items = [
        "<item/>",
        ITEM.format("", "/view.php?idx=3", ""),
        ITEM.format("제목", "", ""),
        ITEM.format("제목", "/view.php?idx=1", ""),
    ]
    assert feed(*items) == [(ONE[0], ONE[1], None)]


def test_a_feed_that_breaks_off_gives_what_came():
    whole = ITEM.format("제목", "/view.php?idx=1", "2020-03-30")
    page = f"<rss><channel>{whole}<item><title>둘".encode()
    assert [one.title for one in READER.read(page, "feed")] == ["제목"]


BOMB = '<!DOCTYPE r [<!ENTITY a "일자리"><!ENTITY b "{}">{}]>'.format("&a;" * 10, "".join(
    f'<!ENTITY {chr(99 + i)} "{("&" + chr(98 + i) + ";") * 10}">' for i in range(12)
))  # fmt: skip


@pytest.mark.parametrize(
    "doctype", [BOMB, '<!DOCTYPE r [<!ENTITY c SYSTEM "file:///etc/passwd">]>'], ids=["bomb", "file"]
)
def test_entities_of_a_feed_are_not_expanded(doctype):
    read = feed(ITEM.format("제목 &c;", "/view.php?idx=1", ""), head=doctype)
    assert all(len(title) < 100 and "root" not in title for _, title, _ in read)


@pytest.mark.parametrize("name", SPIDERS)
@settings(deadline=None, max_examples=30)
@given(page=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_page_breaks_a_reader(name, page):
    spider = SPIDERS[name]
    for found_by in ("feed", *spider.markup):
        for wrapped in (
            page,
            b"<rss><item><title>" + page + b"</title><link>/1</link><pubDate>" + page,
            b"<dl><dt class=title><a href='" + page,
        ):
            assert list(spider.reader.read(wrapped, found_by)) is not None


@pytest.mark.parametrize("name", SPIDERS)
def test_pages_of_a_listing_differ_by_their_number(name):
    for listing in SPIDERS[name].listings():
        assert listing.paged is (listing.found_by != "feed")
        pages = [listing.page(number) for number in range(listing.first, listing.first + 3)]
        assert len(set(pages)) == (3 if listing.paged else 1)
        assert "{" not in "".join(pages)


def test_terms_are_sent_in_the_systems_charset():
    urls = {listing.key: listing.page(1) for listing in SPIDERS["breaknews"].listings()}
    assert "search=%C0%CF%C0%DA%B8%AE%B4%EB%C3%A5&" in urls["search 일자리대책"]


def test_a_listing_without_page_numbers_is_one_page():
    assert not Listing("feed", "feed", "http://x.test/rss").paged


@given(
    st.text(max_size=40)
    | st.from_regex(r"(Mon, )?\d{1,3} \w{3} \d{1,6} \d{1,3}:\d{1,3}(:\d{1,3})? ([+-]\d{1,6}|GMT|-0000)?")
)
def test_no_date_breaks_a_feed(day):
    link = "http://x.test/view.php?idx=1"
    page = f"<rss><item><title>제목</title><link>{link}</link><pubDate>{html.escape(day)}</pubDate></item></rss>"
    assert [one.title for one in READER.read(page.encode(), "feed")] in (["제목"], [])
