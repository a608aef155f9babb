"""What becomes of one address, step by step, as data: each step says what it found, and whether the way ends there."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from crawler.clock import now
from crawler.cms.listing import Entry, Listing, ListPage
from crawler.doctor.checks import Patient, UncheckedError, counted
from crawler.standing import standing_of
from crawler.trial.fetching import Answer, Fetched
from crawler.trial.spiders import Chosen
from pipelines import corrections
from pipelines.blocks import find_block
from pipelines.canonical import article_id, canonical_url
from pipelines.clean import Workings, clean
from pipelines.decode import decode
from pipelines.extract.gazetteer import municipalities
from pipelines.extract.relevance import judge_title
from pipelines.facts import facts_of, plan_id
from pipelines.furniture import scrub
from pipelines.model import Article, Page, Reading
from pipelines.read import read_page

HEADERS = ("content-type", "content-encoding", "last-modified", "etag", "retry-after", "server")
"""Those that matter to a crawl."""
MANY_ENTRIES = 3
"""A page of an unknown address that shows so many articles is a list, whatever text stands beside them."""
_SHOWN = 8
_WIDTH = 100
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_CHARSET_REACH = 4096
_KOREAN = ("euc-kr", "ks_c_5601-1987", "ksc5601", "uhc", "ms949", "windows-949", "cp949", "x-windows-949")
_FEED = re.compile(rb"<(?:rss|rdf:RDF|feed)\b", re.I)

Level = Literal["ok", "note", "end"]


@dataclass(frozen=True, slots=True)
class Step:
    """What a step found, in one sentence, with lines and data beside it. At `end` the way ends, short of its aim."""

    name: str
    label: str
    level: Level
    said: str
    lines: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)  # JSON-ready


@dataclass(frozen=True)
class Trial:
    """An address that is tried out, and all that is found out about it, each on first asking."""

    url: str
    chosen: Chosen
    patient: Patient
    fetch: Callable[[], Fetched]
    saved: str | None = None  # the file from which the page is read instead of being fetched
    taken_down: list[str] = field(default_factory=list)  # URLs on the way that were taken down

    @cached_property
    def fetched(self) -> Fetched:
        """The answer, or what went wrong."""
        return self.fetch()

    @property
    def body(self) -> bytes:
        """What came, where it was asked for and the way did not end at a takedown; else nothing."""
        return b"" if self.taken_down or "fetched" not in vars(self) else self.fetched.body

    @cached_property
    def page(self) -> Page:
        """The page as a night would keep it."""
        got = self.fetched
        return Page(
            got.url, got.body, now(), self.chosen.outlet.about, status=got.status or 200, content_type=got.content_type
        )

    @cached_property
    def reading(self) -> Reading:
        """What is read off the page as an article."""
        return read_page(self.page)

    @property
    def article(self) -> Article:
        """The article on it."""
        return self.reading.article

    @cached_property
    def workings(self) -> Workings:
        """How the article was found on the page."""
        made = Workings()
        clean(self.page.body, self.page.url, now=self.page.retrieved, workings=made)
        return made

    @cached_property
    def listing(self) -> tuple[Listing, int | None] | None:
        """The listing whose page it is, with its number; one without a number where only what it shows tells."""
        outlet = self.chosen.outlet
        for one in outlet.listings():
            if (number := page_number(one, self.url)) is not None:
                return one, number
        if re.search(outlet.article_id, self.url):
            return None
        ways = ["feed"] if _FEED.search(self.page.body[:_CHARSET_REACH]) else list(outlet.markup)
        shown = {way: sum(1 for _ in outlet.reader.read(self.page.body, way)) for way in ways}
        best = max(shown, key=lambda way: shown[way], default=None)
        if best and (shown[best] >= MANY_ENTRIES or (shown[best] and self.article.status != "ok")):
            return Listing(f"a {best} of no listing", best, self.url), None
        return None

    @cached_property
    def identity(self) -> str:
        """Under which address its article would be stored."""
        return self.reading.identity


def page_number(listing: Listing, url: str) -> int | None:
    """The number of the page of a listing that lies at an address; None where the address is another's."""
    template, asked = urlsplit(listing.url), urlsplit(url)
    if (template.hostname or "").removeprefix("www.") != (asked.hostname or "").removeprefix("www."):
        return None
    path = re.escape(template.path).replace(re.escape("{page}"), r"(\d{1,9})")
    if not (found := re.fullmatch(path, asked.path or "/")):
        return None
    numbers = list(found.groups())
    query = dict(parse_qsl(asked.query, keep_blank_values=True, encoding="latin-1"))
    wanted = dict(parse_qsl(template.query, keep_blank_values=True, encoding="latin-1"))
    for name, value in wanted.items():
        if value == "{page}":
            numbers.append(query.pop(name, str(listing.first)))
        elif query.pop(name, None) != value:
            return None
    if any(query.values()) or not all(number.isascii() and number.isdecimal() for number in numbers):
        return None
    return int(numbers[0]) if numbers else listing.first


