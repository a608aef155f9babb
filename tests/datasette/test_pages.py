"""What a reader gets over HTTP."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from html.parser import HTMLParser

import httpx
import pytest

from tests.datasette.sample import HOSTILE
from tests.datasette.test_metadata import JOBPLANS, PUBLIC

PLAN = "/jobplans/plans/28237-yearly-2020"


class _Outline(HTMLParser):
    """Tags with their attributes, in the order in which they stand."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def _page(web: httpx.Client, path: str) -> str:
    answer = web.get(path, follow_redirects=True)
    assert answer.status_code == 200, (path, answer.text[-400:])
    return answer.text


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", html)))


def test_the_start_page_says_what_this_is_and_what_is_new(web: httpx.Client) -> None:
    html = _page(web, "/")
    text = _text(html)
    assert "지자체 일자리 계획, 수치마다 출처와 함께" in text
    assert "Job plans of Korea" in text
    assert "목표는 만들어진 일자리가 아닙니다" in text
    assert "Targets are not jobs created" in text
    assert "서울특별시 금천구" in text
    assert "527억 원" in text
    assert "52,700,000,000" in text
    assert "2026-03-05 시작, 이상 있음" in text
    assert "매체 7곳에서 주소 973개" in text
    assert 'href="/health"' in html
    for query in JOBPLANS["queries"]:
        assert f'href="/jobplans/{query}"' in html
    for table in PUBLIC:
        assert f'href="/jobplans/{table}"' in html


def test_a_plan_reads_as_a_page(web: httpx.Client) -> None:
    html = _page(web, PLAN)
    text = _text(html)
    assert "<h1>인천광역시 부평구 2020년 일자리 계획</h1>" in html
    assert "「2020년 부평구 일자리 대책 세부계획」" in text
    assert "차준택 구청장" in text
    assert "10,868개" in text
    assert "677억 원 67,700,000,000" in text
    assert "<mark>1만868개</mark>" in html
    assert "독립된 글 2편 중 1편 일치" in text
    assert "690억 원" in text
    assert "전재: 경인소식" in text
    assert "청년·신중년 일자리 확대" in text
    assert "기사에 없음" in text
    assert "민선 7기" in text


def test_each_frame_of_a_breakdown_is_a_table_of_its_own_without_a_sum(web: httpx.Client) -> None:
    html = _page(web, PLAN)
    breakdown = html[html.index('id="breakdowns"') : html.index('id="strategies"')]
    assert breakdown.count("<table") == 2
    assert "틀을 넘어 더하지" in breakdown
    assert "직업능력" not in breakdown
    assert "고용장려금" in breakdown
    for never in ("합계", "14,336", "21,736"):
        assert never not in breakdown


def test_a_doubtful_value_is_shown_as_a_doubt(web: httpx.Client) -> None:
    text = _text(_page(web, "/jobplans/plans/11200-yearly-2024"))
    assert "확인 필요" in text
    assert "780여 원" in text
    assert "싣지 않음" in text
    assert "780억 원" in text
    headline = text[: text.index("확인할 점")]
    assert "780억" not in headline


GEOJE = "/jobplans/plans/48310-yearly-2023"


def test_copies_of_one_press_release_are_shown_as_one_text(web: httpx.Client) -> None:
    text = _text(_page(web, GEOJE))
    assert "기사 4건은 독립된 글 2편입니다" in text
    assert "같은 보도자료를 실은 기사 3건" in text
    assert "독립된 글 2편 중 2편 일치" in text
    conflicts = text[text.index("기사마다 다른 값") : text.index("출처 Sources")]
    assert "5,900개" in conflicts
    assert "9,500개" in conflicts
    (row,) = web.get("/jobplans/plans.json", params={"id": "48310-yearly-2023", "_shape": "array"}).json()
    assert (row["job_target"], row["sources"], row["releases"], row["withdrawn"]) == (9500, 4, 2, 1)


def test_a_withdrawn_article_is_marked_wherever_it_speaks(web: httpx.Client) -> None:
    text = _text(_page(web, GEOJE))
    assert "기사 4건 중 1건은 내려갔습니다" in text
    assert text.count("내려간 기사 withdrawn") == 3, "at the value, at the conflict, at the sources"
    (row,) = web.get("/jobplans/articles.json", params={"status": "withdrawn", "_shape": "array"}).json()
    text = _text(_page(web, f"/jobplans/articles/{row['id']}"))
    assert "2026-03-04에 보니 없거나" in text
    assert "9,500개" in text


def test_an_edited_article_tells_its_versions(web: httpx.Client) -> None:
    (row,) = web.get("/jobplans/changes.json", params={"_shape": "array"}).json()
    assert (row["field"], row["before"], row["after"], row["version"]) == ("job_target", 9000, 9500, 2)
    text = _text(_page(web, f"/jobplans/articles/{row['article']}"))
    assert "수치 바뀜" in text
    assert "9,000개 → 9,500개" in text
    assert "9,000개" in _text(_page(web, "/jobplans/changes"))


