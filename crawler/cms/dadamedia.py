"""다다미디어: `/sub_read.html?uid=N`, on old skins in EUC-KR."""

from crawler.cms.base import OutletSpider
from crawler.cms.listing import Markup

_MARKUP = Markup("dl:has(dd.title)", "dd.title a", "dd.etc")


class DadamediaSpider(OutletSpider):
    """A feed, lists of everything or by section, pages from 1, a search whose words are sent in CP949."""

    system = "dadamedia"
    feed_url = "/rss/rss_news.php"
    all_url = "/sub_view.html?page={page}"
    list_url = "/sub.html?section={section}&page={page}"
    search_url = "/search.html?search={term}&search_and=1&search_exec=n_t&search_section=all&page={page}"
    term_charset = "cp949"
    markup = {"list": _MARKUP, "search": _MARKUP}
    article_id = r"(?:sub_read\.html\?(?:[^#]*&)?uid=|^(?:https?://[^/]+)?/)(\d+)(?!\d*[/.\w])"
    article_url = "/sub_read.html?uid={id}"
