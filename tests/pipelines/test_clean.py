from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.clean import clean
from pipelines.skins import SKINS
from tests.pipelines.skin_pages import BODY, BREAKS, PAGES, PARAGRAPHS, TITLE, kst, page

ROOT = Path(__file__).resolve().parents[2]


def test_every_skin_has_a_page():
    assert set(PAGES) == {skin.name for skin in SKINS}


@pytest.mark.parametrize("skin", PAGES)
@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_page_of_every_skin(skin, encoding):
    html, published, url = PAGES[skin]
    article = clean(html.replace("©", "ⓒ").replace("\xa0", " ").encode(encoding), url)
    assert (article.skin, article.system) == (skin, skin.partition("/")[0])
    assert article.status == "ok"
    assert article.title == TITLE
    assert article.published == published
    assert re.sub(r"^\[[^\]]*\] ", "", article.body) == BODY
    assert article.encoding == encoding
    assert article.notes == []


def test_what_the_page_says_beside_the_text():
    article = clean(PAGES["ndsoft/article-view"][0].encode())
    assert (article.outlet, article.modified) == ("가람일보", kst(2024, 3, 5, 18, 0))
    assert clean(PAGES["naver/dic_area"][0].encode()).outlet == "가람경제"
    assert clean(PAGES["dadamedia/read_body"][0].encode()).outlet == "가람뉴스"
    assert clean(PAGES["newsbuilder/viewContent"][0].encode()).outlet == "GARAM NEWS"


def test_a_class_is_matched_as_a_whole_token():
    html = PAGES["newsbuilder/viewContent"][0].replace('id="viewContent"', 'id="viewContents"')
    assert clean(html.encode()).skin is None


def test_a_table_of_the_plan_keeps_its_rows():
    table = "<table><tr><th>구분</th><th>일자리</th></tr><tr><td>직접일자리</td><td>5,913개</td></tr></table>"
    html = PAGES["ndsoft/article-view"][0].replace(PARAGRAPHS, PARAGRAPHS + table)
    assert clean(html.encode()).body == f"{BODY}\n구분 | 일자리\n직접일자리 | 5,913개"


def test_a_page_of_no_known_system_is_guessed():
    html = page(
        f"<h1>{TITLE}</h1><div>입력 2024.03.05 08:00</div><div class='x'>{PARAGRAPHS}</div>",
        f"<title>{TITLE} - 가람일보</title>",
    )
    article = clean(html.encode())
    assert (article.status, article.skin, article.title, article.body) == ("ok", None, TITLE, BODY)
    assert article.published == kst(2024, 3, 5, 8)


def test_a_page_laid_out_by_tables_is_guessed():
    menu = "".join(f"<tr><td><a href='/{n}'>메뉴 {n}</a></td><td>나래시 소식 {n}</td></tr>" for n in range(40))
    html = page(
        f"<table>{menu}<tr><td><h1>{TITLE}</h1></td></tr><tr><td>{BREAKS}</td></tr></table>", f"<title>{TITLE}</title>"
    )
    article = clean(html.encode())
    assert (article.status, article.body) == ("ok", BODY)


def test_a_known_address_without_known_marks_is_noted():
    html = page(f"<h1>{TITLE}</h1><div class='x'>{PARAGRAPHS}</div>", f"<title>{TITLE}</title>")
    article = clean(html.encode(), "https://paper.kr/news/articleView.html?idxno=1")
    assert (article.system, article.skin) == ("ndsoft", None)
    assert "skin: no marks of ndsoft" in article.notes


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (f"<meta property='og:title' content='{TITLE} - 가람일보'>", TITLE),
        (f"<title>{TITLE} ‹ 경제 ‹ 기사본문 - 가람일보</title>", TITLE),
        (
            "<meta property='og:title' content='더 좋은 일자리 확대 - 이가람 가람구청장'>",
            "더 좋은 일자리 확대 - 이가람 가람구청장",
        ),
        ("<meta property='og:title' content='가람일보'><meta property='og:site_name' content='가람일보'>", ""),
        ("<title>지방 언론의 새 물결 ◆가람일보◆</title><meta property='og:site_name' content='가람일보'>", ""),
    ],
)
def test_titles_without_the_outlet_and_no_slogans(head, title):
    assert clean(page(f'<div id="textinput">{PARAGRAPHS}</div>', head).encode()).title == title


