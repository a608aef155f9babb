"""An outlet's night is judged when its crawl has ended: the evidence is gathered, the checks run, the standing kept."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.accounts import Account, LedgerError
from crawler.arguments import Window
from crawler.clock import now
from crawler.ledger import MAX_TRIES
from crawler.monitors import measures
from crawler.monitors.checks import CHECKS, Check, Evidence
from crawler.monitors.findings import Finding, Level, Problem
from crawler.monitors.rhythm import press_day
from crawler.monitors.suite import check_outlet, findings_of
from crawler.monitors.thresholds import thresholds
from pipelines.model import KST
from pipelines.validation import invalid_articles

if TYPE_CHECKING:
    from crawler.night import Night

logger = logging.getLogger(__name__)

_BY_NAME: dict[str, Check] = {check.name: check for check in CHECKS}
_RESUME = ("`scrapy outlets resume {outlet}` tries it at once", "`scrapy outlets resume {outlet}`로 바로 재개 가능")


@dataclass(frozen=True, slots=True)
class Judged:
    """What an outlet's part of a run comes to."""

    state: str  # ok, failed, given-up, stopped
    reason: str | None  # where it is not ok
    account: Account
    measures: dict[str, Any]
    findings: list[Finding]


def judge(night: Night, spider: Any, finish: str, seconds: float) -> Judged:
    """Sum up what became of an outlet's part of a run, measure it and check it. `finish` is why the spider ended."""
    outlet, wrong_sum = spider.name, None
    try:
        account = night.ledger.sum_up(night.run, outlet, f"the crawl of the outlet ended first ({finish})")
    except LedgerError as error:
        account, wrong_sum = error.account, str(error)
    tally = night.tallies.get(outlet, measures.Tally())
    ledger, store = night.ledger.db.conn, night.store.db.conn
    measured = tally.columns() | measures.measure(ledger, store, night.run, outlet, night.started, MAX_TRIES)
    invalid = invalid_articles(night.store.db, outlet, night.started)
    for url, wrong in invalid.items():
        logger.error("%s does not fit the published schema: %s", url, "; ".join(wrong))
    measured["invalid"] = len(invalid)
    today, trouble = now().astimezone(KST).date(), night.watch.trouble(outlet)
    evidence = Evidence(
        finish=finish, walks=spider.walks, account=account, failures=trouble.counted, given_up=trouble.given_up,
        wrong_sum=wrong_sum, read=tally.read, day=press_day(now()),
        measures=measured
        | {"fetched": account.of("listed", "fetched"), "seconds": seconds}
        | measures.first_pages(ledger, night.run, outlet),
        compare=night.kind == "nightly" and not night.dry and spider.window == Window(),
        usual=measures.usual(ledger, night.run, outlet, today)
        | measures.usual_first_pages(ledger, night.run, outlet, today),
        news=measures.days_with_news(ledger, night.run, outlet, today),
        limits=thresholds(night.limits, spider.monitors),
    )  # fmt: skip
    checked = check_outlet(evidence)
    for line in checked.broken:
        logger.error("%s: a monitor broke: %s", outlet, line)
    errors = [problem.en for name, problem in checked.problems.items() if _BY_NAME[name].level == "error"]
    ended_early = finish != "finished" and not wrong_sum
    state = "stopped" if ended_early else "failed" if errors or checked.broken else "ok"
    state, reason = night.watch.close(outlet, state, next(iter(errors + checked.broken), None))
    told = {name: _told(_BY_NAME[name], problem, spider) for name, problem in checked.problems.items()}
    standing = night.watch.standings.of(outlet)
    if standing.suspended_until and standing.state(now()) == "suspended":
        until = f"{standing.suspended_until:%Y-%m-%d %H:%M}"
        problem = Problem(f"suspended until {until}", f"{until}까지 수집 중지", until)
        look_en, look_ko = (words.format(outlet=outlet) for words in _RESUME)
        told["suspended"] = ("warning", problem, look_en, look_ko)
    findings = findings_of(outlet, told, measures.before(ledger, night.run, outlet), today, checked.untold)
    return Judged(state, reason, account, measured, findings)


def _told(check: Check, problem: Problem, spider: Any) -> tuple[Level, Problem, str, str]:
    fill = {"outlet": spider.name, "domain": spider.domain}
    return check.level, problem, check.look_en.format(**fill), check.look_ko.format(**fill)
