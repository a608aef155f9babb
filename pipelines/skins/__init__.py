"""What article pages of the publishing systems look like: data, and how a page's own is found.

A new layout is a `Skin` more in its system's module, before the older ones that its pages might match as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.markup import Markup
from pipelines.skins import (
    asiae,
    boards,
    dadamedia,
    fnnews,
    generic,
    gnuboard5,
    mediaon,
    naver,
    ndsoft,
    newsbuilder,
)
from pipelines.skins.skin import Skin

__all__ = ["SKINS", "Skin", "recognise", "system_by_url"]

SKINS: tuple[Skin, ...] = (
    *naver.SKINS,
    *fnnews.SKINS,
    *asiae.SKINS,
    *ndsoft.SKINS,
    *dadamedia.SKINS,
    *newsbuilder.SKINS,
    *gnuboard5.SKINS,
    *mediaon.SKINS,
    *boards.SKINS,
    *generic.SKINS,
)
_BY_URL = tuple((skin.system, re.compile(skin.url)) for skin in SKINS if skin.url)
_HOST = re.compile(r"(?:https?:)?//(?:[^/@]*@)?([^/:?#]+)", re.I)


def recognise(markup: Markup, urls: Iterable[str] = ()) -> Skin | None:
    """Return the first skin whose marks the page holds and whose body element is there.

    `urls` are the addresses the page goes by (fetched, canonical, og:url); only skins bound to a site ask for them.
    """
    hosts = [match[1].lower() for url in urls if (match := _HOST.match(url))]
    for skin in SKINS:
        if not markup.tokens.issuperset(skin.marks):
            continue
        if skin.hosts and not any(host == site or host.endswith("." + site) for site in skin.hosts for host in hosts):
            continue
        if markup.find(skin.body):
            return skin
    return None


def system_by_url(url: str) -> str | None:
    """Return the system whose articles have such URLs, or None: support where the page itself shows no marks."""
    return next((system for system, pattern in _BY_URL if pattern.search(url)), None)
