"""The checks of an outlet's night: each looks at the evidence and says what is wrong, or nothing.

A check that has nothing to judge by (no history yet) raises SkipTest with the reason; one to which tonight shows too
little raises CannotTellError, and what it said before stands. The first group judges the night by itself; the second
compares it with what is usual for the outlet; the third follows its rhythm. An outlet without job plans is quiet; what
makes it broken is told from its lists and pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from math import log
from unittest import SkipTest

from crawler.accounts import Account
from crawler.monitors.findings import Level, Problem
from crawler.monitors.measures import Usual
from crawler.monitors.rhythm import in_season, longest_silence, working_days
from crawler.monitors.thresholds import THRESHOLDS
from crawler.network.failures import FAMILIES, Failure, told_in_korean
from crawler.walks import Walk

_NAMED = 3
"""How many listings a sentence names."""
WITHOUT_TEXT = ("no-body", "script-body", "not-html", "block-page")


class CannotTellError(SkipTest):
    """Tonight shows too little to say that something is wrong, or that it is over."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of an outlet's night when its crawl has ended."""

    finish: str  # why the spider ended: "finished" where it came to its end
    walks: Mapping[str, Walk]
    account: Account
    failures: Sequence[Failure] = ()  # one a kind, the worst first
    given_up: str | None = None  # why the outlet's night was ended early
    wrong_sum: str | None = None  # where the outcomes do not add up
    read: int = 0  # pages read that had a text
    measures: Mapping[str, float | None] = field(default_factory=dict)
    day: date = date.min  # whose news the night brings
    compare: bool = False  # an ordinary night, which may be compared with others
    usual: Mapping[str, Usual] = field(default_factory=dict)
    news: Sequence[date] = ()  # days with something new
    limits: Mapping[str, float] = field(default_factory=lambda: THRESHOLDS)

    def count(self, name: str) -> int:
        """A measure that is a number of pages; 0 where nothing was measured."""
        return int(self.measures.get(name) or 0)

    def failed_walks(self, family: str) -> dict[str, list[str]]:
        """The listings whose walks did not end as they should, of one family of failures, by the reason."""
        failed: dict[str, list[str]] = {}
        for walk in self.walks.values():
            if not walk.ended and _family(walk) == family:
                failed.setdefault(walk.failure or "broken off by an error (see the log)", []).append(walk.listing.key)
        return failed

    @property
    def shown(self) -> list[Walk]:
        """The walks through lists and feed that ended as they should."""
        return [walk for walk in self.walks.values() if walk.pages and walk.ended and walk.listing.found_by != "search"]

    def compared(self, name: str) -> tuple[float, Usual]:
        """A measure and what is usual for it; CannotTellError, SkipTest where one of them is missing."""
        value, usual = self.measures.get(name), self.usual.get(name)
        if not self.compare or value is None:
            raise CannotTellError("no ordinary night")
        if usual is None or usual.nights < self.limits["history_nights"]:
            raise SkipTest(f"{usual.nights if usual else 0} healthy nights are no history yet")
        return value, usual

    def enough(self, pages: int, least: str) -> None:
        """CannotTellError where so few pages say nothing; `least` names the threshold."""
        if pages < self.limits[least]:
            raise CannotTellError(f"only {pages} pages")


# the night by itself


def _sums(seen: Evidence) -> Problem | None:
    if not seen.wrong_sum:
        return None
    return Problem(f"the outcomes do not add up: {seen.wrong_sum}", f"결과의 합이 맞지 않음({seen.wrong_sum})")


def _given_up(seen: Evidence) -> Problem | None:
    if not seen.given_up:
        return None
    kind = seen.failures[0].kind if seen.failures else ""
    return Problem(seen.given_up, f"{told_in_korean(kind)}: 오늘 밤 수집을 그만둠", kind)


def _ended(seen: Evidence) -> Problem | None:
    if seen.finish == "finished" or seen.given_up:
        return None
    return Problem(
        f"the crawl ended early: {seen.finish}", f"수집이 끝까지 가지 못하고 중단됨({seen.finish})", seen.finish
    )


def _family(walk: Walk) -> str:
    return FAMILIES[walk.failure_kind] if walk.failure_kind else "form"


