"""The Asia Business Daily's own system: lists on www, articles on view, page numbers in the path."""

import re

from tests.newsroom.systems.base import System
from tests.newsroom.wire import Response


class Asiae(System):
    """One outlet on this system."""

    key = "asiae"
    id_pattern = re.compile(r"20\d{14,17}")
    routes = (
        (r"/", "front"),
        (r"/list/(?P<code>[\w-]+)(?:/(?P<page>\d+))?", "section"),
        (r"/search/index\.htm", "search"),
        (r"/rss/(?P<code>[\w-]+)\.htm", "rss"),
        (r"/article/(?P<number>\d+)", "view"),
    )
    article_routes = frozenset({"view"})

    def article_url(self, number: str) -> str:
        """The canonical URL of the article with this id, on the host for articles."""
        return f"{self.outlet.scheme}://view.{self.outlet.host.removeprefix('www.')}/article/{number}"

    def front(self, params: dict[str, str]) -> Response:
        """The front page: the newest articles."""
        return self.html("list.html", name="최신기사", sheet=self.sheet(self.listed(), None), path="")

    def section(self, params: dict[str, str], code: str, page: str | None) -> Response:
        """One section's list."""
        name = self.names.get(code)
        if name is None:
            return self.missing()
        sheet = self.sheet(self.listed(name), page)
        return self.html("list.html", name=name, sheet=sheet, path=f"/list/{code}")

    def search(self, params: dict[str, str]) -> Response:
        """The site's search; both names of its parameter are in use."""
        query = params.get("keyword") or params.get("kwd", "")
        return self.html("search.html", query=query, sheet=self.sheet(self.found(query), params.get("page")))

    def rss(self, params: dict[str, str], code: str) -> Response:
        """The newest articles of all sections or one."""
        name = self.names.get(code)
        if name is None and code != "all":
            return self.missing()
        return self.feed(f"{self.outlet.name} {name or '전체기사'}", self.listed(name)[:20])

    def view(self, params: dict[str, str], number: str) -> Response:
        """One article."""
        story = self.by_id.get(number)
        return self.html("view.html", story=story) if story else self.missing()
