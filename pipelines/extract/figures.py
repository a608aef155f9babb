"""Numbers in their sentences: which period they belong to, whether they are past, a difference, or about someone else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.extract import cues
from pipelines.extract.document import Sentence
from pipelines.extract.gazetteer import Municipality
from pipelines.extract.model import Evidence
from pipelines.extract.numbers import Quantity, read_numbers
from pipelines.extract.places import Mention, other_places
from pipelines.extract.terms import Period, read_periods

OPENING = 3  # a place so near to the start is what the line is about: - 가나군 일자리 5천개
Horizon = Literal["year", "term", "every", "half", "unknown"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity with what its sentence says around it."""

    sentence: Sentence
    quantity: Quantity
    left: str  # the sentence up to the number
    right: str  # the sentence after it
    near_left: str  # since the quantity before it
    near_right: str  # up to the quantity after it
    period: Period | None
    past: bool
    made: bool  # told as a result
    difference: bool
    alien: bool  # the sentence is about another government
    foreign: bool  # the nation's, another place's or an average
    quoted: bool
    replaced: bool  # the old value of a change: 1,640개 in 1,640개에서 1,912개로
    announced: bool  # the sentence before says that the goals follow: 목표는 둘이다.
    lead: int  # 0 the title, 1 the first sentence of the body, growing

    @property
    def value(self) -> float:
        """The value of the number."""
        return self.quantity.value

    @property
    def unit(self) -> str | None:
        """What the number counts."""
        return self.quantity.unit

    @property
    def horizon(self) -> Horizon:
        """Over which time the figure runs, as far as its sentence says."""
        if self.period is None:
            return "unknown"
        kinds: dict[str, Horizon] = {"year": "year", "past": "year", "every": "every", "half": "half"}
        return kinds.get(self.period.kind, "term")

    def evidence(self, rule: str, checks: tuple[str, ...] = ()) -> Evidence:
        """Evidence for this figure."""
        spot = self.sentence.evidence(self.quantity.start, self.quantity.end, rule, self.quantity.qualifier)
        return Evidence(**{**{name: getattr(spot, name) for name in spot.__slots__}, "checks": checks})


def read_figures(
    sentences: list[Sentence], issuer: Municipality | None, mentions: list[Mention], published: date | None
) -> list[Figure]:
    """All figures of the article in order."""
    found: list[Figure] = []
    carried: tuple[int, Period | None] = (-1, None)
    lead = 0
    announced = False
    named: dict[int, list[Mention]] = {}
    for mention in mentions:
        named.setdefault(mention.sentence.number, []).append(mention)
    for sentence in sentences:
        here = named.get(sentence.number, [])
        lead += sentence.role == "body"
        periods = [
            period for period in read_periods(sentence.text, published) if not _is_comparison(sentence.text, period)
        ]
        if cues.BOTH_HALVES.search(sentence.text):
            periods = [period for period in periods if period.kind != "half"]
        others = other_places(sentence, here, issuer) if issuer else []
        foreign = _is_foreign(sentence, others, here, issuer)
        inherited = carried[1] if carried[0] == sentence.paragraph else None
        if inherited and not (inherited.kind == "past" and cues.PAST_TENSE.search(sentence.text)):
            inherited = None
        quantities = read_numbers(sentence.text)
        for order in range(len(quantities)):
            found.append(
                _figure(
                    sentence,
                    quantities,
                    order,
                    periods,
                    inherited,
                    foreign,
                    0 if sentence.role == "title" else lead,
                    announced,
                    published,
                )
            )
        announced = bool(cues.GOALS_FOLLOW.search(sentence.text))
        if periods:
            carried = (sentence.paragraph, periods[0])
        elif inherited is None:
            carried = (-1, None)
    return found


def _figure(
    sentence: Sentence,
    quantities: list[Quantity],
    order: int,
    periods: list[Period],
    inherited: Period | None,
    foreign: bool,
    lead: int,
    announced: bool,
    published: date | None,
) -> Figure:
    text, quantity = sentence.text, quantities[order]
    after = quantities[order + 1].start if order + 1 < len(quantities) else len(text)
    right, near_right = text[quantity.end :], text[quantity.end : after]
    left, near_left = _words_before(text, quantities, order)
    period = _period_of(text, quantity, periods, after) or inherited
    past = bool(period and period.kind == "past") or _is_old_goal(left, right, published)
    made = bool(cues.RESULT_LEFT.search(near_left) or cues.RESULT_AFTER.match(right))
    return Figure(
        sentence=sentence,
        quantity=quantity,
        left=left,
        right=right,
        near_left=near_left,
        near_right=near_right,
        period=period,
        past=past,
        made=made,
        difference=_is_difference(left, right),
        alien=foreign,
        foreign=foreign
        or bool(cues.FOREIGN_NEAR.search(near_left[-30:]))
        or bool(cues.FOREIGN_AFTER.match(near_right)),
        quoted=_is_quoted(left),
        replaced=_is_replaced(quantity, quantities[order + 1 :], near_right),
        announced=announced,
        lead=lead,
    )


