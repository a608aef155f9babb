"""A simulated week: seven nights on the one clock, each with its own faults, against what a perfect crawler would know.

A seed writes the articles, edits, withdraws and backdates some, and places the faults. Every outlet has a quiet night in
the middle, and the last night is quiet for all: whatever a fault hides can be had on another night, and no version of an
article is current on disturbed nights only. The one exception is named: an article that comes and goes around a night on
which robots.txt closes its outlet.
"""

from __future__ import annotations

import dataclasses
import json
import random
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

from crawler.accounts import STAGES
from pipelines.model import KST
from tests.newsroom.data import OUTLETS, load
from tests.newsroom.demo import crawl_environment
from tests.newsroom.model import Article, Desk, Outlet, Placement, Version
from tests.newsroom.process import running_newsroom
from tests.soak.perfect import Difference, differences, know
from tests.soak.press import Press, Release
from tests.warm import run_scrapy

NIGHTS = 7
HOUR = time(3, 0)
FEEDS = ("breaknews", "fnnews", "asiae")
"""Outlets that have a feed."""
WHOLE_YEARS = ("knnws", "breaknews", "fnnews", "asiae")
"""Outlets that write years with four digits. With two, 1900 and 2099 are no absurd dates, only wrong ones."""
SHORT = ("knnws", "fnnews", "icose")
"""Outlets of the short week: a list of everything, sections with a feed, a board."""
SETTINGS = {"DOWNLOAD_TIMEOUT": "2", "RETRY_TIMES": "1", "ILJARI_RETRY_WAIT": "0.01", "ILJARI_LONGEST_WAIT": "3"}
"""What makes nights short; the crawler is otherwise that of production."""
DOWN_NIGHTS = 2
"""How many nights before its quiet one, and after it, an outlet may be down for us: more would get it suspended."""

ATTEMPTS = 200
"""How often the faults are placed anew before they are said not to fit."""

PAGES = r"^/(?!robots\.txt)"
MAIN_LIST = r"/news/list\.php|sub_view|/section/|/list/|bo_table=news&page="
CLOSED = "User-agent: *\nDisallow: /\n"
AWAY = "https://news.example.com/"
INSIDE = "http://127.0.0.1/admin"


@dataclass(frozen=True)
class Scenario:
    """What goes wrong at an outlet in a night; with `pages`, to that many articles of the day; with `only`, at one of these.

    `down` tells that nothing new can be listed; `closed` that not one page may be fetched.
    """

    name: str
    place: Literal["site", "lists", "articles", "feeds"]
    faults: tuple[Mapping[str, Any], ...]
    down: bool = False
    closed: bool = False
    pages: int = 0
    only: tuple[str, ...] = ()

    @property
    def kinds(self) -> set[str]:
        """The kinds of its faults."""
        return {fault["kind"] for fault in self.faults}


def _site(name: str, *, closed: bool = False, down: bool = True, **fault: Any) -> Scenario:
    return Scenario(name, "site", ({"url": PAGES} | fault,), down=down, closed=closed)


def _lists(name: str, *, down: bool = False, **fault: Any) -> Scenario:
    return Scenario(name, "lists", ({"url": "lists"} | fault,), down=down)


def _some(name: str, pages: int, *, only: tuple[str, ...] = (), **fault: Any) -> Scenario:
    return Scenario(name, "articles", (fault,), pages=pages, only=only)


def _feed(name: str, **fault: Any) -> Scenario:
    return Scenario(name, "feeds", ({"url": "feeds"} | fault,), only=FEEDS)


