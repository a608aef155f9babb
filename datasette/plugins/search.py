"""Korean full-text search in Datasette's own search box."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from pipelines.search import match_query

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

EMPTY_SEARCH = re.compile(rb"(^|&)_search=(\+|%20)*(?=&|$)")


@hookimpl(trylast=True)  # after Datasette's own plugin that defines the function
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Put the project's query in the place of Datasette's `escape_fts`, which the search box and the queries call."""
    conn.create_function("escape_fts", 1, lambda text: match_query(str(text or "")), deterministic=True)


@hookimpl
def asgi_wrapper() -> Callable[[Asgi], Asgi]:
    """Take an empty search, which every form of a table sends along, for none."""

    def wrap(app: Asgi) -> Asgi:
        async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                query = EMPTY_SEARCH.sub(b"", scope["query_string"]).lstrip(b"&")
                scope = {**scope, "query_string": query}
            await app(scope, receive, send)

        return serve

    return wrap