# before the request


def _spider(trial: Trial) -> Iterator[Step]:
    outlet, why = trial.chosen.outlet, trial.chosen.why
    said = f"{outlet.name} ({outlet.outlet}, {outlet.system}), {why}"
    yield _step(
        "spider", "note" if outlet.system == "generic" else "ok", said, spider=outlet.name, system=outlet.system
    )


def _taken_down(trial: Trial) -> Iterator[Step]:
    yield from _takedown_of(trial, canonical_url(trial.url))


def _led_to_taken_down(trial: Trial) -> Iterator[Step]:
    """What an address led to may be taken down as well."""
    if (url := canonical_url(trial.fetched.url)) != canonical_url(trial.url):
        yield from _takedown_of(trial, url)


def _takedown_of(trial: Trial, url: str) -> Iterator[Step]:
    try:
        for row in trial.patient.rows("crawl.db", "select * from takedowns where url = ?", url, table="takedowns"):
            said = f"{url} was taken down on {row['taken_down'][:10]} and is never fetched: {row['reason']}"
            trial.taken_down.append(url)
            yield _step("takedown", "end", said)
    except UncheckedError as error:
        yield _step("takedown", "note", f"not known: {error}; scrapy doctor tells more")


def _standing(trial: Trial) -> Iterator[Step]:
    try:
        sql = "select * from standings where outlet = ?"
        rows = trial.patient.rows("crawl.db", sql, trial.chosen.outlet.name, table="standings")
    except UncheckedError:
        return
    for row in rows:
        if told := standing_of(row).told(now()):
            yield _step("outlet", "note", f"nights leave it alone or take it slowly: {told}")


# the request


def _robots(trial: Trial) -> Iterator[Step]:
    if trial.saved:
        yield _step("robots", "note", "not asked, since the page comes from a file")
        return
    got = trial.fetched
    asked = [answer for answer in got.answers if answer.robots]
    lines = tuple(f"{answer.url}: HTTP {answer.status}, {answer.size:,} bytes" for answer in asked)
    failure = got.failure
    ended = failure is not None and (failure.kind.startswith("robots.txt") or not got.answers)
    if failure and ended:
        yield _step("robots", "end", failure.reason, lines, kind=failure.kind)
        return
    delay = f", with {got.crawl_delay:g} s between requests" if got.crawl_delay else ""
    yield _step("robots", "ok", f"robots.txt allows it{delay}", lines, crawl_delay=got.crawl_delay)


def _answer(trial: Trial) -> Iterator[Step]:
    got = trial.fetched
    if trial.saved:
        yield _step("answer", "ok", f"{len(got.body):,} bytes from {trial.saved}", size=len(got.body))
        return
    way = [answer for answer in got.answers if not answer.robots]
    lines = tuple(f"{answer.status}  {answer.url}" for answer in way) if len(way) > 1 else ()
    headers = {name.lower(): value for name, value in way[-1].headers.items()} if way else {}
    told = {name: headers[name] for name in HEADERS if name in headers}
    lines += tuple(f"{name}: {_short(value)}" for name, value in told.items())
    more = {"url": got.url, "status": got.status, "size": len(got.body), "seconds": got.seconds, "headers": told}
    if got.failure:
        if why := find_block(got.body):
            lines += (f"what came with it is a page for robots: {why}",)
        yield _step("answer", "end", got.failure.reason, lines, kind=got.failure.kind, **more)
        return
    kind = (got.content_type or "no content type").partition(";")[0]
    said = f"HTTP {got.status}, {kind}, {len(got.body):,} bytes{_packed(way[-1], got)}, after {got.seconds:g} s{_redirected(way)}"
    if got.status != 200:
        yield _step("answer", "end", f"{said}: this is no page", lines, **more)
        return
    yield _step("answer", "ok", said, lines, **more)


def _packed(answer: Answer, got: Fetched) -> str:
    return f" ({answer.size:,} packed)" if answer.size != len(got.body) else ""


