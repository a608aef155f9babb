"""For which years the plan is: one year or a term, and where the article says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pipelines.extract.document import Sentence
from pipelines.extract.figures import Figure
from pipelines.extract.model import Evidence
from pipelines.extract.names import PlanName
from pipelines.extract.terms import Period, read_periods, span_years

_JOBS = re.compile(r"일자리|고용|목표|계획|대책|예산")
_DAY = re.compile(r"(?<![\d.~∼])\d{1,2}일(?=[\s,은에까(]|$)")
_IN_OFFICE = re.compile(r"임기\s?(?:안|내|동안|말|중|가 끝나는)")
_RECALL = re.compile(
    r"^\W*(?:이에\s|이보다\s)?앞서\s|[한했던]\s바\s?있|의\s(?:둘째|셋째|넷째|[234]년\s?차|[두세네]\s?번째)|(?:마지막|둘째|셋째|넷째)\s?해|[234]년\s?차"
)
_MADE = re.compile(r"만들었|창출했|제공했|달성했|기록했|나왔|이뤘")
_EVENT_DATE = re.compile(r"\s?\d{1,2}월|\s?(?:상|하)반기\s(?:지역|고용|조사)")


@dataclass(frozen=True, slots=True)
class Year:
    """A year with the place where it stands."""

    value: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Span:
    """First and last year of a plan; None where not stated."""

    first: Year | None = None
    last: Year | None = None


def is_yearly(sentences: list[Sentence], names: list[PlanName], figures: list[Figure], published: date | None) -> bool:
    """Whether the article is about a plan of one year rather than of a term."""
    yearly = term = 0.0
    for name in names:
        if name.score <= 0.0:
            continue
        if name.term:
            term = max(term, 1.0 + 0.5 * name.score)
        elif name.year is not None or re.search(r"세부|연차별|연도별", name.text):
            yearly = max(yearly, 1.5 + 0.5 * name.score)
    for sentence in sentences[:6]:
        weight = {"title": 3.0, "heading": 1.5, "body": 1.0}[sentence.role]
        if not re.search(r"일자리|목표|계획|대책", sentence.text):
            continue
        periods = read_periods(sentence.text, published)
        if len({period.last for period in periods if period.kind == "year"}) > 2:  # 2011년 …, 2012년 …, 2013년 …
            term += weight
            continue
        for period in periods:
            if period.kind in {"term", "range"} and _is_recalled(sentence, period, published):
                continue
            if period.kind in {"until", "range", "span", "term"} or sentence.text[period.end :].startswith("부터"):
                term += weight * (0.7 if period.kind == "term" else 1.0)
            elif _far(period, published):
                term += weight
            elif period.kind == "year":
                yearly += weight
        term += 0.7 * weight * bool(_IN_OFFICE.search(sentence.text))
    targets = [figure for figure in figures if figure.unit in {"개", "명"} and figure.value >= 100 and not figure.past]
    term += 0.5 * any(figure.horizon == "term" for figure in targets)
    yearly += 0.5 * any(figure.horizon == "year" for figure in targets)
    return yearly >= term


def _is_recalled(sentence: Sentence, period: Period, published: date | None) -> bool:
    """Whether a term or range that began in an earlier year stands as backdrop: 민선 6기 종합계획을 공시한 바 있다."""
    running = published is not None and period.first is not None and period.first < published.year
    return running and bool(_RECALL.search(sentence.text))


def _far(period: Period, published: date | None) -> bool:
    """Whether a year lies so far ahead that only a term ends in it: 2026년에 고용률 70%, written in 2022."""
    ahead = period.last - published.year if published and period.last else 0
    return period.kind == "year" and 2 <= ahead <= 8


def plan_years(
    yearly: bool,
    sentences: list[Sentence],
    name: PlanName | None,
    target: Figure | None,
    published: date | None,
) -> Span:
    """The years of the plan, each with its evidence."""
    return _yearly(sentences, name, target, published) if yearly else _term(sentences, name, target, published)


def reported_year(figure: Figure, sentences: list[Sentence], published: date | None) -> Span:
    """The year of a result: that of the figure's own period, or the past year of which the article opens."""
    spots = [(figure.sentence, figure.period)] if figure.period else []
    opening = [sentence for sentence in sentences if sentence.number <= figure.sentence.number][-4:]
    for sentence in opening if _JOBS.search(" ".join(sentence.text for sentence in opening)) else []:
        spots += [(sentence, period) for period in read_periods(sentence.text, published)]
    for sentence, period in spots:
        before = published is None or (period.last or 0) < published.year
        if period.last and (period is figure.period or (period.kind in {"past", "year"} and before)):
            year = Year(period.last, sentence.evidence(period.start, period.end, "horizon.reported"))
            return Span(year, year)
    return Span()


