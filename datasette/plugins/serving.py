"""What every answer carries, what robots may fetch, and what of the server is nobody's business."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import datasette as installed
from datasette import Response, hookimpl
from datasette.app import Datasette

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

ROBOTS = """\
User-agent: *
Disallow: /-/
Disallow: /*?
Disallow: /*.json
Disallow: /*.csv
Allow: /*?_next=
Crawl-delay: 5
"""
"""Rows and the plain table pages may be indexed; searches, filters and exports are for people."""

CLOSED = re.compile(r"(/.*)?/-/(actor|allow-debug|databases|messages|patterns|permissions|threads)(\.json)?")
"""Pages of Datasette that show the server's paths and inner state."""


def _inline_scripts() -> Iterator[str]:
    """Digests of the scripts that stand in Datasette's own pages; no other inline script may run."""
    for template in sorted((Path(installed.__file__).parent / "templates").glob("*.html")):
        for script in re.findall(r"<script>(.*?)</script>", template.read_text(), re.DOTALL):
            text = script.replace("{{ datasette_allow_facet }}", "true")
            yield f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {' '.join(_inline_scripts())}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Asgi], Asgi]:
    """Add the headers to every answer, and answer 404 for the closed pages."""
    added = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    def wrap(app: Asgi) -> Asgi:
        async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
            async def send_with_headers(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": [*message.get("headers", ()), *added]}
                await send(message)

            if scope["type"] == "http" and CLOSED.fullmatch(scope["path"].rstrip("/")):
                await Response.text("404\n", status=404).asgi_send(send_with_headers)
                return
            await app(scope, receive, send_with_headers)

        return serve

    return wrap


@hookimpl
def register_routes() -> list[tuple[str, Callable[[], Awaitable[Response]]]]:
    """`/robots.txt`."""

    async def robots() -> Response:
        return Response.text(ROBOTS)

    return [(r"^/robots\.txt$", robots)]
