"""The records that travel through the pipelines: a fetched page, the article on it, what was read from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from pipelines.canonical import canonical_url
from pipelines.extract.model import JobPlan

KST = timezone(timedelta(hours=9), "KST")
"""Korean time: no daylight saving since 1988."""

CleanStatus = Literal["ok", "no-body", "script-body", "block-page", "attachment-only", "not-html", "gone"]
"""What kind of page it was; anything but `ok` is no whole article."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who published a page. It travels with the page, so that a rebuild needs no spider."""

    key: str  # the spider's name
    name: str  # as the outlet writes itself
    domain: str
    system: str  # publishing system: a module of crawler/cms
    region: str | None = None  # province or municipality it covers
    tier: Literal["press", "repost", "release"] = "press"
    verified: str = "by system only"


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came: the bytes of the body, with transfer and content encoding removed."""

    url: str
    body: bytes
    retrieved: datetime
    outlet: Outlet
    kind: Literal["article", "list"] = "article"
    status: int = 200
    content_type: str | None = None
    listed_url: str | None = None  # the identity under which a listing showed it
    listed_title: str | None = None
    found_by: str | None = None  # list, feed, search


@dataclass(slots=True)
class Article:
    """What `pipelines.clean` makes of a page. A title or body that was not found is an empty string."""

    url: str | None
    canonical: str | None = None  # identity, by the page's own word where it is to be trusted (pipelines.canonical)
    title: str = ""
    published: datetime | date | None = None
    modified: datetime | date | None = None
    body: str = ""
    outlet: str | None = None  # as the page names itself
    original_outlet: str | None = None  # of a repost: whose article it is
    system: str | None = None
    skin: str | None = None
    encoding: str = "utf-8"
    status: CleanStatus = "ok"
    notes: list[str] = field(default_factory=list)  # e.g. "published: guessed by htmldate"


@dataclass(slots=True)
class Reading:
    """All that one page gave: article and plan (`plan.relevant` may be False)."""

    page: Page
    article: Article
    plan: JobPlan
    version: str  # of the code that read it

    @property
    def identity(self) -> str:
        """The canonical URL under which the article is stored."""
        return self.article.canonical or canonical_url(self.page.url)