def _redirected(way: list[Answer]) -> str:
    return f" and {counted(len(way) - 1, 'redirect')}" if len(way) > 1 else ""


def _decoding(trial: Trial) -> Iterator[Step]:
    page = trial.page
    text, used = decode(page.body)
    labels = {
        "header": _CHARSET.search((page.content_type or "").encode("latin-1", "replace")),
        "page": _CHARSET.search(page.body[:_CHARSET_REACH]),
    }
    told = {where: found[1].decode().lower() for where, found in labels.items() if found}
    strangers = [f"{where} says {label}" for where, label in told.items() if _same_charset(label) != used.rstrip("?")]
    damaged = text.count("\ufffd")
    said = f"read as {used}"
    said += (
        f", though the {' and the '.join(strangers)}" if strangers else ", as labelled" if told else ", without a label"
    )
    said += f"; {counted(damaged, 'character')} damaged" if damaged else ""
    level: Level = "note" if strangers or damaged or used.endswith("?") else "ok"
    yield _step("decoding", level, said, used=used, labels=told, damaged=damaged, characters=len(text))


def _same_charset(label: str) -> str:
    return "cp949" if label in _KOREAN else label.replace("utf8", "utf-8")


def _blocked(trial: Trial) -> Iterator[Step]:
    if why := find_block(trial.page.body):
        yield _step("block-page", "end", f"a page for robots came instead: {why}", protection=why)
    else:
        yield _step("block-page", "ok", "it is no challenge and no refusal")


# a list


def _list(trial: Trial) -> Iterator[Step]:
    assert trial.listing
    listing, number = trial.listing
    page = trial.chosen.outlet.reader.read_page(trial.page.body, listing, number or listing.first)
    where = f"page {number} of the listing “{listing.key}”" if number is not None else listing.key
    data: dict[str, Any] = {
        "listing": listing.key,
        "found_by": listing.found_by,
        "page": number,
        "entries": len(page.entries),
    }
    if page.objection:
        yield _step("list", "note", f"{where}: {page.objection}", **data)
    if not page.entries and number is not None and number > listing.first:
        yield _step("list", "note", f"{where} shows no article: it lies behind the last one", **data)
        return
    if not page.entries and listing.found_by != "search":
        yield _step("list", "end", f"{where} shows no article: was the site relaunched?", **data)
        return
    yield _step("list", "ok", f"{where}, which shows {counted(len(page.entries), 'article')}", **data)
    yield from _entries(trial, listing, page)
    yield _next(listing, number, page)


def _entries(trial: Trial, listing: Listing, page: ListPage) -> Iterator[Step]:
    known = _known(trial, [canonical_url(entry.link) for entry in page.entries])
    shown = [_entry(entry, listing, known) for entry in page.entries]
    sums = Counter(str(one["verdict"]) for one in shown)
    lines = tuple(
        f"{one['listed_on'] or '    -     '}  {one['verdict']:10}  {_short(str(one['title']))}  {one['link']}"
        for one in shown
    )
    said = ", ".join(f"{count} {verdict}" for verdict, count in sums.items()) or "none"
    undated = sum(1 for entry in page.entries if entry.listed_on is None)
    said += f"; {undated} without a date" if undated else ""
    yield _step("entries", "ok", said, lines, entries=shown)


def _entry(entry: Entry, listing: Listing, known: dict[str, str]) -> dict[str, Any]:
    wanted, why = judge_title(entry.title)
    if listing.found_by == "search":
        wanted, why = True, "a hit of a search is fetched whatever its title"
    url = canonical_url(entry.link)
    verdict = "known" if known.get(url) in ("fetched", "taken_down") else "wanted" if wanted else "irrelevant"
    day = entry.listed_on.isoformat() if entry.listed_on else None
    return {
        "title": entry.title,
        "listed_on": day,
        "link": entry.link,
        "verdict": verdict,
        "why": why,
        "state": known.get(url),
    }


def _known(trial: Trial, urls: list[str]) -> dict[str, str]:
    """The states of addresses that the ledger has."""
    sql = "select url, state from urls where url in (select value from json_each(?))"
    try:
        return {row["url"]: row["state"] for row in trial.patient.rows("crawl.db", sql, json.dumps(urls), table="urls")}
    except UncheckedError:
        return {}


