"""What the newsroom serves: articles and outlets. The fields are those of the data files; see data.py."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True)
class Placement:
    """Where an article is published: an outlet's key and the id in that outlet's URL."""

    outlet: str
    id: str
    search_only: bool = False


@dataclass(frozen=True)
class Original:
    """The press article that a board has posted again."""

    outlet: str
    date: date
    reporter: str


@dataclass(frozen=True)
class Breakdown:
    """One expected row of a plan's split."""

    label: str
    value: int | float
    unit: str
    prior: int | float | None = None


@dataclass(frozen=True)
class Gold:
    """What a reader should find in the article; a field the article does not state is None."""

    relevant: bool
    trap: str | None = None
    municipality: str | None = None
    head_name: str | None = None
    head_office: str | None = None
    kind: Literal["yearly", "term", "revised", "results"] | None = None
    plan_year: int | None = None
    plan_year_end: int | None = None
    plan_name: str | None = None
    job_target: int | None = None
    budget_krw: int | None = None
    budget_change_pct: float | None = None
    budget_change_krw: int | None = None
    employment_rate_target: float | None = None
    strategies: int | None = None
    tasks: int | None = None
    projects: int | None = None
    strategy_names: list[str] = field(default_factory=list)
    prior_job_target: int | None = None
    prior_jobs_created: int | None = None
    achievement_rate: float | None = None
    flags: list[str] = field(default_factory=list)
    breakdown: list[Breakdown] = field(default_factory=list)


@dataclass(frozen=True)
class Version:
    """An article from a moment on, edited: what is not given stays as it was."""

    at: datetime
    title: str | None = None
    text: str | None = None
    gold: Gold | None = None


@dataclass(frozen=True)
class Article:
    """One article, without markup and without page furniture; times are Korean local time.

    `appears` is when its page and its list entries first exist (None: when it is published; later: it is backdated),
    `withdrawn` when they cease to.
    """

    title: str
    published: datetime
    section: str
    reporter: str
    text: str
    at: list[Placement]
    gold: Gold
    subtitles: list[str] = field(default_factory=list)
    modified: datetime | None = None
    caption: str | None = None
    summary: str | None = None
    related: list[str] = field(default_factory=list)
    original: Original | None = None
    appears: datetime | None = None
    versions: list[Version] = field(default_factory=list)
    withdrawn: datetime | None = None
    slug: str = ""

    def as_of(self, moment: datetime) -> Article | None:
        """The article as it stands at a moment; None before it appears and once it is withdrawn."""
        if moment < (self.appears or self.published) or (self.withdrawn and moment >= self.withdrawn):
            return None
        article = self
        for version in self.versions:
            if version.at <= moment:
                article = replace(
                    article,
                    title=version.title or article.title,
                    text=version.text or article.text,
                    gold=version.gold or article.gold,
                    modified=version.at,
                )
        return article

    @property
    def turns(self) -> list[datetime]:
        """The moments at which the article becomes another one, comes or goes, in order."""
        withdrawn = [self.withdrawn] if self.withdrawn else []
        return [self.appears or self.published, *(version.at for version in self.versions), *withdrawn]

    @property
    def paragraphs(self) -> list[str]:
        """The text's paragraphs; a line break inside one is a space."""
        return [" ".join(part.split()) for part in self.text.split("\n\n") if part.strip()]

    @property
    def lead(self) -> str:
        """The summary for feeds and lists: the given one or the first 80 characters of the text."""
        return self.summary or " ".join(self.paragraphs)[:80]

    @property
    def changed(self) -> datetime:
        """When the article last changed."""
        return self.modified or self.published


@dataclass(frozen=True)
class Outlet:
    """One outlet: its hosts, its publishing system, and the furniture on its pages."""

    name: str
    host: str
    scheme: Literal["http", "https"]
    system: str
    charset: Literal["utf-8", "euc-kr"]
    per_page: int
    sections: dict[str, str]
    robots: str
    slogan: str
    address: str
    copyright: str
    email_domain: str
    aliases: list[str] = field(default_factory=list)
    robots_denied_sections: list[str] = field(default_factory=list)
    charset_in_header: bool = True
    board: str = ""
    board_name: str = ""
    ads: list[str] = field(default_factory=list)
    popular: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    weather: list[str] = field(default_factory=list)
    profile: str = ""
    kilobytes: int = 0  # what its pages weigh with scripts, menus and lists around (weight.py); 0: the template only
    key: str = ""

    @property
    def hosts(self) -> list[str]:
        """Every host name the outlet answers for, the main one first."""
        return [self.host, *self.aliases]


@dataclass(frozen=True)
class Desk:
    """All outlets by key and the articles, in the order of their file names."""

    outlets: dict[str, Outlet]
    articles: list[Article]

    def of(self, key: str) -> list[tuple[Article, Placement]]:
        """The articles of one outlet with their placement, newest first."""
        placed = [(article, at) for article in self.articles for at in article.at if at.outlet == key]
        return sorted(placed, key=lambda pair: (pair[0].published, pair[1].id), reverse=True)
