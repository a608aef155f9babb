"""Redirects stay at the outlet: never to another site or out of http, and not in circles.

That none leads to a private address the resolver sees to, as for every other request.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest


class RedirectRefusedError(IgnoreRequest):
    """The outlet sent us somewhere we do not go."""


def refusal(url: str, domains: Iterable[str]) -> str | None:
    """Why a redirect to `url` is not followed, None where it is. `domains` are the outlet's; subdomains belong to them."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
    except ValueError:
        return f"redirect to {url!r}, which is no address, refused"
    if parts.scheme not in ("http", "https"):
        return f"redirect to {parts.scheme or 'no'} scheme refused"
    if port not in (None, 80, 443) or "@" in parts.netloc:
        return f"redirect to an odd address of {host} refused"
    if not any(host == domain or host.endswith("." + domain) for domain in domains):
        return f"redirect to another site ({host}) refused"
    return None


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Scrapy's own, within the outlet's domains and where it leads on."""

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        domains = getattr(self.crawler.spider, "allowed_domains", None) or ()
        why = refusal(redirected.url, domains)
        if not why and redirected.url in (request.url, *request.meta.get("redirect_urls", ())):
            why = "redirect loop"
        if not why and request.meta.get("redirect_times", 0) >= self.max_redirect_times:
            why = f"more than {self.max_redirect_times} redirects"
        if why:
            raise RedirectRefusedError(why)
        return super()._redirect(redirected, request, reason)