SCENARIOS = (
    _site("robots.txt answers 503", kind="status", url="robots", status=503, closed=True),
    _site("robots.txt never answers", kind="timeout", url="robots", seconds=6, closed=True),
    _site("robots.txt denies everything", kind="robots", url="robots", text=CLOSED, closed=True),
    _site("challenges everywhere", kind="challenge"),
    _site("redirects in a circle", kind="redirect", to="itself"),
    _site("503, come again in a minute", kind="status", status=503, retry_after="60"),
    _site("every first answer is 502", kind="status", status=502, times=1, down=False),
    _site("wrong charset on every page", kind="wrong_charset", down=False),
    _lists("lists without entries", kind="empty_list", down=True),
    _lists("lists in a new look", kind="relaunch", down=True),
    _lists("lists lead to another site", kind="redirect", to=AWAY, down=True),
    _lists("lists lead inside", kind="redirect", to=INSIDE, down=True),
    _lists("lists are garbage", kind="garbage", down=True),
    _lists("lists are an empty shell", kind="challenge", protection="shell", down=True),
    _lists("lists are cut off", kind="truncated", down=True),
    _lists("the main list never ends", kind="endless", url=MAIN_LIST, down=True),
    _lists("slow lists", kind="slow", seconds=0.2),
    _lists("links change", kind="duplicates"),
    _lists("absurd dates on lists", kind="future"),
    _lists("hostile titles on lists", kind="hostile", trick="titles"),
    _feed("a feed that laughs", kind="hostile", trick="laughs"),
    _feed("a feed that fetches", kind="hostile", trick="external"),
    _some("articles time out", 1, kind="timeout", seconds=6),
    _some("articles answer 500", 3, kind="status", status=500),
    _some("articles answer 429 once", 2, kind="status", status=429, retry_after="1", times=1),
    _some("articles are cut off", 3, kind="truncated", share=0.4),
    _some("articles drip", 1, kind="drip", seconds=20),
    _some("articles are huge", 1, kind="huge", megabytes=25),
    _some("articles are bombs", 1, kind="bomb", megabytes=200),
    _some("articles are garbage", 3, kind="garbage"),
    _some("articles in a script", 3, kind="script_body"),
    _some("articles as attachments", 3, kind="attachment"),
    _some("articles are challenges", 3, kind="challenge"),
    _some("absurd dates on articles", 3, kind="future", only=WHOLE_YEARS),
)

KINDS = tuple(dict.fromkeys(kind for scenario in SCENARIOS for kind in sorted(scenario.kinds)))
"""Those kinds of faults after which a perfect crawler and ours can know the same; the month has the others."""


@dataclass(frozen=True)
class Night:
    """One night: its moment (aware), and by outlet what is planted."""

    moment: datetime
    planted: Mapping[str, Sequence[Scenario]]
    faults: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def clock(self) -> str:
        """As ILJARI_CLOCK wants it."""
        return self.moment.isoformat(timespec="minutes")


@dataclass(frozen=True)
class Size:
    """How many articles of each kind a week has. `past`: those that were there before, None for all."""

    past: int | None
    plain: int
    edited: int
    reworded: int
    withdrawn: int
    backdated: int
    releases: int
    near: int


WHOLE = Size(past=None, plain=12, edited=4, reworded=3, withdrawn=4, backdated=4, releases=2, near=10)
FEW = Size(past=9, plain=6, edited=2, reworded=1, withdrawn=2, backdated=2, releases=1, near=3)


