"""From a night to words: the digest of a night that ran to its end, the alarm of one that failed. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crawler.alerts.message import Language, Message, Section, plain
from crawler.alerts.news import Told, night_of
from crawler.alerts.outbox import DAYS
from crawler.monitors.findings import LEFT_OUT, UNREACHED, WIDESPREAD, Change, Finding, NightReport

HEALTH_PAGE = "/health"
"""Where, below ILJARI_PUBLIC_URL, Datasette shows how all outlets are."""
NAMED = 40
"""How many troubles are told by name alone; the others are counted."""
_NAMES_A_LINE = 8
_LONGEST_NAME = 24


@dataclass(frozen=True, slots=True)
class _Words:
    """All that is said in one language."""

    title: str
    newsroom: str
    well: str
    changes: Mapping[Change, tuple[str, str]]  # in the subject with a number, as a section's title
    levels: Mapping[str, str]
    goes_on: str  # since
    and_more: str
    the_night: str
    urgent: Mapping[str, str]
    no_reason: str
    since: str
    what_to_do: str
    outlets: str
    pages: str
    hours: str
    minutes: str
    more: str
    waiting: str
    given_up: str
    test: str
    test_text: str


WORDS: Mapping[Language, _Words] = {
    "ko": _Words(
        title="[iljari{newsroom}] {night:%Y-%m-%d} 수집",
        newsroom=" 연습",
        well="이상 없음",
        changes={
            "new": ("새 문제 {n}", "새로 생긴 문제"),
            "changed": ("바뀐 문제 {n}", "달라진 문제"),
            "continuing": ("계속 {n}", "계속되는 문제 (이미 알림)"),
            "recovered": ("해결 {n}", "해결된 문제"),
        },
        levels={"error": "오류", "warning": "주의"},
        goes_on="{since:%m-%d}부터",
        and_more="외 {n}건",
        the_night="수집 전체",
        urgent={"refused": "긴급: 시작하지 못했습니다", "stopped": "긴급: 중간에 멈췄습니다"},
        no_reason="이유를 알 수 없습니다. 로그를 살펴보세요.",
        since="{since:%Y-%m-%d}부터 수집이 실패하고 있습니다.",
        what_to_do="원인을 없앤 뒤 `scrapy nightly`를 실행하면 멈춘 곳에서 이어집니다.",
        outlets="매체 {all}곳: 정상 {well}, 문제 {ill}, 제외 {left_out}",
        pages="목록 {listed:,}, 수집 {fetched:,}, 계획 기사 {plans:,}, 걸린 시간 {took}",
        hours="{h}시간 {m}분",
        minutes="{m}분",
        more="자세히: {url}",
        waiting="전하지 못한 알림: {channel} {n}건 ({since:%m-%d}부터)",
        given_up="{days}일이 지나 전하기를 그만둔 알림: {channel} {n}건",
        test="[iljari] 시험 알림",
        test_text="이 글이 보이면 이 채널로 알림을 받을 수 있습니다.",
    ),
    "en": _Words(
        title="[iljari{newsroom}] Crawl of {night:%Y-%m-%d}",
        newsroom=" newsroom",
        well="all is well",
        changes={
            "new": ("{n} new", "New"),
            "changed": ("{n} changed", "Changed"),
            "continuing": ("{n} going on", "Going on (told before)"),
            "recovered": ("{n} recovered", "Recovered"),
        },
        levels={"error": "error", "warning": "warning"},
        goes_on="since {since:%m-%d}",
        and_more="and {n} more",
        the_night="the whole night",
        urgent={"refused": "URGENT: it could not begin", "stopped": "URGENT: it stopped before the end"},
        no_reason="No reason is known. Look at the log.",
        since="The crawl has been failing since {since:%Y-%m-%d}.",
        what_to_do="When the cause is gone, `scrapy nightly` goes on from where it stopped.",
        outlets="{all} outlets: {well} well, {ill} with trouble, {left_out} left out",
        pages="{listed:,} listed, {fetched:,} fetched, {plans:,} plan articles, took {took}",
        hours="{h} h {m} min",
        minutes="{m} min",
        more="More: {url}",
        waiting="Alerts not delivered yet: {channel} {n} (since {since:%m-%d})",
        given_up="Alerts given up after {days} days: {channel} {n}",
        test="[iljari] Test alert",
        test_text="If you can read this, alerts reach you on this channel.",
    ),
}
_ORDER: tuple[Change, ...] = ("new", "changed", "continuing", "recovered")


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a channel still has to deliver from earlier nights (`given_up`: will never), and since when."""

    channel: str
    alerts: int
    since: date
    given_up: bool = False


