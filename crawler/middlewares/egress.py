"""The one door out: where a request may go at all."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.settings import BaseSettings

from crawler.arguments import SpiderMistakeError

NO_CONTACT = (
    "No contact is set, so no real outlet is requested. Set ILJARI_CONTACT to an address that outlets can reach"
    " (a web page or an e-mail address), or try things out on the newsroom: make demo."
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class NoContactError(IgnoreRequest):
    """A real host was to be requested by a crawler that does not say who it is."""


def newsroom_address(setting: str) -> str | None:
    """The newsroom's address, None where none is set. ValueError for one that is not on this machine."""
    if not setting:
        return None
    if urlsplit(setting).scheme != "http" or urlsplit(setting).hostname not in _LOOPBACK:
        raise ValueError(f"ILJARI_NEWSROOM={setting!r} is no address of this machine; write http://127.0.0.1:PORT")
    return setting


def check_contact(settings: BaseSettings) -> None:
    """Raises SpiderMistakeError where settings let nothing be requested."""
    if not newsroom_address(settings["ILJARI_NEWSROOM"]) and not settings["ILJARI_CONTACT"].strip():
        raise SpiderMistakeError(NO_CONTACT)


def newsroom_host(setting: str) -> str | None:
    """The newsroom's host, the one address of this machine that is connected to; None where none is set."""
    return urlsplit(newsroom_address(setting) or "").hostname


class EgressMiddleware:
    """Sends every request to the newsroom where one is set, refuses real hosts where no contact is, and signs with it."""

    def __init__(self, newsroom: str | None, contact: str, user_agent: str) -> None:
        self.newsroom = newsroom
        self.contact = contact.strip()
        self.user_agent = f"{user_agent.removesuffix(')')}; {self.contact})" if self.contact else user_agent

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> EgressMiddleware:
        """Scrapy's constructor."""
        newsroom = newsroom_address(crawler.settings.get("ILJARI_NEWSROOM"))
        return cls(newsroom, crawler.settings["ILJARI_CONTACT"], crawler.settings["USER_AGENT"])

    def process_request(self, request: Request) -> None:
        """Raises NoContactError."""
        request.headers["User-Agent"] = self.user_agent
        if self.newsroom:
            request.meta["proxy"] = self.newsroom
        elif not self.contact:
            raise NoContactError(NO_CONTACT)
