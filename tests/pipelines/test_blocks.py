from __future__ import annotations

import pytest

from pipelines.blocks import find_block, find_gone
from pipelines.clean import clean
from pipelines.read import read_page
from tests.pipelines.skin_pages import PAGES, PARAGRAPHS, TITLE, page
from tests.readings import page as fetched


@pytest.mark.parametrize(
    "html",
    [
        "<html><title>Attention Required! | Cloudflare</title>" + " " * 9000,
        "<html><script>window._cf_chl_opt={}</script>" + " " * 90000,
        "<html><body><p>비정상적인 접근이 감지되어 접속이 차단되었습니다.</p></body></html>",
        "<html><title>403 Forbidden</title><h1>Forbidden</h1></html>",
        "<html><script>document.cookie='a=1';location.reload();</script></html>",
        "<html><body>자동 접속 방지를 위해 보안문자를 입력해 주세요.</body></html>",
        "<html><title>서비스 점검 안내</title><body>시스템 점검 중입니다.</body></html>",
    ],
)
def test_blocks_are_recognised_in_both_encodings(html):
    assert find_block(html.encode())
    assert find_block(html.encode("cp949"))


def test_articles_about_blocks_and_pages_with_captchas_are_no_blocks():
    words = "<p>비정상적인 접근이 차단됐다. 보안문자를 입력하는 화면에서 captcha가 나왔고 403 Forbidden이 보였다.</p>"
    assert find_block(page(words + PARAGRAPHS * 20, f"<title>{TITLE}</title>").encode()) is None
    assert find_block(PAGES["gnuboard5/bo_v"][0].encode()) is None


GONE = [
    "<script>alert('존재하지 않는 기사입니다.');history.back();</script>",
    '<html><script>alert("삭제된 기사입니다");location.href="/";</script></html>',
    "<script>alert('없는 게시물입니다.');history.go(-1)</script>",
    "<script>alert('해당 기사가 존재하지 않습니다.\\n삭제되었을 수 있습니다.');</script>",
    "<title>오류</title><p>글이 존재하지 않습니다.</p>",
    "<html><body><h1>페이지를 찾을 수 없습니다.</h1><a href='/'>홈으로</a></body></html>",
    "<html><body><p>비공개 처리된 게시물입니다.</p></body></html>",
    "<html><title>404 Not Found</title><body>Page not found</body></html>",
    f"<nav>{'정치 경제 사회 문화 지역 ' * 20}</nav><script>alert('이미 삭제된 기사입니다');history.back()</script>",
]


@pytest.mark.parametrize("html", GONE)
@pytest.mark.parametrize("charset", ["utf-8", "cp949"])
def test_a_page_that_says_its_article_is_gone_is_recognised(html, charset):
    assert find_gone(html.encode(charset))
    article = clean(html.encode(charset), "http://paper.kr/1")
    assert (article.status, article.body) == ("gone", "")


@pytest.mark.parametrize("shape", sorted(PAGES))
def test_an_article_about_deleted_articles_is_none(shape):
    html = PAGES[shape][0].replace(
        "</body>", "<script>function warn(){alert('존재하지 않는 기사입니다.')}</script></body>"
    )
    told = html.replace(PARAGRAPHS, "<p>삭제된 기사를 찾는 사람이 늘었다.</p>" + PARAGRAPHS)
    assert clean(told.encode(), PAGES[shape][2]).status == "ok"


def test_a_brief_about_a_deleted_article_is_none():
    brief = "<p>한 지역신문이 지난 3일 실은 기사가 삭제됐다. 신문사는 삭제된 기사에서 틀린 수를 고쳐 다시 싣겠다고 밝혔다.</p>"
    more = "<p>" + "구는 올해 일자리 1만868개를 만들기로 했다고 밝히고 예산과 일정을 알렸다. " * 6 + "</p>"
    assert find_gone((brief + more).encode()) is None
    assert find_gone((brief + more + "<script>alert('기사제보를 기다립니다')</script>").encode()) is None


def test_other_words_of_a_script_are_no_word_that_an_article_is_gone():
    for html in (
        "<script>alert('로그인이 필요합니다');history.back()</script>",
        "<p></p>",
        "",
        "<script>location.href='/'</script>",
    ):
        assert find_gone(html.encode()) is None


@pytest.mark.parametrize(("status", "expected"), [(404, "gone"), (410, "gone"), (200, "ok")])
def test_a_page_with_status_404_or_410_is_gone_whatever_stands_on_it(status, expected):
    read = read_page(fetched(body=PAGES["newsbuilder/viewContent"][0].encode(), status=status))
    assert read.article.status == expected
    if expected == "gone":
        assert not read.plan.relevant
        assert read.article.body == ""


@pytest.mark.parametrize(
    ("html", "status"),
    [
        ("<html><h1 class='title'>채용 공고</h1><div id='viewContent'></div><a href='/f/1.hwp'>공고문.hwp</a></html>", "attachment-only"),
        (f"<html><script>window.__NEXT_DATA__={{a:'{'가나다라마 ' * 200}'}}</script></html>", "script-body"),
        ("<html><div id='viewContent'></div><p>사진만 있습니다.</p></html>", "no-body"),
    ],
)  # fmt: skip
def test_a_page_without_a_body_says_what_it_is_and_is_no_plan(html, status):
    read = read_page(fetched(body=html.encode()))
    assert (read.article.status, read.plan.relevant) == (status, False)
