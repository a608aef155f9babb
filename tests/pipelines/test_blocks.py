from __future__ import annotations

import pytest

from pipelines.blocks import find_block
from tests.pipelines.skin_pages import PAGES, PARAGRAPHS, TITLE, page


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