class Week:
    """The articles and the faults of seven nights, all of it from a seed."""

    def __init__(self, seed: int, outlets: Sequence[str] | None = None, size: Size = WHOLE) -> None:
        self._dice = dice = random.Random(seed)
        desk = load()
        self.outlets = {key: desk.outlets[key] for key in outlets or desk.outlets}
        first = date(2026, 3, 10) + timedelta(days=dice.randrange(40))
        self.moments = [datetime.combine(first + timedelta(days=n), HOUR, KST) for n in range(NIGHTS)]
        self.quiet = {key: dice.choice((2, 3)) for key in self.outlets}
        self.lost: dict[str, str] = {}
        self._press = Press(dice)
        self._numbers: Counter[str] = Counter()
        self.articles = self._past(desk, size.past)
        self._write(size)
        placed = self._place()
        self._lose_one(placed)
        self.nights = [self._night(n, placed) for n in range(NIGHTS)]

    def save(self, folder: Path) -> tuple[Path, Path]:
        """Write the files of articles and outlets; their folders."""
        articles, outlets = folder / "articles", folder / "outlets"
        articles.mkdir(parents=True)
        outlets.mkdir()
        for article in self.articles:
            (articles / f"{article.slug}.toml").write_text(as_toml(article), encoding="utf-8")
        for key in self.outlets:
            text = (OUTLETS / f"{key}.toml").read_text(encoding="utf-8")
            (outlets / f"{key}.toml").write_text(re.sub("Crawl-delay: .*", "Crawl-delay: 0.01", text), encoding="utf-8")
        return articles, outlets

    # articles

    def _past(self, desk: Desk, count: int | None) -> list[Article]:
        here = [replace(one, at=[at for at in one.at if at.outlet in self.outlets]) for one in desk.articles]
        here = [one for one in here if one.at]
        return here if count is None else self._dice.sample(here, count)

    def _write(self, size: Size) -> None:
        dice, press = self._dice, self._press
        start, end = self._local(0) - timedelta(hours=20), self._local(NIGHTS - 1) - timedelta(hours=4)
        for _ in range(size.plain):
            moment = self._between(start, end)
            self._add("plan", press.plan(moment), moment)
        for _ in range(size.near):
            moment = self._between(start, end)
            self._add("near", press.near_miss(moment), moment)
        for _ in range(size.backdated):
            moment = self._between(self._local(1), end)
            day = max(start, moment - timedelta(days=dice.randrange(2, 5), hours=dice.randrange(12)))
            article = self._add("backdated", press.plan(day), day)
            self.articles[-1] = replace(article, appears=moment)
        for kind, count in (("edited", size.edited), ("reworded", size.reworded), ("withdrawn", size.withdrawn)):
            for _ in range(count):
                self._change(kind)
        for _ in range(size.releases):
            moment = self._between(start, end - timedelta(hours=12))
            release = press.plan(moment)
            for position, outlet in enumerate(dice.sample(list(self.outlets), min(3, len(self.outlets)))):
                told = release if position < 2 else release.with_target(press.written(_target(release) + 100))
                self._add("release", told, moment + timedelta(hours=position * 3), outlet)
        moment = self._between(start, end)
        hidden = self._add("hidden", press.plan(moment), moment)
        self.articles[-1] = replace(hidden, at=[replace(hidden.at[0], search_only=True)])
        if "knnws" in self.outlets:
            moment = self._between(start, end)
            denied = self._add("denied", press.plan(moment), moment, "knnws")
            self.articles[-1] = replace(denied, section="인사")

    def _change(self, kind: str) -> None:
        """An article that is another one after the quiet night of its outlet than on it."""
        outlet = self._any_outlet()
        quiet, last = self._local(self.quiet[outlet]), self._local(NIGHTS - 1)
        moment = self._between(self._local(0) - timedelta(hours=20), quiet - timedelta(hours=2))
        turn = self._between(quiet + timedelta(hours=2), last - timedelta(hours=2))
        release = self._press.plan(moment)
        article = self._add(kind, release, moment, outlet)
        if kind == "withdrawn":
            self.articles[-1] = replace(article, withdrawn=turn)
            return
        target = self._press.written(_target(release) + self._dice.randrange(30, 900))
        after = release.with_target(target) if kind == "edited" else release.with_other_words()
        self.articles[-1] = replace(article, versions=[Version(turn, after.title, after.text)])

    def _add(self, kind: str, release: Release, published: datetime, outlet: str = "") -> Article:
        outlet = outlet or self._any_outlet()
        self._numbers[kind] += 1
        slug = f"week-{kind}-{self._numbers[kind]}"
        article = self._press.article(release, published, Placement(outlet, self._id(outlet, published)), slug)
        self.articles.append(article)
        return article

    def _any_outlet(self) -> str:
        """One of those that have fewest of the week's articles."""
        return min(self.outlets, key=lambda key: (self._numbers[key], self._dice.random()))

    def _id(self, outlet: str, published: datetime) -> str:
        self._numbers[outlet] += 1
        number = self._numbers[outlet]
        if outlet in ("fnnews", "asiae"):
            return f"{published:%Y%m%d%H%M%S}{number:0{4 if outlet == 'fnnews' else 3}}"
        return str({"knnws": 60_000, "breaknews": 2_000_000, "icose": 9_000}[outlet] + number * 3)

    def _local(self, night: int) -> datetime:
        return self.moments[night].replace(tzinfo=None)

    def _between(self, start: datetime, end: datetime) -> datetime:
        return start + timedelta(seconds=self._dice.randrange(int((end - start).total_seconds())))

    # faults

    def _place(self) -> dict[tuple[str, int], list[Scenario]]:
        """Scenarios by outlet and night: first one for each kind of fault, then as many of the others as fit."""
        for _ in range(ATTEMPTS):
            wanted, others = self._order()
            placed: dict[tuple[str, int], list[Scenario]] = {
                (key, n): [] for key in self.outlets for n in range(NIGHTS - 1) if n != self.quiet[key]
            }
            if all(self._put(scenario, placed) for scenario in wanted):
                for scenario in others:
                    self._put(scenario, placed)
                return placed
        raise ValueError("the kinds of faults do not fit into so few outlets and articles")

    def _order(self) -> tuple[list[Scenario], list[Scenario]]:
        """One scenario for each kind of fault, those first that leave room for nothing else; and the others."""
        order = list(SCENARIOS)
        self._dice.shuffle(order)
        wanted = [next(one for one in order if one.closed)]  # the article that is lost needs a closed night
        for kind in KINDS:
            if not any(kind in one.kinds for one in wanted):
                wanted.append(next(one for one in order if kind in one.kinds))
        wanted.sort(key=lambda one: (not one.down, one.place != "site"))
        return wanted, [one for one in order if one not in wanted]

    def _put(self, scenario: Scenario, placed: dict[tuple[str, int], list[Scenario]]) -> bool:
        """Plant a scenario where least is planted, if it fits anywhere."""
        slots = list(placed)
        self._dice.shuffle(slots)
        fit = [slot for slot in sorted(slots, key=lambda slot: len(placed[slot])) if self._fits(scenario, slot, placed)]
        if fit:
            placed[fit[0]].append(scenario)
        return bool(fit)

    def _fits(self, scenario: Scenario, slot: tuple[str, int], placed: dict[tuple[str, int], list[Scenario]]) -> bool:
        outlet, night = slot
        there = placed[slot]
        if scenario.only and outlet not in scenario.only:
            return False
        places = {one.place for one in there}
        if "site" in places or (there and scenario.place == "site") or scenario.place in places - {"articles"}:
            return False
        if scenario.pages:
            pages = [one.pages for one in (scenario, *there)]
            return not any(one.down for one in there) and sum(pages) <= len(self._of_the_day(outlet, night))
        if scenario.down:
            same_side = [n for n in range(NIGHTS) if (n < self.quiet[outlet]) == (night < self.quiet[outlet])]
            down = sum(one.down for n in same_side for one in placed.get((outlet, n), ()))
            return down < DOWN_NIGHTS and not any(one.pages for one in there)
        return True

    def _of_the_day(self, outlet: str, night: int) -> list[str]:
        """The ids of the week's plan articles that an outlet shows on a night: those that a crawl asks for."""
        return [
            one.at[0].id
            for one in self.articles
            if one.slug.startswith("week-")
            and one.at[0].outlet == outlet
            and one.gold.relevant
            and one.section != "인사"
            and one.as_of(self._local(night))
        ]

    def _lose_one(self, placed: Mapping[tuple[str, int], Sequence[Scenario]]) -> None:
        """An article that is there on one night only, on which its outlet may not be crawled."""
        closed = sorted(slot for slot, there in placed.items() if any(one.closed for one in there))
        outlet, night = self._dice.choice(closed)
        moment = self._local(night) - timedelta(hours=9)
        article = self._add("lost", self._press.plan(moment), moment, outlet)
        self.articles[-1] = replace(article, withdrawn=self._local(night) + timedelta(hours=9))
        self.lost[article.slug] = (
            f"only there in the night of {moment + timedelta(hours=9):%m-%d}, when robots.txt was closed"
        )

    def _night(self, night: int, placed: Mapping[tuple[str, int], Sequence[Scenario]]) -> Night:
        planted = {key: there for key in self.outlets if (there := placed.get((key, night)))}
        return Night(
            self.moments[night], planted, {key: self._faults(key, night, there) for key, there in planted.items()}
        )

    def _faults(self, outlet: str, night: int, there: Sequence[Scenario]) -> list[Mapping[str, Any]]:
        """The faults of an outlet's night, those of articles each aimed at articles of its own."""
        targets = self._of_the_day(outlet, night)
        self._dice.shuffle(targets)
        faults = []
        for scenario in there:
            chosen, targets = targets[: scenario.pages], targets[scenario.pages :]
            aim = {"url": rf"(idx=|uid=|wr_id=|/news/|/article/)({'|'.join(chosen)})$"} if chosen else {}
            faults += [{**fault, **aim} for fault in scenario.faults]
        return faults


