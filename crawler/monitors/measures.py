"""What is measured of an outlet's night, and what is usual for the outlet: all in SQL, from rows that are kept.

The measures are columns of `run_outlets`. What is usual comes from the outlet's own healthy nights of the last weeks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from sqlite3 import Connection
from statistics import median
from typing import Any

from crawler.monitors.rhythm import press_day
from pipelines.dates import day_of
from pipelines.decode import decode
from pipelines.markup import Markup
from pipelines.model import Reading

COLUMNS = {
    "entries": "integer",  # articles on the first pages of lists and feed
    "new": "integer",  # articles on lists and feed that were never listed before
    "held": "real",  # share of what led lists or feed on the last healthy night that they still show; 1 with news since
    "undated": "integer",  # articles read that have no date
    "misdated": "integer",  # articles read whose date lies in the future, before the press, or off the list's
    "garbled": "integer",  # articles read whose characters are damaged
    "garbled_titles": "integer",  # new articles whose titles on lists and feed are
    "doubled": "integer",  # new articles whose text another article of the outlet has
    "plans_flagged": "integer",  # plan articles that came with flags
    "plans_conflicting": "integer",  # plan articles that came and differ from what others say of their plan
    "invalid": "integer",  # plan articles that came and do not fit the published schema
    "coverage": "real",  # share of the outlet's latest plan articles in which a job target was read
    "waiting": "integer",  # articles wanted that are left for later nights
    "latency": "real",  # seconds to an answer, median
}
"""Columns of `run_outlets` beside the outcomes; null where nothing was measured."""

WINDOW_DAYS = 60
"""How far back nights tell what is usual. An outlet that has changed for good is taken as it is after so long."""
NIGHTS = 14
"""How many nights tell it, the latest ones."""
LATEST_PLANS, ENOUGH_PLANS = 20, 10
"""How many plan articles tell of the coverage, and with how few nothing is said."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual of one measure: median, spread (median absolute deviation, scaled to a standard deviation), nights."""

    median: float
    spread: float
    nights: int


@dataclass(slots=True)
class Tally:
    """What is counted while pages of an outlet come."""

    read: int = 0  # with a text, damaged or not
    undated: int = 0
    misdated: int = 0
    garbled: int = 0
    latencies: list[float] = field(default_factory=list)

    def take(self, reading: Reading, listed_on: date | None, days_off: float) -> None:
        """Count a page that was read; `listed_on` is the day a listing gave, `days_off` how far from it the article's own
        may lie. A page without a text counts where all of it is damaged: its text was not to be known for one."""
        article, day = reading.article, _day(reading.article.published)
        if article.status != "ok":
            damaged = article.status == "no-body" and is_garbled(Markup(decode(reading.page.body)[0]).text())
            self.read += damaged
            self.garbled += damaged
            return
        self.read += 1
        refused = any(note.startswith("published: refused") for note in article.notes)
        self.undated += day is None and not refused
        self.misdated += refused if day is None else _is_misdated(day, reading, listed_on, days_off)
        self.garbled += article.encoding.endswith("?") or is_garbled(article.body)

    def columns(self) -> dict[str, float | None]:
        """The measures it gives."""
        return {
            "undated": self.undated,
            "misdated": self.misdated,
            "garbled": self.garbled,
            "latency": round(median(self.latencies), 3) if self.latencies else None,
        }


PRESS_BEGINS = date(1990, 1, 1)
"""No outlet has articles on the web from before."""
_SAMPLE = 600
_SYLLABLES = "".join(char for char in map(chr, range(ord("가"), ord("힣") + 1)) if len(char.encode("euc_kr")) == 2)
_HANGUL, _LATIN = re.compile(f"[{_SYLLABLES}]"), re.compile("[A-Za-z]")
_LETTER = re.compile(r"[^\W\d_]|[?\ufffd]")  # or what stands in the place of one
_STRANGE_TO_HANGUL = 4
_STRANGE_SHARE = 0.2
_MARKS_OF_LOSS = ("\ufffd", "占쏙옙")  # the second is the first in UTF-8, taken for CP949
_LOST = 3


def _day(when: date | None) -> date | None:
    return day_of(when) if when else None


def _is_misdated(day: date, reading: Reading, listed_on: date | None, days_off: float) -> bool:
    if day > reading.page.retrieved.date() + timedelta(days=1) or day < PRESS_BEGINS:
        return True
    elsewhere_first = reading.article.original_outlet is not None
    return listed_on is not None and not elsewhere_first and abs((day - listed_on).days) > days_off


