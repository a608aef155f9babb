"""A simulated month: some thirty nights on the one clock, over holidays and weekends, with outlets of different rhythm.

The seed plants each kind of trouble once, on an outlet of its own, after enough healthy nights. Every one must raise its
alarm on the first night on which a careful person could tell, in a sentence that names the cause, and be told as over
when it has ended. Nothing else may be told: not of quiet outlets, not over weekends and holidays.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

from crawler.clock import VARIABLE
from crawler.run import HEALTHY, UNHEALTHY
from pipelines.model import KST
from tests.newsroom import generate
from tests.newsroom.demo import crawl_environment
from tests.newsroom.generate import KINDS, Kind
from tests.newsroom.server import Newsroom
from tests.newsroom.weight import headline
from tests.soak.press import Press
from tests.warm import run_scrapy

HOUR = time(3, 0)
HISTORY_DAYS = 45
"""How far back outlets have articles when the month begins, so that a list of a month ago shows some."""
PER_PAGE = 20
ATTEMPTS = 50
"""How often a month is begun anew before its troubles are said not to fit."""
SETTINGS = {"RETRY_TIMES": "1", "ILJARI_RETRY_WAIT": "0.01"}
SLOW_SECONDS = 2.0
LIMITS = {"slow_least": 1.0}
"""A slow host here is slow enough to be told, also on a busy machine, and fast enough for a trial."""

FREE = {
    date.fromisoformat(day)
    for day in [
        "2025-03-03",
        "2025-05-05",
        "2025-05-06",
        "2025-06-03",
        "2025-06-06",
        "2025-08-15",
        "2025-10-03",
        "2025-10-06",
        "2025-10-07",
        "2025-10-08",
        "2025-10-09",
        "2025-12-25",
        "2026-01-01",
        "2026-02-16",
        "2026-02-17",
        "2026-02-18",
        "2026-03-02",
        "2026-05-01",
        "2026-05-05",
        "2026-05-25",
        "2026-06-03",
        "2026-07-17",
        "2026-08-17",
        "2026-09-24",
        "2026-09-25",
        "2026-10-05",
        "2026-10-09",
        "2026-12-25",
    ]
}
"""Public holidays on weekdays, with those that stand in for another."""
BEGINNINGS = (
    date(2025, 9, 14), date(2025, 4, 14), date(2026, 1, 25), date(2026, 2, 28), date(2026, 3, 14), date(2026, 4, 12),
    date(2026, 5, 4), date(2026, 9, 1), date(2026, 9, 14),
)  # fmt: skip
"""Months begin on one of these days or in the week behind: Chuseok, Seollal, May, the season, local elections."""


def is_free(day: date) -> bool:
    """Whether hardly anybody works in Korea."""
    return day.weekday() >= 5 or day in FREE


def in_season(day: date) -> bool:
    """Whether plans are disclosed: in spring, and in the winter behind the local elections of 2026."""
    return day.month in (3, 4) or date(2026, 12, 1) <= day < date(2027, 5, 1)


def working_days(after: date, until: date) -> int:
    """Working days behind `after`, up to and with `until`."""
    return sum(not is_free(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


# outlets


@dataclass(frozen=True)
class Rhythm:
    """How an outlet publishes: on which days, and on such a day how many articles that a title makes worth fetching,
    how many others, and with what chance a plan."""

    name: str
    days: Callable[[date, random.Random], bool]
    wanted: tuple[int, int] = (0, 0)
    others: tuple[int, int] = (0, 0)
    plans: float = 0.0
    free: float = 1.0  # the share of it on weekends and holidays


DAILY = Rhythm("daily", lambda _day, _dice: True, (3, 4), (2, 3), 0.15, free=0.5)
OFFICE = Rhythm("working days only", lambda day, _dice: not is_free(day), (1, 3), (1, 2), 0.15)
TWICE = Rhythm("twice a week", lambda day, _dice: day.weekday() in (1, 4), (1, 3), (3, 5), 0.1)
WEEKLY = Rhythm("weekly, no plans", lambda day, _dice: day.weekday() == 3, (0, 1), (6, 9))
PLANS = Rhythm("plans only", lambda day, dice: not is_free(day) and dice.random() < 0.45, plans=1.0)


# trouble

PAGES = r"^/(?!robots\.txt)"
CLOSED = "User-agent: *\nDisallow: /\n"
Faults = list[dict[str, Any]]


@dataclass(frozen=True)
class Trouble:
    """A kind of trouble: the faults of its n-th night, which monitors may speak of it, words that name the cause.

    `on` are the rhythms of outlets that it is planted on. With `pages` it is told from new articles, so that it begins
    and is over on a night behind a working day. `nights` is how long it lasts, at least and at most.
    """

    name: str
    faults: Callable[[random.Random], Callable[[int], Faults]]
    monitors: tuple[str, ...]
    en: str
    ko: str
    on: tuple[Rhythm, ...] = (DAILY, OFFICE)
    pages: bool = False
    after: int = 0  # nights behind its end on which it may still be told
    nights: tuple[int, int] = (1, 4)


def _always(*choices: Faults) -> Callable[[random.Random], Callable[[int], Faults]]:
    def chosen(dice: random.Random) -> Callable[[int], Faults]:
        faults = dice.choice(choices)
        return lambda _night: faults

    return chosen


def _one(kind: str, **parameters: Any) -> Faults:
    return [{"kind": kind, **parameters}]


_DOWN = _one("status", url=".", status=0)
_RENUMBERED = [_one("renumbered", by=1000 * night) for night in range(1, 9)]

SILENCE = Trouble("silence", _always([]), ("silent",), "nothing new was listed", "새 기사가 없음")
NETWORK = Trouble("our network", _always(_DOWN), ("widespread",), "our network", "우리 쪽 네트워크")
TROUBLES = (
    Trouble(
        "dead host", _always(_DOWN, _one("status", url=PAGES, status=0), _one("status", url=PAGES, status=502)),
        ("host", "given-up", "suspended"), "without an answer|server fails", "서버",
    ),
    Trouble(
        "relaunched skin", _always(_one("relaunch"), _one("relaunch", url="lists")), ("lists", "no-article", "bodies"),
        "relaunched", "알던 모양|개편",
    ),
    Trouble("emptied bodies", _always(_one("empty_body")), ("bodies",), "without a text", "본문이 없음", (DAILY,), pages=True),
    Trouble(
        "wrong charset",
        _always(*(_one("damaged", harm=harm, url=url) for harm in ("latin", "cp949", "lost", "unknown") for url in (PAGES, "articles"))),
        ("charset", "bodies", "undated"), "damaged characters", "글자가 깨짐", (DAILY,), pages=True,
    ),
    Trouble(
        "half list", _always(_one("half_list"), _one("half_list", share=0.4), [*_one("half_list"), *_one("half_list", url="feeds")]),
        ("entries", "lists"), "where .* are usual", "평소",
    ),
    Trouble(
        "doubled articles", lambda _dice: lambda night: _RENUMBERED[night], ("doubled", "fetched"),
        "have the text of another one", "다른 기사와 본문이 같음", (DAILY,), pages=True,
        after=1,  # on the way back, what was new meanwhile is there twice as well
    ),
    Trouble(
        "robots denial", _always(_one("robots", text=CLOSED)), ("robots", "suspended"), "robots.txt denies",
        "robots.txt가 수집을 금함",
    ),
    Trouble(
        "date drift", _always(*(_one("drift", days=days) for days in (-400, -90, -20, -5, 5, 30, 365))), ("dates",),
        "have a date that lies", "날짜", (DAILY,), pages=True,
    ),
    Trouble(
        "slow host", _always(_one("slow", url=".", seconds=SLOW_SECONDS)), ("latency", "seconds"),
        "s to answer where", "응답에 .*초", (WEEKLY,), nights=(1, 2),
    ),
    Trouble(
        "stale list",
        _always(_one("stale", days=28), [*_one("stale", days=33), *_one("stale", days=33, url="feeds")]),
        ("stale", "silent", "entries", "lists"), "nothing new, and", "옛 목록",
    ),
    Trouble(
        "block page",
        _always(*(_one("challenge", url=PAGES, protection=name) for name in ("cloudflare", "captcha", "firewall", ""))),
        ("blocked", "given-up", "suspended"), "block page", "차단 페이지",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A trouble on an outlet ("" : the night as a whole): its first night, the first one without it, and the night on
    which it must be told (where that is not its first)."""

    trouble: Trouble
    outlet: str
    first: int
    end: int
    right: int
    faults: Callable[[int], Faults] = lambda _night: []


