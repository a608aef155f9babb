"""The strategies that a plan names, in its order: bullet lists, quoted names, comma lists beside their count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.extract.document import Sentence
from pipelines.extract.model import Strategy

MOST, LONGEST = 12, 60
BULLETS = "▲△▷▶◆◇▦①②③④⑤⑥⑦⑧⑨⑩"
_BULLET = re.compile(rf"[{BULLETS}]\s*")
_LEVELS = (
    ("전략", 3.0),
    ("중점과제", 2.5),
    ("핵심과제", 2.5),
    ("분야", 2.0),
    ("정책 방향", 2.0),
    ("추진방향", 1.5),
    ("방향", 1.5),
    ("과제", 1.5),
    ("갈래", 2.0),
    ("곳은", 1.0),
)
_CUE = re.compile(
    r"전략(?!적|산업|사업)|(?:중점|핵심|역점)\s?(?:추진)?\s?과제|분야(?!별)|(?:정책|추진|기본)\s?방향|[두세네섯곱덟홉]\s?갈래|곳은|과제(?!는 \d)|목표(?=로|는\s▲)"
)
_TOPIC = re.compile(
    r"(?:전략|(?:사업|추진|중점|핵심|주요)\s?분야|(?:중점|핵심|역점)\s?(?:추진)?\s?과제|\d\s?[대개]\s?(?:중점|핵심|추진|실천|주요|세부)?\s?(?:분야|과제)|(?:정책|추진)\s?방향|찾을 곳)(?:으로는|으로|에는|로는|은|는|을|를|이란)?,?\s(?=[^\d\s])"
)
_TAIL = re.compile(
    r"(?:\s등)?(?:의|이라는)\s[‘'“\"]?(?=\d+\s?[대개]\s)|(?:\s?등)?(?:을|를|이|가|은|는|으로|로|까지|과|와|(?=\s\d+\s?[대개]))(?:\s|,)\s?(?:더해\s)?(?:핵심|주요|중점|총|모두|이에|그에|\d+\s?[대개]|[가-힣]*전략|[가-힣]*과제|분야|목표|구성|이뤄|이루|설정|정했|정하|추진|수립|마련|확정|선정|제시|들어|꼽|담|짰|짜|세웠|세우|포함|나눠|나뉘|내세|내걸|역점|잡|바탕|통해|중심|실시|진행)"
    r"|\s등(?:이다|이|을|의|에|으로|도|과|\s|\.|$)|(?:이다|이며|이고|입니다|이었다)(?:[\s.,]|$)|다\.?$|[.]$"
)
_CLOSED = re.compile(r"\s등(?:이며|이고|이다|으로|을|의)")
_QUOTED = re.compile(r"[‘'“\"「『`](?P<name>[^‘’'“”\"「」『』`]{3,60}?)(?:[’'”\"」』]|(?=\s등을?\s))")
_NOT_NAME_AFTER = re.compile(
    r"[’'”\"」』]?\s?(?:을|를|이라는|라는)?\s?(?:비전|슬로건|목표로|구호|기치)|[’'”\"」』]?\s?(?:을|를)\s(?:수립|공시|발표|마련)"
)
_PARENS = re.compile(r"\s?\([^()]*\)")
_CLAUSE_ITEM = re.compile(
    r"(?:(?<![제광보창사재])고|며|도록|하기 위해|는 것|한다|했다|하는|위한|통한|에서|으며|간|할|될|된)$"
)
_PURPOSE = re.compile(  # 이웃을 살핀 ‘돌봄 일터 확충’
    r"^[^‘’'“”\"]{2,80}?\s[‘'“\"](?P<name>[^‘’'“”\"]{3,50})[’'”\"]\W*$"
)
_LONG_PURPOSE = re.compile(r"^.{2,80}?(?:[는한할될된던을를]|위해|으로|로)\s*[‘'“\"](?P<name>[^‘’'“”\"]{3,50})[’'”\"]")


_FIRST_TOLD = re.compile(r"(?:첫째|첫\s?번째)\s(?:추진\s?)?전략(?:은|이)\s[‘'“\"]")
_NUMBER_WORD = r"(?:\d{1,2}\s?(?:개|가지|갈래|대)|(?:두|세|네|다섯|여섯|일곱|여덟|아홉|열)\s?(?:개|가지|갈래)|둘|셋|넷|다섯|여섯|일곱|여덟)"
_ANNOUNCED = re.compile(  # 분야는 모두 여섯 개., 전략은 네 가지다.
    rf"(?P<level>전략|분야|과제|방향|갈래|축)[가-힣]{{0,3}}\s(?:크게\s|모두\s|총\s)?{_NUMBER_WORD}(?:이?다|입니다|로\s?[가-힣]+다)?[.:](?:\s|$)"
    rf"|{_NUMBER_WORD}\s?(?:의\s)?(?:핵심|추진|중점|주요)?\s?(?P<kind>전략|분야|과제|방향)(?:으로|로|을|를|은|는)?\s[가-힣]{{1,4}}다[.:]$"
)
_HEADING = re.compile(
    r"^(?:(?P<mark>[▲△▷▶◆◇▦■□●○◎◈]|ㅇ\s)|[①-⑩]|(?P<order>\d{1,2}[.)]\s|[가-하][.)]\s|첫째,?\s|둘째,?\s|[셋넷]째,?\s|다섯째,?\s))\s*"
    r"(?P<name>[^.:：△▲▷]{3,50}?)\s*(?:[:：](?:\s.*)?|[=＝].*|\([^()]*\))?$"
)


@dataclass(frozen=True, slots=True)
class Item:
    """A name at `start:end` of a sentence."""

    sentence: Sentence
    start: int
    end: int

    @property
    def name(self) -> str:
        """The name as written."""
        return self.sentence.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of names with the cue that introduces it."""

    items: tuple[Item, ...]
    score: float
    level: str