def test_a_correction_by_a_person_says_so(web: httpx.Client) -> None:
    text = _text(_page(web, "/jobplans/plans/28237-yearly-2021"))
    assert "사람이 고침 corrected: 표본에서 고친 값" in text
    assert "사람이 기사를 보고 고쳤습니다" in text
    (fact,) = web.get("/jobplans/facts.json", params={"rule": "correction", "_shape": "array"}).json()
    text = _text(_page(web, f"/jobplans/articles/{fact['article']}"))
    assert "사람이 고침" in text


def test_what_the_tables_are_made_from_is_not_shown(web: httpx.Client) -> None:
    text = _text(_page(web, "/jobplans"))
    assert "sightings" not in text
    assert "addresses" not in text


def test_links_out_are_safe_and_lead_to_the_article(web: httpx.Client) -> None:
    links = [attrs for attrs in _Outline(_page(web, PLAN)).all("a") if "daily.example" in (attrs["href"] or "")]
    assert links
    assert all("noopener" in (attrs["rel"] or "") for attrs in links)


def test_an_article_shows_what_was_read_from_it(web: httpx.Client) -> None:
    (row, *_) = web.get("/jobplans/articles.json", params={"title__contains": "1만868개", "_shape": "array"}).json()
    text = _text(_page(web, f"/jobplans/articles/{row['id']}"))
    assert "부평구 올해 일자리 1만868개 만든다" in text
    assert "인천나날신문" in text
    assert "원문 읽기" in text
    assert row["body_sha256"] in text
    assert "11.9%" in text


def test_an_article_of_an_unclear_place_names_the_candidates(web: httpx.Client) -> None:
    (row,) = web.get(
        "/jobplans/articles.json",
        params={"plan_year": "2025", "outlet": "seoul-times", "municipality__isnull": "1", "_shape": "array"},
    ).json()
    text = _text(_page(web, f"/jobplans/articles/{row['id']}"))
    assert "분명하지 않습니다" in text
    assert "광주광역시" in text
    assert "경기도 광주시" in text


def test_a_municipality_lists_its_plans_by_year_and_its_neighbours_in_time(web: httpx.Client) -> None:
    text = _text(_page(web, "/jobplans/municipalities/28237"))
    years = [
        text.index(title)
        for title in ("2022년 일자리 계획", "2021년 일자리 계획", "2020년 일자리 계획", "2019~2022년 임기")
    ]
    assert years == sorted(years)
    assert "인천광역시 미추홀구" in _text(_page(web, "/jobplans/municipalities/28170"))
    assert "인천광역시 남구" in _text(_page(web, "/jobplans/municipalities/28177-20180701"))
    assert "읽은 계획이 없습니다" in _text(_page(web, "/jobplans/municipalities/28177-20180701"))


@pytest.mark.parametrize("table", PUBLIC)
def test_every_table_opens_with_korean_headings_and_exports(web: httpx.Client, table: str) -> None:
    html = _page(web, f"/jobplans/{table}")
    assert JOBPLANS["tables"][table]["title"] in html
    first = next(iter(JOBPLANS["tables"][table]["columns"].values())).partition(" · ")[0]
    assert f'<span class="label" lang="ko">{first}</span>' in html
    assert isinstance(web.get(f"/jobplans/{table}.json", params={"_shape": "array"}).json(), list)
    assert "text/plain" in web.get(f"/jobplans/{table}.csv").headers["content-type"]


@pytest.mark.parametrize("query", JOBPLANS["queries"])
def test_every_query_gives_rows(web: httpx.Client, query: str) -> None:
    assert JOBPLANS["queries"][query]["title"] in _page(web, f"/jobplans/{query}")
    assert web.get(f"/jobplans/{query}.json", params={"_shape": "array"}).json()


def test_the_database_page_is_a_dictionary(web: httpx.Client) -> None:
    text = _text(_page(web, "/jobplans"))
    for part in (*JOBPLANS["queries"].values(), *(JOBPLANS["tables"][table] for table in PUBLIC)):
        for half in part["description"].split(" · ", 1):
            assert half.strip() in text
    assert "plans_fts" not in text
    assert "_sqlite_migrations" not in text


def test_targets_meet_the_results_of_the_year_after(web: httpx.Client) -> None:
    rows = web.get("/jobplans/targets_and_results.json", params={"_shape": "array"}).json()
    (row,) = [row for row in rows if row["municipality_name"] == "인천광역시 부평구"]
    assert (row["year"], row["target_then"], row["prior_jobs_created"], row["achievement_computed"]) == (
        2020,
        10868,
        11303,
        104.0,
    )


