"""ND소프트: hundreds of local papers. Some skins nest share buttons, copyright and the reporter's box in the body."""

from __future__ import annotations

from datetime import date

from pipelines.skins.skin import Skin

_URL = r"/news/articleView(?:Amp)?\.html\?(?:.*&)?idxno=\d+|[?&]act=articleView(?:&|$)"
_FURNITURE = (
    ".view-copyright",
    ".article-copyright",
    ".article-copy",
    ".view-editors",
    ".info-options2",
    ".ad-template",
    ".article-writer",
    ".article-sns",
    ".tag-group",
    ".relation-group",
    ".related-news",
    ".article-relation",
    "figcaption",
    ".photo-layout",
)
_DATES = (".info-text", "ul.infomation", ".info-group", ".view-info", ".View_Time", ".View_Info")

SKINS = (
    Skin(
        system="ndsoft",
        name="ndsoft/article-view",
        marks=("#article-view-content-div",),
        body=("#article-view-content-div",),
        title=(".article-view-header .heading", ".aht-title-view", ".article-head-title", "h1.heading", "h3.heading"),
        dates=_DATES,
        furniture=_FURNITURE,
        url=_URL,
        valid_from=date(2014, 1, 1),
    ),
    Skin(
        system="ndsoft",
        name="ndsoft/articleBody",
        marks=("#articleBody", ".View_Title"),
        body=("#articleBody",),
        title=(".View_Title",),
        dates=_DATES,
        furniture=_FURNITURE,
        url=_URL,
        valid_to=date(2019, 12, 31),
    ),
)
