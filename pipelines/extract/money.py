"""The plan's budget and its change on the year before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.extract import cues
from pipelines.extract.choice import Scored, choose
from pipelines.extract.figures import Figure
from pipelines.extract.model import Flag

LEAST_BUDGET = 50_000_000
UNIT_LOST_BELOW = 10_000_000
_JOB = re.compile(r"일자리|고용")
_BRACKET = re.compile(r"^\s?\([^)]*\)|^(?!\s?\().*$")  # what follows a bracket behind the amount; else nothing
_LABELLED = re.compile(r"(?:사업|분야|부문|서비스|장려금|훈련|구축|지원|등|에|유치|육성|조성)(?:이|은|는|에|에는)?\s?$")


@dataclass(frozen=True, slots=True)
class Money:
    """What the article says of the plan's money."""

    budget: Figure | None = None
    change: Figure | None = None
    change_pct: Figure | None = None
    flags: tuple[Flag, ...] = ()


def read_money(figures: list[Figure]) -> Money:
    """Budget, its change in won and in percent, and amounts that cannot be what they say."""
    sums = [figure for figure in figures if figure.unit == "원"]
    levels = [figure for figure in sums if not figure.difference and figure.value >= LEAST_BUDGET]
    best = choose((Scored(figure, _budget_score(figure, levels)) for figure in levels), 3.0)
    budget = best.figure if best else None
    change = _change(sums, budget)
    lost = _unit_lost(sums, change)
    return Money(None if lost and not budget else budget, change, _change_pct(figures, budget, change), lost)


def _budget_score(figure: Figure, levels: list[Figure]) -> float:
    before, after = figure.near_left[-30:], _BRACKET.sub("", figure.right)[:25] or figure.near_right[:30]
    sentence = figure.sentence.text
    score = 2.0 * bool(cues.BUDGET.search(before)) + 1.5 * bool(cues.BUDGET.search(after))
    score += 1.5 * bool(re.search(r"(?:총|모두|합쳐|더해|합한|더한)\s?(?:[가-힣]{1,4}\s)?$", figure.near_left))
    score += {0: 2.5, 1: 1.5, 2: 1.0}.get(figure.lead, 0.0) + 1.0 * bool(_JOB.search(sentence))
    score += 1.0 * bool(re.search(r"\d개\s?(?:\S+\s)?(?:사업|과제|분야)|계획|대책|목표", sentence))
    score += 0.5 * (figure.period is not None and not figure.past)
    score -= 6.0 * bool(cues.MONEY_PART_BEFORE.search(figure.near_left))
    score -= 6.0 * (figure.past or figure.foreign) + 2.0 * figure.quoted
    score -= 5.0 * bool(cues.NOT_PLAN_MONEY.search(before) or cues.NOT_PLAN_MONEY.search(figure.right[:24]))
    score -= 6.0 * bool(cues.INSIDE_MONEY.search(figure.left))
    score -= 4.0 * bool(cues.SPLIT_OF_MONEY.search(figure.left))
    beside = [other.value for other in levels if other.sentence is figure.sentence]
    if _LABELLED.search(figure.near_left) and len(beside) > 2 and figure.value < max(beside):
        score -= 4.0
    biggest = max((other.value for other in levels if not other.foreign and not other.past), default=0.0)
    return score + 1.5 * (figure.value >= 0.9 * biggest)


def _change(sums: list[Figure], budget: Figure | None) -> Figure | None:
    for figure in sums:
        if not figure.difference or figure.foreign or figure.past:
            continue
        near = budget is not None and figure.sentence is budget.sentence
        if near or cues.PURSE.search(figure.sentence.text) or cues.BUDGET.search(figure.right):
            return figure
    return None


def _change_pct(figures: list[Figure], budget: Figure | None, change: Figure | None) -> Figure | None:
    levels = [
        figure for figure in figures if budget is not None and figure.unit == "원" and figure.value == budget.value
    ]
    for figure in figures:
        if figure.unit != "%" or figure.foreign:
            continue
        inside = change is not None and figure.sentence is change.sentence
        if (
            inside
            and change
            and re.fullmatch(r"\s?\(", figure.near_left)
            and change.quantity.end < figure.quantity.start
        ):
            return figure
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