def _walks(family: str) -> Callable[[Evidence], Problem | None]:
    def find(seen: Evidence) -> Problem | None:
        if seen.finish != "finished" or seen.given_up:
            raise CannotTellError("the crawl ended early")
        failed = seen.failed_walks(family)
        if not failed:
            return None
        kinds = sorted(
            {walk.failure_kind or "" for walk in seen.walks.values() if not walk.ended and _family(walk) == family}
        )
        words = ", ".join(dict.fromkeys(told_in_korean(kind) for kind in kinds))
        count = sum(map(len, failed.values()))
        told = "; ".join(f"{_some(names)}: {reason}" for reason, names in sorted(failed.items()))
        return Problem(
            f"{count} of {len(seen.walks)} listings failed: {told}",
            f"목록 {len(seen.walks)}개 중 {count}개를 읽지 못함({words})",
            ", ".join(kinds),
        )

    return find


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _no_article(seen: Evidence) -> Problem | None:
    for found_by in ("list", "feed"):
        shown = [walk for walk in seen.shown if walk.listing.found_by == found_by]
        if shown and not any(walk.entries for walk in shown):
            names = ", ".join(walk.listing.key for walk in shown)
            return Problem(
                f"no article on {names}: was the site relaunched?",
                f"목록({names})에 기사가 하나도 없음, 사이트 개편 의심",
            )
    if not seen.shown:
        raise CannotTellError("no list was read")
    return None


def _not_fetched(seen: Evidence) -> Problem | None:
    fetched, lost = seen.account.of("listed", "fetched"), seen.account.of("listed", "failed", "blocked")
    if not fetched + lost:
        raise CannotTellError("no article was asked for")
    if lost <= seen.limits["failed_share"] * (fetched + lost):
        return None
    kind, reason = next(((one.kind, one.reason) for one in seen.failures), ("", ""))
    return Problem(
        f"{lost} of {fetched + lost} articles could not be fetched" + (f": {reason}" if reason else ""),
        f"기사 {fetched + lost}건 중 {lost}건을 받지 못함({told_in_korean(kind)})",
        kind,
    )


def _denied(seen: Evidence) -> Problem | None:
    denied = seen.account.of("listed", "robots")
    asked = denied + seen.account.of("listed", "fetched", "failed", "blocked")
    seen.enough(asked, "few")
    if denied < seen.limits["few"] or denied <= seen.limits["denied_share"] * asked:
        return None
    return Problem(
        f"robots.txt denies {denied} of {asked} articles", f"기사 {asked}건 중 {denied}건의 수집을 robots.txt가 금함"
    )


def _unread(seen: Evidence) -> Problem | None:
    fetched, unread = seen.account.of("listed", "fetched"), seen.account.of("read", "unread", "unreadable")
    if not fetched or seen.finish != "finished":
        raise CannotTellError("no article came, or the crawl ended before they were read")
    if unread <= seen.limits["failed_share"] * fetched:
        return None
    return Problem(
        f"{unread} of {fetched} articles could not be read (verdicts in crawl.db)",
        f"받은 기사 {fetched}건 중 {unread}건을 해석하지 못함",
    )


def _bodies(seen: Evidence) -> Problem | None:
    empty = seen.account.of("read", *WITHOUT_TEXT) + seen.account.of("visits", "no-text")
    came = seen.account.of("listed", "fetched") + seen.account.of("visits", "changed", "unchanged", "no-text")
    seen.enough(came, "few")
    if empty < seen.limits["few"] or empty <= seen.limits["empty_share"] * came:
        return None
    return Problem(
        f"{empty} of {came} articles came without a text: was the site relaunched?",
        f"기사 {came}건 중 {empty}건에 본문이 없음, 사이트 개편 의심",
    )


def _damaged(measure: str, en: str, ko: str) -> Callable[[Evidence], Problem | None]:
    def find(seen: Evidence) -> Problem | None:
        damaged = seen.count(measure)
        seen.enough(seen.read, "few_new")
        if damaged < seen.limits["few_new"] or damaged <= seen.limits["damaged_share"] * seen.read:
            return None
        return Problem(f"{damaged} of {seen.read} articles {en}", f"기사 {seen.read}건 중 {damaged}건이 {ko}")

    return find


def _garbled(seen: Evidence) -> Problem | None:
    """Of texts and of titles: where titles are damaged no article is wanted, and none of the new ones is read."""
    found = _share_garbled(seen, seen.count("garbled"), seen.read, "articles have", "기사")
    found = found or _share_garbled(seen, seen.count("garbled_titles"), seen.count("new"), "new titles have", "새 제목")
    if not found:
        seen.enough(max(seen.read, seen.count("new")), "few_new")
    return found


def _share_garbled(seen: Evidence, damaged: int, of: int, en: str, ko: str) -> Problem | None:
    if damaged < seen.limits["few_new"] or damaged <= seen.limits["damaged_share"] * of:
        return None
    return Problem(f"{damaged} of {of} {en} damaged characters", f"{ko} {of}건 중 {damaged}건이 글자가 깨짐")


