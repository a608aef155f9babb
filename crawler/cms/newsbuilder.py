"""뉴스빌더 and look-alikes: `/news/view.php?idx=N`."""

from crawler.cms.base import OutletSpider
from crawler.cms.listing import Markup

_MARKUP = Markup("div.basicList > dl", "dt.title a", "dd.registDate")


class NewsbuilderSpider(OutletSpider):
    """Lists by section code (`mcode`), pages from 1, a search over everything, no feed."""

    system = "newsbuilder"
    all_url = "/news/list.php?page={page}"
    list_url = "/news/list.php?mcode={section}&page={page}"
    search_url = "/news/search.php?sm=w_total&stx={term}&page={page}"
    dated_search_url = "/news/search.php?sm=w_total&stx={term}&sdate={since}&edate={until}&page={page}"
    markup = {"list": _MARKUP, "search": _MARKUP}
    article_id = r"/view\.php\?(?:[^#]*&)?idx=(\d+)"
    article_url = "/news/view.php?idx={id}"
