"""gnuboard5: boards of associations and small papers, often with articles of others."""

from __future__ import annotations

from pipelines.skins.skin import Skin

SKINS = (
    Skin(
        system="gnuboard5",
        name="gnuboard5/bo_v",
        marks=("#bo_v_con",),
        body=("#bo_v_con",),
        title=("#bo_v_title .bo_v_tit", "#bo_v_title"),
        dates=("#bo_v_info",),
        furniture=("#bo_v_img", "#bo_v_share", "#bo_v_act"),
        url=r"/bbs/board\.php\?(?=(?:.*&)?bo_table=)(?:.*&)?wr_id=\d+",
    ),
)
