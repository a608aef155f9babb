"""Dadamedia in its skin of about 2012: tables, EUC-KR, the site's slogan for every page's title."""

import re

from tests.newsroom.systems.base import System
from tests.newsroom.wire import Response


class Dadamedia(System):
    """One outlet on dadamedia."""

    key = "dadamedia"
    id_pattern = re.compile(r"\d{1,8}")
    routes = (
        (r"/(index\.html)?", "everything"),
        (r"/sub_view\.html", "everything"),
        (r"/sub(_sec)?\.html", "section"),
        (r"/search\.html", "search"),
        (r"/rss/rss_news\.php", "rss"),
        (r"/sub_read\.html", "read"),
        (r"/newnews/print\.php", "printed"),
        (r"/(?P<number>\d+)", "short"),
    )
    article_routes = frozenset({"read", "printed", "short"})
    id_parameter = "uid"
    twins = ("/{id}", "/sub_read.html?section=sc4&uid={id}")

    def article_url(self, number: str) -> str:
        """The canonical URL of the article with this id."""
        return f"{self.home}/sub_read.html?uid={number}"

    def everything(self, params: dict[str, str]) -> Response:
        """All articles, or one reporter's (`n_name=한가람 기자`)."""
        reporter = params.get("n_name", "").removesuffix(" 기자")
        stories = [s for s in self.listed() if reporter in ("", s.article.reporter)]
        path = f"sub_view.html?n_name={reporter} 기자" if reporter else "sub_view.html?"
        return self.html("list.html", name="전체기사", sheet=self.sheet(stories, params.get("page")), path=path)

    def section(self, params: dict[str, str]) -> Response:
        """One section's list."""
        code = params.get("section", "")
        name = self.names.get(code)
        sheet = self.sheet(self.listed(name) if name else [], params.get("page"))
        return self.html("list.html", name=name or "", sheet=sheet, path=f"sub.html?section={code}")

    def search(self, params: dict[str, str]) -> Response:
        """The site's search; the query comes percent-encoded in the site's charset."""
        query = params.get("search", "")
        sheet = self.sheet(self.found(query), params.get("page"))
        path = f"search.html?search={query}&search_and=1&search_exec=n_t&search_section=all"
        return self.html("list.html", name=f"'{query}' 검색결과", sheet=sheet, path=path)

    def rss(self, params: dict[str, str]) -> Response:
        """The newest articles as RSS."""
        return self.feed(f"{self.outlet.name} - 전체", self.listed()[:20])

    def read(self, params: dict[str, str], template: str = "read.html") -> Response:
        """One article; where there is none, a script says so with status 200, as this system does."""
        story = self.by_id.get(params.get("uid", ""))
        return self.html(template, story=story) if story else self.html("missing.html")

    def printed(self, params: dict[str, str]) -> Response:
        """The same article for printing."""
        return self.read(params, "print.html")

    def short(self, params: dict[str, str], number: str) -> Response:
        """The same article under its short address."""
        return self.read({"uid": number})
