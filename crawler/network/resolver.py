"""Names to addresses, off the reactor's thread, and only to addresses of the public internet.

Every connection asks here, a first request's as well as a redirect's or robots.txt's, and IP addresses written as hosts
too; what is refused here is never connected to.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.datatypes import LocalCache
from twisted.internet.base import ReactorBase
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from crawler.middlewares.egress import newsroom_host

_NO_ANSWER = (f"[Errno {socket.EAI_AGAIN}]", "timeout error")


class AddressError(Exception):
    """A host is not connected to; the message says why."""


class PrivateAddressError(AddressError):
    """Its address is not of the public internet: this machine, its network, a cloud's own services."""


class NoSuchHostError(AddressError):
    """It has no address."""


class NoNameServerError(AddressError):
    """No name server answered, so that nothing is known of it."""


_refusals: LocalCache[str, AddressError] = LocalCache(10_000)


def refusal_of(host: str) -> AddressError | None:
    """Why the last look-up of a host gave no address. Twisted tells the one who connects only that there is none."""
    refused = _refusals.get(host)
    return type(refused)(*refused.args) if refused else None


def is_public(address: str) -> bool:
    """Whether an IP address belongs to a single host of the public internet."""
    parsed = ipaddress.ip_address(address)
    return parsed.is_global and not parsed.is_multicast


class PublicResolver(CachingThreadedResolver):
    """Scrapy's own (IPv4, a thread pool, a cache), which refuses all but public addresses and the newsroom's."""

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.newsroom: str | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicResolver:
        """Scrapy's constructor."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.newsroom = newsroom_host(crawler.settings["ILJARI_NEWSROOM"])
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802 (Twisted's name)
        """Twisted's hook: a Deferred of the address, or of DNSLookupError, with the reason in `refusal_of`."""
        return (
            super()
            .getHostByName(name, timeout)
            .addCallbacks(self._checked, self._explained, callbackArgs=(name,), errbackArgs=(name,))
        )

    def _checked(self, address: str, name: str) -> str:
        if name != self.newsroom and not is_public(address):
            _refusals[name] = PrivateAddressError(f"{name} has no public address ({address})")
            raise DNSLookupError(name)
        _refusals.pop(name, None)
        return address

    def _explained(self, failure: Failure, name: str) -> Failure:
        said = failure.getErrorMessage()
        if any(mark in said for mark in _NO_ANSWER):
            _refusals[name] = NoNameServerError(f"no name server answers for {name}")
        else:
            _refusals[name] = NoSuchHostError(f"there is no host {name}")
        return failure
