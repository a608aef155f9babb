"""아시아경제: its own system on www.asiae.co.kr and view.asiae.co.kr."""

from __future__ import annotations

from pipelines.skins.skin import Skin

SKINS = (
    Skin(
        system="asiae",
        name="asiae/article",
        marks=(".article",),
        body=("#txt_area", ".article", ".cont_article"),
        title=(".area_title h1", ".area_title h3", ".article_head h1"),
        dates=(".area_title .user_data", ".area_title", ".article_head"),
        furniture=("figcaption", ".txt_prohibition", ".article_related", ".box_relate", ".e_article", ".copyright"),
        hosts=("asiae.co.kr",),
        url=r"asiae\.co\.kr/(?:article/\d+|news/view\.htm\?(?:.*&)?idxno=\d+)",
    ),
)