def is_garbled(text: str) -> bool:
    """Whether a text looks as if its characters were damaged before it came: marks of lost ones, or letters that are
    neither Hangul nor Latin ones without accents.

    Of Hangul those syllables count that nearly all of Korean is written in (KS X 1001): UTF-8 that was taken for CP949
    is full of others.
    """
    sample = text[:_SAMPLE]
    hangul, latin, letters = (len(pattern.findall(sample)) for pattern in (_HANGUL, _LATIN, _LETTER))
    strange = letters - hangul - latin
    mostly_strange = strange > _STRANGE_TO_HANGUL * hangul and strange > _STRANGE_SHARE * letters
    return mostly_strange or sum(map(sample.count, _MARKS_OF_LOSS)) >= _LOST


_FIRST_PAGE = (
    "p.listing not like 'search %' and p.number = (select min(number) from list_pages f where f.run = p.run"
    " and f.outlet = p.outlet and f.listing = p.listing)"
)

_LISTED = {
    "entries": f"select sum(p.entries) from list_pages p where p.run = :run and p.outlet = :outlet and {_FIRST_PAGE}",  # noqa: S608
    "new": (
        "select count(distinct l.url) from listings l join urls u on u.url = l.url where l.run = :run"
        " and l.outlet = :outlet and l.found_by in ('list', 'feed')"
        " and u.first_seen >= :started"
    ),
    "held": (
        "with before as (select url, found_by, row_number() over (partition by found_by order by position) as place"
        " from listings where outlet = :outlet and found_by in ('list', 'feed') and run ="
        " (select max(run) from run_outlets where outlet = :outlet and run < :run and state = 'ok' and entries > 0)),"
        " tonight as (select l.url, l.found_by, u.first_seen from listings l join urls u on u.url = l.url"
        " where l.run = :run and l.outlet = :outlet)"
        " select min(share) from (select case when exists (select 1 from tonight t where t.found_by = b.found_by"
        " and t.first_seen > (select max(u.first_seen) from before k join urls u on u.url = k.url)) then 1.0 else avg(exists (select 1 from tonight t where t.found_by = b.found_by"
        " and t.url = b.url)) end as share from before b where place <= 10"
        " and exists (select 1 from tonight t where t.found_by = b.found_by) group by found_by)"
    ),
    "doubled": (
        "select count(*) from listings l join urls u on u.url = l.url where l.run = :run and l.outlet = :outlet"
        " and l.outcome = 'fetched' and exists (select 1 from urls o where o.text_hash = u.text_hash"
        " and o.outlet = u.outlet and o.url != u.url)"
    ),
    "waiting": (
        "select count(*) from urls where outlet = :outlet and (state = 'listed'"
        " or (state in ('failed', 'blocked') and tries < :tries))"
    ),
}
"""Of crawl.db."""

_NEW_TITLES = (
    "select distinct l.url, u.title from listings l join urls u on u.url = l.url where l.run = :run"
    " and l.outlet = :outlet and l.found_by in ('list', 'feed') and u.first_seen >= :started"
)

_STORED = {
    "plans_flagged": "select count(*) from articles where outlet = :outlet and retrieved >= :started and flags != '[]'",
    "plans_conflicting": (
        "select count(distinct a.id) from articles a join conflicts c on c.article = a.id"
        " where a.outlet = :outlet and a.retrieved >= :started"
    ),
    "coverage": (
        "select case when count(*) >= :enough then"
        " avg(exists (select 1 from facts f where f.article = a.id and f.field = 'job_target')) end from"
        " (select id from articles where outlet = :outlet order by retrieved desc, id limit :latest) a"
    ),
}
"""Of jobplans.db."""


def measure(ledger: Connection, store: Connection, run: str, outlet: str, started: str, tries: int) -> dict[str, Any]:
    """The measures of an outlet's part of a run that the two databases give; `started` is when the run began."""
    values = {
        "run": run,
        "outlet": outlet,
        "started": started,
        "tries": tries,
        "latest": LATEST_PLANS,
        "enough": ENOUGH_PLANS,
    }
    made = {name: ledger.execute(query, values).fetchone()[0] for name, query in _LISTED.items()}
    titles = [title for _, title in ledger.execute(_NEW_TITLES, values)]
    made["garbled_titles"] = sum(map(is_garbled, titles))
    return made | {name: store.execute(query, values).fetchone()[0] for name, query in _STORED.items()}


