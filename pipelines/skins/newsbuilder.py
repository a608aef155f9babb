"""newsbuilder and its like: `/news/view.php?idx=N`."""

from __future__ import annotations

from pipelines.skins.skin import Skin

SKINS = (
    Skin(
        system="newsbuilder",
        name="newsbuilder/viewContent",
        marks=("#viewContent",),
        body=("#viewContent",),
        title=("#viewTitle", ".viewTitle", ".view_title"),
        dates=(".registModifyDate", "#viewInfo"),
        furniture=("figcaption", ".viewCaption"),
        url=r"/news/view\.php\?(?:.*&)?idx=\d+",
    ),
)
