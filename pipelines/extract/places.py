"""Whose article it is: names of local governments by date, and the vote for the one that speaks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from pipelines.extract.document import Sentence
from pipelines.extract.gazetteer import ADMINISTRATIVE_CITY, Municipality, era, provinces, valid_on
from pipelines.extract.model import Evidence

MOST_RUNNING = 3.0  # a name said often in running text weighs no more than one in the lead
Key = tuple[str, ...]
_SELF_REFERENCE = re.compile(r"(?:^|[\s\"“'‘])(시|군|구|도)(?:는|은|가|이|에 따르면|의|\s관계자)(?=\s)")
_PARTICLE = r"(?=$|[^가-힣]|[은는이가을를의에도와과로](?![가-힣]{0,1}[가-힣]?구)|에서|에는|청|장|민|내|만|형|관내|의회|수[는은가의]?\b|정(?![가-힣]{2}))"


_DATELINE_STEM = re.compile(r"(?:^\W{0,3}|[\[【(<])(?P<stem>[가-힣]{2,4})(?=\s?[\]】=|/])")
_TITLE_STEM = re.compile(r"(?:^\W{0,3}|[\[【(<])(?P<stem>[가-힣]{2,4})(?=\s?[\]】=|/,])")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of a local government in a sentence; several rows where the name alone does not decide."""

    sentence: Sentence
    start: int
    end: int
    name: str
    rows: tuple[Municipality, ...]
    with_province: bool


@dataclass(frozen=True, slots=True)
class Issuer:
    """The government whose plan it is, or the rows between which the text does not decide."""

    municipality: Municipality | None
    candidates: tuple[Municipality, ...] = ()
    evidence: Evidence | None = None
    votes: float = 0.0


def read_mentions(sentences: Iterable[Sentence], day: date) -> list[Mention]:
    """All mentions of local governments by their names on `day`."""
    names, pattern = _names(era(day))
    found = []
    for sentence in sentences:
        for match in pattern.finditer(sentence.text):
            rows = names[match["name"] or match["alone"]]
            province = match["province"]
            if province:
                inside = tuple(row for row in rows if provinces()[row.province].short == _province_forms()[province])
                if not inside:  # 경기 서울시 …: two names side by side
                    province = None
                rows = inside or rows
            start = match.start() if province else match.start("name" if match["name"] else "alone")
            found.append(
                Mention(sentence, start, match.end(), sentence.text[start : match.end()], rows, bool(province))
            )
    return found


def find_issuer(sentences: list[Sentence], mentions: list[Mention], day: date, region: str | None = None) -> Issuer:
    """The government with the most votes of title, dateline, lead and running text."""
    votes, first = _count_votes(sentences, mentions, day)
    votes = _merge_homonyms(votes, first)
    if not votes:
        return Issuer(None)
    key = max(votes, key=lambda item: votes[item])
    mention = first[key]
    rows = _settle(mention.rows, sentences, region)
    spot = mention.sentence.evidence(mention.start, mention.end, "places.vote")
    if len(rows) == 1 and rows[0].kind != ADMINISTRATIVE_CITY:
        return Issuer(rows[0], (), spot, votes[key])
    return Issuer(None, rows, spot, votes[key])


def _count_votes(
    sentences: list[Sentence], mentions: list[Mention], day: date
) -> tuple[dict[Key, float], dict[Key, Mention]]:
    """Votes by name, and the mention of each name that serves as its evidence: the first, or one with its province."""
    votes: dict[Key, float] = defaultdict(float)
    running: dict[Key, float] = defaultdict(float)
    first: dict[Key, Mention] = {}
    lead = next((sentence.number for sentence in sentences if sentence.role == "body"), 0)
    for mention in mentions:
        key = _key(mention.rows)
        later = mention.sentence.role == "body" and mention.sentence.number != lead
        (running if later else votes)[key] += _weight(mention, lead)
        if key not in first or (mention.with_province and not first[key].with_province):
            first[key] = mention
    for sentence in sentences:
        for name, rows, start, end in _stems(sentence, day) if sentence.number <= lead else ():
            votes[_key(rows)] += 1.5 if sentence.role == "body" else 2.5
            first.setdefault(_key(rows), Mention(sentence, start, end, name, rows, False))
    kinds = _self_kinds(sentences)
    for key, mention in first.items():
        votes[key] += min(running[key], MOST_RUNNING) + 3.0 * any(_kind_letter(row) in kinds for row in mention.rows)
    return votes, first


def other_places(sentence: Sentence, mentions: list[Mention], issuer: Municipality) -> list[Mention]:
    """Mentions in a sentence of governments that are neither the issuer nor its province."""
    own = {issuer.province, issuer.full_name}
    return [
        mention
        for mention in mentions
        if mention.sentence is sentence and not any(row.full_name in own or row.id == issuer.id for row in mention.rows)
    ]


def refers_to_itself(sentences: Iterable[Sentence]) -> bool:
    """Whether a government speaks of itself as 시, 군, 구 or 도."""
    return any(_SELF_REFERENCE.search(sentence.text) for sentence in sentences)