_OF_COLUMNS = """
    select n.run, j.key as monitor, j.key as name, j.value from night n, json_each(json_object(
        'entries', n.entries, 'fetched', n.fetched, 'latency', n.latency, 'seconds', n.seconds, 'coverage', n.coverage
    )) j
"""
_OF_FIRST_PAGES = f"""
    select n.run, 'entries' as monitor, 'entries of ' || p.listing as name, p.entries as value from night n
    join list_pages p on p.run = n.run and p.outlet = n.outlet where {_FIRST_PAGE}
"""  # noqa: S608
_USUAL = """
with night as (
    select o.* from run_outlets o join runs r on r.id = o.run
    where o.outlet = ?1 and o.run < ?2 and o.state = 'ok' and r.kind = 'nightly' and r.started >= ?3
        and r.newsroom = (select newsroom from runs where id = ?2)
), taken as (
    {taken}
), measured as (
    select t.name, t.value, row_number() over (partition by t.name order by t.run desc) as back from taken t
    where t.value is not null and not exists (
        select 1 from run_checks c
        where c.run = t.run and c.outlet = ?1 and c.monitor = t.monitor and c.change != 'recovered'
    )
), latest as (
    select name, value, count(*) over (partition by name) as nights,
        row_number() over (partition by name order by value) as place
    from measured where back <= ?4
), middle as (
    select name, nights, avg(value) as value from latest
    where place in ((nights + 1) / 2, (nights + 2) / 2) group by name
), away as (
    select m.name, m.nights, abs(l.value - m.value) as value,
        row_number() over (partition by m.name order by abs(l.value - m.value)) as place
    from latest l join middle m on m.name = l.name
)
select m.name, m.value, 1.4826 * avg(a.value), m.nights
from middle m join away a on a.name = m.name
where a.place in ((a.nights + 1) / 2, (a.nights + 2) / 2) group by m.name
"""
"""Median and spread of each measure over the latest nights. The check of a measure has the measure's name; that of all
first pages is `entries`."""


def usual(database: Connection, run: str, outlet: str, tonight: date) -> dict[str, Usual]:
    """What is usual for an outlet in the columns of `run_outlets` (of either database), from its healthy nights before a
    run on which the check of the measure was content."""
    return _usual(_OF_COLUMNS, database, run, outlet, tonight)


def usual_first_pages(ledger: Connection, run: str, outlet: str, tonight: date) -> dict[str, Usual]:
    """How many articles the first page of each list and feed usually shows, as `entries of LISTING`."""
    return _usual(_OF_FIRST_PAGES, ledger, run, outlet, tonight)


def _usual(taken: str, database: Connection, run: str, outlet: str, tonight: date) -> dict[str, Usual]:
    since = (tonight - timedelta(days=WINDOW_DAYS)).isoformat()
    rows = database.execute(_USUAL.format(taken=taken), [outlet, run, since, NIGHTS]).fetchall()
    return {name: Usual(middle, spread, nights) for name, middle, spread, nights in rows}


def first_pages(ledger: Connection, run: str, outlet: str) -> dict[str, float]:
    """How many articles the first page of each list and feed shows in a run, as `entries of LISTING`."""
    query = (
        "select 'entries of ' || p.listing, p.entries from list_pages p where p.run = ? and p.outlet = ?"  # noqa: S608
        f" and p.entries is not null and {_FIRST_PAGE}"
    )
    return dict(ledger.execute(query, [run, outlet]).fetchall())


def days_with_news(ledger: Connection, run: str, outlet: str, tonight: date) -> list[date]:
    """The days of the last weeks whose news was on an outlet's lists when it was crawled, before a run."""
    query = (
        "select r.started from run_outlets o join runs r on r.id = o.run"
        " where o.outlet = ? and o.run < ? and r.started >= ? and o.new > 0"
        " and r.newsroom = (select newsroom from runs where id = ?)"
    )
    since = (tonight - timedelta(days=WINDOW_DAYS)).isoformat()
    started = ledger.execute(query, [outlet, run, since, run]).fetchall()
    return sorted({press_day(datetime.fromisoformat(moment)) for (moment,) in started})


def before(ledger: Connection, run: str, outlet: str) -> dict[str, dict[str, Any]]:
    """What the monitors said of an outlet when it was crawled last before a run: rows of `run_checks` by monitor."""
    query = (
        "select c.monitor, c.level, c.since, c.cause, c.ko, c.en from run_checks c where c.outlet = ?1"
        " and c.change != 'recovered' and c.run = (select max(o.run) from run_outlets o join runs r on r.id = o.run"
        " where o.run < ?2 and (?1 = '' and r.kind = 'nightly' or o.outlet = ?1 and r.kind != 'backfill' and o.state not in"
        " ('skipped', 'suspended', 'paused')) and r.newsroom = (select newsroom from runs where id = ?2))"
    )
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    names = ("monitor", "level", "since", "cause", "ko", "en")
    for row in ledger.execute(query, [outlet, run]).fetchall():
        found[row[0]] = dict(zip(names, row, strict=True))
    return dict(found)
