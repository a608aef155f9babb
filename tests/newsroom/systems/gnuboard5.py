"""Gnuboard 5: a board whose posts are articles of the press; its RSS is switched off."""

import re

from tests.newsroom.systems.base import Place, System
from tests.newsroom.wire import Request, Response


class Gnuboard5(System):
    """One board."""

    key = "gnuboard5"
    id_pattern = re.compile(r"\d{1,7}")
    routes = (
        (r"/(index\.php)?", "front"),
        (r"/bbs/board\.php", "board"),
        (r"/bbs/rss\.php", "rss"),
        (r"/news/(?P<number>\d+)", "short"),
    )
    article_routes = frozenset({"short"})
    id_parameter = "wr_id"
    twins = ("/bbs/board.php?wr_id={id}&bo_table={board}", "/bbs/board.php?bo_table={board}&page=2&wr_id={id}")

    def article_url(self, number: str) -> str:
        """The canonical URL of the article with this id."""
        return f"{self.home}/bbs/board.php?bo_table={self.outlet.board}&wr_id={number}"

    def place(self, request: Request) -> Place:
        """As for every system; on the board the parameter decides."""
        if request.path == "/bbs/board.php" and self.id_parameter in request.params(self.outlet.charset):
            return "articles"
        return super().place(request)

    def front(self, params: dict[str, str]) -> Response:
        """The front page: the board's newest posts."""
        return self.html("list.html", sheet=self.sheet(self.listed(), None), query="", marks="")

    def board(self, params: dict[str, str]) -> Response:
        """The board: one post, a search in titles (or titles and text), a category, or the list."""
        if params.get("bo_table") != self.outlet.board:
            return self.html("missing.html")
        if "wr_id" in params:
            story = self.by_id.get(params["wr_id"])
            return self.html("view.html", story=story) if story else self.html("missing.html")
        query, field, category = params.get("stx", ""), params.get("sfl", "wr_subject"), params.get("sca", "")
        stories = self.found(query, in_text="wr_content" in field) if query else self.listed(category or None)
        marks = f"&sca={category}&sop=and&sfl={field}&stx={query}" if query or category else ""
        return self.html("list.html", sheet=self.sheet(stories, params.get("page")), query=query, marks=marks)

    def rss(self, params: dict[str, str]) -> Response:
        """The refusal of a board that does not allow RSS: a short text with status 200."""
        return Response(body="RSS 보기가 금지되어 있습니다.".encode(), content_type="text/html; charset=utf-8")

    def short(self, params: dict[str, str], number: str) -> Response:
        """The same post under its short address."""
        return self.board({"bo_table": self.outlet.board, "wr_id": number})
