"""The Financial News' own system: ids that are times, lists and search paged from 0, AMP and mobile twins."""

import re

from tests.newsroom.systems.base import System
from tests.newsroom.wire import Response


class Fnnews(System):
    """One outlet on this system."""

    key = "fnnews"
    id_pattern = re.compile(r"20\d{16}")
    routes = (
        (r"/", "front"),
        (r"/section/(?P<code>\d+)", "section"),
        (r"/search/?", "search"),
        (r"/rss(?:/r20|/new)?/fn_realnews_(?P<code>\w+)\.xml", "rss"),
        (r"/news/(?P<number>\d+)", "news"),
        (r"/ampNews/(?P<number>\d+)", "amp"),
    )
    article_routes = frozenset({"news", "amp"})
    twins = ("/ampNews/{id}",)

    def article_url(self, number: str) -> str:
        """The canonical URL of the article with this id."""
        return f"{self.home}/news/{number}"

    def front(self, params: dict[str, str]) -> Response:
        """The front page: the newest articles."""
        return self.html("list.html", name="오늘의 뉴스", sheet=self.sheet(self.listed(), None, first=0), path="")

    def section(self, params: dict[str, str], code: str) -> Response:
        """One section's list, paged from 0."""
        name = self.names.get(code)
        if name is None:
            return self.missing()
        sheet = self.sheet(self.listed(name), params.get("page"), first=0)
        return self.html("list.html", name=name, sheet=sheet, path=f"/section/{code}?")

    def search(self, params: dict[str, str]) -> Response:
        """The site's search, paged from 0."""
        query = params.get("search_txt", "")
        sheet = self.sheet(self.found(query), params.get("page"), first=0)
        path = f"/search?search_type=&cont_type=&period_type=&searchDateS=&searchDateE=&search_txt={query}&"
        return self.html("list.html", name=f"'{query}' 검색결과", sheet=sheet, path=path)

    def rss(self, params: dict[str, str], code: str) -> Response:
        """The newest articles of all sections or one; its dates are Korean time and do not say so."""
        name = self.names.get(code)
        if name is None and code != "all":
            return self.missing()
        return self.feed(f"{self.outlet.name} {name or '전체'}", self.listed(name)[:20], "%Y-%m-%d %H:%M:%S")

    def news(self, params: dict[str, str], number: str, template: str = "news.html") -> Response:
        """One article."""
        story = self.by_id.get(number)
        return self.html(template, story=story) if story else self.missing()

    def amp(self, params: dict[str, str], number: str) -> Response:
        """The same article as AMP."""
        return self.news(params, number, "amp.html")
