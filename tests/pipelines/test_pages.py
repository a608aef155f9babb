"""The cleaner on real pages that lie beside the project on a developer's machine."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from pipelines.clean import clean
from pipelines.decode import decode

SHARED = Path(__file__).resolve().parents[2] / "../shared"
PAGES, SEEDS = SHARED / "pages", SHARED / "seeds"

pytestmark = [pytest.mark.shared]
if not SHARED.is_dir():
    pytest.skip("../shared is not here", allow_module_level=True)

with (PAGES / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t"))
ARTICLES = [row for row in ROWS if row["kind"] == "article"]
LISTS = [row for row in ROWS if row["kind"] == "list"]

# skin and a date of the article, by hand from the pages
EXPECTED = {
    "breaknews.com__1.html": ("dadamedia/read_body", "2012-08-02T10:36"),
    "damyang.go.kr__1.html": ("board/tbl-dtlPage", "2025-12-11"),
    "donga.com__1.html": (None, "2013-10-24T03:00"),
    "entermedia.co.kr__1.html": (None, "2018-08-25T15:24"),
    "gb.go.kr__1.html": ("board/report_view", "2026-01-07T14:11"),
    "gwangju.go.kr__1.html": ("board/board_view_body", "2025-12-05T17:09"),
    "hankookilbo.com__1.html": ("schema.org/articleBody", "2025-05-15T20:00"),
    "jeonnam.go.kr__1.html": ("board/bbs_view", "2025-12-09"),
    "jnilbo.com__1.html": ("ndsoft/article-view", "2025-12-06T16:43"),
    "naju.go.kr__1.html": ("board/board_basic_view", "2025-12-05T16:40"),
    "naju.go.kr__2.html": ("board/board_basic_view", "2025-12-05T16:40"),
    "naver-news-jspcopy__1.html": ("naver/articleBodyContents", "2020-07-13T17:04"),
    "naver-news-jspcopy__3.html": ("naver/articleBodyContents", "2020-11-18T13:02"),
    "naver-news__1.html": ("naver/dic_area", "2023-09-07T12:22"),
    "seoul.go.kr__1.html": ("board/post_content", "2026-01-05T10:08"),
    "shinan.go.kr__1.html": ("board/show_form", "2025-12-12T17:44"),
}


def gold_bodies() -> dict[str, str]:
    benchmark = json.loads((PAGES / "gold_article_extraction_benchmark_kr.json").read_text(encoding="utf-8"))
    bodies = {name: entry["articleBody"] for name, entry in benchmark.items()}
    donga = json.loads((PAGES / "gold_goose3_donga.json").read_text(encoding="utf-8"))
    bodies["donga.com__1.html"] = donga["expected"]["cleaned_text"]
    hankook = json.loads((PAGES / "gold_fundus_HankookIlbo.json").read_text(encoding="utf-8"))["V1"]["body"]
    parts = [part for section in hankook["sections"] for part in (*section["headline"], *section["paragraphs"])]
    bodies["hankookilbo.com__1.html"] = "\n".join([*hankook["summary"], *parts])
    return {name: body for name, body in bodies.items() if name in EXPECTED}


def token_f1(text: str, gold: str) -> float:
    found, wanted = Counter(re.findall(r"\w+", text)), Counter(re.findall(r"\w+", gold))
    shared = sum((found & wanted).values())
    return 2 * shared / (found.total() + wanted.total())


def read(row: dict[str, str]):
    return clean((PAGES / row["file"]).read_bytes(), row["url"] or None)


def test_every_article_has_its_expectation():
    assert {row["file"] for row in ARTICLES} == set(EXPECTED)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_charset(row):
    assert decode((PAGES / row["file"]).read_bytes())[1] == row["encoding"].split()[0]


@pytest.mark.parametrize("row", ARTICLES, ids=lambda row: row["file"])
def test_article_pages_give_title_date_and_body(row):
    article = read(row)
    skin, published = EXPECTED[row["file"]]
    assert (article.status, article.skin) == ("ok", skin)
    assert article.published.isoformat().startswith(published)
    assert len(article.title) > 10
    assert len(article.body) > 100
    assert article.notes == []
    assert not re.search(r"\w@\w+\.\w|\b0\d{1,2}-\d{3,4}-\d{4}|무단\s?전재|기자\s*$", article.body, re.M)


@pytest.mark.parametrize("row", LISTS, ids=lambda row: row["file"])
def test_list_pages_are_no_articles(row):
    article = read(row)
    assert (article.status, article.body) == ("no-body", "")


@pytest.mark.parametrize(("name", "gold"), gold_bodies().items())
def test_bodies_match_what_others_extracted(name, gold):
    row = next(row for row in ARTICLES if row["file"] == name)
    assert token_f1(read(row).body, gold) >= 0.95


# seed: lines of furniture that must go (their beginnings), figures of the plan that must stay
SEED_EXPECTED = {
    "000": (
        ["기사등록", "기사수정", "<저작권자", "기자프로필", "나도 한마디"],
        ["1만868개", "6천601개", "677억원", "11.9%"],
    ),
    "001": (["광고", "관련기사목록", "▲"], ["4,222억2000만원", "67%", "2만6000개", "2만6천개"]),
    "002": (["2020.02.07", "Hot 포토", "많이 본 뉴스"], ["170명", "2163명", "39세"]),
    "003": (["박종일", "Copyright", "- "], ["8600개", "166개", "91억", "1만1473개"]),
    "004": (["페이지 정보", "작성자", "/기호일보", "댓글목록", "2016-01-21"], ["27.4%", "24곳", "73건"]),
}


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem[:3])
def test_seed_texts_lose_their_furniture_and_keep_their_figures(seed):
    text = seed.read_text(encoding="utf-8")
    shown = "".join(f"<p>{line.replace('<', '&lt;')}</p>" for line in text.splitlines())
    article = clean(f"<html><body><div itemprop='articleBody'>{shown}</div></body></html>".encode())
    furniture, figures = SEED_EXPECTED[seed.stem[:3]]
    lines = article.body.split("\n")
    assert article.status == "ok"
    for start in furniture:
        assert not [line for line in lines if line.startswith(start)]
    for figure in figures:
        assert article.body.count(figure) >= 1
    sentences = [line.strip() for line in text.splitlines() if re.search(r"(?:했다|한다|이다|됐다|있다)\.\s*$", line)]
    assert not [sentence for sentence in sentences[:10] if sentence[-40:].replace("\xa0", " ") not in article.body]
    if seed.stem.startswith("004"):
        assert (article.original_outlet, str(article.published)) == ("기호일보", "2016-01-21")