def _yearly(sentences: list[Sentence], name: PlanName | None, target: Figure | None, published: date | None) -> Span:
    found: Year | None = None
    if name is not None and name.year is not None and (published is None or abs(name.year - published.year) <= 1):
        found = _in_name(name)
    if found is None and target is not None and target.period and target.period.kind == "year" and target.period.last:
        found = Year(
            target.period.last, target.sentence.evidence(target.period.start, target.period.end, "horizon.of-target")
        )
    if found is None:
        stated = list(_stated(sentences, published))
        explicit = [year for year in stated if year.evidence.as_written[:2] == "20"]
        if published is None:
            found = max(explicit, key=lambda year: year.value, default=None)
        else:
            near = [year for year in stated if abs(year.value - published.year) <= 1]
            found = next((year for year in near if year.value >= published.year), None) or (near[0] if near else None)
    return Span(found, found) if found or published is None else _of_publication(sentences, published)


def _of_publication(sentences: list[Sentence], published: date) -> Span:
    """The year of publication, by the day in the lead (군은 28일 …), where nothing says otherwise.

    In the last weeks of a year and the first of the next one it may as well be the other year's plan.
    """
    if published.month in {1, 12}:
        return Span()
    for sentence in [sentence for sentence in sentences if sentence.role == "body"][:3]:
        if day := _DAY.search(sentence.text):
            year = Year(published.year, sentence.evidence(day.start(), day.end(), "horizon.published"))
            return Span(year, year)
    return Span()


def _stated(sentences: list[Sentence], published: date | None) -> list[Year]:
    found = []
    for sentence in sentences:
        if not _JOBS.search(sentence.text) and sentence.number > 6:
            continue
        for period in read_periods(sentence.text, published):
            if published and (period.last or 0) < published.year and _MADE.search(sentence.text[period.end :]):
                continue
            if period.kind == "year" and period.last and not _EVENT_DATE.match(sentence.text[period.end :]):
                found.append(Year(period.last, sentence.evidence(period.start, period.end, "horizon.stated")))
    return found


def _in_name(name: PlanName) -> Year | None:
    match = re.search(r"['’‘]?(?:20)?\d\d년?도?", name.text)
    if match is None or name.year is None:
        return None
    spot = name.evidence
    start = spot.start + match.start()
    return Year(
        name.year, Evidence(start, start + len(match[0]), match[0], "horizon.plan-name", spot.where, spot.clause)
    )


def _term(sentences: list[Sentence], name: PlanName | None, target: Figure | None, published: date | None) -> Span:
    spots: list[tuple[Sentence, Period]] = [
        (sentence, period)
        for sentence in _ordered(sentences, target)
        for period in read_periods(sentence.text, published)
    ]
    for sentence, period in spots:
        over = published is not None and (period.last or 0) <= published.year
        if period.kind == "range" and period.first and period.last and period.last - period.first >= 2 and not over:
            spot = sentence.evidence(period.start, period.end, "horizon.range")
            return Span(Year(period.first, spot), Year(period.last, spot))
    ends = [
        (sentence, period)
        for sentence, period in spots
        if (period.kind == "until" or _far(period, published))
        and period.last
        and (published is None or 0 < period.last - published.year <= 8)
    ]
    if ends:
        sentence, until = ends[0]
        same = [spot for spot in ends if spot[1].last == until.last]
        firsts = [first for other, period in same if (first := _first(other, period, published))]
        last = Year(until.last or 0, sentence.evidence(until.start, until.end, "horizon.until"))
        return Span(firsts[0] if firsts else _first_of_row(sentences, last.value, published), last)
    for sentence, period in spots:
        if period.kind == "term" and period.last and (published is None or period.last >= published.year):
            return Span(None, Year(period.last, sentence.evidence(period.start, period.end, "horizon.term")))
    return Span()


def _first(sentence: Sentence, until: Period, published: date | None) -> Year | None:
    for period in read_periods(sentence.text, published):
        if period.kind == "year" and period.last and sentence.text[period.end :].startswith("부터"):
            return Year(period.last, sentence.evidence(period.start, period.end, "horizon.from"))
    years = span_years(sentence.text)
    if years is None or until.last is None:
        return None
    span = next((period for period in read_periods(sentence.text, published) if period.kind == "span"), None)
    first = until.last - years + 1
    if span is None or (published is not None and abs(first - published.year) > 1):
        return None
    return Year(first, sentence.evidence(span.start, span.end, "horizon.span"))


def _first_of_row(sentences: list[Sentence], last: int, published: date | None) -> Year | None:
    """The first year of a row without gaps that ends with the plan: 2019년 312억, 2020년 …, 2022년 487억."""
    for sentence in sentences:
        row = [period for period in read_periods(sentence.text, published) if period.kind == "year"]
        years = list(dict.fromkeys(period.last for period in row if period.last))
        if 3 <= len(years) <= 6 and years == list(range(last - len(years) + 1, last + 1)):
            return Year(years[0], sentence.evidence(row[0].start, row[0].end, "horizon.row"))
    return None


def _ordered(sentences: list[Sentence], target: Figure | None) -> list[Sentence]:
    """The target's own sentence first, then the lead: headlines are set by others and err more often than the text."""
    lead = [sentence for sentence in sentences if sentence.role == "body"][:3]
    own = [target.sentence] if target and target.sentence.role == "body" else []
    return list({id(sentence): sentence for sentence in [*own, *lead, *sentences]}.values())
