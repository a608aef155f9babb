"""The plan's budget and its change on the year before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.extract import cues
from pipelines.extract.choice import Feature, Scored, choose, weigh
from pipelines.extract.document import Sentence
from pipelines.extract.figures import Figure, is_past
from pipelines.extract.model import Flag

LEAST_BUDGET = 50_000_000
UNIT_LOST_BELOW = 10_000_000
SUM_TOLERANCE = 0.005
LEAD = 2  # sentences in which money may be told as spent and still be the plan's
SUM_OF_SOURCES = "sum of sources"
_BRACKET = re.compile(r"^\s?\([^)]*\)|^(?!\s?\().*$")  # what follows a bracket behind the amount; else nothing
_LABELLED = re.compile(r"(?:사업|분야|부문|서비스|장려금|훈련|구축|지원|등|에|유치|육성|조성)(?:이|은|는|에|에는)?\s?$")


@dataclass(frozen=True, slots=True)
class Money:
    """What the article says of the plan's money."""

    budget: Figure | None = None
    change: Figure | None = None
    change_pct: Figure | None = None
    flags: tuple[Flag, ...] = ()
    checks: tuple[str, ...] = ()  # arithmetic that confirms the budget


def read_money(figures: list[Figure], yearly: bool, year: int | None) -> Money:
    """Budget of a yearly plan (for `year`) or of a term plan, its change, and amounts that cannot be what they say."""
    sums = [figure for figure in figures if figure.unit == "원"]
    levels = [figure for figure in sums if not figure.difference and figure.value >= LEAST_BUDGET]
    openings = {figure.sentence.number: figure.sentence for figure in figures}
    features = _budget_features(levels, openings, yearly, year)
    best = choose((Scored(figure, weigh(features, figure)) for figure in levels), 3.0)
    budget = best.figure if best else None
    change = _change(sums, budget)
    lost = _unit_lost(sums, change)
    checked = (SUM_OF_SOURCES,) if budget and _is_sum(budget, levels) else ()
    return Money(None if lost and not budget else budget, change, _change_pct(figures, budget, change), lost, checked)


def _budget_features(
    levels: list[Figure], openings: dict[int, Sentence], yearly: bool, year: int | None
) -> tuple[Feature, ...]:
    """What speaks for an amount being the budget of the plan as a whole."""
    biggest = max((figure.value for figure in levels if not figure.foreign and not is_past(figure, year)), default=0.0)
    other_times = {"until", "range", "span"} if yearly else {"year"}
    return (
        Feature("money word before it", 2.0, lambda figure: cues.BUDGET.search(figure.near_left[-30:])),
        Feature("money word behind it", 1.5, lambda figure: cues.BUDGET.search(_behind(figure))),
        Feature("called a total", 1.5, lambda figure: cues.MONEY_TOTAL_BEFORE.search(figure.near_left)),
        Feature("sum of its sources", 3.0, lambda figure: _is_sum(figure, levels)),
        Feature("in the title", 2.5, lambda figure: figure.lead == 0),
        Feature("in the first sentence", 1.5, lambda figure: figure.lead == 1),
        Feature("in the second sentence", 1.0, lambda figure: figure.lead == 2),
        Feature("its sentence says jobs", 1.0, lambda figure: cues.JOB_WORD.search(figure.sentence.text)),
        Feature("its sentence says plan", 1.0, lambda figure: cues.PLAN_WORD.search(figure.sentence.text)),
        Feature("of a stated time to come", 0.5, lambda figure: figure.period is not None and not figure.past),
        Feature("nearly the largest", 1.5, lambda figure: figure.value >= 0.9 * biggest),
        Feature("one source of the money", -6.0, lambda figure: cues.MONEY_PART_BEFORE.search(figure.near_left)),
        Feature("called a source behind it", -6.0, lambda figure: cues.SOURCE_AFTER.match(figure.right)),
        Feature("of the past", -6.0, lambda figure: is_past(figure, year)),
        Feature("the old value of a change", -8.0, lambda figure: figure.replaced),
        Feature("of another time", -6.0, lambda figure: figure.period and figure.period.kind in other_times),
        Feature("of one sector", -5.0, lambda figure: cues.PART_MONEY.search(figure.near_left)),
        Feature("in a paragraph on a part", -5.0, lambda figure: _is_on_part(figure, openings)),
        Feature("of one programme", -4.0, lambda figure: cues.PROGRAMME_MONEY.search(figure.near_left[-30:])),
        Feature("someone else's", -6.0, lambda figure: figure.foreign),
        Feature("invested by firms", -5.0, lambda figure: cues.INVESTED.search(figure.near_left)),
        Feature("in speech", -2.0, lambda figure: figure.quoted),
        Feature("no plan's money", -5.0, lambda figure: cues.NOT_PLAN_MONEY.search(figure.near_left[-30:]) or cues.NOT_PLAN_MONEY.search(figure.right[:24])),
        Feature("inside the bracket of another amount", -6.0, lambda figure: cues.INSIDE_MONEY.search(figure.left)),
        Feature("in a split by kind", -4.0, lambda figure: cues.SPLIT_OF_MONEY.search(figure.left)),
        Feature("told as spent", -5.0, lambda figure: figure.lead > LEAD and cues.SPENT_AFTER.match(figure.near_right)),
        Feature("labelled in a list", -4.0, lambda figure: _is_listed(figure, levels)),
    )  # fmt: skip


