"""A small page of every skin, its publication and address: sentences of our own in the systems' markup."""

from __future__ import annotations

from datetime import date, datetime

from pipelines.model import KST

TITLE = "가람시, 올해 일자리 1만2천300개 만든다"
SENTENCES = [
    "가람시가 올해 일자리 대책 세부계획을 마련하고 1만2천300개의 일자리를 만든다고 5일 밝혔다.",
    "시는 공공 부문에서 8천개, 민간 부문에서 4천300개를 만들 계획이다.",
    "이를 위해 지난해보다 5.2% 늘어난 412억원을 투입하고 고용률 67.2%를 달성한다는 목표다.",
]
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
BREAKS = "<br><br>".join(SENTENCES)
BODY = "\n".join(SENTENCES)
AROUND = """<div class="menu"><a href="/">홈</a><a href="/list">경제</a></div>{}
<div class="popular"><h3>많이 본 뉴스</h3><ul><li><a href="/9">나래시 일자리 2만개 창출</a> 2019.01.01</li></ul></div>
<div class="foot">등록번호 : 가나 아00123 | 등록일: 2015-01-02 | 발행인 이가람 | TEL : 02-123-4567</div>"""


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{AROUND.format(body)}</body></html>"


def kst(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=KST)


# skin: page, publication, address
PAGES = {
    "ndsoft/article-view": (
        page(
            f"""<header class="article-view-header"><h1 class="heading">{TITLE}</h1></header>
            <ul class="infomation"><li>입력 2024.03.05 17:10</li><li>업데이트 2024.03.05 18:00</li></ul>
            <article id="article-view-content-div" class="article-veiw-body"><figure><figcaption>청사 전경</figcaption></figure>
            {PARAGRAPHS}<div class="view-copyright">저작권자 © 가람일보 무단전재 금지</div>
            <div class="view-editors">이가람 기자 garam@example.com 다른기사 보기</div></article>""",
            f"<title>{TITLE} &lt; 경제 &lt; 기사본문 - 가람일보</title><meta property='og:site_name' content='가람일보'>",
        ),
        kst(2024, 3, 5, 17, 10),
        None,
    ),
    "ndsoft/articleBody": (
        page(
            f"""<table><tr><td class="View_Title"><b>{TITLE}</b></td></tr><tr><td class="View_Time">[0호] 승인 2011.03.05 17:10:00</td></tr>
            <tr><td id="articleBody" class="view_r">{PARAGRAPHS}<p>이가람 기자 garam@example.com</p></td></tr></table>"""
        ),
        kst(2011, 3, 5, 17, 10),
        None,
    ),
    "dadamedia/textinput": (
        page(
            f"""<div class="read_header"><h1 class="read_title">{TITLE}</h1><div class="writer">이가람 | 기사입력 2021/02/03 [09:57]</div></div>
            <div id="textinput"><p>▲ 가람시청 전경. &nbsp; ©이가람</p>{PARAGRAPHS}<p>&nbsp;</p></div><div>광고</div>"""
        ),
        kst(2021, 2, 3, 9, 57),
        None,
    ),
    "dadamedia/read_body": (
        page(
            f"""<table><tr><td class="read_title">{TITLE} </td></tr><tr><td class="read_subtitle">부제</td></tr>
            <tr><td class="read_body"><div id="CLtag"><table><tr><td><iframe src="/ad"></iframe></td></tr></table><b>[가람뉴스=이가람 기자]</b> {BREAKS}<br>
            <table><tr><td><table><tr><td>▲ 청사</td></tr></table></td></tr></table><a href="mailto:g@example.com">g@example.com</a></div></td></tr>
            <tr><td class="text_9">기사입력:  2012/08/02 [10:36]  최종편집: ⓒ 가람뉴스</td></tr></table>""",
            "<title>지방 언론의 새 물결 ◆가람뉴스◆</title>",
        ),
        kst(2012, 8, 2, 10, 36),
        None,
    ),
    "newsbuilder/viewContent": (
        page(
            f"""<h2>기사 메일전송</h2><h1>{TITLE}</h1><ul><li>기사등록 2020-03-30 21:57:46</li></ul><div>기사수정</div>
            <div id="viewContent">{PARAGRAPHS}<p>&lt;저작권자 (c) GARAM NEWS, 무단 전재- 재배포 금지 &gt;</p></div>
            <h3>기자프로필</h3><p>가람의 소식을 전하는 신문 GARAM NEWS에는 특별한 정보가 있습니다.</p>""",
            f"<title>{TITLE} - GARAM NEWS</title><meta property='og:title' content='{TITLE} - GARAM NEWS'>",
        ),
        kst(2020, 3, 30, 21, 57, 46),
        None,
    ),
    "gnuboard5/bo_v": (
        page(
            f"""<article id="bo_v"><header><h1 id="bo_v_title">{TITLE}</h1></header>
            <section id="bo_v_info"><h2>페이지 정보</h2>작성자 <strong>관리자</strong> <span class="sound_only">작성일</span>
            <strong>16-02-11 21:59</strong> 조회<strong>4,604회</strong></section>
            <section id="bo_v_atc"><h2>본문</h2><div id="bo_v_con"><p>{BREAKS}</p></div></section></article>
            <section id="bo_vc"><h2>댓글목록</h2><p>등록된 댓글이 없습니다.</p></section>""",
            f"<title>{TITLE} &gt; 가람뉴스클럽</title>",
        ),
        kst(2016, 2, 11, 21, 59),
        None,
    ),
    "mediaon/news_body_area": (
        page(
            f"""<div class="art_top"><h2>{TITLE}</h2><ul class="art_info"><li>이가람 기자</li><li>등록 2023.04.05 11:12:13</li></ul></div>
            <div id="news_body_area">{PARAGRAPHS}<p>[ 가람경제 = 이가람 기자 ]</p></div>"""
        ),
        kst(2023, 4, 5, 11, 12, 13),
        None,
    ),
    "mediaon/news_body_area_contents": (
        page(
            f'<h1>{TITLE}</h1><div id="news_body_area_contents">{PARAGRAPHS}</div>',
            f"<title>{TITLE}</title><meta property='article:published_time' content='2023-04-05T11:12:13+09:00'>",
        ),
        kst(2023, 4, 5, 11, 12, 13),
        None,
    ),
    "fnnews/article_content": (
        page(
            f"""<div class="view_hd"><h1>{TITLE}</h1><div class="byline"><em>2020.02.07 14:38</em> <em>수정 : 2020.02.07 15:40</em>기사원문</div></div>
            <div id="article_content">[가람=가람뉴스 이가람 기자] {BREAKS}<br>garam@example.com 이가람 기자<h3>Hot 포토</h3></div>"""
        ),
        kst(2020, 2, 7, 14, 38),
        "https://www.fnnews.com/news/202002071438001234",
    ),
    "asiae/article": (
        page(
            f"""<div class="area_title"><h1>{TITLE}</h1><p class="user_data">이가람 기자 입력 2024.03.05 08:00 수정 2024.03.05 09:00</p></div>
            <div class="article" id="txt_area">{PARAGRAPHS}<p>이가람 기자 garam@example.com</p>
            <p>Copyright © 가람경제. 무단전재 및 재배포 금지.</p><p>- 나래시 올해 일자리 2만개 - 가람경제</p></div>""",
            "<link rel='canonical' href='https://view.asiae.co.kr/article/2024030508000012345'>",
        ),
        kst(2024, 3, 5, 8, 0),
        None,
    ),
    "naver/dic_area": (
        page(
            f"""<h2 id="title_area" class="media_end_head_headline"><span>{TITLE}</span></h2>
            <div class="media_end_head_info_datestamp"><em>입력</em><span>2023.09.07. 오후 12:22</span><em>수정</em><span>2023.09.07. 오후 1:03</span></div>
            <article id="dic_area"><span class="end_photo_org"><em class="img_desc">청사 전경</em></span>{BREAKS}</article>""",
            """<meta property='og:url' content='https://n.news.naver.com/article/016/0002194334'>
            <meta property='og:article:author' content='가람경제 | 네이버'>""",
        ),
        kst(2023, 9, 7, 12, 22),
        None,
    ),
    "naver/articleBodyContents": (
        page(
            f"""<div class="article_info"><h3 id="articleTitle">{TITLE}</h3><div class="sponsor">기사입력 <span>2020.07.13. 오후 5:04</span></div></div>
            <div id="articleBodyContents">{BREAKS}<br>이가람 기자 g@example.com<br>▶ <a href="#">그래서 뭐가 달라지나</a><br>ⓒ가람일보(https://example.com), 무단 전재 및 재배포 금지</div>"""
        ),
        kst(2020, 7, 13, 17, 4),
        "https://news.naver.com/main/read.nhn?mode=LSD&oid=025&aid=0003017071",
    ),
    "board/board_basic_view": (
        page(
            f"""<div id="board_basic_view"><div class="view_title"><p class="title">{TITLE}</p><ul><li>등록일 2025.12.05 16:40</li></ul></div>
            <div class="view_box"><img src="a.jpg"></div><div class="view_box"><p>{BREAKS}<br>(사진 제공-가람시)</p></div>
            <div class="view_box file_area"><span class="name">아주 긴 이름의 파일 {BODY * 2}</span></div></div>"""
        ),
        kst(2025, 12, 5, 16, 40),
        None,
    ),
    "board/board_view_body": (
        page(
            f"""<form><div class="board_view_head"><h6>{TITLE}</h6><p>- 부제 -</p></div><div class="board_view_info">작성일 : 2025-12-05 17:09</div>
            <div class="board_view_body"><div class="view_image"><small>설명</small></div>{BREAKS} &lt;끝&gt;<br>※ 별첨 : 사진</div></form>"""
        ),
        kst(2025, 12, 5, 17, 9),
        None,
    ),
    "board/bbs_view": (
        page(
            f"""<div class="bbs_view"><h3 class="view_title">{TITLE}</h3><div class="data">작성일 2025-12-09</div>
            <div class="bbs_view_contnet">{TITLE}<br>【경제과장 이가람 286-6710】<br>{BREAKS}<div id="nuri"></div><div>공공누리</div></div></div>"""
        ),
        date(2025, 12, 9),
        None,
    ),
    "board/report_view": (
        page(
            f"""<div class="report_view"><div class="reportview_cont"><div class="subject">{TITLE}</div><dl><dt>작성일</dt><dd>2026-01-07 14:11:54</dd></dl></div>
            <div class="cont_view">{BREAKS}</div></div>"""
        ),
        kst(2026, 1, 7, 14, 11, 54),
        None,
    ),
    "board/tbl-dtlPage": (
        page(
            f"""<div class="tbl-dtlPage"><p id="dev-title" class="tit">{TITLE}</p><div class="infoItem">등록일 <span>2025-12-11</span></div>
            <div class="txtItem">{PARAGRAPHS}<p>(업무담당자 경제과 이가람 ☎061-380-3192)</p></div></div>"""
        ),
        date(2025, 12, 11),
        None,
    ),
    "board/show_form": (
        page(
            f"""<table class="show_form"><tr><th>등록일</th><td class="colspan3">2025-12-12 17:44:00</td></tr><tr><th>제목</th><td colspan="3">{TITLE}</td></tr>
            <tr><th>내용</th><td colspan="3" class="content"><span>{BREAKS}</span></td></tr></table>"""
        ),
        kst(2025, 12, 12, 17, 44),
        None,
    ),
    "board/post_content": (
        page(
            f'<div id="view_top"><h3>{TITLE}</h3></div><div id="view_ct"><div id="post_content">{PARAGRAPHS}<div id="sns_elem">공유</div></div></div>',
            "<meta property='article:published_time' content='2026-01-05T10:08:31+09:00'>",
        ),
        kst(2026, 1, 5, 10, 8, 31),
        None,
    ),
    "board/korea.kr": (
        page(
            f"""<div class="article_head"><h1>{TITLE}</h1><div class="info">2024.03.05 가람부</div></div>
            <div class="article_body"><div class="view_cont">{PARAGRAPHS}</div></div>"""
        ),
        date(2024, 3, 5),
        "https://www.korea.kr/briefing/pressReleaseView.do?newsId=1",
    ),
    "schema.org/articleBody": (
        page(
            f'<h1>{TITLE}</h1><p>입력 2024.03.05 08:00</p><div itemprop="articleBody">{PARAGRAPHS}</div>',
            f"<title>{TITLE} | 가람일보</title>",
        ),
        kst(2024, 3, 5, 8, 0),
        None,
    ),
}