@dataclass(frozen=True)
class Size:
    """How long a month is, how many outlets have each rhythm, which troubles are planted and from which night on."""

    nights: int
    outlets: tuple[tuple[Rhythm, int], ...]
    troubles: tuple[Trouble, ...]
    healthy: int  # nights before the first trouble
    network: bool = True  # whether it fails in one night
    silence: bool = True  # whether an outlet falls silent
    history: int = HISTORY_DAYS
    last: int = 3  # nights at the end on which nothing begins
    most: int = 4  # nights that a trouble lasts at most


WHOLE = Size(31, ((DAILY, 6), (OFFICE, 6), (TWICE, 1), (WEEKLY, 2), (PLANS, 1)), TROUBLES, healthy=8)
SHORT = Size(
    12, ((DAILY, 5), (OFFICE, 6), (WEEKLY, 2)), TROUBLES, healthy=6, network=False, silence=False, history=40, last=2, most=2,
)  # fmt: skip
"""The month of `make test`. Holidays and an outlet that falls silent find no room in it together."""


class NoRoomError(Exception):
    """The troubles do not fit into the nights."""


class Month:
    """Outlets, articles and troubles of a month, all of it from a seed."""

    def __init__(self, seed: int, size: Size = WHOLE) -> None:
        self.seed, self.size = seed, size
        self._dice = random.Random(seed)
        for _ in range(ATTEMPTS):
            try:
                self._begin()
            except NoRoomError:
                continue
            return
        raise NoRoomError(f"seed {seed}: the troubles do not fit into {size.nights} nights")

    def _begin(self) -> None:
        dice, size = self._dice, self.size
        self.start = dice.choice(BEGINNINGS) + timedelta(days=dice.randrange(7))
        self.moments = [datetime.combine(self.start + timedelta(days=n), HOUR, KST) for n in range(size.nights)]
        rhythms = [rhythm for rhythm, count in size.outlets for _ in range(count)]
        dice.shuffle(rhythms)
        self.rhythms = {f"press{number:03}": rhythm for number, rhythm in enumerate(rhythms)}
        systems = [KINDS[number % len(KINDS)] for number in range(len(rhythms))]
        dice.shuffle(systems)
        self.systems: dict[str, Kind] = dict(zip(self.rhythms, systems, strict=True))
        self.down = dice.sample(list(self.rhythms), round(0.8 * len(self.rhythms)))  # where the network fails
        self.days = {outlet: self._days(rhythm) for outlet, rhythm in self.rhythms.items()}
        self.planted = self._plant()

    # what is published

    def _days(self, rhythm: Rhythm) -> list[date]:
        first = self.start - timedelta(days=self.size.history)
        days = (first + timedelta(days=n) for n in range(self.size.history + self.size.nights))
        return [day for day in days if rhythm.days(day, self._dice)]

    def save(self, folder: Path) -> generate.Made:
        """Write outlets, articles and spiders, as `tests.newsroom.generate` does."""
        made = generate.Made(folder, list(self.rhythms), 0, 0)
        spiders = folder / "spiders" / "press"
        for path in (made.outlets_folder, made.articles_folder, spiders):
            path.mkdir(parents=True)
        lines = ["from crawler.cms import asiae, dadamedia, fnnews, gnuboard5, newsbuilder"]
        for number, (name, kind) in enumerate(self.systems.items()):
            table = generate.outlet_table(name, number, kind, 0, PER_PAGE, self._dice)
            (made.outlets_folder / f"{name}.toml").write_text(generate.toml(table), encoding="utf-8")
            lines.append(generate.spider_class(name, table["name"], kind))
        (spiders / "__init__.py").write_text("\n\n\n".join(lines) + "\n", encoding="utf-8")
        press = Press(self._dice)
        with (made.articles_folder / "month.jsonl").open("w", encoding="utf-8") as file:
            for outlet in self.rhythms:
                for table in self._articles(outlet, press):
                    file.write(json.dumps(table, ensure_ascii=False) + "\n")
        return made

    def _articles(self, outlet: str, press: Press) -> Iterator[dict[str, Any]]:
        dice, rhythm, number = self._dice, self.rhythms[outlet], 0
        for day in self.days[outlet]:
            past = day < self.start - timedelta(days=3)
            share = rhythm.free if is_free(day) else 1.0
            wanted = 0 if past else round(dice.randint(*rhythm.wanted) * share)
            others = min(1, rhythm.others[0]) if past and rhythm is not WEEKLY else dice.randint(*rhythm.others)
            plans = dice.random() < rhythm.plans * share and (not past or rhythm is PLANS)
            makers = [self._wanted] * wanted + [self._other] * others + [self._plan] * plans
            dice.shuffle(makers)
            for moment, make in zip(self._moments(day, len(makers)), makers, strict=True):
                table = make(press, moment)
                table["at"] = [{"outlet": outlet, "id": self._id(outlet, moment, number)}]
                number += 1
                yield table

    def _moments(self, day: date, count: int) -> list[datetime]:
        minutes = sorted(self._dice.sample(range(6 * 60, 23 * 60), count))
        return [datetime.combine(day, time()) + timedelta(minutes=minute) for minute in minutes]

    def _id(self, outlet: str, moment: datetime, number: int) -> str:
        return f"{moment:%Y%m%d%H%M%S}{number:04}" if self.systems[outlet].ids_are_times else str(1000 + number)

    def _wanted(self, _press: Press, moment: datetime) -> dict[str, Any]:
        return generate.news(self._dice, moment)

    def _other(self, press: Press, moment: datetime) -> dict[str, Any]:
        return generate.news(self._dice, moment) | {"title": f"{headline(self._dice)} {moment:%d%H%M}"}

    def _plan(self, press: Press, moment: datetime) -> dict[str, Any]:
        release = press.plan(moment)
        return {
            "title": release.title, "published": moment.isoformat(), "section": "정치행정", "reporter": "한가람",
            "text": release.text, "gold": {"relevant": True, "municipality": release.gold.municipality},
        }  # fmt: skip

    # trouble

    def _plant(self) -> list[Planted]:
        """Each trouble on an outlet of its own; where the network is to fail, on a night that nothing else touches."""
        dice, size = self._dice, self.size
        network = dice.randrange(size.healthy, size.nights - size.last) if size.network else None
        planted = [Planted(NETWORK, "", network, network + 1, network)] if network is not None else []
        free = list(self.rhythms)
        dice.shuffle(free)
        for trouble in sorted((*size.troubles, *[SILENCE] * size.silence), key=lambda one: len(one.on)):
            outlet = next(name for name in free if self.rhythms[name] in trouble.on)
            free.remove(outlet)
            one = self._silence(outlet, network) if trouble is SILENCE else self._at(trouble, outlet, network)
            planted.append(one)
        return planted

    def _at(self, trouble: Trouble, outlet: str, network: int | None) -> Planted:
        dice, size = self._dice, self.size
        slots = []
        for first in range(size.healthy, size.nights - size.last):
            for length in range(trouble.nights[0], min(trouble.nights[1], size.most) + 1):
                end = first + length
                apart = network is None or network < first - 1 or network > self.over(trouble, end) + 2
                told = not trouble.pages or not is_free(self._day_before(first))
                in_time = end <= size.nights - size.last and self.over(trouble, end) < size.nights
                if in_time and apart and told:
                    slots.append((first, end))
        if not slots:
            raise NoRoomError
        first, end = dice.choice(slots)
        return Planted(trouble, outlet, first, end, first, trouble.faults(dice))

    def _silence(self, outlet: str, network: int | None) -> Planted:
        """No article from a day on, until two nights after the alarm."""
        dice, size = self._dice, self.size
        firsts = list(range(size.healthy - 1, size.nights - size.last))
        dice.shuffle(firsts)
        days = self.days[outlet]
        for first in firsts:
            before = [day for day in days if day < self._day_before(first)]
            self.days[outlet] = before
            right = self.silent_from(outlet, network)
            if right is not None:
                back = [day for day in days if day > self._day_before(right + 1)]
                self.days[outlet] = before + back
                nights = [n for n in range(right + 1, size.nights) if self.sees_news(outlet, n, network)]
                if nights and (network is None or network not in range(right, nights[0] + 2)):
                    return Planted(SILENCE, outlet, first, nights[0], right)
            self.days[outlet] = days
        raise NoRoomError

    def _day_before(self, night: int) -> date:
        return self.start + timedelta(days=night - 1)

    def sees_news(self, outlet: str, night: int, network: int | None) -> bool:
        """Whether a night shows articles that no night before has shown."""
        missed = network if outlet in self.down else None
        since = night - 2 if night - 1 == missed else night - 1
        days = {self.start + timedelta(days=n) for n in range(since, night)}
        return night != missed and (night == 0 or bool(days & set(self.days[outlet])))

    def silent_from(self, outlet: str, network: int | None) -> int | None:
        """The first night on which an outlet is silent for longer than its rhythm explains: more than three working days,
        and more than twice its longest pause, or more often than that where few pauses are known."""
        news: list[date] = []
        for night, moment in enumerate(self.moments):
            today = moment.date() - timedelta(days=1)  # the day whose news a night shows
            if self.sees_news(outlet, night, network):
                news.append(today)
            elif not (night == network and outlet in self.down) and len(news) >= 5:
                longest = max(working_days(a, b) for a, b in pairwise(news))
                times = max(2, (6 if in_season(today) else 8) / log(len(news) - 1))
                if working_days(news[-1], today) > max(3, times * longest):
                    return night
        return None

    def over(self, trouble: Trouble, end: int) -> int:
        """The night on which it must be told that a trouble is over, if the outlet is crawled."""
        end += trouble.after
        while trouble.pages and is_free(self._day_before(end)):
            end += 1
        return end

    def faults(self, night: int) -> dict[str, Faults]:
        """What goes wrong at each outlet in a night."""
        made: dict[str, Faults] = {}
        for one in self.planted:
            if one.first <= night < one.end:
                if one.trouble is NETWORK:
                    made |= dict.fromkeys(self.down, _DOWN)
                elif one.trouble is not SILENCE:
                    made[one.outlet] = one.faults(night - one.first)
        return made