def _next(listing: Listing, number: int | None, page: ListPage) -> Step:
    if number is None:
        return _step("next", "note", "no listing of the spider has this address, so that it has no next page")
    if not listing.paged:
        return _step("next", "ok", "the listing has one page")
    following = listing.page(number + 1)
    said = "leads on to" if page.leads_on else "shows no link to a next page; a night would still ask for"
    return _step("next", "ok", f"it {said} {following}", url=following, leads_on=page.leads_on)


# an article


def _article(trial: Trial) -> Iterator[Step]:
    article = trial.article
    system = f"system {article.system or 'unknown'}, layout {article.skin or 'unknown, the body was guessed'}"
    lines = tuple(article.notes)
    if article.status != "ok":
        yield _step("page", "end", f"no whole article ({article.status}); {system}", lines, status=article.status)
        return
    yield _step(
        "page", "ok" if article.skin else "note", system, lines, system=article.system, skin=article.skin,
        identity=trial.identity, notes=article.notes,
    )  # fmt: skip
    yield _step("title", "ok" if article.title else "note", article.title or "none was found", title=article.title)
    yield _dates(trial)
    yield from _body(trial)


def _dates(trial: Trial) -> Step:
    article = trial.article
    published, modified = (_iso(moment) for moment in (article.published, article.modified))
    if published is None:
        return _step("dates", "note", "no date of publication was found", published=None, modified=modified)
    said = f"published {_shown(published)}, by {trial.workings.dated_by}"
    if article.original_outlet:
        said = f"published {_shown(published)} by {article.original_outlet}, whose article this repeats"
    said += f"; modified {_shown(modified)}" if modified else ""
    return _step("dates", "ok", said, published=published, modified=modified, origin=trial.workings.dated_by)


