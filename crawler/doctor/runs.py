"""The runs and the outlets: when the crawl was on last, how it went, who is left out."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from crawler.arguments import SpiderMistakeError
from crawler.cms.base import OutletSpider
from crawler.doctor.checks import Check, Patient, Result, advice, counted, ok, problem
from crawler.monitors.findings import LEFT_OUT
from crawler.standing import Standing, standing_of

OVERDUE = timedelta(hours=26)
"""After this long without a night one was missed."""
NIGHTS_TOLD = 15
"""Of the last nights it is told whether they came to their end."""
_OUTLETS_TOLD = 5
_FINDINGS_TOLD = 8


def last_run(patient: Patient) -> Iterator[Result]:
    """When the last night was, and what became of it."""
    nights = _nights(patient)
    if not nights:
        yield ok("no night yet")
        return
    night = nights[0]
    started = datetime.fromisoformat(night["started"])
    when, age = f"{started:%Y-%m-%d %H:%M}", patient.now - started
    if age > OVERDUE:
        hours = age // timedelta(hours=1)
        yield problem(
            f"the last night began {when}, {hours:,} hours ago: is it scheduled?", "crontab -l; systemctl list-timers"
        )
    yield from _ended(patient, night, when)


def _nights(patient: Patient) -> list[dict[str, Any]]:
    """The nightly runs, latest first; the first version knew no other kind."""
    runs = patient.rows("crawl.db", "select * from runs order by started desc, id desc", table="runs")
    return [run for run in runs if run.get("kind", "nightly") == "nightly"]


def _ended(patient: Patient, night: dict[str, Any], when: str) -> Iterator[Result]:
    state = night["state"]
    if state == "running" and patient.at_work:
        yield ok(f"the night of {when} is on")
        return
    if state in ("running", "killed"):
        yield problem(
            f"the night of {when} was killed; the next one goes on where it was",
            "look for the reason with: journalctl -k | grep -iE 'oom|killed process'; then: scrapy nightly",
        )
        return
    outlets = patient.rows(
        "crawl.db", "select outlet, state, reason from run_outlets where run = ?", night["id"], table="run_outlets"
    )
    crawled = [row for row in outlets if row["state"] not in LEFT_OUT]
    bad = [row for row in crawled if row["state"] != "ok"]
    told = "; ".join(f"{row['outlet']}: {row['reason']}" for row in bad[:_OUTLETS_TOLD])
    more = f" and {len(bad) - _OUTLETS_TOLD} more" if len(bad) > _OUTLETS_TOLD else ""
    why = f" ({told}{more})" if bad else ""
    if state == "stopped":
        yield problem(f"the night of {when} was stopped before its end{why}", "scrapy nightly")
    elif bad == crawled != []:
        yield problem(f"no outlet was crawled well in the night of {when}{why}", "scrapy try URL")
    elif state != "ok":
        yield advice(f"the night of {when} ended {state}{why}", "scrapy outlets")
    else:
        yield ok(f"the night of {when} went well, with {counted(len(crawled), 'outlet')}")


def monitors(patient: Patient) -> Iterator[Result]:
    """What the monitors said of each outlet when it was crawled last, and of the last night as a whole."""
    sql = (
        "select c.outlet, c.en from run_checks c where c.change != 'recovered' and c.run = (select max(o.run) from run_outlets o"
        " join runs r on r.id = o.run where c.outlet = '' and r.kind = 'nightly' or c.outlet = o.outlet"
        " and r.kind != 'backfill' and o.state not in ('skipped', 'suspended', 'paused')) order by c.level, c.outlet, c.monitor"
    )
    said = patient.rows("crawl.db", sql, table="run_checks")
    for row in said[:_FINDINGS_TOLD]:
        yield advice(f"{row['outlet'] or 'the whole night'}: {row['en']}")
    if len(said) > _FINDINGS_TOLD:
        yield advice(f"and {len(said) - _FINDINGS_TOLD} more", "scrapy outlets")
    if not said:
        yield ok("they are content")


def recent_runs(patient: Patient) -> Iterator[Result]:
    """Whether nights of the last days were killed or stopped."""
    nights = _nights(patient)[1:NIGHTS_TOLD]
    broken = [run for run in nights if run["state"] in ("killed", "stopped", "running")]
    if broken:
        days = ", ".join(f"{run['started'][:10]} {run['state']}" for run in broken[:_OUTLETS_TOLD])
        yield advice(
            f"{len(broken)} of the {len(nights)} nights before did not come to their end ({days})",
            "look for the reason with: journalctl --since yesterday; df -h; free -m",
        )
    else:
        yield ok(f"{counted(len(nights), 'night')} before came to the end" if nights else "none before")


def standings(patient: Patient) -> Iterator[Result]:
    """Outlets that are left out, or crawled more slowly."""
    rows = patient.rows("crawl.db", "select * from standings order by outlet", table="standings")
    moment, found = patient.now, False
    for standing in (standing_of(row) for row in rows):
        told = standing.told(moment)
        if told:
            found = True
            yield advice(f"{standing.outlet}: {told}", _cure(standing))
    if not found:
        yield ok("all outlets stand well")


def _cure(standing: Standing) -> str:
    if standing.paused_since:
        return f"scrapy outlets resume {standing.outlet}"
    return f"look at the site, then: scrapy outlets resume {standing.outlet} (it is tried again by itself)"


def spiders(patient: Patient) -> Iterator[Result]:
    """Whether every outlet's spider can be loaded and has what it needs."""
    loaded: dict[str, str] = {}
    for module in _modules(patient.settings.getlist("SPIDER_MODULES")):
        try:
            found = importlib.import_module(module)
        except Exception as error:
            yield problem(f"{module} cannot be loaded: {type(error).__name__}: {error}", f"python -m {module}")
            continue
        for spider in _own_spiders(found):
            yield from _spider(patient, spider, loaded)
    yield ok(f"{len(loaded)} load: {', '.join(sorted(loaded))}")


def _modules(packages: list[str]) -> Iterator[str]:
    for package in packages:
        path = importlib.import_module(package).__path__
        yield from (f"{package}.{module.name}" for module in pkgutil.iter_modules(path))


def _own_spiders(module: Any) -> Iterator[type[OutletSpider]]:
    for value in vars(module).values():
        if inspect.isclass(value) and issubclass(value, OutletSpider) and value.__module__ == module.__name__:
            yield value


def _spider(patient: Patient, spider: type[OutletSpider], loaded: dict[str, str]) -> Iterator[Result]:
    setting = spider.address_setting
    address = patient.settings[setting] if setting else None
    name = getattr(spider, "name", spider.__name__)
    if setting and not address:
        loaded[name] = spider.__module__
        yield advice(f"{name} is left out as long as its address is not set", f"set {setting} to its address")
        return
    try:
        spider(address=address)
    except (SpiderMistakeError, ValueError) as error:
        yield problem(
            f"{spider.__module__}: {error}", f"mend crawler/spiders/{spider.__module__.rpartition('.')[2]}.py"
        )
        return
    if name in loaded:
        yield problem(f"{spider.__module__} and {loaded[name]} are both named {name}", "give one of them another name")
    loaded[name] = spider.__module__


_PART = "runs 수집"
CHECKS = (
    Check(_PART, "last-night", "last night 최근 실행", last_run),
    Check(_PART, "nights-before", "nights before 이전 실행", recent_runs),
    Check(_PART, "monitors", "monitors 감시", monitors),
    Check(_PART, "outlets", "outlets 매체 상태", standings),
    Check(_PART, "spiders", "spiders 수집기", spiders),
)
