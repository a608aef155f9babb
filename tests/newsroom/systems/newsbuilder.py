"""Newsbuilder: `/news/view.php?idx=N`, lists by `mcode`, a search that marks its links, a mobile twin, no feed."""

import re

from tests.newsroom.systems.base import System
from tests.newsroom.wire import Response


class Newsbuilder(System):
    """One outlet on newsbuilder."""

    key = "newsbuilder"
    id_pattern = re.compile(r"\d{1,8}")
    routes = (
        (r"/(index\.php)?|/m/?", "front"),
        (r"/(news|m)/list\.php", "section"),
        (r"/news/search\.php", "search"),
        (r"/news/view\.php", "view"),
        (r"/m/view\.php", "mobile"),
    )
    article_routes = frozenset({"view", "mobile"})
    id_parameter = "idx"
    twins = ("/m/view.php?idx={id}", "/news/view.php?page=2&idx={id}")

    def article_url(self, number: str) -> str:
        """The canonical URL of the article with this id."""
        return f"{self.home}/news/view.php?idx={number}"

    def front(self, params: dict[str, str]) -> Response:
        """The front page: the newest of each section."""
        blocks = [(name, code, self.listed(name)[:3]) for name, code in self.outlet.sections.items()]
        return self.html("front.html", blocks=blocks)

    def section(self, params: dict[str, str]) -> Response:
        """One section's list, or all articles without an `mcode`."""
        code = params.get("mcode", "")
        name = self.names.get(code)
        stories = self.listed(name) if name or not code else []
        sheet = self.sheet(stories, params.get("page"))
        return self.html("list.html", name=name or "전체기사", sheet=sheet, path=f"list.php?mcode={code}", marks="")

    def search(self, params: dict[str, str]) -> Response:
        """The site's search; its links to articles carry the query."""
        query = params.get("stx", "")
        since, until = params.get("sdate", ""), params.get("edate", "")
        found = [s for s in self.found(query) if since <= f"{s.article.published:%Y-%m-%d}" <= (until or "9999")]
        sheet = self.sheet(found, params.get("page"))
        marks = f"sm=w_total&stx={query}&stx2=&w_section1=&sdate={since}&edate={until}"
        return self.html(
            "list.html", name=f"검색결과 : {query}", sheet=sheet, path=f"search.php?{marks}", marks="&" + marks
        )

    def view(self, params: dict[str, str], template: str = "view.html") -> Response:
        """One article; where there is none, a script says so with status 200, as this system does."""
        story = self.by_id.get(params.get("idx", ""))
        return self.html(template, story=story) if story else self.html("missing.html")

    def mobile(self, params: dict[str, str]) -> Response:
        """The same article for telephones."""
        return self.view(params, "mobile.html")