def _target(release: Release) -> int:
    assert release.gold.job_target
    return release.gold.job_target


def as_toml(article: Article) -> str:
    """An article as its file has it."""
    table = {name: value for name, value in dataclasses.asdict(article).items() if name != "slug"}
    return "".join(f"{name} = {_toml(value)}\n" for name, value in table.items() if value not in (None, "", []))


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        inner = (f"{name} = {_toml(one)}" for name, one in value.items() if one not in (None, "", []))
        return f"{{ {', '.join(inner)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Result:
    """What a night gave: exit code, the rows of `run_outlets`, the faults that struck by outlet, sums that are wrong."""

    night: Night
    code: int
    outlets: Mapping[str, Mapping[str, Any]]
    struck: Mapping[str, Counter[str]]
    wrong_sums: Sequence[str]
    said: str


@dataclass
class Report:
    """A week against the perfect crawler."""

    seed: int
    nights: list[Result] = field(default_factory=list)
    wanted: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)

    @property
    def wrong_sums(self) -> list[str]:
        """Of all nights."""
        return [said for one in self.nights for said in one.wrong_sums]

    @property
    def idle_faults(self) -> set[str]:
        """Kinds of faults that struck on no night."""
        return set(KINDS) - {kind for one in self.nights for counts in one.struck.values() for kind in counts}

    @property
    def unexplained(self) -> list[Difference]:
        """Missing articles for which the ledger names no reason."""
        return [one for one in self.differences if one.table == "articles" and one.missing and not one.explained]

    @property
    def ok(self) -> bool:
        """Every night ended as a run ends, every sum is right, and what is known is what can be known."""
        ended = all(one.code in (0, 1) for one in self.nights)
        return ended and not self.wrong_sums and self.wanted == self.found

    def text(self) -> str:
        """For a person."""
        lines = [f"a week of seed {self.seed}"]
        for one in self.nights:
            lines.append(f"{one.night.clock}  exit code {one.code}")
            for outlet, row in sorted(one.outlets.items()):
                planted = ", ".join(scenario.name for scenario in one.night.planted.get(outlet, ())) or "nothing"
                struck = ", ".join(f"{kind} {n}" for kind, n in sorted(one.struck.get(outlet, {}).items()))
                counts = ", ".join(f"{row[name]} {name}" for name in ("fetched", "failed", "visits") if name in row)
                lines.append(f"  {outlet:10} {row['state']:9} planted: {planted} [{struck}]; {counts}")
                if row["reason"]:
                    lines.append(f"  {'':10} {row['reason']}")
            lines += [f"  wrong sum: {said}" for said in one.wrong_sums]
            if one.code not in (0, 1):
                lines.append(one.said)
        lines += [f"lost by design: {slug} ({why})" for slug, why in self.lost.items()]
        if self.idle_faults:
            lines.append(f"faults that never struck: {', '.join(sorted(self.idle_faults))}")
        lines += [one.text() for one in self.differences]
        lines.append(f"missing articles without a reason in the ledger: {len(self.unexplained)}")
        differing = [name for name, digest in self.wanted.items() if self.found.get(name) != digest]
        lines.append(f"tables that differ: {', '.join(differing) or 'none'}")
        return "\n".join(lines)