# what came of it


@dataclass(frozen=True)
class Night:
    """What the command said of a night."""

    number: int
    moment: datetime
    code: int
    findings: Sequence[Mapping[str, str]]
    states: Mapping[str, str]  # by outlet
    said: str = ""

    def of(self, planted: Planted) -> list[Mapping[str, str]]:
        """Findings by the monitors that may speak of a trouble, on its outlet."""
        return [
            one
            for one in self.findings
            if one["outlet"] == planted.outlet and one["monitor"] in planted.trouble.monitors
        ]


LEFT_OUT = ("suspended", "paused", "skipped")


@dataclass
class Report:
    """The verdict on a month."""

    month: Month
    nights: list[Night] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every trouble was told as it should be, and nothing else."""
        return not self.missed and not self.false

    def told(self, planted: Planted) -> Mapping[str, str] | None:
        """The sentence of the right night that is new and names the cause."""
        trouble = planted.trouble
        return next(
            (
                one
                for one in self.nights[planted.right].of(planted)
                if one["change"] == "new" and re.search(trouble.en, one["en"]) and re.search(trouble.ko, one["ko"])
            ),
            None,
        )

    def over(self, planted: Planted) -> int | None:
        """The night on which a trouble must be told as over: the first without it on which its outlet is crawled."""
        first = self.month.over(planted.trouble, planted.end)
        crawled = (n.number for n in self.nights[first:] if n.states.get(planted.outlet) not in LEFT_OUT)
        return next(crawled, None)

    @property
    def missed(self) -> list[str]:
        """Troubles that were not told on their night or not told as over."""
        said = []
        for planted in self.month.planted:
            name = f"{planted.trouble.name} at {planted.outlet or 'the whole night'}"
            if self.told(planted) is None:
                said.append(f"{name}: not told in night {planted.right}")
            last = self.over(planted)
            still = {
                one["monitor"]: one["change"] != "recovered"
                for night in self.nights[planted.first : planted.end if last is None else last + 1]
                for one in night.of(planted)
            }
            if last is not None and any(still.values()):
                names = ", ".join(sorted(monitor for monitor, is_open in still.items() if is_open))
                said.append(f"{name}: {names} not told as over by night {last}")
        return said

    @property
    def false(self) -> list[str]:
        """What was told without a reason, or told as over before it was; exit codes that do not fit."""
        said = []
        for night in self.nights:
            errors = False
            for one in night.findings:
                errors |= one["level"] == "error" and one["change"] != "recovered"
                if not self._explained(night, one):
                    said.append(f"night {night.number}: {one['outlet']} {one['monitor']} {one['change']}: {one['en']}")
            if night.code != (UNHEALTHY if errors else HEALTHY):
                said.append(f"night {night.number}: exit code {night.code}\n{night.said[-2000:]}")
        return said

    def _explained(self, night: Night, one: Mapping[str, str]) -> bool:
        for planted in self.month.planted:
            network = planted.trouble is NETWORK and one["monitor"] in ("host", "given-up", "widespread")
            if not network and one not in night.of(planted):
                continue
            over = self.over(planted)
            last = len(self.nights) if over is None else over
            match one["change"]:
                case "recovered":  # before its end where another monitor goes on to tell of it
                    explained = planted.end <= night.number <= last or any(
                        other["change"] != "recovered" and other["monitor"] != one["monitor"]
                        for other in night.of(planted)
                    )
                case "continuing":
                    explained = planted.right <= night.number < last
                case _:
                    explained = planted.right <= night.number < planted.end
            if explained:
                return True
        return False

    def text(self) -> str:
        """The table, then what was missed and what was false."""
        lines = [
            f"month {self.month.seed}: {len(self.nights)} nights from {self.month.start}, {len(self.month.rhythms)} outlets"
        ]
        for planted in sorted(self.month.planted, key=lambda one: one.right):
            told = self.told(planted)
            rhythm = self.month.rhythms.get(planted.outlet)
            where = f"{planted.outlet or 'all'} ({rhythm.name if rhythm else 'the whole night'})"
            span = f"{planted.first:2}-{planted.end - 1:2}"
            lines.append(
                f"  {planted.trouble.name:17} {where:30} nights {span}, due {planted.right:2}: "
                + (f"{told['monitor']}: {told['en']}" if told else "MISSED")
            )
        told_of = sum(self.told(planted) is not None for planted in self.month.planted)
        lines += [f"  missed: {said}" for said in self.missed] + [f"  false: {said}" for said in self.false]
        lines.append(
            f"  planted {len(self.month.planted)}, raised {told_of}, false {len(self.false)}, missed {len(self.missed)}"
        )
        return "\n".join(lines)


def run(seed: int, size: Size = WHOLE, keep: Path | None = None) -> Report:
    """Crawl a seed's month night by night; `keep` is an empty folder in which everything then stays."""
    month = Month(seed, size)
    with tempfile.TemporaryDirectory(prefix="month-") as scratch:
        folder = keep or Path(scratch)
        made = month.save(folder)
        report = Report(month)
        with _clock(month.moments[0]), serving(made) as newsroom:
            for number in range(size.nights):
                report.nights.append(_crawl(month, number, made, newsroom))
    return report