def _is_on_part(figure: Figure, sentences: dict[int, Sentence]) -> bool:
    """Whether the sentence, or the one before it in the paragraph, is about a part of the jobs: 공공일자리는 3만개다."""
    own = figure.sentence
    before = sentences.get(own.number - 1)
    if cues.PART_AS_TOPIC.match(own.text):
        return True
    near = before is not None and before.paragraph == own.paragraph and cues.PART_AS_TOPIC.match(before.text)
    return bool(near) and not cues.WHOLE_AS_TOPIC.search(figure.left)


def _behind(figure: Figure) -> str:
    return _BRACKET.sub("", figure.right)[:25] or figure.near_right[:30]


def _is_listed(figure: Figure, levels: list[Figure]) -> bool:
    beside = [other.value for other in levels if other.sentence is figure.sentence]
    return bool(_LABELLED.search(figure.near_left)) and len(beside) > 2 and figure.value < max(beside)


def _is_sum(figure: Figure, levels: list[Figure]) -> bool:
    """Whether the sources named beside an amount (국비 90억, 군비 110억) add up to it."""
    sources = [
        other.value
        for other in levels
        if other.sentence is figure.sentence and other is not figure and cues.MONEY_PART_BEFORE.search(other.near_left)
    ]
    return len(sources) > 1 and abs(sum(sources) - figure.value) <= SUM_TOLERANCE * figure.value


def _change(sums: list[Figure], budget: Figure | None) -> Figure | None:
    spent = [figure for figure in sums if figure is not budget and not figure.difference and figure.lead > LEAD]
    for figure in sums:
        if not figure.difference or figure.foreign or figure.past:
            continue
        if any(other.sentence is figure.sentence and cues.SPENT_AFTER.match(other.near_right) for other in spent):
            continue
        near = budget is not None and (figure.sentence is budget.sentence or _gives(figure, sums, budget))
        if not near and cues.PART_PURSE.search(figure.left[-45:]):
            continue
        if near or cues.PURSE.search(figure.sentence.text) or cues.BUDGET.search(figure.right):
            return figure
    return None


def _gives(change: Figure, sums: list[Figure], budget: Figure) -> bool:
    """Whether the older amount in a change's sentence and the change give the budget: 80억원보다 10억원 늘었다."""
    beside = [figure for figure in sums if figure.sentence is change.sentence and figure is not change]
    return any(figure.value + signed(change) == budget.value for figure in beside)


def _change_pct(figures: list[Figure], budget: Figure | None, change: Figure | None) -> Figure | None:
    levels = [
        figure for figure in figures if budget is not None and figure.unit == "원" and figure.value == budget.value
    ]
    for figure in figures:
        if figure.unit != "%" or figure.foreign:
            continue
        if change is not None and figure.sentence is change.sentence:
            behind = figure.sentence.text[change.quantity.end : figure.quantity.start]
            before = figure.sentence.text[figure.quantity.end : change.quantity.start]
            if re.fullmatch(r"\s?\(", behind) or re.fullmatch(r"인\s", before):  # 20억원(9.1%), 5.4%인 20억원
                return figure
        if cues.PART_PURSE.search(figure.left[-45:]) and not any(level.sentence is figure.sentence for level in levels):
            continue
        if figure.difference and budget is not None and cues.PURSE_TOPIC.search(figure.left):
            return figure
        level = next((level for level in levels if level.sentence is figure.sentence), None)
        if not figure.difference or level is None:
            continue
        gap = figure.sentence.text[figure.quantity.end : level.quantity.start]
        behind = figure.sentence.text[level.quantity.end : figure.quantity.start]
        if 0 < len(gap) <= 14 or (0 < len(behind) <= 30 and "일자리" not in behind and "목표" not in behind):
            return figure
    return None


def _unit_lost(sums: list[Figure], change: Figure | None) -> tuple[Flag, ...]:
    """An amount of some hundred won beside 예산: the letter 억 fell out. The likely reading is told, never used."""
    for figure in sums:
        near = figure.near_left[-20:] + figure.near_right[:20]
        if figure.value < UNIT_LOST_BELOW and figure.value >= 1 and re.search(r"예산|사업비|투입", near):
            likely = figure.value * 10**8
            if change is not None and change.value > likely:
                continue
            if re.search(r"만|천|월|시급|1인", figure.quantity.as_written + figure.near_left[-6:]):
                continue
            return (
                Flag(
                    "budget_krw",
                    "unit-lost",
                    f"'{figure.quantity.as_written}' cannot be a plan's budget; 억 seems to be missing",
                    figure.quantity.as_written,
                    likely,
                ),
            )
    return ()


def signed(figure: Figure) -> float:
    """The value of a change, below zero where the sentence says that it fell."""
    return -figure.value if cues.DECREASE.match(figure.right) else figure.value