def find_strategies(sentences: list[Sentence], count: int | None, count_noun: str | None) -> list[Strategy]:
    """The names of the plan's strategies; empty where the text only counts them."""
    listings = [listing for order in range(len(sentences)) for listing in _listings(sentences, order, count)]
    listings += _headings(sentences, count)
    ranked = [(_rank(listing, count, count_noun), listing) for listing in listings]
    fit = [(rank, listing) for rank, listing in ranked if rank >= 2.0]
    if not fit:
        return []
    best = max(fit, key=lambda item: item[0])[1]
    return [Strategy(item.name, item.sentence.evidence(item.start, item.end, "strategies.list")) for item in best.items]


def _rank(listing: Listing, count: int | None, count_noun: str | None) -> float:
    rank = listing.score
    if count is not None:
        if len(listing.items) == count:
            rank += 4.0
        elif count_noun and count_noun in listing.level:
            rank -= 1.0
        elif count_noun:
            rank -= 0.5
    return rank


def _listings(sentences: list[Sentence], order: int, count: int | None) -> Iterator[Listing]:
    sentence = sentences[order]
    text = sentence.text
    bullets = list(_BULLET.finditer(text))
    if bullets:
        if len(bullets) >= 2:
            yield from _checked(
                _bulleted(sentence, bullets, text),
                sentence,
                text[: bullets[0].start()],
                text[bullets[-1].end() :],
                sentences,
                order,
            )
        return
    yield from _quoted(sentences, order, count)
    yield from _told_in_turn(sentences, order, count)
    yield from _announced(sentences, order, count)
    for topic in _TOPIC.finditer(text):
        items = _split(sentence, topic.end(), _stop(text, topic.end()))
        yield from _checked(items, sentence, text[: topic.end()], "", sentences, order)
    for tail in re.finditer(
        r"(?:\s등(?:이|을|의|으로)?|(?<=[가-힣])의)\s(?=\d+\s?[대개]|(?:핵심|주요|중점|추진)\s?(?:전략|과제))"
        r"|(?<=[가-힣])[을를]\s(?=\d+\s?[대개]\s?(?:핵심|추진|중점)?\s?(?:전략|과제)(?:으)?로\s)",
        text,
    ):
        items = _split(sentence, _list_start(text, tail.start()), tail.start())
        yield from _checked(items, sentence, "", text[tail.end() : tail.end() + 25], sentences, order)