@pytest.mark.parametrize(
    ("foot", "outlet", "published"),
    [
        ("<p>2016-01-21</p><p>/가람일보 이가람 기자</p>", "가람일보", date(2016, 1, 21)),
        ("<p>출처 : 가람일보 2014. 10. 30</p>", "가람일보", date(2014, 10, 30)),
        ("<p>[출처=가람신문]</p>", "가람신문", kst(2016, 2, 11, 21, 59)),
        ("<p>가람신문 2015.12.01</p>", "가람신문", date(2015, 12, 1)),
        ("<p>가람일보 이가람 기자</p>", None, kst(2016, 2, 11, 21, 59)),
        ("<p>사진출처=가람일보</p>", None, kst(2016, 2, 11, 21, 59)),
        ("<p>출처 : 통계청 2014. 10. 30</p>", None, kst(2016, 2, 11, 21, 59)),
        ("<p>2026-01-21</p><p>/가람일보 이가람 기자</p>", "가람일보", kst(2016, 2, 11, 21, 59)),
    ],
)
def test_reposts_name_their_original(foot, outlet, published):
    html = PAGES["gnuboard5/bo_v"][0].replace(f"<p>{BREAKS}</p>", f"<p>{BREAKS}</p>{foot}")
    article = clean(html.encode())
    assert (article.original_outlet, article.published) == (outlet, published)
    assert article.body == BODY


def test_machine_dates_and_their_traps():
    def dated(head: str, visible: str = "") -> datetime | date | None:
        return clean(
            page(f"<h1>{TITLE}</h1>{visible}<div itemprop='articleBody'>{PARAGRAPHS}</div>", head).encode()
        ).published

    meta = "<meta property='article:published_time' content='{}'>"
    assert dated(meta.format("2024-03-05T08:00:00+09:00")) == kst(2024, 3, 5, 8)
    assert dated(meta.format("2024-03-04T23:00:00Z")) == kst(2024, 3, 5, 8)
    assert dated(meta.format("2024-03-05T08:00:00Z"), "<p>입력 2024.03.05 08:00</p>") == kst(2024, 3, 5, 8)
    assert dated('<script type="application/ld+json">{"datePublished": "2024-03-05T08:00:00+09:00"}</script>') == kst(
        2024, 3, 5, 8
    )


def test_absurd_dates_are_refused():
    html = PAGES["ndsoft/article-view"][0]
    article = clean(html.encode(), now=kst(2024, 3, 1))
    assert article.published is None or article.published < kst(2024, 3, 3)
    assert "published: refused 2024-03-05T17:10:00+09:00" in article.notes
    assert "published: refused" in " ".join(clean(html.replace("2024.03.05 17:10", "1970.01.01 09:00").encode()).notes)


def test_a_date_that_only_htmldate_finds_is_flagged():
    text = f"<h1>{TITLE}</h1><p>Posted on March 5, 2024</p><div itemprop='articleBody'>{PARAGRAPHS}</div>"
    article = clean(f"<html><head><title>{TITLE}</title></head><body>{text}</body></html>".encode())
    assert (article.published, article.notes) == (date(2024, 3, 5), ["published: guessed by htmldate"])


def test_a_layout_outside_its_years_is_noted():
    html = PAGES["dadamedia/read_body"][0].replace("2012/08/02", "2025/08/02")
    assert clean(html.encode()).notes == ["skin: dadamedia/read_body outside its years"]


ITEMS = "".join(
    f"<li><a href='/{n}'><b>가람시, 일자리 {n}천개 만든다</b><p>가람시가 올해 일자리를 {n}천개 만든다고 밝혔다. 시는 예산 {n}0억원을 투입해...</p></a>2024.03.{n:02}</li>"
    for n in range(1, 21)
)


