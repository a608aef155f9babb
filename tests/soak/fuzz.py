"""The reader on mutilated articles: whatever comes in, it raises nothing, and its work grows no faster than the text."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable

from pipelines.extract import Source, extract
from tests.gold.cases import all_cases

TIMES = 16
"""How often the text of the work test is repeated."""
MOST_GROWTH = 1.3
"""How much more work a paragraph may take in the repeated text than alone: 1 is linear."""


def cut(text: str, dice: random.Random) -> str:
    """A piece of it."""
    start = dice.randrange(len(text) + 1)
    return text[start : start + dice.randrange(len(text) + 1)]


def shuffled(text: str, dice: random.Random) -> str:
    """Its lines in another order."""
    lines = text.splitlines()
    dice.shuffle(lines)
    return "\n".join(lines)


def fused(text: str, dice: random.Random) -> str:
    """Spaces, commas and full stops lost, so that figures run together."""
    return "".join(char for char in text if char not in " ,.·" or dice.random() < 0.5)


def mojibake(text: str, dice: random.Random) -> str:
    """Bytes read in the wrong charset."""
    return text.encode("utf-8" if dice.random() < 0.5 else "cp949", "replace").decode("cp949" if dice.random() < 0.5 else "latin-1", "replace")  # fmt: skip


def sprinkled(text: str, dice: random.Random) -> str:
    """Digits, signs and control characters put in anywhere."""
    signs = "0123456789만천백억조%∼~()[]‘’“”▲△\x00\x1f\u200b\ufeff\U0001f600년월일개명원"
    chars = list(text)
    for _ in range(max(1, len(chars) // 40)):
        chars.insert(dice.randrange(len(chars) + 1), dice.choice(signs))
    return "".join(chars)


def doubled(text: str, dice: random.Random) -> str:
    """Repeated, with one line and without line breaks."""
    return text.replace("\n", " ") * dice.randrange(2, 6)


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (cut, shuffled, fused, mojibake, sprinkled, doubled)


def soak(seed: int, count: int) -> Counter[str]:
    """Read `count` mutated articles, and some extremes; the counts, of which `raised` and `misplaced` should be 0."""
    dice = random.Random(seed)
    cases = all_cases()
    counts: Counter[str] = Counter()
    extremes = [
        "",
        "\n" * 100_000,
        "1" * 1_000_000,
        "일자리 1만개 " * 120_000,
        "가" * 1_000_000,
        "(" * 50_000,
        "▲" * 50_000,
    ]
    for text in extremes:
        _read(text, text[:200], counts)
    for number in range(1, count + 1):
        case = dice.choice(cases)
        text, title = case.source.text, case.source.title
        for mutation in dice.sample(MUTATIONS, dice.randrange(1, 4)):
            text = mutation(text, dice)
        if dice.random() < 0.3:
            title = dice.choice(MUTATIONS)(title, dice)
        _read(text, title, counts)
        if number % 2000 == 0:
            print(f"fuzzing, {number}/{count}: {dict(counts)}", flush=True)
    return counts


def _read(text: str, title: str, counts: Counter[str]) -> None:
    counts["articles"] += 1
    try:
        plan = extract(Source(text, title, None))
    except Exception as error:
        counts["raised"] += 1
        print(f"raised {type(error).__name__}: {error} on {text[:200]!r}", flush=True)
        return
    counts["relevant"] += plan.relevant
    for spot in plan.evidence.values():
        source = title if spot.where == "title" else text
        counts["misplaced"] += source[spot.start : spot.end] != spot.as_written


def work(text: str, title: str) -> int:
    """How many function calls reading a text takes: a measure that does not depend on the machine."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        extract(Source(text, title, None))
    finally:
        sys.setprofile(None)
    return calls


def growth() -> dict[str, float]:
    """By case, the work of a text repeated in paragraphs, against as many times the work of it alone."""
    found = {}
    for case in all_cases():
        if case.gold["relevant"] and len(case.source.text) * TIMES < 60_000:
            once = work(case.source.text, case.source.title)
            often = work("\n\n".join([case.source.text] * TIMES), case.source.title)
            found[case.id] = often / once / TIMES
    return found
