"""다다미디어. The old layout is all tables, its <title> only the site's slogan, its pages EUC-KR."""

from __future__ import annotations

from datetime import date

from pipelines.skins.skin import Skin

_URL = r"/sub_read\.html\?(?:.*&)?uid=\d+"

SKINS = (
    Skin(
        system="dadamedia",
        name="dadamedia/textinput",
        marks=("#textinput",),
        body=("#textinput",),
        title=(".read_title", "h1.read_title", ".read_header h1", "h1"),
        dates=(".writer_time", ".read_header .writer", ".writer"),
        furniture=(".body_img_caption", ".read_caption", "figcaption"),
        url=_URL,
        valid_from=date(2013, 1, 1),
    ),
    Skin(
        system="dadamedia",
        name="dadamedia/read_body",
        marks=(".read_title", ".read_body"),
        body=("td.read_body", ".read_body"),
        title=("td.read_title", ".read_title"),
        dates=("td.text_9[height='30']",),
        furniture=("table table",),
        url=_URL,
        valid_to=date(2018, 12, 31),
    ),
)
