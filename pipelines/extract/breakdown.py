"""The split of a plan's jobs by category, group, sector or programme: rows of a label and a number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from pipelines.extract import cues, labels
from pipelines.extract.choice import same_amount
from pipelines.extract.figures import Figure, is_past
from pipelines.extract.jobs import Jobs, is_job_figure
from pipelines.extract.model import BreakdownRow, Strategy

LISTED = 3  # so many labelled numbers in one sentence are a list
SUM_TOLERANCE = 0.005
ROUNDED = 0.03  # parts that are rounded themselves
CLOSED = "sum of breakdown"
SECTOR = re.compile(r"(?:공공|민간|정부|관)\s?(?:부문|부분|분야|영역)?$|(?:공공|민간|정부)\s?부[문분]")
GROUP = re.compile(r"청년|여성|중장년|신중년|노인|어르신|장애인|취약계층|저소득|다문화|소상공인|일반|경력단절|외국인")
_TAIL_OF_ROW = re.compile(r"\s?(?:\([^)]*\))?(?:로|을|를|이|가|에다|에|의|와|과|,|\)|등|이며|이고|였고|에서|씩)*\s?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A labelled number; `sure` where its words alone make it a row, else only a sum that closes does."""

    figure: Figure
    label: str
    sure: bool
    total: bool = False  # sums up the list before it
    nested: bool = False  # a part of the row before it, which no sum counts again: 803명(민간 750명)


def read_breakdown(
    figures: list[Figure], jobs: Jobs, strategies: list[Strategy], year: int | None, results: bool
) -> list[BreakdownRow]:
    """The rows of the plan's split; for a results report, of the jobs made."""
    made = jobs.prior_created if results else None
    taken = [figure for figure in (jobs.target, jobs.prior_target, jobs.prior_created, *jobs.others) if figure]
    parts = [
        figure
        for figure in figures
        if _may_be_row(figure, jobs, made, year, results)
        and not any(same_amount(figure.value, other.value) for other in taken)
    ]
    candidates = _named_totals(list(_candidates(parts, jobs.target, strategies)))
    whole = jobs.target or made
    sure = [candidate for candidate in candidates if candidate.sure]
    chosen = candidates if _closes(candidates, whole) and not _closes(sure, whole) else sure
    checks = (CLOSED,) if _closes(chosen, whole) else ()
    once = _said_once(chosen)
    return _with_frames([_row(candidate, figures, checks) for candidate in once], once)


def _may_be_row(figure: Figure, jobs: Jobs, made: Figure | None, year: int | None, results: bool) -> bool:
    if not is_job_figure(figure) or figure.lead == 0 or figure.difference or figure.quoted or figure in jobs.fused:
        return False
    if cues.PRIOR_OF_ROW.match(figure.near_right) or figure.replaced or cues.CONTAINED.match(figure.right):
        return False
    if figure.horizon == "every" or cues.GOAL_OF_ROW.search(figure.near_left):
        return False
    if _is_result_row(figure, made) or (is_past(figure, year) and not results):
        return False
    return jobs.target is None or figure.value < jobs.target.value


def _candidates(parts: list[Figure], target: Figure | None, strategies: list[Strategy]) -> Iterable[Candidate]:
    siblings = _siblings(parts, target)
    row_ends: dict[int, int] = {}
    pairs = [(one, other) for one, other in pairwise(parts) if _is_nested(other, one)]
    outer, inner = {id(one) for one, other in pairs}, {id(other) for one, other in pairs}
    for figure in parts:
        start = row_ends.get(figure.sentence.number, 0)
        tail = _TAIL_OF_ROW.match(figure.right)
        row_ends[figure.sentence.number] = figure.quantity.end + (tail.end() if tail and id(figure) not in outer else 0)
        segment = figure.sentence.text[start : figure.quantity.start]
        bullet = labels.in_bullet(figure, start)
        found = list(labels.labels(figure, start))
        named = None if bullet else _strategy_in(segment, strategies, found)
        if named:
            found = [named]
        fit = (label for label in found if bullet or named or _belongs(figure, label, segment, siblings, strategies))
        sure = next(fit, None)
        yield Candidate(figure, sure or next(iter(found), ""), sure is not None, nested=id(figure) in inner)


def _is_nested(figure: Figure, outer: Figure) -> bool:
    """Whether a number stands with its own label in the bracket of the row before it."""
    if figure.sentence is not outer.sentence or figure.value >= outer.value:
        return False
    between = figure.sentence.text[outer.quantity.end : figure.quantity.start]
    return bool(re.fullmatch(r"\s?\((?:이\s?중\s)?[가-힣·\s]{2,14}\s", between)) and not labels.DATED.search(between)


def _strategy_in(segment: str, strategies: list[Strategy], found: list[str]) -> str | None:
    """A strategy that names the row: right before the number, or anywhere before it where there are but examples."""
    only_examples = not found or found[0].endswith(" 등")
    return next(
        (
            strategy.name
            for strategy in strategies
            if labels.ends_with(segment, strategy.name) or (only_examples and strategy.name in segment)
        ),
        None,
    )


def _is_result_row(figure: Figure, made: Figure | None) -> bool:
    """Whether a number tells what was done so far, in an article on a plan, or of another year, in one on results."""
    if re.search(r"%\s?\($|목표의 $", figure.left) or figure.horizon == "half":
        return True
    if made is not None:
        years = [item.period.last if item.period else None for item in (figure, made)]
        return None not in years and years[0] != years[1]
    return bool(cues.TOLD_PAST.match(figure.near_right)) or bool(cues.UNFINISHED.search(figure.sentence.text))