@pytest.mark.parametrize(
    ("html", "status"),
    [
        ("", "no-body"),
        (page(f"<ul>{ITEMS}</ul>", "<title>가람일보 뉴스</title>"), "no-body"),
        (page("<h1>짧은 글</h1><p>곧 열립니다.</p>"), "no-body"),
        (
            page(f"<h1>{TITLE}</h1><script>self.__next_f.push([1,'{BODY * 6}'])</script>", f"<title>{TITLE}</title>"),
            "script-body",
        ),
        (
            page(f"<h1>{TITLE}</h1><script>window.Fusion.globalContent={json.dumps({'c': BODY * 6})}</script>"),
            "script-body",
        ),
        (
            page(
                f'<h1 id="bo_v_title">{TITLE}</h1><div id="bo_v_con">붙임 참조</div><a href="/f/1.hwp">세부계획.hwp</a>'
            ),
            "attachment-only",
        ),
        ("%PDF-1.7 ...", "not-html"),
        ('{"title": "<p>일자리</p>"}', "not-html"),
        ("<?xml version='1.0'?><rss><channel><title>가람일보</title></channel></rss>", "not-html"),
        ("일자리 1만개를 만든다.", "not-html"),
        ("<html><head><title>Just a moment...</title></head><body></body></html>", "block-page"),
    ],
)
def test_pages_that_hold_no_article(html, status):
    article = clean(html.encode())
    assert article.status == status
    assert article.body in ("", "붙임 참조")


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00", b"\xff\xd8\xff\xe0", b"\xd0\xcf\x11\xe0\xa1", b"\x89PNG\r\n"])
def test_files_are_not_html(data):
    assert clean(data + b"<html>" * 3).status == "not-html"


def test_no_contact_of_a_reporter_survives():
    contacts = "<p>시 관계자는 “문의는 031-123-4567로 하라”고 말했다.</p><p>제보 garam@example.com 이가람 기자</p><p>(☎ 3192-1234)</p>"
    for html, _, url in PAGES.values():
        article = clean(
            html.replace(PARAGRAPHS, PARAGRAPHS + contacts).replace(BREAKS, BREAKS + contacts).encode(), url
        )
        assert not re.search(r"@|\d{3,4}-\d{4}", article.body)


def test_huge_and_deep_pages_are_bounded():
    start = time.perf_counter()
    huge = clean(("<div id='textinput'>" + PARAGRAPHS * 40_000).encode())
    assert "page: cut" in huge.notes
    assert clean(b"<div>" * 200_000 + PARAGRAPHS.encode()).status in ("ok", "no-body")
    assert clean(b"<b" * 200_000).status in ("no-body", "not-html")
    assert time.perf_counter() - start < 60


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_give_an_article(data):
    assert clean(data).status in ("no-body", "not-html", "block-page", "attachment-only")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(PAGES)), st.integers(0, 2**32), st.integers(1, 30))
def test_damaged_pages_give_an_article(skin, seed, damages):
    html, _, url = PAGES[skin]
    data, chance = bytearray(html.encode()), random.Random(seed)
    for _ in range(damages):
        start = chance.randrange(len(data))
        kind = chance.randrange(3)
        if kind == 0:
            data[start] = chance.randrange(256)
        elif kind == 1:
            del data[start : start + chance.randrange(60)]
        else:
            data[start:start] = data[start : start + chance.randrange(200)]
        if not data:
            break
    article = clean(bytes(data), url)
    assert not re.search(r"\w@\w+\.\w", article.body)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.clean", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_line_prints_one_json_object(tmp_path):
    file = tmp_path / "page.html"
    file.write_bytes(PAGES["fnnews/article_content"][0].encode("cp949", "replace"))
    done = run(str(file), "--url", "https://www.fnnews.com/news/202002071438001234")
    assert (done.returncode, done.stderr) == (0, "")
    fields = json.loads(done.stdout)
    assert {"title", "published", "modified", "body", "outlet", "original_outlet"} <= set(fields)
    assert {"system", "skin", "encoding", "status", "notes"} <= set(fields)
    assert (fields["title"], fields["published"], fields["status"]) == (TITLE, "2020-02-07T14:38:00+09:00", "ok")


def test_the_command_line_says_what_it_cannot_read(tmp_path):
    for path in (tmp_path / "missing.html", tmp_path):
        done = run(str(path))
        assert done.returncode == 1
        assert re.fullmatch(r"python -m pipelines\.clean: cannot read .+\n", done.stderr)
        assert done.stdout == ""
    assert run("--help").returncode == 0
