"""파이낸셜뉴스: its own system. The publication date stands bare before the labelled one of the last change."""

from __future__ import annotations

from pipelines.skins.skin import Skin

SKINS = (
    Skin(
        system="fnnews",
        name="fnnews/article_content",
        marks=("#article_content",),
        body=("#article_content",),
        title=(".article_head h1", ".view_hd h1", ".tit_view", "h1.tit_thumb"),
        dates=(".byline", ".view_hd", ".article_head"),
        furniture=("figcaption", ".caption", ".art_photo_caption"),
        hosts=("fnnews.com",),
        url=r"fnnews\.com/(?:news|ampNews)/\d{12,}",
    ),
)
