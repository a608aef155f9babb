"""그누보드5: `/bbs/board.php?bo_table=T&wr_id=N`."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.arguments import SpiderMistakeError
from crawler.cms.base import OutletSpider
from crawler.cms.listing import Markup

_MARKUP = Markup("tr:has(td.td_subject)", "td.td_subject a[href*='wr_id=']", "td.td_datetime")


class Gnuboard5Spider(OutletSpider):
    """One board, its pages from 1, and a search over titles and texts; the feed is refused on most boards."""

    board: str = "/bbs/board.php?bo_table=news"  # the board's path, up to and with bo_table=…

    system = "gnuboard5"
    all_url = "{board}&page={page}"
    search_url = "{board}&sfl=wr_subject%7C%7Cwr_content&stx={term}&page={page}"
    markup = {"list": _MARKUP, "search": _MARKUP}
    article_id = r"[?&]wr_id=(\d+)"
    article_url = "{board}&wr_id={id}"

    def fill(self, template: str, **parts: str) -> str:
        """As for every outlet, within the board."""
        return super().fill(template, board=self.board, **parts)

    def use_address(self, address: str) -> None:
        """Take the board from the setting as well."""
        super().use_address(address)
        parts = urlsplit(address)
        if "bo_table=" not in parts.query:
            raise SpiderMistakeError(f"{self.address_setting}={address!r} names no board; end it with ?bo_table=NAME")
        self.board = f"{parts.path}?{parts.query}"
