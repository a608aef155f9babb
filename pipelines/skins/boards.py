"""Press boards of cities, counties and provinces, and korea.kr: releases as they were sent to the papers."""

from __future__ import annotations

from pipelines.skins.skin import Skin

SKINS = (
    Skin(
        system="board",
        name="board/board_basic_view",  # 나주시, 강진군
        marks=("#board_basic_view", ".view_box"),
        body=("#board_basic_view .view_box:not(.file_area)",),
        title=("#board_basic_view .view_title .title",),
        dates=("#board_basic_view .view_title",),
    ),
    Skin(
        system="board",
        name="board/board_view_body",  # 광주광역시
        marks=(".board_view_head", ".board_view_body"),
        body=(".board_view_body",),
        title=(".board_view_head h6", ".board_view_head"),
        dates=(".board_view_info",),
        furniture=(".view_image", ".viewimg_comment"),
    ),
    Skin(
        system="board",
        name="board/bbs_view",  # 전라남도
        marks=(".bbs_view", ".bbs_view_contnet"),
        body=(".bbs_view_contnet",),
        title=(".bbs_view .view_title",),
        dates=(".bbs_view .data",),
        furniture=(".preview_area", "#nuri", "#nuri ~ div"),
    ),
    Skin(
        system="board",
        name="board/report_view",  # 경상북도
        marks=(".report_view", ".cont_view"),
        body=(".report_view .cont_view",),
        title=(".reportview_cont .subject",),
        dates=(".reportview_cont",),
    ),
    Skin(
        system="board",
        name="board/tbl-dtlPage",  # 담양군
        marks=(".tbl-dtlPage", ".txtItem"),
        body=(".tbl-dtlPage .txtItem",),
        title=("#dev-title", ".tbl-dtlPage .tit"),
        dates=(".tbl-dtlPage .infoItem",),
    ),
    Skin(
        system="board",
        name="board/show_form",  # 신안군
        marks=(".show_form",),
        body=("table.show_form td.content",),
        title=("table.show_form td[colspan='3']:not(.content)",),
        dates=("table.show_form",),
        furniture=(".img_control",),
    ),
    Skin(
        system="board",
        name="board/post_content",  # 서울특별시
        marks=("#view_ct", "#post_content"),
        body=("#post_content",),
        title=("#view_top h3", ".view_top h3"),
        furniture=("#sns_elem", ".mail_box", "#content_manager_info", ".sib-viw-board-rating", ".comment_eungdapso"),
    ),
    Skin(
        system="board",
        name="board/korea.kr",  # 정책브리핑
        marks=(".article_body", ".view_cont"),
        body=(".article_body .view_cont", ".view_cont"),
        title=(".article_head h1", ".article_head h2"),
        dates=(".article_head .info", ".article_head"),
        furniture=(".file_down", ".filedown", ".article_footer"),
        hosts=("korea.kr",),
    ),
)
