"""Nights as the monitors report them, and alerts that try quickly."""

from __future__ import annotations

from datetime import date
from typing import Any

from crawler.alerts.configuration import configuration
from crawler.alerts.delivery import Patience
from crawler.alerts.desk import Alerts
from crawler.monitors.findings import Finding, NightReport

QUICK = Patience(tries=3, wait=0.01, longest=1.0, total=20.0)
BASE = {"ILJARI_TELEGRAM_API": "https://api.telegram.org"}


def finding(outlet="knnws", check="links", level="error", change="new", since=date(2026, 11, 25), **said) -> Finding:
    ko = said.get("ko", f"{outlet}의 목록에 기사가 없습니다.")
    en = said.get("en", f"The list of {outlet} has no article.")
    return Finding(outlet, check, level, ko, en, since, change)


def row(outlet="knnws", state="ok", **more: Any) -> dict[str, object]:
    told = {"outlet": outlet, "state": state, "reason": None, "listed": 40, "fetched": 7, "plan_articles": 2}
    return told | more


def night(day="2026-11-25", *findings: Finding, state: str | None = None, outlets=None, **more: Any) -> NightReport:
    bad = any(one.level == "error" and one.change != "recovered" for one in findings)
    return NightReport(
        run=more.pop("run", f"{day.replace('-', '')}T033000-1"), kind="nightly",
        state=state or ("unhealthy" if bad else "ok"),
        started=f"{day}T03:30:00+09:00", ended=f"{day}T04:35:00+09:00",
        outlets=tuple(outlets if outlets is not None else [row("asiae"), row("knnws")]), findings=findings, **more,
    )  # fmt: skip


def refused(day="2026-11-25", reason="500 MB must stay free") -> NightReport:
    return night(day, state="refused", run=None, reason=reason, outlets=[])


def alerts(settings: dict[str, str], patience: Patience = QUICK) -> Alerts:
    return Alerts(configuration(BASE | settings), patience)
