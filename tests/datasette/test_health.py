"""The health pages and their JSON: what each state of the data makes of them, over HTTP from a database in use."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlite_utils import Database

from crawler.monitors.checks import CHECKS
from crawler.monitors.findings import Problem
from crawler.monitors.health import SLOW_AT, health, parts
from crawler.monitors.night import NIGHT_CHECKS
from crawler.monitors.suite import findings_of
from crawler.standing import SLOW_AT as SLOW_IN_THE_CRAWL
from crawler.standing import Standing, Standings
from pipelines.model import KST
from pipelines.schema import migrations
from pipelines.store import Store
from tests.datasette.conftest import CLOCK, ROOT, served
from tests.datasette.nights import LAST, Course, LeftOut, Planted, tables_of, write
from tests.datasette.sample import HOSTILE

EMPTY = Problem("no article on all articles", "목록(all articles)에 기사가 하나도 없음")
SLOW = Problem("the host takes 6.2 s to answer", "서버 응답에 6.2초 걸림")
WELL = Course(["alpha", "beta", "gamma"], 8)
Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("health") / "jobplans.db"
    Store(path).close()
    return path


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[httpx.Client]:
    with served(place) as url, httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def get(place: Path, server: httpx.Client) -> Get:
    """Put a course of nights in the place of what is served, and ask for a page."""

    def get(course: Course | None, path: str = "/health.json", standings: Any = ()) -> httpx.Response:
        write(place, (tables_of(course) if course else {"runs": []}) | {"standings": standings})
        return server.get(path)

    return get


def _text(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", answer.text)))


def _course(*planted: Planted, **more: Any) -> Course:
    return replace(WELL, planted=planted, **more)


EMPTY_BETA = Planted("beta", "no-article", EMPTY, 2)
SLOW_BETA = Planted("beta", "latency", SLOW, 2, level="warning")
NO_NIGHT = Planted(
    "", "stopped", Problem("the night stopped", "밤 수집이 중단됨"), 0, look=("read the log", "로그 확인")
)
SEASON = Planted(
    "", "season", Problem("no plan", "계획 기사가 없음"), 3, level="warning", look=("try one", "하나 확인")
)
DOWN = [Planted(name, "host", SLOW, 0) for name in WELL.outlets]
NOW = datetime.fromisoformat(CLOCK)
LATE = NOW - timedelta(hours=27)

STATES = [
    ("all well", WELL, "ok", 200, "모두 정상입니다"),
    ("a warning", _course(SLOW_BETA), "ok", 200, "모두 정상이고, 지켜볼 매체가 1곳 있습니다"),
    ("a warning of the night", _course(SEASON), "ok", 200, "모두 정상입니다"),
    ("recovered", _course(replace(EMPTY_BETA, first=5, last=1)), "ok", 200, "모두 정상입니다"),
    ("one outlet", _course(EMPTY_BETA), "degraded", 200, "매체 1곳을 살펴봐야 합니다"),
    ("paused with a problem", _course(replace(EMPTY_BETA, last=1), left_out=[LeftOut("beta", "paused", "x", 0)]), "degraded", 200, "매체 1곳을"),
    ("trouble of the night", _course(NO_NIGHT), "failing", 503, "지난밤 수집 전체에 문제가 있었습니다"),
    ("stopped", _course(states={0: "stopped"}), "failing", 503, "끝까지 가지 못했습니다"),
    ("killed", _course(states={0: "killed"}), "failing", 503, "끝까지 가지 못했습니다"),
    ("nobody well", _course(*DOWN), "failing", 503, "한 곳도 없습니다"),
    ("no night lately", replace(WELL, last=LATE), "stale", 503, "돌지 않고 있습니다"),
    ("late, as a long night is", replace(WELL, last=NOW - timedelta(hours=26, minutes=30)), "ok", 200, "모두 정상입니다"),
    ("never", None, "stale", 503, "아직 밤 수집을 한 적이 없습니다"),
    ("a newsroom, long ago", replace(WELL, last=LAST.replace(year=2020), newsroom=True), "ok", 200, "모두 정상입니다"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("course", "status", "code", "said"), [state[1:] for state in STATES], ids=[state[0] for state in STATES]
)
def test_the_status_tells_the_worst_that_holds(get: Get, server: httpx.Client, course: Course | None, status: str, code: int, said: str) -> None:  # fmt: skip
    answer = get(course)
    data = answer.json()
    assert (data["status"], answer.status_code) == (status, code)
    assert said in data["ko"]
    page = server.get("/health")
    assert page.status_code == 200
    assert said in _text(page)
    assert data["en"] in _text(page)


def test_a_paused_outlet_is_no_trouble_any_more(get: Get) -> None:
    course = _course(replace(EMPTY_BETA, last=1), left_out=[LeftOut("beta", "paused", "x", 0)])
    paused = {
        "outlet": "beta",
        "score": 0.0,
        "suspensions": 0,
        "paused_since": "2026-03-04T12:00:00+09:00",
        "paused_reason": "개편 중",
    }
    data = get(course, standings=[paused]).json()
    assert data["status"] == "ok"
    assert data["open"] == []
    assert data["outlets"]["beta"]["state"] == "paused"


def test_the_json_holds_what_an_uptime_tool_asks_for(get: Get) -> None:
    answer = get(_course(EMPTY_BETA, SLOW_BETA))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("application/json")
    data = answer.json()
    last = data["last_run"]
    assert (last["id"], last["state"], last["started"]) == (
        "20260305T033000-1",
        "unhealthy",
        "2026-03-05T03:30:00+09:00",
    )
    assert last["age_seconds"] == (8 * 60 + 30 - 42) * 60
    assert (last["outlets"], last["ok"]) == (3, 2)
    assert [(one["outlet"], one["monitor"], one["level"], one["since"]) for one in data["open"]] == [
        ("beta", "no-article", "error", "2026-03-03"), ("beta", "latency", "warning", "2026-03-03")
    ]  # fmt: skip
    assert EMPTY.ko in data["open"][0]["ko"]
    assert data["outlets"]["beta"] == {
        "state": "ok", "last_result": "failed", "last_success": "2026-03-02T03:30:00+09:00", "suspended_until": None,
        "open": ["no-article", "latency"],
    }  # fmt: skip
    assert data["outlets"]["alpha"]["open"] == []


def test_where_no_night_came_lately_days_are_counted_to_the_last_one(get: Get) -> None:
    text = _text(get(_course(EMPTY_BETA, last=LATE - timedelta(days=30)), "/health"))
    assert "마지막 밤에 문제가 있던 매체" in text
    assert "(3일째)" in text
    assert "30일 전" in text or "31일 전" in text


def test_a_head_request_tells_by_its_status(get: Get, server: httpx.Client) -> None:
    get(_course(states={0: "killed"}))
    answer = server.head("/health.json")
    assert (answer.status_code, answer.content) == (503, b"")


def test_an_outlet_that_was_left_out_keeps_what_was_found_and_says_until_when(get: Get, server: httpx.Client) -> None:
    course = _course(Planted("beta", "host", SLOW, 6, 4), left_out=[LeftOut("beta", "suspended", "x", 3)])
    standing = {"outlet": "beta", "score": 3.5, "reason": "HTTP 503", "since": "2026-02-27T03:30:00+09:00",
                "suspended_until": "2026-03-08T00:00:00+09:00", "suspensions": 1}  # fmt: skip
    data = get(course, standings=[standing]).json()
    assert data["status"] == "degraded"
    assert data["outlets"]["beta"]["state"] == "suspended"
    assert data["outlets"]["beta"]["suspended_until"] == "2026-03-08T00:00:00+09:00"
    assert data["outlets"]["beta"]["open"] == ["host"]
    for path in ("/health", "/health/beta"):
        text = _text(server.get(path))
        assert "2026-03-08 00:00까지 수집하지 않고" in text
        assert "Left out until 2026-03-08 00:00" in text
        assert "2026-02-27부터 (7일째)" in text


def test_what_is_over_is_told_for_a_while(get: Get) -> None:
    lately, long_ago = replace(EMPTY_BETA, first=5, last=2), replace(EMPTY_BETA, outlet="gamma", first=19, last=12)
    text = _text(get(replace(_course(lately, long_ago), nights=20), "/health"))
    over = text[text.index("최근에 해결된 것") : text.index("모든 매체")]
    assert "2026-03-04 beta: 목록(all articles)에 기사가 하나도 없음 (2026-02-28부터)" in over
    assert "gamma" not in over


def test_a_part_of_a_run_that_no_monitor_saw_is_told_all_the_same(get: Get, place: Path, server: httpx.Client) -> None:
    get(WELL)
    with sqlite3.connect(place) as db:
        db.execute("update run_outlets set state = 'failed', reason = 'ImportError: x' where outlet = 'beta' and run >= '20260303'")  # fmt: skip
    db.close()
    (found,) = server.get("/health.json").json()["open"]
    assert (found["outlet"], found["monitor"], found["since"]) == ("beta", "crawl", "2026-03-03")
    text = _text(server.get("/health"))
    assert "제대로 수집하지 못함(ImportError: x)" in text
    assert "실행 로그 확인" in text


def test_an_outlet_that_is_crawled_no_more_counts_no_more(get: Get, place: Path, server: httpx.Client) -> None:
    get(replace(_course(EMPTY_BETA), nights=20))
    with sqlite3.connect(place) as db:
        db.execute("insert or ignore into outlets values ('beta', '베타', 'beta.example', 'x', null, 'press', '')")
        db.execute("delete from run_outlets where outlet = 'beta' and run >= '20260216'")
    db.close()
    data = server.get("/health.json").json()
    assert "beta" not in data["outlets"]
    assert data["open"] == []
    assert "더는 수집하지 않는 매체 No longer crawled: 베타" in _text(server.get("/health"))
    assert "더는 수집하지 않는 매체입니다" in _text(server.get("/health/beta"))


def test_an_outlets_page_tells_its_history_and_what_is_usual(get: Get, server: httpx.Client) -> None:
    planted = Planted("beta", "latency", SLOW, 1, level="warning", columns={"latency": 6.25})
    earlier = replace(EMPTY_BETA, first=14, last=10)
    course = replace(_course(planted, earlier), nights=40)
    answer = get(course, "/health/beta.json")
    data = answer.json()
    assert (answer.status_code, data["status"]) == (200, "degraded")
    assert answer.headers["cache-control"] == "no-store"
    assert data["measures"]["latency"] == 6.25
    assert data["usual"]["latency"]["nights"] == 14
    assert 0.2 < data["usual"]["latency"]["median"] < 0.3
    assert [(one["monitor"], one["since"], one["until"], one["nights"]) for one in data["findings"]] == [
        ("latency", "2026-03-04", None, 2), ("no-article", "2026-02-19", "2026-02-24", 5)
    ]  # fmt: skip
    assert len(data["nights"]) == 30
    page = server.get("/health/beta")
    text = _text(page)
    past = text[text.index("지금까지의 문제") :]
    assert re.search(r"2026-02-19 2026-02-24 5밤 .*목록\(all articles\)에 기사가 하나도 없음", past)
    assert "계속" in past
    assert re.search(r"응답 시간\(초\) Time to an answer in seconds, median 6.25 0.2\d ± ", text)
    assert page.text.count('<svg class="bars"') == 4
    assert page.text.count('<tr><th scope="row">2026-0') >= 30, "the drawn nights stand in a table too"


def test_an_outlet_with_an_error_is_failing_to_an_uptime_tool(get: Get) -> None:
    answer = get(_course(EMPTY_BETA), "/health/beta.json")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    answer = get(_course(EMPTY_BETA), "/health/alpha.json")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    answer = get(replace(WELL, last=LATE), "/health/alpha.json")
    assert (answer.status_code, answer.json()["status"]) == (503, "stale")


@pytest.mark.parametrize("path", ["/health/nosuch", "/health/nosuch.json", "/health/~3Cscript~3E"])
def test_an_unknown_outlet_is_not_found(get: Get, path: str) -> None:
    answer = get(WELL, path)
    assert answer.status_code == 404
    assert "outlet <script>" not in answer.text


def test_texts_that_mean_harm_stay_texts(get: Get, server: httpx.Client) -> None:
    name = "<img src=x onerror=alert(1)>"
    problem = Problem(
        f'odd {HOSTILE} `<b>` https://x.example/"><script>alert(1)</script>', f"이상함 {HOSTILE}", HOSTILE
    )
    planted = [Planted(name, "lists", problem, 0), Planted("beta", "lists", problem, 3, 2)]
    standing = {
        "outlet": "gamma",
        "score": 0.0,
        "suspensions": 0,
        "paused_since": "2026-03-04T12:00:00+09:00",
        "paused_reason": HOSTILE,
    }
    course = Course([name, "beta", "gamma"], 8, planted, [LeftOut("gamma", "paused", HOSTILE, 1)])
    encoded = "".join(f"~{ord(char):02X}" if not char.isalnum() else char for char in name).replace("~20", "+")
    pages = [get(course, "/health", [standing])] + [
        server.get(path)
        for path in (
            f"/health/{encoded}",
            "/health/beta",
            "/health/gamma",
            "/jobplans/run_checks",
            "/jobplans/standings",
        )
    ]
    for page in pages:
        assert page.status_code == 200, page.url
        for harm in ("<script>document", "<script>alert", "<img src=x", "<b>"):
            assert harm not in page.text, page.url
    assert server.get(f"/health/{encoded}.json").json()["outlet"] == name


def test_a_database_of_the_version_before_says_so(tmp_path: Path) -> None:
    path = tmp_path / "jobplans.db"
    db = Database(sqlite3.connect(path, isolation_level=None))
    migrations.apply(db, stop_before="publish_checks")
    db.table("runs").insert(
        {"id": "20260305T033000-1", "started": LAST.isoformat(), "finished": None, "state": "unhealthy", "version": "x", "newsroom": 0}
    )  # fmt: skip
    db.close()
    with served(path) as url, httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        text = _text(client.get("/health"))
        answer = client.get("/health.json")
        assert client.get("/health/knnws").status_code == 404
        assert client.get("/").status_code == 200
    assert "점검 결과를 남기지 않던 옛 판" in text
    assert "scrapy rebuild" in text
    assert "2026-03-05 03:30" in text
    assert (answer.status_code, answer.json()["status"], answer.json()["checked"]) == (200, "degraded", False)


def test_every_page_leads_there(get: Get, server: httpx.Client) -> None:
    get(WELL)
    assert 'href="/health"' in server.get("/").text
    assert 'href="/health/beta"' in server.get("/jobplans/run_outlets").text
    with_names = server.get("/jobplans/outlets").text
    assert "상태" in with_names


def test_the_sentences_of_every_check_come_apart_again() -> None:
    looks = [(check.name, check.level, check.look_en, check.look_ko) for check in CHECKS]
    looks += [(name, level, en, ko) for name, level, _, en, ko in NIGHT_CHECKS]
    for name, level, look_en, look_ko in looks:
        look_en, look_ko = (look.format(outlet="knnws", domain="www.knnws.com") for look in (look_en, look_ko))
        problem = Problem("odd: 3 of 4, since then", "이상함: 4건 중 3건", "c")
        (found,) = findings_of("knnws", {name: (level, problem, look_en, look_ko)}, {}, LAST.date())
        told = parts(found)
        assert (told.what_ko, told.what_en) == (problem.ko, problem.en), name
        assert (told.look_ko, told.look_en) == (look_ko, look_en), name
        (over,) = findings_of("knnws", {}, {name: found.row("r")}, LAST.date() + timedelta(days=2))
        told = parts(over)
        assert (told.what_ko, told.what_en, told.look_ko, told.look_en) == (problem.ko, problem.en, "", ""), name


def test_every_monitor_and_state_has_its_words() -> None:
    words = yaml.safe_load((ROOT / "datasette/metadata.yml").read_text())["plugins"]["figures"]["words"]
    assert {check.name for check in CHECKS} | {check[0] for check in NIGHT_CHECKS} <= set(words["monitor"])
    assert {"ok", "unhealthy", "stopped", "killed", "failed", "given-up", "skipped", "suspended", "paused", "slowed"} <= set(words["state"])  # fmt: skip


def test_an_outlet_stands_as_the_crawl_takes_it(tmp_path: Path) -> None:
    assert SLOW_AT == SLOW_IN_THE_CRAWL
    now = datetime(2026, 3, 5, 12, tzinfo=KST)
    day = timedelta(days=1)
    records = [
        Standing("a", 0.9), Standing("b", 1.0), Standing("c", 3.5, "x", now, now + day, 1), Standing("d", 3.5, "x", now, now - day, 1),
        Standing("e", paused_since=now, paused_reason="x"),
    ]  # fmt: skip
    with Store(tmp_path / "jobplans.db") as store:
        for record in records:
            Standings(store.db.conn).put(record)
        seen = health(store.db.conn, now)
    assert {one.key: one.state for one in seen.outlets} == {record.outlet: record.state(now) for record in records}
