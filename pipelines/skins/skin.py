"""What an article page of a publishing system looks like, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Skin:
    """One layout of one publishing system.

    Selectors are CSS, so a class is always matched as a whole token. The first selector that matches is taken;
    of several bodies it finds, the longest.
    """

    system: str  # as in crawler/cms
    name: str
    marks: tuple[str, ...]  # "#id" or ".class" tokens, all of which the page holds
    body: tuple[str, ...]
    title: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()  # parts of the page that hold the article's own dates and nobody else's
    furniture: tuple[str, ...] = ()  # parts of the body that are not the article
    hosts: tuple[str, ...] = ()  # where marks are too common: one of these sites, by URL, canonical link or og:url
    url: str | None = None  # pattern of its articles' URLs, where it is the system's own
    valid_from: date | None = None
    valid_to: date | None = None

    def was_in_use(self, day: date) -> bool:
        """Tell whether an article of that day may have this layout."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)