def _announced(sentences: list[Sentence], order: int, count: int | None) -> Iterator[Listing]:
    """As many names as are stated, behind a sentence that only says how many: 분야는 여섯 개다. A, B, …"""
    text = sentences[order].text
    inside = _ANNOUNCED.search(text)
    before = _ANNOUNCED.search(sentences[order - 1].text) if order else None
    found, start = (inside, inside.end()) if inside and inside.end() < len(text) else (before, 0)
    if found is None or count is None or (start == 0 and found.end() < len(found.string)):
        return
    items = tuple(_split(sentences[order], start, _stop(text, start)))
    if len(items) == count and all(_is_name(item.name) for item in items):
        yield Listing(items, 3.0, found["level"] or found["kind"])


def _headings(sentences: list[Sentence], count: int | None) -> list[Listing]:
    """As many lines of their own, each opened by the same mark, as strategies are stated."""
    runs: dict[str, list[Item]] = {}
    for sentence in sentences:
        heading = _HEADING.match(sentence.text)
        if heading and sentence.role != "title" and _is_name(heading["name"]):
            items = runs.setdefault(heading["mark"] or ("1" if heading["order"] else "①"), [])
            items.append(Item(sentence, heading.start("name"), heading.end("name")))
    texts = {sentence.number: sentence.text for sentence in sentences}
    return [
        Listing(tuple(items), 1.0, "전략")
        for items in runs.values()
        if count
        and 1 < len(items) == count
        and re.search(
            _NUMBER_WORD + r"\s?\S{0,6}\s?(?:전략|분야|과제|방향)", texts.get(items[0].sentence.number - 1, "")
        )
    ]


def _is_name(text: str) -> bool:
    """Whether a phrase may be a strategy's name: no clause, no amounts."""
    if not 3 <= len(text) <= LONGEST or _CLAUSE_ITEM.search(text):
        return False
    return not re.search(r"\d[개명]|억|다$|음$|임$|됨$|함$", text)


def _bulleted(sentence: Sentence, bullets: list[re.Match[str]], text: str) -> list[Item]:
    items = []
    for position, bullet in enumerate(bullets):
        last = position + 1 == len(bullets)
        end = len(text) if last else bullets[position + 1].start()
        closing = _CLOSED.search(text, bullet.end(), end)
        if last or closing:
            end = _stop(text, bullet.end())
        items.append(_trim(sentence, bullet.end(), end))
        if closing:
            break
    return items


def _stop(text: str, start: int) -> int:
    """Where the last item of a list ends: before 등, a particle with the predicate, or the full stop."""
    in_quotes = [match.span() for match in re.finditer(r"[‘“\"'][^’”\"']*[’”\"']", text)]
    for tail in _TAIL.finditer(text, start + 2):
        if not any(a < tail.start() < b - 1 for a, b in in_quotes) and not _inside_parens(text, start, tail.start()):
            return tail.start()
    return len(text)


def _inside_parens(text: str, start: int, at: int) -> bool:
    return text.count("(", start, at) > text.count(")", start, at)


def _split(sentence: Sentence, start: int, end: int) -> list[Item]:
    text = sentence.text
    items, at, depth = [], start, 0
    marks = [match.span() for match in re.finditer(r",\s?|을 비롯해\s|를 비롯해\s|;\s", text[start:end])]
    for left, right in [(start + a, start + b) for a, b in marks]:
        depth = text.count("(", at, left) - text.count(")", at, left)
        if depth > 0:
            continue
        items.append(_trim(sentence, at, left))
        at = right
    items.append(_trim(sentence, at, end))
    return items


def _list_start(text: str, end: int) -> int:
    """Where a list that ends at `end` begins: after the last topic particle or clause before its first comma."""
    quotes = list(re.finditer(r"[‘“'\"][^‘’“”'\"]*[’”'\"]", text[:end]))
    commas = [match.start() for match in re.finditer(", ", text[:end])]
    outside = [comma for comma in commas if not any(quote.start() < comma < quote.end() for quote in quotes)]
    head = text[: outside[0] if outside else end]
    opening = [match.end() for match in re.finditer(r"(?:는|은|고|며|로|해|서|면|,)\s", head)]
    return opening[-1] if opening else 0


