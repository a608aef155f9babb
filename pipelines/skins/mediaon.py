"""mediaon and its like: `/news/article.html?no=N`."""

from __future__ import annotations

from pipelines.skins.skin import Skin

_URL = r"/(?:news|mobile)/article\.html\?(?:.*&)?no=\d+"

SKINS = (
    Skin(
        system="mediaon",
        name="mediaon/news_body_area",
        marks=("#news_body_area",),
        body=("#news_body_area",),
        title=(".art_top h2", ".arv_001 h2"),
        dates=(".art_info", ".art_top", ".arv_001"),
        furniture=(".imgframe", "figcaption", ".art_caption"),
        url=_URL,
    ),
    Skin(
        system="mediaon",
        name="mediaon/news_body_area_contents",
        marks=("#news_body_area_contents",),
        body=("#news_body_area_contents",),
        furniture=("figcaption",),
        url=_URL,
    ),
)
