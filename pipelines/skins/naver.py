"""네이버 뉴스: other outlets' articles in full; the outlet stands in og:article:author."""

from __future__ import annotations

from datetime import date

from pipelines.skins.skin import Skin

_HOSTS = ("naver.com",)

SKINS = (
    Skin(
        system="naver",
        name="naver/dic_area",
        marks=("#dic_area",),
        body=("#dic_area",),
        title=("#title_area", ".media_end_head_headline"),
        dates=(".media_end_head_info_datestamp",),
        furniture=(".end_photo_org", ".img_desc", ".media_end_linked", ".vod_area", ".nbd_a", ".nbd_im_w"),
        hosts=_HOSTS,
        url=r"n\.news\.naver\.com/(?:mnews/)?article/\d+/\d+",
        valid_from=date(2021, 1, 1),
    ),
    Skin(
        system="naver",
        name="naver/articleBodyContents",
        marks=("#articleBodyContents",),
        body=("#articleBodyContents",),
        title=("#articleTitle",),
        dates=(".article_info .sponsor", ".article_info"),
        furniture=(".end_photo_org", ".img_desc", ".vod_area", ".link_news"),
        hosts=_HOSTS,
        url=r"news\.naver\.com/main/(?:ranking/)?read\.(?:nhn|naver)\?",
        valid_to=date(2022, 12, 31),
    ),
)