def _quoted(sentences: list[Sentence], order: int, count: int | None) -> Iterator[Listing]:
    """Names in quotes; they may run over two sentences where their number is the stated one."""
    runs = [_quotes(sentence) for sentence in sentences[order : order + 2] if sentence.role == "body"]
    if not runs or len(runs[0]) < 2:
        return
    text = sentences[order].text
    if len(runs) == 2 and count and len(runs[0]) < count and len(runs[0]) + len(runs[1]) == count and runs[1]:
        both = text + sentences[order + 1].text
        if _CUE.search(both):
            yield Listing((*runs[0], *runs[1]), 3.0, "전략")
    cue = _cue(text[: runs[0][0].start], text[runs[0][-1].end :][:40])
    if cue:
        yield Listing(tuple(runs[0]), cue[1], cue[0])


def _told_in_turn(sentences: list[Sentence], order: int, count: int | None) -> Iterator[Listing]:
    """As many quoted names in a paragraph as are stated, from the first one on: 첫째 전략은 ‘A’다. … ‘B’, ‘C’가 뒤를 잇는다."""
    first = sentences[order]
    if count and _FIRST_TOLD.search(first.text):
        paragraph = (sentence for sentence in sentences[order:] if sentence.paragraph == first.paragraph)
        items = tuple(item for sentence in paragraph for item in _quotes(sentence))
        if len(items) == count:
            yield Listing(items, 3.0, "전략")


def _quotes(sentence: Sentence) -> list[Item]:
    text = sentence.text
    found = []
    for match in _QUOTED.finditer(text):
        if not _NOT_NAME_AFTER.match(text[match.end("name") :]) and not re.search(r"[.?]$|다$|\d년", match["name"]):
            found.append(Item(sentence, match.start("name"), match.end("name")))
    return found


def _trim(sentence: Sentence, start: int, end: int) -> Item:
    text = sentence.text
    piece = text[start:end]
    purpose = (
        _PURPOSE.match(piece)
        or _LONG_PURPOSE.match(piece)
        or re.match(r"^\s*[‘'“\"](?P<name>[^‘’'“”\"]{3,50})[’'”\"]", piece)
    )
    if purpose:
        return Item(sentence, start + purpose.start("name"), start + purpose.end("name"))
    parens = _PARENS.search(piece)
    while parens and parens.end() >= len(piece.rstrip(" ,·등")) - 1:
        piece = piece[: parens.start()]
        parens = _PARENS.search(piece)
    piece = re.sub(r"(?:\s등)$", "", piece.rstrip(" ,.·;"))
    lead = len(piece) - len(piece.lstrip(" ,·;‘'“\""))
    return Item(sentence, start + lead, start + len(piece.rstrip("’'”\"")))


def _checked(
    items: list[Item], sentence: Sentence, before: str, after: str, sentences: list[Sentence], order: int
) -> Iterator[Listing]:
    names = [item.name for item in items]
    if not 2 <= len(items) <= MOST or any(not 2 <= len(name) <= LONGEST for name in names):
        return
    if any(_CLAUSE_ITEM.search(name) for name in names):
        return
    if any(re.search(r"\d[개명]$|\d[개명]\)?$|억", name) for name in names):
        return
    context = before
    if order and not before.strip(" -•○") and sentences[order - 1].paragraph + 1 >= sentence.paragraph:
        context = sentences[order - 1].text + before
    cue = _cue(context, after)
    if cue:
        yield Listing(tuple(items), cue[1], cue[0])


def _cue(before: str, after: str) -> tuple[str, float] | None:
    near = before[-45:]
    best: tuple[str, float] | None = None
    for place in (near, after):
        if not _CUE.search(place):
            continue
        for word, score in _LEVELS:
            if word.replace(" ", "") in place.replace(" ", "") and (best is None or score > best[1]):
                best = (word, score)
    return best
