"""The health of the crawl: `/health` and `/health/OUTLET` for people, the same with `.json` for uptime tools."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import add_cors_headers, tilde_decode, tilde_encode
from datasette.utils.asgi import Request
from jinja2 import Environment
from markupsafe import Markup, escape

from crawler.clock import now
from crawler.monitors.findings import Finding
from crawler.monitors.health import CUT_OFF, Health, History, OutletHealth, Row, health, history, parts
from crawler.monitors.measures import COLUMNS

Words = tuple[str, str]
"""Korean and English."""

SHOWN = 30
"""How many outlets with a problem are told in full; of the others there is a link."""
CODES = {"ok": 200, "degraded": 200, "failing": 503, "stale": 503}
"""HTTP status of the JSON by the status that it tells."""
TRENDS = ("listed", "new", "fetched", "plan_articles")
"""Columns of `run_outlets` whose trend is drawn."""
MEASURES = ("listed", "list_pages", "fetched", "failed", "blocked", "visits", "plan_articles", "seconds", *COLUMNS)
"""Columns of `run_outlets` that stand beside what is usual."""
_LINKED = ("run_outlets", "run_checks", "standings", "run_outcomes")
_MARKED = re.compile(r"`([^`]+)`|(https?://[^\s<>`]+)")


# in words


def headline(seen: Health) -> Words:
    """How the crawl stands, in one sentence."""
    wrong, watched = len(seen.wrong), len(seen.watched)
    match seen.status:
        case "stale" if seen.last is None:
            return "아직 밤 수집을 한 적이 없습니다", "No night has been crawled yet"
        case "stale":
            return "밤 수집이 돌지 않고 있습니다", "The nightly crawl is not running"
        case "failing" if seen.last and seen.last["state"] in CUT_OFF:
            return "지난밤 수집이 끝까지 가지 못했습니다", "The last night did not come to its end"
        case "failing" if any(finding.level == "error" for finding in seen.whole):
            return "지난밤 수집 전체에 문제가 있었습니다", "Something was wrong with the last night as a whole"
        case "failing":
            return "지난밤에 제대로 수집된 매체가 한 곳도 없습니다", "Not one outlet was crawled well last night"
        case "degraded" if wrong:
            return (
                f"매체 {wrong}곳을 살펴봐야 합니다",
                f"{wrong} {_plural('outlet needs', 'outlets need', wrong)} a look",
            )
        case "degraded":
            return "지난밤에 살펴볼 일이 있었습니다", "Something in the last night needs a look"
    if watched:
        return (
            f"모두 정상이고, 지켜볼 매체가 {watched}곳 있습니다",
            f"All is well; {watched} {_plural('outlet is', 'outlets are', watched)} to be watched",
        )
    return "모두 정상입니다", "All is well"


def advice(seen: Health) -> Words | None:
    """What to do where the trouble is not an outlet's; None where there is nothing."""
    if not seen.is_checked and seen.last:
        return (
            "이 자료는 점검 결과를 남기지 않던 옛 판이 만들었습니다. 다음 밤 수집이나 `scrapy rebuild`가 새 판으로 옮깁니다",
            "This database was made by an earlier version, which kept no findings. The next night or `scrapy rebuild`"
            " brings it up to date",
        )
    match seen.status:
        case "stale":
            return (
                "수집 서버에서 예약(cron, systemd)이 살아 있는지, 실행 로그에 무엇이 적혔는지 보고 `scrapy doctor`를 돌리세요",
                "On the crawl's machine see whether the schedule (cron, systemd) is alive, read the log of the last run,"
                " and run `scrapy doctor`",
            )
        case "failing" if not any(finding.level == "error" for finding in seen.whole):
            return (
                "수집 서버에서 실행 로그를 읽고 `scrapy doctor`를 돌리세요",
                "On the crawl's machine read the log of the run, then run `scrapy doctor`",
            )
    return None


