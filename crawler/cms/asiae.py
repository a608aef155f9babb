"""아시아경제's own system: lists on www, articles on view: `/article/N`."""

from crawler.cms.base import OutletSpider
from crawler.cms.listing import Markup


class AsiaeSpider(OutletSpider):
    """A feed of everything, lists by section with pages from 1, a search with a markup of its own."""

    system = "asiae"
    feed_url = "/rss/all.htm"
    list_url = "/list/{section}/{page}"
    search_url = "/search/index.htm?keyword={term}&page={page}"
    markup = {
        "list": Markup("div.content div.list_type, div.content div.listsm_type", "h3 a", "span.txt_time"),
        "search": Markup("div.section_list > div.article_type", "h1 > a", "p.rel_time"),
    }
    article_id = r"/article/(\d+)"
    article_url = "https://view.asiae.co.kr/article/{id}"