def _doubled(seen: Evidence) -> Problem | None:
    doubled, fetched = seen.count("doubled"), seen.account.of("listed", "fetched")
    seen.enough(fetched, "few_new")
    if doubled < seen.limits["few_new"] or doubled <= seen.limits["doubled_share"] * fetched:
        return None
    return Problem(
        f"{doubled} of {fetched} new articles have the text of another one: do the addresses change?",
        f"새 기사 {fetched}건 중 {doubled}건이 다른 기사와 본문이 같음, 주소 체계 변경 의심",
    )


def _of_plans(measure: str, limit: str, en: str, ko: str) -> Callable[[Evidence], Problem | None]:
    def find(seen: Evidence) -> Problem | None:
        found, plans = seen.count(measure), seen.account.of("read", "plan") + seen.account.of("visits", "changed")
        if found < seen.limits["few"] or found <= seen.limits[limit] * plans:
            return None
        return Problem(f"{found} plan articles {en}", f"계획 기사 {found}건이 {ko}")

    return find


def _invalid(seen: Evidence) -> Problem | None:
    invalid = seen.count("invalid")
    if not invalid:
        return None
    return Problem(
        f"{invalid} plan articles do not fit the published schema", f"계획 기사 {invalid}건이 공개 스키마에 맞지 않음"
    )


def _waiting(seen: Evidence) -> Problem | None:
    waiting = seen.count("waiting")
    if waiting <= seen.limits["waiting"]:
        return None
    return Problem(f"{waiting} articles are left for later nights", f"다음 밤으로 미룬 기사가 {waiting}건")


# beside what is usual


def _entries(seen: Evidence) -> Problem | None:
    failed = {f"entries of {key}" for key, walk in seen.walks.items() if not walk.ended}
    short: dict[str, tuple[float, float]] = {}
    compared = 0
    for name in (name for name in seen.usual if name.startswith("entries of ") and name in seen.measures):
        if name in failed and not seen.measures[name]:
            continue  # `lists` tells it
        with suppress(SkipTest):
            entries, usual = seen.compared(name)
            compared += 1
            least = min(seen.limits["list_share"] * usual.median, usual.median - 3 * usual.spread)
            if entries < least and usual.median - entries >= seen.limits["few"]:
                short[name.removeprefix("entries of ")] = entries, usual.median
    if not short and failed:
        raise CannotTellError("a listing failed")
    if not compared:
        seen.compared("entries")
    if not short:
        return None
    shown, usually = (sum(counts[which] for counts in short.values()) for which in (0, 1))
    return Problem(
        f"the lists show {shown:.0f} articles where {usually:.0f} are usual ({', '.join(short)}): was the site relaunched?",
        f"목록({', '.join(short)})에 기사가 {shown:.0f}건뿐(평소 {usually:.0f}건), 사이트 개편 의심",
    )


def _more(measure: str, limits: str, en: str, ko: str, unit: float = 1) -> Callable[[Evidence], Problem | None]:
    """Far more than is usual: `limits` names the two thresholds (…_factor, …_least). `{}` and `{usual}` are in units."""

    def find(seen: Evidence) -> Problem | None:
        value, usual = seen.compared(measure)
        if value <= max(seen.limits[f"{limits}_factor"] * usual.median, seen.limits[f"{limits}_least"]):
            return None
        return Problem(*(words.format(value / unit, usual=usual.median / unit) for words in (en, ko)))

    return find


_FLOOD = _more(
    "fetched", "flood", "{:.0f} articles were fetched where {usual:.0f} are usual: do the addresses change?",
    "기사 {:.0f}건을 받음(평소 {usual:.0f}건), 주소 체계 변경 의심",
)  # fmt: skip
_LATENCY = _more(
    "latency", "slow", "the host takes {:.1f} s to answer where {usual:.1f} s are usual",
    "서버 응답에 {:.1f}초 걸림(평소 {usual:.1f}초)",
)  # fmt: skip
_DURATION = _more(
    "seconds", "long", "the crawl took {:.0f} minutes where {usual:.0f} are usual",
    "수집에 {:.0f}분 걸림(평소 {usual:.0f}분)", unit=60,
)  # fmt: skip


def _coverage(seen: Evidence) -> Problem | None:
    share, usual = seen.compared("coverage")
    if share >= usual.median - seen.limits["coverage_drop"]:
        return None
    return Problem(
        f"a job target was read in {share:.0%} of the latest plan articles where {usual.median:.0%} are usual",
        f"최근 계획 기사 중 목표 일자리 수를 읽은 비율이 {share:.0%}(평소 {usual.median:.0%})",
    )


# the outlet's rhythm


