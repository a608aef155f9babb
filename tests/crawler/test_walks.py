"""What a list page means and whether the next one is asked for: a walk played on invented listings."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.arguments import MAX_PAGES, Window
from crawler.cms.listing import Entry, Listing
from crawler.walks import CATCH_UP, LOOK_BACK_DAYS, LOOK_BACK_PAGES, Memory, Walk

TODAY = date(2020, 4, 1)
LIST = Listing("all articles", "list", "/list?page={page}")
NONE = Memory()
COMPLETE = Memory(complete=True, entries=20)


def walk(listing=LIST, memory=NONE, **window):
    return Walk(listing, Window(**window), memory, TODAY)


def play(walked, *pages, news=False, leads_on=True):
    """Show pages, each a list of (id, days ago or None), until the walk wants no more; the steps."""
    steps = []
    for number, shown in enumerate(pages, walked.listing.first):
        entries = [
            Entry(f"/{name}", f"제목 {name}", None if ago is None else TODAY - timedelta(days=ago))
            for name, ago in shown
        ]
        on = leads_on if isinstance(leads_on, bool) else number in leads_on
        steps.append(walked.take(number, entries, [entry.link for entry in entries], news=news, leads_on=on))
        if not steps[-1].go_on:
            break
    return steps


def page(number, ago=0, size=5):
    return [(f"{number}-{n}", ago) for n in range(size)]


def pages(count, per_day=1):
    return [page(number, number // per_day) for number in range(count)]


def test_a_first_walk_takes_the_usual_number_of_pages():
    walked = walk()
    steps = play(walked, *pages(30), news=True)
    assert len(steps) == MAX_PAGES
    assert (steps[-1].outcome, walked.ended, walked.failure) == ("read", True, None)


def test_a_nightly_walk_looks_back_past_what_it_knows():
    """So a backdated article between known ones is found."""
    steps = play(walk(memory=COMPLETE), *pages(40, per_day=1))
    assert len(steps) == LOOK_BACK_PAGES
    old = play(walk(memory=COMPLETE), page(1, 1), page(2, 8), page(3, LOOK_BACK_DAYS + 1), page(4, 30), news=False)
    assert len(old) == 3


def test_it_stops_at_once_where_all_is_known_and_old():
    (step,) = play(walk(memory=COMPLETE), page(1, LOOK_BACK_DAYS + 1))
    assert "older than" in step.reason


def test_it_goes_on_while_there_is_news_and_says_when_that_was_not_enough():
    walked = walk(memory=COMPLETE)
    steps = play(walked, *pages(100), news=True)
    assert len(steps) == MAX_PAGES * CATCH_UP
    assert (steps[-1].outcome, walked.ended) == ("cut", False)
    assert "did not reach back" in walked.failure


def test_lists_without_dates_are_looked_back_by_pages():
    steps = play(walk(memory=COMPLETE), *[page(number, None) for number in range(20)])
    assert len(steps) == LOOK_BACK_PAGES


def test_a_limit_that_was_asked_for_is_kept():
    for memory in (NONE, COMPLETE):
        assert len(play(walk(memory=memory, page_limit=2), *pages(9), news=True)) == 2


def test_since_goes_past_known_articles_to_its_day():
    steps = play(walk(memory=COMPLETE, since=TODAY - timedelta(days=6)), *pages(40))
    assert len(steps) == 8
    assert steps[-1].outcome == "read"


def test_a_limit_before_since_is_told():
    walked = walk(since=TODAY - timedelta(days=400), page_limit=3)
    assert play(walked, *pages(40))[-1].outcome == "cut"
    assert not walked.ended
    assert "the limit of 3 pages came before 2019-02-26" in walked.failure


@pytest.mark.parametrize("last", [[], page(2)], ids=["an empty page", "the last page again"])
def test_the_end_of_a_listing_is_its_end(last):
    walked = walk()
    steps = play(walked, page(1), page(2), last, news=True, leads_on={1})
    assert [step.outcome for step in steps] == ["read", "read", "end"]
    assert (walked.ended, walked.end_page) == (True, 3)


@pytest.mark.parametrize("last", [[], page(1)], ids=["an empty page", "the first page again"])
def test_paging_that_ends_though_the_listing_leads_on_is_cut(last):
    walked = walk()
    steps = play(walked, page(1), last, news=True, leads_on=True)
    assert [step.outcome for step in steps] == ["read", "cut"]
    assert not walked.ended
    assert walked.failure == "page 2 shows nothing new, though the page before leads on to it"


def test_a_site_that_always_links_to_a_next_page_is_believed_the_second_night():
    walked = walk(memory=Memory(complete=False, entries=10, end_page=3))
    assert play(walked, page(1), page(2), [], news=True)[-1].outcome == "end"


def test_a_listing_that_once_went_back_further_is_cut():
    walked = walk(memory=Memory(entries=50, oldest=TODAY - timedelta(days=100)))
    assert play(walked, page(1, 1), page(2, 9), [], news=True, leads_on=False)[-1].outcome == "cut"
    assert "once went back to 2019-12-23" in walked.failure


def test_a_listing_that_lost_its_oldest_article_is_not():
    walked = walk(memory=Memory(entries=50, oldest=TODAY - timedelta(days=20)))
    assert play(walked, page(1, 1), page(2, 9), [], news=True, leads_on=False)[-1].outcome == "end"


@pytest.mark.parametrize("found_by", ["list", "feed", "search"])
def test_a_listing_that_lost_its_articles_is_a_failure(found_by):
    walked = walk(Listing("x", found_by, "/x?page={page}"), memory=COMPLETE)
    (step,) = play(walked, [])
    assert (step.outcome, walked.ended) == ("empty", False)


def test_an_empty_search_is_an_answer_and_an_empty_list_is_counted():
    searched = walk(Listing("x", "search", "/x?page={page}"))
    assert [step.outcome for step in play(searched, [])] == ["end"]
    listed = walk()
    assert [step.outcome for step in play(listed, [])] == ["empty"]
    assert listed.ended, "never any there: no failure of its own"


def test_a_search_whose_few_hits_were_withdrawn_is_no_failure():
    searched = walk(Listing("x", "search", "/x?page={page}"), memory=Memory(complete=True, entries=1))
    assert [step.outcome for step in play(searched, [])] == ["end"]
    assert searched.ended


def test_a_feed_has_one_page():
    walked = walk(Listing("feed", "feed", "/rss.xml"))
    assert len(play(walked, page(1), page(2), news=True)) == 1
    assert walked.ended


@given(st.lists(st.lists(st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(-3000, 60))), max_size=6), max_size=80),
       st.booleans(), st.booleans(), st.booleans())  # fmt: skip
def test_every_walk_ends_and_says_how(shown, complete, news, leads_on):
    """Also through calendar traps and lists that go on for ever."""
    walked = walk(memory=Memory(complete=complete, entries=3))
    endless = [*shown, *([(f"{number}-", -number)] for number in range(1000))]
    steps = play(walked, *endless, news=news, leads_on=leads_on)
    assert len(steps) <= MAX_PAGES * CATCH_UP
    assert not steps[-1].go_on
    assert walked.ended or walked.failure


def test_a_search_by_relevance_is_walked_to_its_end():
    """An old first page says nothing of what follows."""
    walked = walk(Listing("x", "search", "/x?page={page}"), since=TODAY - timedelta(days=30))
    steps = play(walked, [("a", 20), ("b", 9)], page(2, 400), page(3, 5), [], leads_on={1, 2})
    assert [step.outcome for step in steps] == ["read", "read", "read", "end"]
