"""Which spider an address belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from crawler.arguments import SpiderMistakeError
from crawler.cms.base import OutletSpider

GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A spider, an instance of it to ask for its data, and why it is the one."""

    spider: type[OutletSpider]
    outlet: OutletSpider
    why: str


def choose(loader: Any, settings: BaseSettings, url: str, name: str | None = None) -> Chosen:
    """The spider of this name, else that whose outlet's domain the address lies in, else one for any site.

    Raises SpiderMistakeError for an address that is none, a name that is not there, a spider that is not set up.
    """
    host = host_of(url)
    known = {one: loader.load(one) for one in sorted(loader.list())}
    if name and name not in known:
        raise SpiderMistakeError(f"there is no spider {name}; there are {', '.join(known)}")
    made = {
        one: _made(spider, settings)
        for one, spider in known.items()
        if name == one or (not name and _is_set_up(spider, settings))
    }
    if name:
        return Chosen(known[name], made[name], "as asked for")
    fitting = [one for one, outlet in made.items() if lies_in(host, outlet.domain)]
    if not fitting:
        generic = _generic(url, host)
        return Chosen(
            generic, generic(), f"no spider has the domain of {host}: read as a page of any site, without lists"
        )
    best = max(fitting, key=lambda one: len(made[one].domain))
    return Chosen(known[best], made[best], f"by the domain {made[best].domain}")


def host_of(url: str) -> str:
    """The host of a web address; raises SpiderMistakeError where it is none."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise SpiderMistakeError(f"{url!r} is no address of a page; write http://… or https://…")
    return host


def lies_in(host: str, domain: str) -> bool:
    """Whether a host is the domain or one below it."""
    return host == domain or host.endswith(f".{domain}")


def _is_set_up(spider: type[OutletSpider], settings: BaseSettings) -> bool:
    return not spider.address_setting or bool(settings[spider.address_setting])


def _made(spider: type[OutletSpider], settings: BaseSettings) -> OutletSpider:
    if not _is_set_up(spider, settings):
        raise SpiderMistakeError(f"set {spider.address_setting} to the address of {spider.outlet}")
    return spider(address=settings[spider.address_setting] if spider.address_setting else None)


def _generic(url: str, host: str) -> type[OutletSpider]:
    data = {
        "name": GENERIC, "outlet": host, "domain": host.removeprefix("www."), "base": f"{urlsplit(url).scheme}://{host}",
        "system": GENERIC, "article_id": "(?!)", "article_url": "",
    }  # fmt: skip
    return type("GenericSpider", (OutletSpider,), data)