def run(seed: int, outlets: Sequence[str] | None = None, size: Size = WHOLE, keep: Path | None = None) -> Report:
    """Crawl a seed's week night by night and compare; `keep` is an empty folder in which everything then stays."""
    week = Week(seed, outlets, size)
    with tempfile.TemporaryDirectory(prefix="week-") as scratch:
        folder = keep or Path(scratch)
        articles_dir, outlets_dir = week.save(folder)
        report = Report(seed, lost=week.lost)
        for night in week.nights:
            result = _crawl(night, week.outlets, folder / "data", articles_dir, outlets_dir)
            report.nights.append(result)
            print(f"week {seed}, {night.clock}: exit code {result.code}", flush=True)
        known = know(folder / "perfect.db", load(articles_dir, outlets_dir), week.moments, without=week.lost)
        report.wanted, report.found, report.differences = differences(known, folder / "perfect.db", folder / "data")
    return report


def short(seed: int, keep: Path | None = None) -> Report:
    """A week of three outlets and few articles."""
    return run(seed, SHORT, FEW, keep)


def _crawl(night: Night, outlets: Mapping[str, Outlet], data: Path, articles_dir: Path, outlets_dir: Path) -> Result:
    settings = [part for name, value in SETTINGS.items() for part in ("-s", f"{name}={value}")]
    with running_newsroom(articles_dir, outlets_dir, faults=night.faults, clock=night.clock) as newsroom:
        environment = crawl_environment(newsroom.url, data, ILJARI_CLOCK=night.clock)
        done = run_scrapy(environment, "nightly", "--only", ",".join(outlets), *settings, seconds=600)
        entries = newsroom.log_entries()
    hosts = {host: key for key, outlet in outlets.items() for host in outlet.hosts}
    struck: dict[str, Counter[str]] = {}
    for entry in entries:
        if entry["fault"]:
            struck.setdefault(hosts[entry["host"]], Counter())[entry["fault"]] += 1
    with sqlite3.connect(data / "crawl.db") as ledger:
        ledger.row_factory = sqlite3.Row
        run_id = ledger.execute("select max(id) from runs").fetchone()[0]
        rows = ledger.execute("select * from run_outlets where run = ?", [run_id]).fetchall()
        wrong = wrong_sums(ledger, run_id)
    found = {row["outlet"]: dict(row) for row in rows}
    wrong += [f"{outlet}: no row in run_outlets" for outlet in outlets if outlet not in found]
    return Result(night, done.returncode, found, struck, wrong, (done.stdout + done.stderr)[-3000:])


