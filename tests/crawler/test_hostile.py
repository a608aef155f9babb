"""One night among outlets that mean harm: each is bounded, told by name, and the others' pages are stored as ever."""

import subprocess
import sys
import unicodedata

import pytest

from tests.conftest import Crawl, crawl
from tests.newsroom.process import ROOT

TRICKS = "the feed declares entities that grow or lead elsewhere"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Crawl:
    return crawl(
        tmp_path_factory.mktemp("hostile"), "-s", "RETRY_TIMES=1",
        faults={
            "knnws": [{"kind": "hostile", "trick": "titles", "url": "."}],
            "asiae": [{"kind": "hostile", "trick": "laughs"}],
            "fnnews": [{"kind": "hostile", "trick": "external"}],
            "breaknews": [{"kind": "bomb", "url": r"sub_read\.html", "megabytes": 40}],
            "icose": [{"kind": "huge", "url": "wr_id=", "megabytes": 100}],
        },
    )  # fmt: skip


def state(made, outlet):
    (row,) = made.rows("select state, reason from run_outlets where outlet = ?", outlet)
    return row["state"], row["reason"]


def unclean(title):
    return [char for char in title if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn")]


def test_titles_hold_no_control_characters_and_script_is_text(hostile):
    listed = [
        row["title"] for row in hostile.rows("select title from urls where outlet = 'knnws'", database="crawl.db")
    ]
    stored = [row["title"] for row in hostile.rows("select title from articles where outlet = 'knnws'")]
    for titles in (listed, stored):
        assert len(titles) > 3
        assert [title for title in titles if unclean(title)] == []
    assert any("<script>alert(document.domain)</script>" in title for title in listed)


@pytest.mark.parametrize("outlet", ["asiae", "fnnews"])
def test_a_feed_that_plays_tricks_is_a_failure_and_its_articles_come_all_the_same(hostile, demo, outlet):
    assert state(hostile, outlet) == ("failed", f"1 of 8 listings failed: feed: {TRICKS}")
    query = "select outcome, reason from list_pages where outlet = ? and listing = 'feed'"
    assert hostile.rows(query, outlet, database="crawl.db") == [{"outcome": "failed", "reason": TRICKS}]
    stored = "select canonical from articles where outlet = ? order by canonical"
    assert hostile.rows(stored, outlet) == demo.rows(stored, outlet) != []
    titles = hostile.rows("select title from urls where outlet = ?", outlet, database="crawl.db")
    assert all(len(row["title"]) < 200 and "haha" not in row["title"] for row in titles)


def test_nothing_outside_is_asked_for(hostile):
    known = ("knnws.com", "asiae.co.kr", "fnnews.com", "breaknews.com", "icose.newsroom.test")
    assert [entry["url"] for entry in hostile.requests if not entry["host"].endswith(known)] == []


@pytest.mark.parametrize(
    ("outlet", "reason"), [("breaknews", "larger than 20 MB when unpacked"), ("icose", "larger than 20 MB")]
)
def test_a_page_without_bound_is_a_failure_by_its_name(hostile, outlet, reason):
    assert state(hostile, outlet)[0] == "given-up"
    assert state(hostile, outlet)[1].startswith(f"5 failures in a row, the last: {reason}")
    query = "select distinct reason from listings where outlet = ? and outcome = 'failed'"
    assert hostile.rows(query, outlet, database="crawl.db") == [{"reason": reason}]


FEED = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from crawler.cms.listing import Listing, ListReader
entities = '<!ENTITY a "' + "x" * 1000 + '">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 100}">' for n in range(9))
item = "<item a='&j;'><title>&j; one</title><link>/1</link><pubDate>&j;</pubDate></item>"
deep = "<a>" * 200_000
reader = ListReader(r"/(\\d+)", "http://x.test/{id}", {})
for page in (
    f"<!DOCTYPE rss [{entities}]><rss>{item}</rss>",
    f"<!DOCTYPE rss [{entities}<!ELEMENT item ANY><!ATTLIST item b CDATA '&j;'>]><rss>{item}</rss>",
    f"<!DOCTYPE rss [<!ENTITY a '{'y' * 1_000_000}'>]><rss>{'<item><title>&a;&a;&a;&a; x</title><link>/1</link></item>' * 5000}</rss>",
    f"<!DOCTYPE rss [<!ENTITY % a SYSTEM 'file:///etc/passwd'> %a;]><rss>{item}</rss>",
    f"<rss>{deep}<item><title>t</title><link>/1</link></item></rss>",
):
    shown = reader.read_page(page.encode(), Listing("feed", "feed", "http://x.test/rss"), 1)
    assert all(len(entry.title) <= 300 for entry in shown.entries), shown
print("bounded")
"""


def test_feeds_that_would_grow_do_so_neither_in_memory_nor_in_time():
    """In a process that may take a gigabyte and twenty seconds of work."""
    done = subprocess.run(
        [sys.executable, "-c", FEED], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == "bounded\n", done.stderr[-1000:]
