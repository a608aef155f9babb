"""How many strategies, tasks and projects a plan has: 5대 전략, 19개 과제, 세부사업은 80개."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipelines.extract import cues
from pipelines.extract.choice import Feature, weigh
from pipelines.extract.figures import Figure, by_sentence, is_past

MOST = {"strategy": 30, "field": 30, "sector": 60, "task": 1500, "project": 3000}
OF_THE_WHOLE = 2.0  # for 193개 사업에서 beside the target
PART = "part"  # a summand of another count
CLEAR = 0.5  # by so much the plan's own count is ahead of others
_COUNTERS = frozenset({"개", "대", "건", None})


@dataclass(frozen=True, slots=True)
class Count:
    """A counted level of the plan."""

    figure: Figure
    level: str  # strategy, field, sector, task, project, part
    adjective: str
    score: float
    chained: bool = False  # named in one breath with another level


def read_counts(figures: list[Figure], year: int | None) -> list[Count]:
    """All figures that count strategies, fields, tasks or projects of a plan of `year`."""
    found: list[Count] = []
    results = {figure.sentence.number for figure in figures if figure.made and figure.unit in cues.JOB_UNITS}
    features = _features(results, year)
    beside = by_sentence(figures)
    for figure in figures:
        if figure.unit not in _COUNTERS or figure.value != int(figure.value) or figure.foreign:
            continue
        match, is_total = _counted(figure)
        if match is None or (figure.unit is None and re.search(r"[가-힣]$", figure.left)):
            continue
        if is_total or re.search(r"(?:총|모두|등)\s?$", figure.near_left):
            found += [Count(part, PART, "", -9.0) for part in _parts(beside[figure.sentence.number], figure)]
        adjective = match.groupdict().get("adjective") or ""
        level = "strategy" if "전략" in adjective else cues.LEVELS[match["noun"]]
        if not 2 <= figure.value <= MOST[level]:
            continue
        found.append(Count(figure, level, adjective.strip(), 2.0 + weigh(features, figure)))
    parts = {id(count.figure) for count in found if count.level == PART}
    own = [count for count in found if id(count.figure) not in parts]
    return [count for count in _with_chains(own) if _has_counter(count)] + [
        count for count in found if count.level == PART
    ]


def _has_counter(count: Count) -> bool:
    """Whether it counts at all: 300사업 in a name does not, unless other levels stand beside it (4전략 23과제 118사업)."""
    return count.figure.unit is not None or count.chained or bool(cues.KINDS_AFTER.match(count.figure.right))


def _counted(figure: Figure) -> tuple[re.Match[str] | None, bool]:
    """What a figure counts, and whether it is said to be the total of several counts."""
    match = cues.COUNTED_AFTER.match(figure.right) or cues.COUNTED_LATE.match(figure.right)
    if match:
        return match, False
    if cues.LISTED_AFTER.match(figure.right) and (listed := cues.LISTED_BEFORE.match(figure.left)):
        return listed, False
    if figure.unit not in {"개", "건", "대"}:
        return None, False
    match = cues.COUNTED_BEFORE.search(figure.near_left)
    if match and not cues.PART_NOUN_BEFORE.search(figure.near_left[: match.start()]):
        named = (
            match["particle"]
            or re.search(r"세부|단위|추진|실천|실행", match["adjective"])
            or cues.RUN_AFTER.match(figure.right)
        )
        return (match if named else None), False
    total = cues.COUNTED_TOTAL.search(figure.left)
    if total and not re.match(r"의?\s?일자리|\s?[(]", figure.right):
        return total, True
    return None, False


def is_counted(figure: Figure) -> bool:
    """Whether a figure counts something else than jobs or people in jobs."""
    if any(shape.match(figure.right) for shape in (cues.COUNTED_AFTER, cues.OTHER_COUNTED, cues.WITH_PEOPLE)):
        return True
    if figure.unit != "개":
        return False
    if cues.COUNTED_NOUN_BEFORE.search(figure.near_left) and not cues.JOB_AFTER.match(figure.right):
        return True
    return figure.value < 1000 and bool(cues.WITH_PROGRAMMES.match(figure.right))


def without_parts(counts: list[Count], figures: list[Figure], whole: Figure | None) -> list[Count]:
    """The counts that do not stand beside a part of the jobs (17개 사업에서 396명); those beside the whole gain."""
    if whole is None:
        return counts
    jobs = by_sentence(figure for figure in figures if figure.unit in cues.JOB_UNITS)
    kept = []
    for count in counts:
        beside = [job for job in jobs.get(count.figure.sentence.number, ()) if _beside(count.figure, job)]
        if not any(job.value < 0.95 * whole.value for job in beside):
            of_whole = any(job.value == whole.value for job in beside)
            kept.append(replace(count, score=count.score + OF_THE_WHOLE * of_whole))
    return kept


def _beside(count: Figure, part: Figure) -> bool:
    between = count.sentence.text[count.quantity.end : part.quantity.start]
    return count.sentence is part.sentence and bool(
        re.fullmatch(r"\s?\S{0,4}\s?\S*(?:사업|과제)(?:에서|으로|에|을\s(?:벌여|통해|펼쳐|추진해)|\))?[\s(]*", between)
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
    if "project" in best and not _has_rival(best["project"], counts):
        fields["projects"] = best["project"]
    return fields


def _has_rival(best: Count, counts: list[Count]) -> bool:
    """Whether other counts of the level are as likely: then each is of a part."""
    if best.chained or best.figure.lead <= 1:
        return False
    return any(
        other.level == best.level and other.figure.value != best.figure.value and best.score - other.score <= CLEAR
        for other in counts
    )


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


def _features(results: set[int], year: int | None) -> tuple[Feature, ...]:
    """What speaks for a count being the plan's own; `results` are the sentences that tell of jobs made."""
    return (
        Feature("of the past", -4.0, lambda figure: is_past(figure, year)),
        Feature("said of jobs made", -4.0, lambda figure: figure.lead > 1 and figure.sentence.number in results),
        Feature("called a total", 1.0, lambda figure: re.search(r"(?:총|모두)\s?$", figure.near_left)),
        Feature("in the lead", 0.5, lambda figure: figure.lead <= 2),
        Feature("beside money", 1.0, lambda figure: re.search(r"억\s?원?[^.]{0,30}$", figure.left) or cues.MONEY_FOR_COUNT.match(figure.right)),
        Feature("told as done", -1.5, lambda figure: figure.lead > 3 and cues.TOLD_PAST.match(figure.near_right)),
        Feature("a means", -1.0, lambda figure: figure.lead > 3 and cues.MEANS_AFTER.match(figure.near_right) and not cues.MONEY_FOR_COUNT.match(figure.right)),
        Feature("called a part", -2.5, lambda figure: cues.PART_OF_PLAN.search(figure.near_left[-40:]) or cues.PART_OPENING.match(figure.left)),
        Feature("with money told as spent", -5.0, lambda figure: figure.lead > 2 and cues.MONEY_SPENT.search(figure.right)),
        Feature("of the best known", -2.0, lambda figure: re.match(r"의?\s?(?:대표|시범|선도|역점)\s?사업", figure.right)),
        Feature("of one sector", -2.5, lambda figure: cues.SECTOR_OPENING.search(figure.left)),
        Feature("inside a bullet", -3.0, _is_in_bullet),
        Feature("of a group", -1.5, lambda figure: cues.GROUP_BEFORE_COUNT.search(figure.near_left)),
    )  # fmt: skip


def _is_in_bullet(figure: Figure) -> bool:
    """Whether a count stands within a bulleted item, not behind the list that it sums up."""
    behind = re.split(cues.BULLET, figure.left[-30:])
    return len(behind) > 1 and not cues.LIST_END.search(behind[-1])


def _with_chains(counts: list[Count]) -> list[Count]:
    """Levels named in one breath (4대 분야 53개 사업) speak for each other."""
    found = []
    named: dict[int, list[Count]] = {}
    for count in counts:
        named.setdefault(count.figure.sentence.number, []).append(count)
    for count in counts:
        partners = {
            other.level
            for other in named[count.figure.sentence.number]
            if other.level != count.level and abs(other.figure.quantity.start - count.figure.quantity.start) < 30
        }
        alone = -1.0 * (count.figure.lead > 4)
        score = count.score + (1.0 if partners else alone)
        found.append(replace(count, score=score, chained=bool(partners)))
    return found