def ago(span: timedelta) -> Words:
    """How long ago, in the greatest unit that fits."""
    minutes = int(span.total_seconds() // 60)
    for size, ko, en in ((1440, "일", "day"), (60, "시간", "hour"), (1, "분", "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count}{ko} 전", f"{count} {_plural(en, en + 's', count)} ago"
    return "방금", "just now"


def took(seconds: float | None) -> Words:
    """A duration in hours and minutes, a short one in seconds."""
    if seconds is None:
        return "끝나지 않음", "not finished"
    if seconds < 60:
        return f"{round(seconds)}초", f"{round(seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    ko, en = f"{minutes}분", f"{minutes} min"
    return (f"{hours}시간 {ko}", f"{hours} h {en}") if hours else (ko, en)


def marked(text: str) -> Markup:
    """A sentence in which commands stand between backquotes and addresses plainly."""
    made, end = Markup(), 0
    for found in _MARKED.finditer(text):
        command, url = found.groups()
        made += escape(text[end : found.start()])
        made += (
            Markup("<code>{}</code>").format(command)
            if command
            else Markup('<a href="{}" rel="noopener noreferrer external">{}</a>').format(url, url)
        )
        end = found.end()
    return made + escape(text[end:])


def minute(moment: str | datetime | None) -> str:
    """A moment to the minute, in Korean time as it is stored."""
    return str(moment or "")[:16].replace("T", " ")


def _plural(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


# drawings


def strip(nights: Sequence[Row | None]) -> Markup:
    """Nights as bars, the oldest first: low where all went well, high where not, a line where the outlet was left out."""
    shapes = {"ok": "v-6", "left-out": "v-2", "bad": "v-14"}
    paths = dict.fromkeys(shapes, "")
    for place, night in enumerate(nights):
        if night:
            kind = _kind_of(night["state"])
            paths[kind] += f"M{place * 8} 15h6{shapes[kind]}h-6z"
    drawn = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(name, path) for name, path in paths.items() if path
    )
    counts = {kind: sum(_kind_of(night["state"]) == kind for night in nights if night) for kind in shapes}
    told = f"최근 {sum(counts.values())}밤: 정상 {counts['ok']}, 이상 {counts['bad']}, 쉼 {counts['left-out']}"
    return Markup('<svg class="strip" viewBox="0 0 {} 16" role="img" aria-label="{}">{}</svg>').format(
        8 * len(nights) - 2, told, drawn
    )


def bars(nights: Sequence[Row], column: str) -> Markup:
    """One column of the nights as bars, the oldest first; those of nights that went wrong are marked below."""
    most = max((night.get(column) or 0 for night in nights), default=0)
    drawn = []
    for place, night in enumerate(nights):
        value, kind = night.get(column) or 0, _kind_of(night["state"])
        height = round(40 * value / most, 1) if most else 0
        drawn.append(
            Markup('<g><title>{}: {}</title><rect class="{}" x="{}" y="{}" width="8" height="{}"/>{}</g>').format(
                night["started"][:10], value, kind, place * 10, 44 - height, max(height, 1),
                Markup('<path class="bad" d="M{} 52l4 -5l4 5z"/>').format(place * 10) if kind == "bad" else "",
            )
        )  # fmt: skip
    told = f"{column}: {', '.join(str(night.get(column) or 0) for night in nights)}"
    return Markup(
        '<svg class="bars" viewBox="0 0 {} 53" preserveAspectRatio="xMinYMax" role="img" aria-label="{}">{}</svg>'
    ).format(max(10 * len(nights) - 2, 1), told, Markup("").join(drawn))


def _kind_of(state: str) -> str:
    return "ok" if state == "ok" else "left-out" if state in ("skipped", "suspended", "paused") else "bad"


# for machines


def _as_data(finding: Finding) -> Row:
    """A finding for machines; `outlet` is null where it is of the night as a whole."""
    return {
        "outlet": finding.outlet or None, "monitor": finding.monitor, "level": finding.level,
        "since": finding.since.isoformat(), "change": finding.change, "cause": finding.cause, "ko": finding.ko,
        "en": finding.en,
    }  # fmt: skip


def _open(seen: Health) -> list[Finding]:
    return seen.whole + [finding for one in seen.crawled if one.state != "paused" for finding in one.findings]


def _outlet_data(one: OutletHealth) -> Row:
    return {
        "state": one.state, "last_result": one.last_run.get("state"), "last_success": one.last_success,
        "suspended_until": one.standing.get("suspended_until") if one.state == "suspended" else None,
        "open": [finding.monitor for finding in one.findings],
    }  # fmt: skip


def _run_data(seen: Health) -> Row | None:
    if seen.last is None or seen.age is None:
        return None
    names = ("id", "kind", "state", "started", "finished", "seconds", "memory_mb", "outlets", "ok", "left_out", "listed",
             "new", "fetched", "plan_articles")  # fmt: skip
    run = {name: seen.last.get(name) for name in names}
    return run | {"age_seconds": round(seen.age.total_seconds())}


def overall_data(seen: Health) -> Row:
    """What `/health.json` tells."""
    korean, english = headline(seen)
    return {
        "status": seen.status, "ko": korean, "en": english, "now": seen.moment.isoformat(timespec="seconds"),
        "newsroom": seen.is_newsroom, "checked": seen.is_checked, "last_run": _run_data(seen),
        "counts": {
            "outlets": len(seen.crawled), "failing": len(seen.wrong), "watched": len(seen.watched),
            **{state: sum(one.state == state for one in seen.crawled) for state in ("suspended", "paused", "slowed")},
        },
        "open": [_as_data(finding) for finding in _open(seen)],
        "outlets": {one.key: _outlet_data(one) for one in seen.crawled},
    }  # fmt: skip


def outlet_data(seen: Health, one: OutletHealth, past: History) -> Row:
    """What `/health/OUTLET.json` tells."""
    last = one.last_run
    return {
        "status": outlet_status(seen, one), "outlet": one.key, "name": one.name,
        "now": seen.moment.isoformat(timespec="seconds"), **_outlet_data(one),
        "score": one.standing.get("score", 0.0), "is_crawled": one.is_crawled,
        "last_run": {name: last[name] for name in ("run", "started", "kind", "state", "reason")} if last else None,
        "open": [_as_data(finding) for finding in one.findings],
        "measures": {name: last.get(name) for name in MEASURES} if last else {},
        "usual": {name: {"median": each.median, "spread": each.spread, "nights": each.nights} for name, each in past.usual.items()},
        "nights": [{name: night[name] for name in ("run", "started", "state", *TRENDS)} for night in past.nights],
        "findings": [
            _as_data(finding) | {"until": until and until.isoformat(), "nights": nights}
            for finding, until, nights in past.episodes
        ],
    }  # fmt: skip


def outlet_status(seen: Health, one: OutletHealth) -> str:
    """That of the outlet; `stale` where the nights are, for then nothing is known of it either."""
    return "stale" if seen.status == "stale" else one.status


# pages


async def _health(datasette: Datasette) -> Health:
    db = _database(datasette)
    seen: Health = await db.execute_fn(lambda connection: health(connection, now()))
    return seen


async def _of_outlet(datasette: Datasette, request: Request) -> tuple[Health, OutletHealth, History]:
    """The health of the outlet in the address. Raises NotFound."""
    key = tilde_decode(request.url_vars["outlet"])

    def look(connection: Any) -> tuple[Health, OutletHealth, History] | None:
        seen = health(connection, now())
        one = seen.outlet(key)
        return (seen, one, history(connection, seen, one)) if one else None

    found: tuple[Health, OutletHealth, History] | None = await _database(datasette).execute_fn(look)
    if found is None:
        raise NotFound(f"There is no outlet {key}")
    return found


def _database(datasette: Datasette) -> Any:
    db = datasette.databases.get("jobplans")
    if db is None:
        raise NotFound("There is no database jobplans")
    return db


async def overview(datasette: Datasette, request: Request) -> Response:
    """`/health`."""
    seen = await _health(datasette)
    page = {
        "seen": seen, "headline": headline(seen), "advice": advice(seen), "wrong": seen.wrong[:SHOWN],
        "more": seen.wrong[SHOWN:], "gone": [one for one in seen.outlets if not one.is_crawled], "codes": CODES,
    }  # fmt: skip
    return await _html(datasette, request, "health.html", page)


async def outlet(datasette: Datasette, request: Request) -> Response:
    """`/health/OUTLET`."""
    seen, one, past = await _of_outlet(datasette, request)
    page = {
        "seen": seen, "outlet": one, "past": past, "status": outlet_status(seen, one), "trends": TRENDS,
        "measures": MEASURES, "columns": _columns(datasette),
    }  # fmt: skip
    return await _html(datasette, request, "health-outlet.html", page)


async def overview_json(datasette: Datasette) -> Response:
    """`/health.json`; the HTTP status tells as well."""
    return _json(datasette, overall_data(await _health(datasette)))


async def outlet_json(datasette: Datasette, request: Request) -> Response:
    """`/health/OUTLET.json`; the HTTP status tells as well."""
    return _json(datasette, outlet_data(*await _of_outlet(datasette, request)))


def _columns(datasette: Datasette) -> dict[str, Words]:
    """The words for the columns of `run_outlets`."""
    words: Mapping[str, str] = datasette.metadata("columns", database="jobplans", table="run_outlets") or {}
    parted = {name: words.get(name, name).partition(" · ") for name in (*TRENDS, *MEASURES)}
    return {name: (korean, english or korean) for name, (korean, _, english) in parted.items()}


async def _html(datasette: Datasette, request: Request, template: str, page: Row) -> Response:
    html = await datasette.render_template(template, {"page": page}, request=request)
    return Response.html(html, headers={"cache-control": "no-store"})


def _json(datasette: Datasette, data: Row) -> Response:
    headers = {"cache-control": "no-store"}
    if datasette.cors:
        add_cors_headers(headers)
    body = json.dumps(data, ensure_ascii=False, indent=1)
    kind = "application/json; charset=utf-8"
    return Response(body, CODES[data["status"]], headers=headers, content_type=kind)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """The pages and their JSON. A dot in the key of an outlet is written ~2E, as Datasette does."""
    return [
        (r"^/health$", overview),
        (r"^/health\.json$", overview_json),
        (r"^/health/(?P<outlet>[^/.]+)\.json$", outlet_json),
        (r"^/health/(?P<outlet>[^/.]+)$", outlet),
    ]


def _health_link(datasette: Datasette) -> Callable[[str], str]:
    def health_url(key: str) -> str:
        return str(datasette.urls.path(f"/health/{tilde_encode(key)}"))

    return health_url


@hookimpl
def render_cell(
    row: Mapping[str, Any], value: Any, column: str, table: str | None, datasette: Datasette
) -> Markup | None:
    """An outlet in the tables of the crawl leads to its health; so does its name among the outlets."""
    if table in _LINKED and column == "outlet" and value:
        return Markup('<a href="{}">{}</a>').format(_health_link(datasette)(value), value)
    if table == "outlets" and column == "name":
        link = _health_link(datasette)(row["key"])
        return Markup('{} <a class="tag" href="{}">상태 <span lang="en">health</span></a>').format(value, link)
    if table == "run_checks" and column in ("ko", "en") and isinstance(value, str):
        return marked(value)
    return None


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Filters and functions of the health pages."""
    env.filters |= {"minute": minute, "marked": marked, "ago": ago, "took": took}
    env.globals |= {"health_url": _health_link(datasette), "finding_parts": parts, "strip": strip, "bars": bars}