ROWS = {"listed": "listings", "list_pages": "list_pages", "visits": "visits"}
"""The table that holds the single rows of a stage."""


def wrong_sums(ledger: sqlite3.Connection, run: str) -> list[str]:
    """What does not add up in a run: columns of `run_outlets` against the single rows, counted anew, and each other."""
    said = []
    for row in map(dict, ledger.execute("select * from run_outlets where run = ?", [run]).fetchall()):
        outlet = row["outlet"]
        for stage, table in ROWS.items():
            query = f"select outcome, count(*) from {table} where run = ? and outlet = ? group by outcome"
            counts = dict(map(tuple, ledger.execute(query, [run, outlet]).fetchall()))
            if None in counts:
                said.append(f"{run} {outlet}: {counts[None]} of {table} have no outcome")
            if sum(counts.values()) != row[stage]:
                said.append(f"{run} {outlet}: {row[stage]} {stage}, but {sum(counts.values())} rows")
            kept = {
                one["outcome"]: one["count"]
                for one in ledger.execute(
                    "select outcome, count from run_outcomes where run = ? and outlet = ? and stage = ? and count > 0",
                    [run, outlet, stage],
                )
            }
            if kept != {name: count for name, count in counts.items() if name}:
                said.append(f"{run} {outlet}: {stage} are kept as {kept}, but the rows say {counts}")
        outcomes = {name: row[name] for name in STAGES["listed"]}
        if sum(outcomes.values()) != row["listed"]:
            said.append(f"{run} {outlet}: {row['listed']} listed, but the outcomes are {outcomes}")
    return said
