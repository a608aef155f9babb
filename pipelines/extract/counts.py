"""How many strategies, tasks and projects a plan has: 5대 전략, 19개 과제, 세부사업은 80개."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.extract import cues
from pipelines.extract.figures import Figure

MOST = {"strategy": 30, "field": 30, "sector": 60, "task": 400, "project": 3000}
_COUNTERS = frozenset({"개", "대", "건", None})
_BULLET = re.compile(r"[▲△▷▶◆◇①-⑳]")


@dataclass(frozen=True, slots=True)
class Count:
    """A counted level of the plan."""

    figure: Figure
    level: str  # strategy, field, sector, task, project
    adjective: str
    score: float


def read_counts(figures: list[Figure]) -> list[Count]:
    """All figures that count strategies, fields, tasks or projects."""
    found: list[Count] = []
    for figure in figures:
        if figure.unit not in _COUNTERS or figure.value != int(figure.value) or figure.foreign:
            continue
        total = None
        match = cues.COUNTED_AFTER.match(figure.right) or cues.COUNTED_LATE.match(figure.right)
        if match is None and figure.unit in {"개", "건"}:
            match = cues.COUNTED_BEFORE.search(figure.near_left)
            if match and not match["particle"] and not re.search(r"세부|단위|추진|실천|실행", match["adjective"]):
                match = None
            total = cues.COUNTED_TOTAL.search(figure.left) if match is None else None
            if total and not re.match(r"의?\s?일자리|\s?[(]", figure.right):
                match = total
        if match is None or (figure.unit is None and re.search(r"[가-힣]$", figure.left)):
            continue
        if match is total or re.search(r"(?:총|모두|등)\s?$", figure.near_left):
            found += [Count(part, "part", "", -9.0) for part in _parts(figures, figure)]
        level = cues.LEVELS[match["noun"]]
        if not 2 <= figure.value <= MOST[level]:
            continue
        adjective = match.groupdict().get("adjective") or ""
        found.append(Count(figure, level, adjective.strip(), _score(figure)))
    return _with_chains(found)


def is_counted(figure: Figure) -> bool:
    """Whether a figure counts something else than jobs or people in jobs."""
    if any(shape.match(figure.right) for shape in (cues.COUNTED_AFTER, cues.OTHER_COUNTED, cues.WITH_PEOPLE)):
        return True
    return figure.unit == "개" and figure.value < 1000 and bool(cues.WITH_PROGRAMMES.match(figure.right))


def without_parts(counts: list[Count], figures: list[Figure], whole: Figure | None) -> list[Count]:
    """The counts that do not stand beside a part of the jobs: 17개 사업에서 396명."""
    if whole is None:
        return counts
    parts = [figure for figure in figures if figure.unit in cues.JOB_UNITS and figure.value < 0.95 * whole.value]
    return [count for count in counts if not any(_beside(count.figure, part) for part in parts)]


def _beside(count: Figure, part: Figure) -> bool:
    between = count.sentence.text[count.quantity.end : part.quantity.start]
    return count.sentence is part.sentence and bool(
        re.fullmatch(r"\s?\S{0,4}\s?\S*(?:사업|과제)(?:에서|으로|에|\))?[\s(]*", between)
    )


def choose_counts(counts: list[Count]) -> dict[str, Count]:
    """The plan's own counts by field name: strategies, tasks, projects."""
    best: dict[str, Count] = {}
    for count in counts:
        if count.score <= 0:
            continue
        kept = best.get(count.level)
        if kept is None or _rank(count) > _rank(kept):
            best[count.level] = count
    fields: dict[str, Count] = {}
    top = best.get("strategy") or best.get("field")
    tasks = [count for count in counts if count.level == "task" and count.score > 0]
    if top is None and tasks and re.search(r"중점|핵심|역점|주요", tasks[0].adjective):
        top, tasks = tasks[0], [task for task in tasks if task.figure.value > tasks[0].figure.value]
    if top is not None:
        fields["strategies"] = top
    detailed = [task for task in tasks if top is None or task.figure.value > top.figure.value]
    if detailed:
        fields["tasks"] = max(detailed, key=lambda task: (task.figure.value, task.score))
    if "project" in best:
        fields["projects"] = best["project"]
    return fields


def _parts(figures: list[Figure], whole: Figure) -> list[Figure]:
    """The counts that a sentence adds up: 정부부문 6개에 민간부문 2개를 더한 총 8개."""
    parts = [
        figure
        for figure in figures
        if figure.sentence is whole.sentence
        and figure.unit == whole.unit
        and figure.quantity.end <= whole.quantity.start
        and figure.value < whole.value
    ]
    return parts if sum(part.value for part in parts) == whole.value else []


def _rank(count: Count) -> tuple[float, float, int]:
    return count.score, count.figure.value, -count.figure.sentence.number


def _score(figure: Figure) -> float:
    score = 2.0
    if figure.past:
        score -= 4.0
    if figure.lead <= 2:
        score += 0.5
    if re.search(r"억\s?원?[^.]{0,30}$", figure.left):
        score += 1.0
    if cues.TOLD_PAST.match(figure.near_right) and figure.lead > 3:
        score -= 1.5
    if re.match(r"\S*\s?\S*(?:사업|과제)(?:을 통해|를 통해|에서|으로|에)\s", figure.near_right) and figure.lead > 3:
        score -= 1.0
    part = cues.PART_OF_PLAN.search(figure.near_left[-40:]) or re.match(
        r"\s?(?:이\s?가운데|이\s?중|그중|먼저)", figure.left
    )
    if part:
        score -= 2.5
    behind = re.split(_BULLET, figure.left[-30:])
    if len(behind) > 1 and not re.search(r"\s등(?:\s|을|의|이|으로)|[가-힣][을를]\s?(?:총\s?)?$", behind[-1]):
        score -= 3.0
    if re.search(r"(?:직접|청년|노인|여성|공공|민간|신규|기존|창업|정부)\S{0,8}\s?$", figure.near_left):
        score -= 1.5
    return score


def _with_chains(counts: list[Count]) -> list[Count]:
    """Levels named in one breath (4대 분야 53개 사업) speak for each other."""
    found = []
    for count in counts:
        partners = {
            other.level
            for other in counts
            if other.figure.sentence is count.figure.sentence
            and other.level != count.level
            and abs(other.figure.quantity.start - count.figure.quantity.start) < 30
        }
        alone = -1.0 * (count.figure.lead > 4)
        found.append(Count(count.figure, count.level, count.adjective, count.score + (1.0 if partners else alone)))
    return found
