"""파이낸셜뉴스's own system: `/news/YYYYMMDDhhmmssNNNN`."""

from crawler.cms.base import OutletSpider
from crawler.cms.listing import Markup

_MARKUP = Markup("ul.list_article > li", "strong.tit_thumb a", "span.caption")


class FnnewsSpider(OutletSpider):
    """A feed of everything, lists by section with pages from 0, a search."""

    system = "fnnews"
    feed_url = "/rss/r20/fn_realnews_all.xml"
    list_url = "/section/{section}?page={page}"
    search_url = "/search?search_txt={term}&page={page}"
    first_page = 0
    markup = {"list": _MARKUP, "search": _MARKUP}
    article_id = r"/(?:news|ampNews)/(\d{14,20})"
    article_url = "/news/{id}"