def test_a_query_by_name_takes_part_of_a_name(web: httpx.Client) -> None:
    ask = {"_shape": "array", "municipality": "부평"}
    rows = web.get("/jobplans/by_municipality.json", params=ask).json()
    assert {row["municipality_name"] for row in rows} == {"인천광역시 부평구"}
    assert len(rows) == 4
    assert web.get("/jobplans/by_municipality.json", params=ask | {"municipality": "'\" OR *"}).json() == []


def test_coverage_counts_governments_of_the_year(web: httpx.Client) -> None:
    rows = web.get("/jobplans/coverage.json", params={"_shape": "array"}).json()
    (seoul,) = [row for row in rows if row["province"] == "서울특별시" and row["plan_year"] == 2024]
    assert (seoul["with_plan"], seoul["units"], seoul["coverage_pct"]) == (2, 26, 7.7)


def test_exact_numbers_leave_by_csv_and_json(web: httpx.Client) -> None:
    rows = list(csv.DictReader(io.StringIO(web.get("/jobplans/plans.csv", params={"municipality": "28237"}).text)))
    assert {row["id"]: row["budget_krw"] for row in rows}["28237-yearly-2020"] == "67700000000"
    streamed = web.get("/jobplans/municipalities.csv", params={"_stream": "on"}).text
    assert len(streamed.splitlines()) > 300
    (row,) = web.get(f"{PLAN}.json", params={"_shape": "objects"}).json()["rows"]
    assert row["job_target"] == 10868
    facts = web.get("/jobplans/facts.json", params={"plan": "28237-yearly-2020", "_shape": "array"}).json()
    assert {"677억 원", "690억 원"} <= {fact["as_written"] for fact in facts}


def test_pages_carry_language_headings_and_captions(web: httpx.Client) -> None:
    for path in ("/", PLAN, "/jobplans/municipalities/28237"):
        html = _page(web, path)
        outline = _Outline(html)
        assert outline.all("html") == [{"lang": "ko"}]
        assert any(attrs.get("lang") == "en" for _, attrs in outline.tags)
        assert len(outline.all("h1")) == 1
        ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        assert len(outline.all("caption")) == len(outline.all("table"))
        assert not outline.all("script")
        addresses = [attrs.get("href") or "" for attrs in outline.all("link")] + [
            attrs.get("src") or "" for attrs in outline.all("img")
        ]
        assert all(one.startswith("/") or "127.0.0.1" in one for one in addresses)


def test_hostile_titles_and_clauses_stay_text(web: httpx.Client) -> None:
    (row,) = web.get("/jobplans/articles.json", params={"title": HOSTILE, "_shape": "array"}).json()
    paths = ["/", "/jobplans/articles", f"/jobplans/articles/{row['id']}", "/jobplans/facts?plan=28237-yearly-2022",
             "/jobplans/plans/28237-yearly-2022", "/jobplans/plan_articles?plan=28237-yearly-2022",
             "/jobplans/plans?_search=%3Cscript%3Ealert(1)%3C/script%3E", "/jobplans?sql=select+title+as+url+from+articles"]  # fmt: skip
    for path in paths:
        html = _page(web, path)
        assert "document.title='owned'</script>" not in html, path
        assert "<img src=x" not in html, path
        assert "<script>alert" not in html, path
    assert "&lt;img src=x" in _page(web, "/jobplans/plans/28237-yearly-2022")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/jobplans/plans/no-such-plan", 404),
        ("/jobplans/articles/none", 404),
        ("/jobplans/municipalities/0", 404),
        ("/nowhere", 404),
        ("/jobplans/nothing", 404),
        ("/jobplans?sql=delete+from+plans", 400),
        ("/jobplans?sql=select+*+from+nothing", 400),
        ("/jobplans/plans?budget_krw__gt=x", 200),
        ("/-/databases.json", 404),
        ("/-/threads", 404),
    ],
)
def test_errors_have_their_status_and_the_sites_face(web: httpx.Client, path: str, status: int) -> None:
    answer = web.get(path)
    assert answer.status_code == status
    if not path.startswith("/-/"):
        assert "iljari.css" in answer.text


def test_a_query_that_runs_on_is_stopped(web: httpx.Client) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    answer = web.get("/jobplans.json", params={"sql": endless})
    assert answer.status_code == 400
    assert "time limit" in answer.json()["title"].lower() or "interrupted" in answer.json()["title"].lower()
    assert answer.elapsed.total_seconds() < 10


@pytest.mark.parametrize("path", ["/", PLAN, "/jobplans/plans.json", "/nowhere", "/static/iljari.css", "/-/databases"])
def test_every_answer_carries_the_protecting_headers(web: httpx.Client, path: str) -> None:
    headers = web.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]


def test_robots_may_read_rows_and_leave_searches_alone(web: httpx.Client) -> None:
    robots = web.get("/robots.txt")
    assert robots.headers["content-type"].startswith("text/plain")
    assert "Disallow: /*?\n" in robots.text
    assert "Disallow: /\n" not in robots.text