def _weight(mention: Mention, lead: int) -> float:
    sentence, text = mention.sentence, mention.sentence.text
    after = text[mention.end : mention.end + 3]
    if sentence.role == "title":
        opening = re.sub(r"[\W_]", "", text[: mention.start]) == ""
        return 6.0 if opening else 3.0
    if re.match(r"\((?:시장|군수|구청장|도지사|지사)", text[mention.end : mention.end + 6]):
        return 5.0
    if sentence.number == lead:
        return 3.0 if re.match(r"[은는이가의,]|\s", after) else 2.0
    if sentence.role == "heading":
        return 1.0
    return 0.6 if re.match(r"[은는이가의]", after) else 0.4


def _stems(sentence: Sentence, day: date) -> Iterable[tuple[str, tuple[Municipality, ...], int, int]]:
    """Bare stems where position vouches for them: [철원], (청주=…), 평창=…, and a title's opening 제주, …."""
    stems = _stem_index(era(day))
    shape = _TITLE_STEM if sentence.role == "title" else _DATELINE_STEM
    for match in shape.finditer(sentence.text):
        if match["stem"] in stems:
            yield match["stem"], stems[match["stem"]], match.start("stem"), match.end("stem")


def _merge_homonyms(votes: dict[Key, float], first: dict[Key, Mention]) -> dict[Key, float]:
    """Votes of an open name go to the one row of it that the text names with its province."""
    merged = dict(votes)
    for key in list(votes):
        if len(key) > 1:
            inside = [other for other in votes if len(other) == 1 and other[0] in key]
            if len(inside) == 1:
                merged[inside[0]] += merged.pop(key)
                if not first[inside[0]].with_province and first[key].sentence.number < first[inside[0]].sentence.number:
                    first[inside[0]] = replace(first[key], rows=first[inside[0]].rows)
    return merged


def _settle(rows: tuple[Municipality, ...], sentences: list[Sentence], region: str | None) -> tuple[Municipality, ...]:
    """The rows of a name that remain when provinces, the outlet's region and clues have spoken."""
    if len(rows) == 1:
        return rows
    text = " ".join(sentence.text for sentence in sentences)
    by_clue = {row: len(re.findall(_clue(row), text)) for row in rows}
    for counts in (by_clue, {row: int(_in_region(row, region)) for row in rows}):
        best = max(counts.values())
        winners = tuple(row for row in rows if counts[row] == best)
        if best and len(winners) == 1:
            return winners
    return rows


def _clue(row: Municipality) -> str:
    """Words near a homonym that tell which province is meant."""
    province = provinces()[row.province]
    joined = rf"{province.short}{row.name[:-1]}(?![가-힣])"  # (경기광주=…)
    if province.clues:
        return "|".join([*(re.escape(clue) for clue in province.clues), joined])
    return (
        province.name if row.is_province else rf"(?<![가-힣]){province.short}(?![가-힣]{{2}})|{province.name}|{joined}"
    )


def _in_region(row: Municipality, region: str | None) -> bool:
    if not region:
        return False
    return provinces()[row.province].short in region or (row.name in region and row.province[:2] in region)


def _self_kinds(sentences: list[Sentence]) -> set[str]:
    counts: dict[str, int] = defaultdict(int)
    for sentence in sentences:
        for match in _SELF_REFERENCE.finditer(sentence.text):
            counts[match[1]] += 1
    best = max(counts.values(), default=0)
    return {kind for kind, count in counts.items() if count == best}


def _kind_letter(row: Municipality) -> str:
    return "구" if row.kind == "자치구" else row.kind[-1]


def _key(rows: Iterable[Municipality]) -> Key:
    return tuple(sorted(row.id for row in rows))


@cache
def _names(era_day: date) -> tuple[dict[str, tuple[Municipality, ...]], re.Pattern[str]]:
    """Names in force with their rows, and the pattern that finds them."""
    names: dict[str, list[Municipality]] = defaultdict(list)
    alone: set[str] = set()
    for row in valid_on(max(era_day, date(2009, 1, 1))):
        if row.is_province:
            short = provinces()[row.name].short
            suffix = "도" if row.kind.endswith("도") else "시"
            forms = {row.name, short + suffix, *provinces()[row.name].also}
            alone |= forms
        else:
            forms = {row.name}
            if row.kind == "시":
                forms.add(row.name[:-1] + "특례시")
        for form in forms:
            if row not in names[form]:
                names[form].append(row)
    before = "|".join(sorted(_province_forms(), key=len, reverse=True))
    towns = "|".join(sorted((name for name in names), key=len, reverse=True))
    pattern = re.compile(rf"(?<![가-힣])(?:(?P<province>{before})\s?(?P<name>{towns})|(?P<alone>{towns})){_PARTICLE}")
    return {name: tuple(rows) for name, rows in names.items()}, pattern


@cache
def _province_forms() -> dict[str, str]:
    """Every way to write a province before a town's name, with its short form."""
    forms: dict[str, str] = {}
    for one in provinces().values():
        ending = "도" if one.name.endswith("도") else "시"
        forms |= dict.fromkeys((one.name, *one.also, one.short, one.short + ending), one.short)
    return forms


@cache
def _stem_index(era_day: date) -> dict[str, tuple[Municipality, ...]]:
    stems: dict[str, list[Municipality]] = defaultdict(list)
    for row in valid_on(max(era_day, date(2009, 1, 1))):
        stem = provinces()[row.name].short if row.is_province else row.name[:-1]
        if len(stem) >= 2:
            stems[stem].append(row)
    return {stem: tuple(rows) for stem, rows in stems.items()}