def _words_before(text: str, quantities: list[Quantity], order: int) -> tuple[str, str]:
    """The text before a quantity, and that since the quantity before it; the old value of a change is passed over."""
    end, first = quantities[order].start, order
    while first and _is_replaced(quantities[first - 1], quantities[first:], text[quantities[first - 1].end : end]):
        first -= 1
        end = quantities[first].start
    left = cues.FORMERLY.sub("", text[:end]) if first < order else text[:end]
    return left, left[quantities[first - 1].end if first else 0 :]


def _period_of(text: str, quantity: Quantity, periods: list[Period], after: int) -> Period | None:
    home = _bracket(text, quantity.start)
    periods = [period for period in periods if _bracket(text, period.start) in (home, None)]
    before = [period for period in periods if period.end <= quantity.start]
    if before:
        return before[-1]
    behind = [period for period in periods if period.start >= quantity.end and home == _bracket(text, period.start)]
    if behind and (
        not re.search(r"[,.]\s|며\s|고\s", text[quantity.end : behind[0].start]) or behind[0].start <= after
    ):
        return behind[0]
    return None


def _bracket(text: str, at: int) -> int | None:
    """Where the bracket around a place opens; None outside brackets."""
    opening = text.rfind("(", 0, at)
    return opening if opening > text.rfind(")", 0, at) else None


def is_past(figure: Figure, year: int | None) -> bool:
    """Whether a figure belongs to a year before the plan's `year` or is told as a result."""
    if figure.past or figure.made:
        return True
    period = figure.period
    return bool(year and period and period.kind == "year" and period.last and period.last < year)


def by_sentence(figures: Iterable[Figure]) -> dict[int, list[Figure]]:
    """Figures by the number of their sentence."""
    found: dict[int, list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.sentence.number, []).append(figure)
    return found


def unbracketed(text: str) -> str:
    """The text with what stands in brackets blanked, so that offsets stay."""
    return re.sub(r"\([^()]*\)?", lambda bracket: " " * len(bracket[0]), text) if "(" in text else text


def _is_old_goal(left: str, right: str, published: date | None) -> bool:
    """Whether a number is called the goal of an earlier year, or one whose reached share is told."""
    if cues.MEASURED_GOAL_AFTER.match(right) and "목표" in left[-12:] and not cues.GOAL_OF_NOW.search(left[-30:]):
        return True
    match = cues.OLD_GOAL_AFTER.match(right)
    if match is None and cues.OLD_GOAL_COMPARED.match(right):
        match = cues.OLD_GOAL_BEFORE.search(left[-30:])
    return match is not None and (not match["year"] or published is None or int(match["year"]) < published.year)


def _is_replaced(quantity: Quantity, following: list[Quantity], near_right: str) -> bool:
    """Whether a number is only the start of a change to the next one of its kind."""
    if not following or following[0].unit != quantity.unit:
        return False
    return bool(cues.REPLACED_AFTER.fullmatch(near_right))


def _is_comparison(text: str, period: Period) -> bool:
    after = text[period.end :]
    if cues.COMPARED_NUMBER.match(after) and not cues.RESULT_END.search(text):
        return True
    return bool(cues.COMPARISON_AFTER_PERIOD.match(after))


def _is_difference(left: str, right: str) -> bool:
    change = cues.DIFFERENCE.match(right)
    if change is None:
        other = cues.COORDINATED_DIFFERENCE.match(right)
        return bool(other and cues.STRICT_COMPARISON.search(left[-30:]) and cues.DIFFERENCE.match(right, other.end()))
    return bool(cues.COMPARISON.search(left[-45:])) or bool(cues.SURE_DIFFERENCE.match(right))


def _is_quoted(left: str) -> bool:
    if left.count("“") <= left.count("”") and left.count('"') % 2 == 0:
        return False
    return not cues.SPOKEN_BY_GOVERNMENT.search(left[: max(left.rfind("“"), left.rfind('"')) + 1])


def _is_foreign(
    sentence: Sentence, others: list[Mention], mentions: list[Mention], issuer: Municipality | None
) -> bool:
    """Whether the sentence's subject is the nation or another government, and the issuer does not appear."""
    own = any(mention.sentence is sentence and issuer in mention.rows for mention in mentions)
    called = [match["kind"] for match in cues.SELF.finditer(sentence.text)]
    if own or (called and (issuer is None or issuer.name[-1] in called)):
        return False
    if called and sentence.text.startswith(called[0]):  # 도는 … in the article of a 군
        return True
    if cues.NATIONAL_SUBJECT.search(sentence.text):
        return True
    if issuer and not issuer.is_province and _has_province_as_subject(sentence, mentions, issuer):
        return True
    return any(
        mention.start < OPENING or cues.SUBJECT_PARTICLE.match(sentence.text[mention.end :]) for mention in others
    )


def _has_province_as_subject(sentence: Sentence, mentions: list[Mention], issuer: Municipality) -> bool:
    return any(
        mention.sentence is sentence
        and any(row.is_province and row.full_name == issuer.province for row in mention.rows)
        and bool(cues.WHOLE_SUBJECT.match(sentence.text[mention.end :]))
        for mention in mentions
    )
