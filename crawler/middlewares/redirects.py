"""Redirects stay at the outlet: never to another site, to a private address or out of http."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest

Resolver = Callable[[str], Iterable[str]]


class RedirectRefusedError(IgnoreRequest):
    """The outlet sent us somewhere we do not go."""


def resolve(host: str) -> list[str]:
    """The addresses of a host; none where it has none."""
    try:
        return [str(info[4][0]) for info in socket.getaddrinfo(host, None)]
    except OSError:
        return []


def refusal(url: str, domains: Iterable[str], resolver: Resolver | None = resolve) -> str | None:
    """Why a redirect to `url` is not followed, None where it is. `domains` are the outlet's; subdomains belong to them.

    Without a resolver (behind a newsroom, which answers for every host) only the name is looked at.
    """
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
    if resolver and any(not ipaddress.ip_address(address.split("%")[0]).is_global for address in resolver(host)):
        return f"redirect to a private address ({host}) refused"
    return None


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Scrapy's own, within the outlet's domains."""

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        resolver = None if self.crawler.settings.get("ILJARI_NEWSROOM") else resolve
        domains = getattr(self.crawler.spider, "allowed_domains", None) or ()
        why = refusal(redirected.url, domains, resolver)
        if why:
            raise RedirectRefusedError(why)
        return super()._redirect(redirected, request, reason)