def digest(
    report: NightReport,
    findings: Sequence[Finding],
    language: Language,
    public_url: str = "",
    backlog: Sequence[Backlog] = (),
) -> Message:
    """What a night gave; `findings` with their true changes (`crawler/alerts/news.py`)."""
    words = WORDS[language]
    by_change = {change: [one for one in findings if one.change == change] for change in _ORDER}
    counted = [words.changes[change][0].format(n=len(found)) for change, found in by_change.items() if found]
    sections = [
        Section(
            f"{words.changes[change][1]} ({len(found)})",
            _lines(change, found, language),
        )
        for change, found in by_change.items()
        if found
    ]  # fmt: skip
    return Message(
        f"{_title(report, words)}: {', '.join(counted) or words.well}",
        tuple(sections),
        (*_numbers(report, words), *_foot(words, public_url, backlog)),
        language,
    )


def alarm(
    report: NightReport, told: Told, language: Language, public_url: str = "", backlog: Sequence[Backlog] = ()
) -> Message:
    """A night that could not begin or stopped: short, with the reason and what to do. `told` knows since when."""
    words = WORDS[language]
    lines = [plain(report.reason or words.no_reason)]
    if told.since < told.night:
        lines.append(words.since.format(since=told.since))
    lines.append(words.what_to_do)
    return Message(
        f"{_title(report, words)} {words.urgent.get(report.state, words.urgent['stopped'])}",
        (Section("", tuple(lines)),),
        (*(_numbers(report, words) if report.outlets else ()), *_foot(words, public_url, backlog)),
        language,
    )


def trial(language: Language, public_url: str = "") -> Message:
    """What `scrapy alerts --test` sends."""
    words = WORDS[language]
    return Message(words.test, (Section("", (words.test_text,)),), _foot(words, public_url, ()), language)


def _title(report: NightReport, words: _Words) -> str:
    return words.title.format(newsroom=words.newsroom if report.newsroom else "", night=night_of(report))


def _lines(change: Change, findings: Sequence[Finding], language: Language) -> tuple[str, ...]:
    """A line a finding; by name alone what was told before, and outlets that failed with our network."""
    network = any(one.monitor == WIDESPREAD for one in findings)
    named = [one for one in findings if change == "continuing" or (network and one.monitor in UNREACHED)]
    told = [one for one in findings if one not in named]
    return (*(_line(one, language) for one in _worst_first(told)), *_names(named, WORDS[language]))


def _worst_first(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.level != "error")


def _line(finding: Finding, language: Language) -> str:
    words, said = WORDS[language], plain(finding.ko if language == "ko" else finding.en)
    who = plain(finding.outlet or words.the_night, _LONGEST_NAME)
    level = "" if finding.change == "recovered" else f"[{words.levels[finding.level]}] "
    return plain(level + (said if finding.outlet and said.startswith(who) else f"{who}: {said}"))


def _names(findings: Sequence[Finding], words: _Words) -> tuple[str, ...]:
    """Troubles by name and age alone, several on a line."""
    named = _worst_first(findings)
    names = [
        f"{plain(one.outlet or words.the_night, _LONGEST_NAME)} {plain(one.monitor, _LONGEST_NAME)} {words.goes_on.format(since=one.since)}"
        for one in named[:NAMED]
    ]
    if len(named) > NAMED:
        names.append(words.and_more.format(n=len(named) - NAMED))
    return tuple(", ".join(names[i : i + _NAMES_A_LINE]) for i in range(0, len(names), _NAMES_A_LINE))


def _numbers(report: NightReport, words: _Words) -> tuple[str, str]:
    states = Counter(str(row["state"]) for row in report.outlets)
    left_out = sum(states[state] for state in LEFT_OUT)
    sums = {
        name: sum(value for row in report.outlets if isinstance(value := row.get(name), int))
        for name in ("listed", "fetched", "plan_articles")
    }
    return (
        words.outlets.format(
            all=len(report.outlets), well=states["ok"], ill=len(report.outlets) - states["ok"] - left_out, left_out=left_out
        ),
        words.pages.format(
            listed=sums["listed"], fetched=sums["fetched"], plans=sums["plan_articles"], took=_took(report, words)
        ),
    )  # fmt: skip


def _took(report: NightReport, words: _Words) -> str:
    try:
        seconds = (datetime.fromisoformat(report.ended) - datetime.fromisoformat(report.started)).total_seconds()
    except (ValueError, TypeError):
        return "?"
    hours, minutes = divmod(max(0, round(seconds / 60)), 60)
    return words.hours.format(h=hours, m=minutes) if hours else words.minutes.format(m=minutes)


def _foot(words: _Words, public_url: str, backlog: Sequence[Backlog]) -> tuple[str, ...]:
    lines = [
        (words.given_up if one.given_up else words.waiting).format(
            channel=one.channel, n=one.alerts, since=one.since, days=DAYS
        )
        for one in backlog
    ]
    return (*lines, words.more.format(url=public_url.rstrip("/") + HEALTH_PAGE)) if public_url else tuple(lines)