def _siblings(parts: list[Figure], target: Figure | None) -> dict[int, int]:
    """How many job figures a sentence lists; two that add up to the target, or stand in brackets, are as good as many."""
    listed: dict[int, list[Figure]] = {}
    for figure in parts:
        listed.setdefault(figure.sentence.number, []).append(figure)
    counts: dict[int, int] = {}
    for number, row in listed.items():
        closed = target is not None and _is_sum((figure.value for figure in row), target.value)
        bracketed = all(figure.near_left.endswith("(") for figure in row)
        goes_on = counts.get(number - 1, 0) >= LISTED and all(map(_has_share, (*row, *listed[number - 1])))
        counts[number] = LISTED if len(row) > 1 and (closed or bracketed or goes_on) else len(row)
    return counts


def _has_share(figure: Figure) -> bool:
    """Whether the share of its goal that was reached stands behind a row: 9,683개(98.8%)."""
    return bool(re.match(r"\s?\(\s?\d[\d.]*\s?[%％]\)", figure.right))


def _belongs(figure: Figure, label: str, segment: str, siblings: dict[int, int], strategies: list[Strategy]) -> bool:
    """Whether a labelled number is a part of the plan's jobs: a known category, a list, or jobs by its own words."""
    if any(_same(label, strategy.name) for strategy in strategies):
        return True
    text = figure.sentence.text
    about_jobs = bool(cues.ROW_VERB_AFTER.match(figure.right) or cues.ROW_TOPIC.search(text))
    if siblings.get(figure.sentence.number, 0) >= LISTED and about_jobs:
        return True
    known = labels.LEXICON.search(label) or labels.spends_money(segment) or label.endswith("일자리")
    return bool(known) and about_jobs


def _named_totals(candidates: list[Candidate]) -> list[Candidate]:
    """A number that sums up the list before it is its sector's, not the last phrase's: 민간부문에서는 A 8개, B 4개 등 … 12개."""
    found = []
    listed: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        before = listed.setdefault(candidate.figure.sentence.number, [])
        if len(before) > 1 and _is_sum((other.figure.value for other in before), candidate.figure.value, ROUNDED):
            opening = candidate.figure.sentence.text[: before[0].figure.quantity.start]
            candidate = replace(candidate, label=labels.sector(opening) or candidate.label, sure=True, total=True)
        before.append(candidate)
        found.append(candidate)
    return [candidate for candidate in found if candidate.label]


def _closes(candidates: list[Candidate], whole: Figure | None) -> bool:
    """Whether the numbers add up to the whole: then they are its parts, whatever their words."""
    values = [candidate.figure.value for candidate in _said_once(candidates) if not candidate.nested]
    return whole is not None and len(values) >= LISTED and _is_sum(values, whole.value)


def _is_sum(values: Iterable[float], whole: float, tolerance: float = SUM_TOLERANCE) -> bool:
    return abs(sum(values) - whole) <= tolerance * whole


def _said_once(candidates: list[Candidate]) -> list[Candidate]:
    """Without the numbers that an earlier sentence gave already."""
    kept: list[Candidate] = []
    for candidate in candidates:
        if not any(
            other.figure.value == candidate.figure.value and other.figure.sentence is not candidate.figure.sentence
            for other in kept
        ):
            kept.append(candidate)
    return kept


def _row(candidate: Candidate, figures: list[Figure], checks: tuple[str, ...]) -> BreakdownRow:
    figure = candidate.figure
    return BreakdownRow(
        label=candidate.label,
        value=figure.quantity.whole,
        unit=figure.unit or "개",
        prior=_prior(figure, figures),
        categories=tuple(name for name, shape in labels.CATEGORIES if re.search(shape, candidate.label)),
        frame="sector" if candidate.total else _frame(candidate.label),
        evidence=figure.evidence("breakdown.label", checks),
    )


def _prior(figure: Figure, figures: list[Figure]) -> int | None:
    """The number of the year before that stands with a row: 1,935명에서 2,163명, 6,241개(지난해 5,913개)."""
    beside = [other for other in figures if other.sentence is figure.sentence and other.unit == figure.unit]
    for other in beside:
        gap = figure.sentence.text[figure.quantity.end : other.quantity.start]
        if other.quantity.start >= figure.quantity.end and cues.PRIOR_IN_BRACKET.fullmatch(gap):
            return other.quantity.whole
    before = [other for other in beside if 0 <= figure.quantity.start - other.quantity.end < 30]
    prior = [other for other in before if cues.PRIOR_OF_ROW.match(other.near_right)]
    return prior[-1].quantity.whole if prior else None


def _frame(label: str) -> str:
    if SECTOR.search(label):
        return "sector"
    if any(re.search(shape, label) for name, shape in labels.CATEGORIES if name not in {"private", "other"}):
        return "category"
    return "group" if GROUP.search(label) else "programme"


def _with_frames(rows: list[BreakdownRow], candidates: list[Candidate]) -> list[BreakdownRow]:
    """Rows of one list are of one frame, the most frequent one; on a tie that of categories. Their total is apart."""
    frames: dict[int, Counter[str | None]] = {}
    for row, candidate in zip(rows, candidates, strict=True):
        frames.setdefault(candidate.figure.sentence.number, Counter())[row.frame] += not candidate.total
    found = []
    for row, candidate in zip(rows, candidates, strict=True):
        listed = frames[candidate.figure.sentence.number]
        best = max(listed, key=lambda frame: (listed[frame], frame == "category"))
        found.append(row if candidate.total or listed.total() < LISTED else replace(row, frame=best))
    return found


def _same(one: str, other: str) -> bool:
    short, long = sorted((re.sub(r"[\W_]", "", one), re.sub(r"[\W_]", "", other)), key=len)
    return bool(short) and short in long