def _stale(seen: Evidence) -> Problem | None:
    held = seen.measures.get("held")
    if not seen.compare or held is None:
        raise CannotTellError("no ordinary night before")
    if any(not walk.ended for walk in seen.walks.values() if walk.listing.found_by != "search"):
        raise CannotTellError("a listing failed")
    if not seen.count("entries") or held >= seen.limits["held_share"]:
        return None
    return Problem(
        f"lists show nothing new, and {1 - held:.0%} of what led them last time is gone from them",
        f"목록에 새 기사가 없고, 지난번 맨 앞 기사의 {1 - held:.0%}가 사라짐(옛 목록이 나옴)",
    )


def _silent(seen: Evidence) -> Problem | None:
    if len(seen.news) < seen.limits["history_nights"]:
        raise SkipTest("its rhythm is not known yet")
    if not seen.compare or not seen.shown:
        raise CannotTellError("no list was read on an ordinary night")
    if seen.count("new"):
        return None
    silence, longest = working_days(seen.news[-1], seen.day), longest_silence(seen.news)
    # where silences come at random the longest of few tells little of the next: of n, m log n for a mean of m
    doubt = seen.limits["silent_doubt_season" if in_season(seen.day) else "silent_doubt"] / log(len(seen.news) - 1)
    if silence <= max(seen.limits["silent_days"], max(seen.limits["silent_factor"], doubt) * longest):
        return None
    return Problem(
        f"nothing new was listed for {silence} working days; the longest silence before was {longest}",
        f"근무일 기준 {silence}일째 새 기사가 없음(지금까지 가장 길어야 {longest}일)",
    )


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its name, with what to look at first where it fails; `{outlet}` and `{domain}` are filled in."""

    name: str
    level: Level
    find: Callable[[Evidence], Problem | None]
    look_en: str
    look_ko: str


_SITE = ("look at https://{domain}/ in a browser", "브라우저로 https://{domain}/ 확인")
_PAGES = ("`scrapy outlets show {outlet}` lists the pages", "`scrapy outlets show {outlet}`로 해당 페이지 확인")
_LISTS = (
    "compare the lists in a browser with `scrapy outlets show {outlet}`",
    "브라우저의 목록과 `scrapy outlets show {outlet}` 비교",
)
_ROBOTS = ("read https://{domain}/robots.txt", "https://{domain}/robots.txt 확인")
_LOG = ("read the log of the run", "실행 로그 확인")

CHECKS: tuple[Check, ...] = (
    Check("sums", "error", _sums, *_LOG),
    Check("given-up", "error", _given_up, *_SITE),
    Check("ended", "error", _ended, *_LOG),
    Check("host", "error", _walks("host"), *_SITE),
    Check("blocked", "error", _walks("blocked"), *_SITE),
    Check("robots", "error", _walks("robots"), *_ROBOTS),
    Check("pages", "error", _walks("pages"), *_LISTS),
    Check("ours", "error", _walks("ours"), *_LOG),
    Check("lists", "error", _walks("form"), *_LISTS),
    Check("no-article", "error", _no_article, *_LISTS),
    Check("denied", "error", _denied, *_ROBOTS),
    Check("not-fetched", "error", _not_fetched, *_PAGES),
    Check("unread", "error", _unread, *_PAGES),
    Check("charset", "error", _garbled, *_PAGES),
    Check("bodies", "error", _bodies, *_PAGES),
    Check("undated", "error", _damaged("undated", "have no date", "날짜가 없음"), *_PAGES),
    Check(
        "dates", "error",
        _damaged("misdated", "have a date that lies in the future or far from the list's", "목록과 다르거나 미래의 날짜임"),
        *_PAGES,
    ),
    Check("invalid", "error", _invalid, *_LOG),
    Check("entries", "error", _entries, *_LISTS),
    Check("stale", "error", _stale, *_LISTS),
    Check("silent", "error", _silent, *_LISTS),
    Check("doubled", "warning", _doubled, *_PAGES),
    Check("fetched", "warning", _FLOOD, *_PAGES),
    Check("flags", "warning", _of_plans("plans_flagged", "flagged_share", "came with flags", "표시(flag)가 붙음"), *_PAGES),
    Check(
        "conflicts", "warning",
        _of_plans("plans_conflicting", "conflict_share", "differ from what others say of the same plan", "다른 기사와 수치가 다름"),
        "look at the table conflicts", "conflicts 표 확인",
    ),
    Check("coverage", "warning", _coverage, "`scrapy try` an article of it", "`scrapy try`로 기사 하나 확인"),
    Check("latency", "warning", _LATENCY, *_SITE),
    Check("seconds", "warning", _DURATION, *_PAGES),
    Check("waiting", "warning", _waiting, *_PAGES),
)  # fmt: skip
"""In the order in which they are told; the first error is the reason of the outlet's state."""