def _iso(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None


def _shown(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _body(trial: Trial) -> Iterator[Step]:
    body = trial.article.body
    own = body.splitlines()
    yield _step(
        "body",
        "ok",
        f"{len(body):,} characters in {counted(len(own), 'line')}",
        (_short(own[0]),),
        characters=len(body),
    )
    kept = set(own)
    cut = [line for line in trial.workings.lines if scrub(line) not in kept]
    said = f"{counted(len(cut), 'line')} of {len(trial.workings.lines)} were no part of it"
    yield _step("cut-away", "ok", said, tuple(_short(line) for line in cut[:_SHOWN]), cut=cut)


def _title_judge(trial: Trial) -> Iterator[Step]:
    wanted, why = judge_title(trial.article.title)
    said = (
        f"on a list it would {'be fetched' if wanted else 'be left out'} ({why}); by a search it is fetched in any case"
    )
    yield _step("listed", "ok" if wanted else "note", said, wanted=wanted, why=why)


def _relevance(trial: Trial) -> Iterator[Step]:
    plan = trial.reading.plan
    said = "it tells of a job plan" if plan.relevant else "it tells of no job plan"
    yield _step("job-plan", "ok" if plan.relevant else "note", said, tuple(plan.reasons), relevant=plan.relevant)


def _plan(trial: Trial) -> Iterator[Step]:
    plan, known = trial.reading.plan, {row.id: row.full_name for row in municipalities()}
    if not plan.relevant:
        return
    candidates = [known.get(one, one) for one in plan.municipality_candidates]
    whose = plan.municipality or known.get(plan.municipality_id or "")
    if whose:
        yield _step("whose", "ok", f"{whose} ({plan.municipality_id})", municipality=plan.municipality_id)
    else:
        said = f"unclear: {', '.join(candidates)}" if candidates else "no municipality was found"
        yield _step("whose", "note", said, candidates=plan.municipality_candidates)
    facts = facts_of(article_id(trial.identity), plan)
    lines = tuple(line for fact in facts for line in _fact(asdict(fact)))
    yield _step(
        "facts", "ok" if facts else "note", counted(len(facts), "value"), lines, facts=[asdict(fact) for fact in facts]
    )
    flags = [asdict(flag) for flag in plan.flags]
    if flags:
        told = tuple(f"{flag['field']}: {flag['message']} ({flag['code']})" for flag in flags)
        yield _step("flags", "note", counted(len(flags), "flag"), told, flags=flags)
    key = plan_id(plan)
    yield _step(
        "plan",
        "ok" if key else "note",
        key or "makes no plan: municipality, year or a stated value is missing",
        plan=key,
    )


def _fact(fact: dict[str, Any]) -> Iterator[str]:
    value = (
        f"{fact['value']:,}" if isinstance(fact["value"], int) and "year" not in fact["field"] else str(fact["value"])
    )
    label = f" {fact['label']}" if fact["label"] else ""
    unit = f" {fact['unit']}" if fact["unit"] else ""
    checks = ", ".join(json.loads(fact["checks"]))
    confirmed = f"  ✓ {checks}" if checks else ""
    doubt = f" {fact['qualifier']}" if fact["qualifier"] else ""
    yield f"{fact['field']}{label}: {value}{unit}  ← “{fact['as_written']}”{doubt}  by {fact['rule']}{confirmed}"
    yield f"    {fact['evidence']}"


def _corrected(trial: Trial) -> Iterator[Step]:
    try:
        fields = [one.field for one in corrections.load() if one.article == trial.identity]
    except corrections.CorrectionError as error:
        yield _step("corrections", "note", str(error))
        return
    if fields:
        yield _step(
            "corrections", "note", f"persons have corrected {', '.join(fields)}; that is not shown here", fields=fields
        )


def _stored(trial: Trial) -> Iterator[Step]:
    """What the databases hold of it, if there are any."""
    patient, urls = trial.patient, json.dumps([*dict.fromkeys((canonical_url(trial.url), trial.identity))])
    try:
        seen = patient.rows(
            "crawl.db", "select * from urls where url in (select value from json_each(?))", urls, table="urls"
        )
        sql = (
            "select a.*, (select group_concat(plan) from plan_articles p where p.article = a.id) plans from articles a"
            " where canonical in (select value from json_each(?1) union"
            " select canonical from addresses where address in (select value from json_each(?1)))"
        )
        stored = patient.rows("jobplans.db", sql, urls, table="addresses")
    except UncheckedError as error:
        yield _step("stored", "note", f"not known: {error}; scrapy doctor tells more")
        return
    for row in seen:
        fetched = f", last fetched {_shown(row['fetched_at'])}" if row.get("fetched_at") else ""
        verdict = f", read as {row['verdict']}" if row.get("verdict") else ""
        said = f"the ledger has it since {_shown(row['first_seen'])}, found by {row['found_by']}: {row['state']}{fetched}{verdict}"
        yield _step("ledger", "ok", said, ledger=row)
    if not seen:
        yield _step("ledger", "ok", "no night has come across it")
    for row in stored:
        said = f"published in version {row['versions']} ({row['status']}), plans: {row['plans'] or 'none'}"
        yield _step(
            "stored",
            "ok",
            said,
            article={name: row[name] for name in ("id", "status", "versions", "retrieved", "plans")},
        )
    if not stored:
        yield _step("stored", "ok", "jobplans.db does not have it")


def _content(trial: Trial) -> Iterator[Step]:
    """Read as what it is: a list or an article."""
    if trial.listing:
        yield from _list(trial)
        return
    for step in _ARTICLE:
        yield from step(trial)


LABELS = {
    "spider": "spider 수집기", "takedown": "takedown 게시 중단", "outlet": "outlet 매체 상태", "robots": "robots.txt",
    "answer": "answer 응답", "decoding": "decoding 문자", "block-page": "block page 차단", "list": "list 목록",
    "entries": "entries 기사들", "next": "next 다음 쪽", "page": "page 형식", "title": "title 제목", "dates": "dates 날짜",
    "body": "body 본문", "cut-away": "cut away 걷어 냄", "listed": "on a list 목록 판정", "job-plan": "job plan 계획 여부",
    "whose": "whose 지자체", "facts": "facts 사실", "flags": "flags 주의", "plan": "plan 계획", "corrections": "corrections 정정",
    "ledger": "ledger 수집 기록", "stored": "stored 저장",
}  # fmt: skip
"""Every step, as a person is shown it."""

_StepMaker = Callable[[Trial], Iterator[Step]]
_ARTICLE: tuple[_StepMaker, ...] = (_article, _title_judge, _relevance, _plan, _corrected, _stored)
STEPS: tuple[_StepMaker, ...] = (
    _spider, _taken_down, _standing, _robots, _answer, _led_to_taken_down, _decoding, _blocked, _content,
)  # fmt: skip


def follow(trial: Trial) -> Iterator[Step]:
    """The steps in their order, up to the one where the way ends."""
    for make in STEPS:
        for step in make(trial):
            yield step
            if step.level == "end":
                return


def _step(name: str, level: Level, said: str, lines: tuple[str, ...] = (), **more: Any) -> Step:
    return Step(name, LABELS[name], level, said, lines, more)


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
