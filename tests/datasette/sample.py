"""A small jobplans.db with invented plans, written through the store as the crawl writes it."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crawler.monitors.findings import Problem
from pipelines.extract.model import BreakdownRow, Evidence, Flag, JobPlan, OtherValue, Strategy
from pipelines.model import KST, Article, Outlet, Page, Reading
from pipelines.store import Store
from tests.datasette.nights import Course, LeftOut, Planted, tables_of

HOSTILE = "<script>document.title='owned'</script> 부평구 일자리 \"계획\" & '대책'"

DAILY = Outlet("incheon-daily", "인천나날신문", "daily.example", "ndsoft", region="인천광역시")
TIMES = Outlet("seoul-times", "서울누리타임스", "times.example", "gnuboard")
BOARD = Outlet("welfare-board", "복지모임 게시판", "board.example", "gnuboard", tier="repost")


def spot(clause: str, written: str, qualifier: str | None = None, **more: Any) -> Evidence:
    """Evidence for `written`, which stands in `clause`."""
    start = clause.index(written)
    return Evidence(start, start + len(written), written, "sample", clause=clause, qualifier=qualifier, **more)


def plan(municipality: str, name: str, year: int, stated: dict[str, tuple[Any, Evidence]], **more: Any) -> JobPlan:
    """A plan whose scalar fields are given with their evidence."""
    return JobPlan(
        relevant=True, reasons=["issuer", "plan cue"], municipality=name, municipality_id=municipality, plan_year=year,
        **{"plan_year_end": year, "kind": "yearly", **more},
        **{field: value for field, (value, _) in stated.items()},
        evidence={field: evidence for field, (_, evidence) in stated.items()},
    )  # fmt: skip


def reading(
    number: int,
    outlet: Outlet,
    published: date,
    title: str,
    found: JobPlan,
    *,
    night: int = 2,
    body: str = "",
    **more: Any,
) -> Reading:
    """The plan as read from article `number` of an outlet in a night of March 2026."""
    url = f"https://{outlet.domain}/news/articleView.html?idxno={number}"
    page = Page(url, b"", datetime(2026, 3, night, 1, 30, tzinfo=KST), outlet)
    article = Article(url, title=title, published=published, body=body or title, outlet=outlet.name, **more)
    return Reading(page, article, found, version="sample")


RELEASE = " ".join(
    f"시는 {topic} 분야에서 올해 새 일자리를 마련하고 {topic} 사업을 맡을 사람을 봄부터 모집한다."
    for topic in (
        "조선",
        "관광",
        "수산",
        "농업",
        "돌봄",
        "청년 창업",
        "도시재생",
        "환경",
        "교육",
        "문화",
        "물류",
        "에너지",
    )
)


def geoje() -> list[Reading]:
    """One press release in three papers, a misprint in one of them, one edited, one taken down; and a report of its own."""

    def told(target: int, written: str) -> JobPlan:
        lead = f"거제시가 올해 일자리 {written}를 만든다"
        return plan("48310", "경상남도 거제시", 2023, {"job_target": (target, spot(lead, written))})

    day = date(2023, 3, 30)
    gone = reading(502, TIMES, day, "", JobPlan(reasons=["gone"]), night=4, body=" ")
    gone.article.status = "gone"
    return [
        reading(501, DAILY, day, "거제시 일자리 9500개", told(9500, "9500개"), body=RELEASE),
        reading(502, TIMES, day, "거제시, 올해 일자리 9500개 만든다", told(9500, "9500개"), body=RELEASE[:700]),
        reading(503, BOARD, day, "거제시 일자리 5900개", told(5900, "5900개"), body=f"{RELEASE} 끝."),
        reading(504, TIMES, date(2023, 4, 3), "거제시장에게 듣는 일자리", told(9000, "9000개")),
        reading(
            504, TIMES, date(2023, 4, 3), "거제시장에게 듣는 일자리", told(9500, "9500개"), night=3, body="바로잡은 글"
        ),
        gone,
    ]


CORRECTIONS = """\
article,field,value,as_written,reason,reviewer,date
https://daily.example/news/articleView.html?idxno=102,job_target,11020,부평구 지난해,표본에서 고친 값,sample,2026-03-02
"""


def readings() -> list[Reading]:
    """Two articles that differ on one plan, a series of years, gaps, a doubt, and titles that mean harm."""
    bupyeong = ("28237", "인천광역시 부평구")
    lead = "부평구는 올해 일자리 1만868개를 만들기로 하고 677억 원을 들인다"
    vague = "구는 올해 일자리 1만여 개를 목표로 690억 원을 쓴다"
    counts = "5대 전략 아래 19개 과제를 추진한다"
    groups = "취약계층 6601개, 청년 1250개, 신중년 3017개 등이다"
    made = [
        reading(
            101, DAILY, date(2020, 3, 30), "부평구 올해 일자리 1만868개 만든다",
            plan(
                *bupyeong, 2020,
                {
                    "plan_name": ("2020년 부평구 일자리 대책 세부계획", spot("‘2020년 부평구 일자리 대책 세부계획’을 공시했다", "2020년 부평구 일자리 대책 세부계획")),
                    "head_name": ("차준택", spot("차준택 부평구청장은", "차준택")),
                    "head_office": ("구청장", spot("차준택 부평구청장은", "구청장")),
                    "job_target": (10868, spot(lead, "1만868개", checks=("sum of breakdown",))),
                    "budget_krw": (67700000000, spot(lead, "677억 원")),
                    "budget_change_pct": (11.9, spot("지난해보다 예산이 11.9% 늘었다", "11.9%")),
                    "strategies": (5, spot(counts, "5대")),
                    "tasks": (19, spot(counts, "19개")),
                },
                strategy_names=[
                    Strategy(name, spot(f"첫째부터 차례로 {name} 등이다", name))
                    for name in ("제조업 성장 지원", "청년·신중년 일자리 확대", "골목상권 살리기", "고용안전망 강화", "사회적경제 키우기")
                ],
                breakdown=[
                    BreakdownRow("취약계층", 6601, "개", frame="group", evidence=spot(groups, "6601개")),
                    BreakdownRow("청년", 1250, "개", prior=1100, frame="group", evidence=spot(groups, "1250개")),
                    BreakdownRow("신중년", 3017, "개", frame="group", evidence=spot(groups, "3017개")),
                    BreakdownRow(
                        "직접일자리", 7400, "개", categories=("direct",), frame="category",
                        evidence=spot("직접일자리 7400개와 고용서비스·장려금 3468개로 나뉜다", "7400개"),
                    ),
                    BreakdownRow(
                        "고용서비스·장려금", 3468, "개", categories=("service", "subsidy"), frame="category",
                        evidence=spot("직접일자리 7400개와 고용서비스·장려금 3468개로 나뉜다", "3468개"),
                    ),
                ],
                others=[
                    OtherValue(
                        "job_target", 41000, period="민선 7기", status="target",
                        evidence=spot("민선 7기 동안 4만1000개를 만든다는 목표도 그대로다", "4만1000개"),
                    )
                ],
            ),
        ),
        reading(
            7, BOARD, date(2020, 3, 31), "부평구, 일자리 1만여 개에 690억",
            plan(
                *bupyeong, 2020,
                {
                    "job_target": (10000, spot(vague, "1만여 개", "여")),
                    "budget_krw": (69000000000, spot(vague, "690억 원")),
                    "tasks": (19, spot("과제는 모두 19개다", "19개")),
                },
            ),
            original_outlet="경인소식",
        ),
        reading(
            102, DAILY, date(2021, 3, 29), "부평구 지난해 일자리 목표 104% 달성",
            plan(
                *bupyeong, 2021,
                {
                    "job_target": (11020, spot("올해는 1만1020개가 목표다", "1만1020개")),
                    "employment_rate_target": (64.5, spot("15~64세 고용률 64.5%를 목표로", "64.5%")),
                    "prior_job_target": (10868, spot("목표 1만868개보다 많은 1만1303개를 만들었다", "1만868개")),
                    "prior_jobs_created": (11303, spot("목표 1만868개보다 많은 1만1303개를 만들었다", "1만1303개")),
                    "achievement_rate": (104.0, spot("달성률은 104%다", "104%")),
                },
                employment_rate_base="15-64",
            ),
        ),
        reading(
            90, DAILY, date(2019, 1, 4), "부평구 민선 7기 일자리 4만1000개",
            plan(
                *bupyeong, 2019, {"job_target": (41000, spot("4년 동안 4만1000개를 만든다", "4만1000개"))},
                plan_year_end=2022, kind="term",
            ),
        ),
        reading(
            201, TIMES, date(2024, 4, 1), "성동구 올해 일자리 8600개",
            plan(
                "11200", "서울특별시 성동구", 2024,
                {
                    "job_target": (8600, spot("올해 8600개를 새로 만든다", "8600개")),
                    "projects": (166, spot("166개 사업에 780여 원을 쓴다", "166개")),
                    "prior_jobs_created": (11473, spot("지난해에는 1만1473개로 136.6%를 이뤘다", "1만1473개")),
                    "achievement_rate": (136.6, spot("지난해에는 1만1473개로 136.6%를 이뤘다", "136.6%")),
                },
                flags=[Flag("budget_krw", "unit-lost", "no unit of money of this size", "780여 원", 78000000000)],
            ),
        ),
        reading(
            202, TIMES, date(2021, 2, 3), "천안시 4222억 2000만 원 들여 고용률 67%",
            plan(
                "44130", "충청남도 천안시", 2021,
                {
                    "job_target": (26000, spot("일자리 2만6천개를 만들어", "2만6천개")),
                    "budget_krw": (422220000000, spot("4222억 2000만 원을 들여", "4222억 2000만 원")),
                    "employment_rate_target": (67.0, spot("고용률 67%를 이루겠다", "67%")),
                },
            ),
        ),
        reading(
            203, TIMES, date(2020, 2, 7), "김포시 일자리 대책",
            plan(
                "41570", "경기도 김포시", 2020, {},
                breakdown=[
                    BreakdownRow(
                        "노인일자리사업", 2163, "명", prior=1935, categories=("direct",), frame="programme",
                        evidence=spot("노인일자리사업은 지난해 1935명에서 2163명으로 는다", "2163명"),
                    )
                ],
            ),
        ),
        reading(
            301, DAILY, date(2022, 4, 5), HOSTILE,
            plan(
                *bupyeong, 2022,
                {"job_target": (11500, spot("<img src=x onerror=alert(1)> 1만1500개를 만든다", "1만1500개"))},
            ),
        ),
        reading(
            302, TIMES, date(2025, 4, 2), "광주시 일자리 대책 공시",
            JobPlan(relevant=True, reasons=["plan cue"], municipality_candidates=["29", "41610"], plan_year=2025),
        ),
    ]  # fmt: skip
    made += geoje()
    years = enumerate(range(2016, 2026))
    made += [
        reading(
            400 + index, TIMES, date(year, 3, 20), f"금천구 {year}년 일자리 목표 공시",
            plan(
                "11545", "서울특별시 금천구", year,
                {
                    "job_target": (9800 + 270 * index, spot(f"{9800 + 270 * index}개를 만든다", f"{9800 + 270 * index}개")),
                    "budget_krw": (41000000000 + index * 1300000000, spot(f"예산 {410 + index * 13}억 원", f"{410 + index * 13}억 원")),
                },
            ),
        )
        for index, year in years
    ]  # fmt: skip
    return made


GANGWON = Outlet("gangwon-press", "강원산골신문", "gangwon.example", "newsbuilder", region="강원특별자치도")
BUSAN = Outlet("busan-now", "부산바다일보", "busan.example", "ndsoft", region="부산광역시")
JEJU = Outlet("jeju-ilbo", "제주돌담일보", "jeju.example", "dadamedia", region="제주특별자치도")
EVIL = Outlet("evil", HOSTILE, "evil.example", "gnuboard")
_EMPTY = {
    "listed": 0,
    "known": 0,
    "irrelevant": 0,
    "listed_twice": 0,
    "fetched": 0,
    "entries": 0,
    "new": 0,
    "plan_articles": 0,
}
_UNTIL = "2026-03-08T00:00:00+09:00"

COURSE = Course(
    outlets=[one.key for one in (DAILY, TIMES, BOARD, GANGWON, BUSAN, JEJU, EVIL)],
    nights=20,
    planted=[
        Planted(TIMES.key, "no-article", Problem("no article on all articles: was the site relaunched?", "목록(all articles)에 기사가 하나도 없음, 사이트 개편 의심"), 3, columns=_EMPTY),
        Planted(GANGWON.key, "given-up", Problem("5 failures in a row, the last: there is no such host", "호스트를 찾을 수 없음: 오늘 밤 수집을 그만둠", "no such host"), 6, 4, state="given-up", columns=_EMPTY),
        Planted(GANGWON.key, "suspended", Problem("suspended until 2026-03-08 00:00", "2026-03-08 00:00까지 수집 중지", _UNTIL), 4, 4, level="warning", look=("`scrapy outlets resume {outlet}` tries it at once", "`scrapy outlets resume {outlet}`로 바로 재개 가능")),
        Planted(BOARD.key, "latency", Problem("the host takes 6.2 s to answer where 0.4 s are usual", "서버 응답에 6.2초 걸림(평소 0.4초)"), 1, level="warning", columns={"latency": 6.2}),
        Planted(BUSAN.key, "charset", Problem("3 of 4 articles have damaged characters", "기사 4건 중 3건이 글자가 깨짐"), 9, 3, columns={"garbled": 3}),
        Planted(EVIL.key, "lists", Problem(f"1 of 1 listings failed: {HOSTILE}", f"목록 1개 중 1개를 읽지 못함({HOSTILE})", HOSTILE), 0),
    ],
    left_out=[
        LeftOut(GANGWON.key, "suspended", "suspended until 2026-03-08 00:00, failing since 2026-02-27: there is no such host", 3),
        LeftOut(JEJU.key, "paused", f"paused since 2026-02-20: {HOSTILE}", 13),
    ],
)  # fmt: skip
"""Twenty nights: an outlet whose lists are empty, one that is suspended, one paused, one slow, one that has recovered."""
STANDINGS = [
    {"outlet": GANGWON.key, "score": 3.5, "reason": "5 failures in a row, the last: there is no such host", "since": "2026-02-27T03:30:00+09:00", "suspended_until": _UNTIL, "suspensions": 2, "paused_since": None, "paused_reason": None},
    {"outlet": TIMES.key, "score": 1.5, "reason": "shows no article any more", "since": "2026-03-02T03:30:00+09:00", "suspended_until": None, "suspensions": 0, "paused_since": None, "paused_reason": None},
    {"outlet": JEJU.key, "score": 0.0, "reason": None, "since": None, "suspended_until": None, "suspensions": 0, "paused_since": "2026-02-20T10:12:00+09:00", "paused_reason": f"홈페이지 점검 {HOSTILE}"},
]  # fmt: skip


def build(path: Path) -> None:
    """Write the sample to `path`."""
    table = path.with_name("corrections.csv")
    table.write_text(CORRECTIONS, encoding="utf-8")
    with Store(path, table) as store:
        for one in readings():
            store.put(one)
        for one in (GANGWON, BUSAN, JEJU, EVIL):
            store.put_outlet(one)
        store.put_crawl_tables(tables_of(COURSE) | {"standings": STANDINGS})


if __name__ == "__main__":
    build(Path(sys.argv[1]))