def _crawl(month: Month, number: int, made: generate.Made, newsroom: Newsroom) -> Night:
    moment = month.moments[number]
    os.environ[VARIABLE] = moment.isoformat(timespec="minutes")
    newsroom.plant(month.faults(number))
    environment = crawl_environment(
        newsroom.url, made.folder / "data", PYTHONPATH=made.python_path, ILJARI_MONITORS=json.dumps(LIMITS)
    ) | {VARIABLE: os.environ[VARIABLE]}
    settings = [part for name, value in SETTINGS.items() for part in ("-s", f"{name}={value}")]
    done = run_scrapy(environment, "nightly", "--json", *made.spider_settings, *settings)
    line = next(
        (line for line in done.stdout.splitlines() if line.startswith('{"run"')), '{"findings": [], "outlets": []}'
    )
    night = json.loads(line)
    states = {row["outlet"]: row["state"] for row in night["outlets"]}
    return Night(number, moment, done.returncode, night["findings"], states, done.stdout[-1000:] + done.stderr)


@contextmanager
def serving(made: generate.Made) -> Iterator[Newsroom]:
    """A newsroom in a thread of this process, whose clock is this process's."""
    newsroom, loop = Newsroom(made.articles_folder, made.outlets_folder), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(newsroom.start(), loop).result(30)
    try:
        yield newsroom
    finally:
        asyncio.run_coroutine_threadsafe(newsroom.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def _clock(moment: datetime) -> Iterator[None]:
    """The clock of this process, put back afterwards."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = moment.isoformat(timespec="minutes")
    try:
        yield
    finally:
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before


def short(seed: int, keep: Path | None = None) -> Report:
    """A month of twelve nights."""
    return run(seed, SHORT, keep)
