"""The text as sentences with their places: what is the article, and what is the page around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines.extract.model import Evidence, Source

Role = Literal["title", "heading", "body"]
Where = Literal["text", "title"]
CLAUSE = 120
LONGEST_TEXT, LONGEST_SENTENCE, MOST_SENTENCES = 60_000, 1_500, 600
"""Beyond these a text is no article; what follows is not read, so that no input takes long."""

END_OF_ARTICLE = re.compile(
    r"^\W*(?:관련\s?(?:기사|뉴스|포토|태그)|많이 본|인기 ?(?:기사|뉴스)|댓글|나도 한마디|기사 ?더보기|(?:자치구|지역) ?(?:주요)?(?:기사|뉴스)"
    r"|지역뉴스|다음 ?글|이전 ?글|키워드|TAG|태그|Hot 포토|주요 ?뉴스|최신 ?(?:기사|뉴스)|핫이슈|추천 ?(?:기사|뉴스)|공유하기"
    r"|SNS ?기사보내기|기사제보|목록|관심기사|함께 본|이 시각|광고문의|.{0,40}의 다른 글|[^다]{0,20}에 실린 글)",
)
NEXT_ARTICLE = re.compile(
    r"^[◆◇■□●▣★▶]\s?(?P<headline>[^\n]{8,60})(?<![다.])\n+[^\n]{0,200}[시군구도청][은는가이]\s[^\n]{10,250}\d일\s밝혔다[^\n]{0,300}$",
    re.MULTILINE,
)
"""A marked headline with a lead of its own (군은 … 3일 밝혔다): another article on the same page."""
COPYRIGHT = re.compile(r"저작권자|무단\s?(?:전재|복제|배포)|ⓒ|Copyright|All rights reserved", re.IGNORECASE)
CAPTION = re.compile(
    r"^\W*(?:사진\s?[=:｜|]|\[사진|\(사진)|[(<\[]?\s?사진\s?[=:/]?.{0,20}[)>\]]\s*[©ⓒ]?|©\s?\S+\s*$|/사진\s?="
)
CAPTION_LINE = re.compile(r"^[▲△▷◀▶↑].{0,160}(?:©|ⓒ|사진)")
CREDIT = re.compile(
    r"(?:다|모습|전경|장면)\.?\s\S{1,12}(?:\s\S{1,8})?\s제공\W*$|[/=(]\s?\S{1,15}\s제공\W*$"
    r"|\((?:앞줄|뒷줄|왼쪽|오른쪽|가운데|맨\s?앞|사진\s?(?:왼쪽|오른쪽|가운데))[^)]{0,15}\)"
)
"""A photo's credit, or the place of a person in it: … 참석했다. 구청 제공, (왼쪽 세 번째)."""
LONGEST_CAPTION = 150
BULLET = re.compile(r"^[▲△▷▶◆◇●○•■□▪▦①-⑳-]")
STAMP = re.compile(
    r"(?:기사)?(?:입력|등록|승인|수정|작성|게재|송고|발행|출고)[일시]?\s?[:：]?\s?\[?\s?(?P<y>20\d\d)\s?[-./년]\s?(?P<m>\d{1,2})\s?[-./월]\s?(?P<d>\d{1,2})"
    r"|^\W*(?P<y2>20\d\d)\s?[-./년]\s?(?P<m2>\d{1,2})\s?[-./월]\s?(?P<d2>\d{1,2})(?:[.일]|\s|$)[\s\d:()가-힣]{0,20}$"
)
_YEARS = re.compile(r"(?<![\d.])20[0-3]\d(?=년)")
_ENDING = re.compile(r"(?:다|요|음|함|임|됨|까|죠|라)[.!?。]")
_SENTENCE_END = re.compile(
    r"(?<=[다요음함임됨까죠라])[.!?。]+[”’\"')」』]?(?:\s+|(?=20\d\d년|[^\s\d.,)”’\"'고며라는이]))"
)
_OF_JOBS = re.compile(r"일자리|고용|취업|채용|창업|목표")
_WEATHER = re.compile(r"^\W*(?:맑음|흐림|구름|비|눈)\S{0,12}\s?-?\d+(?:\.\d)?℃")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, headline or list line of the article: `source[start:start + len(text)] == text`."""

    where: Where
    start: int
    text: str
    role: Role
    number: int  # order within the article, the title being 0
    paragraph: int = 0

    def evidence(self, start: int, end: int, rule: str, qualifier: str | None = None) -> Evidence:
        """Evidence for the span `start:end` of this sentence."""
        return Evidence(
            start=self.start + start,
            end=self.start + end,
            as_written=self.text[start:end],
            rule=rule,
            where=self.where,
            clause=clause_around(self.text, start, end),
            qualifier=qualifier,
        )


def read_sentences(source: Source) -> list[Sentence]:
    """The title and the article's sentences in order, furniture left out."""
    found = [Sentence("title", 0, source.title[:LONGEST_SENTENCE], "title", 0)] if source.title.strip() else []
    seen_body = False
    title = _squash(source.title)
    for paragraph, (start, line) in enumerate(_article_lines(source.text[:LONGEST_TEXT]), 1):
        if _is_furniture(line):
            continue
        if title and _squash(line) == title:
            continue
        prose = bool(_ENDING.search(line)) or (seen_body and bool(BULLET.match(line))) or len(line) > 90
        seen_body = seen_body or bool(_ENDING.search(line))
        role: Role = "body" if prose else "heading"
        for offset, part in split_sentences(line):
            found.append(Sentence("text", start + offset, part[:LONGEST_SENTENCE], role, len(found), paragraph))
    return found[:MOST_SENTENCES]


def split_sentences(line: str) -> Iterator[tuple[int, str]]:
    """The sentences of one line with their offsets."""
    at = 0
    for end in _SENTENCE_END.finditer(line):
        yield from _trimmed(line, at, end.end())
        at = end.end()
    yield from _trimmed(line, at, len(line))


def date_stamp(text: str) -> tuple[int, int, int] | None:
    """Year, month and day of the first stamp (입력 2024-04-02) in the page's head, for texts without a date.

    A labelled stamp comes before a bare one, and a day years after all that the text speaks of is the page's clock.
    """
    stamps = [stamp for line in text.splitlines()[:30] if (stamp := STAMP.search(line))]
    prose = "\n".join(line for line in text.splitlines() if not STAMP.search(line) and not COPYRIGHT.search(line))
    newest = max((int(year) for year in _YEARS.findall(prose)), default=None)
    for stamp in sorted(stamps, key=lambda stamp: stamp["y"] is None):
        year, month, day = (int(stamp[key] or stamp[key + "2"]) for key in "ymd")
        if newest is not None and year - newest > 1:
            continue
        if 1 <= month <= 12 and 1 <= day <= 28 + (3 if month != 2 else 0):
            return year, month, day
    return None


def clause_around(text: str, start: int, end: int, width: int = CLAUSE) -> str:
    """At most `width` characters around a span, cut at commas and spaces where that is possible."""
    if len(text) <= width:
        return text
    spare = max(0, width - (end - start)) // 2
    left, right = max(0, start - spare), min(len(text), end + spare)
    if left and (gap := text.find(" ", left, start)) != -1:
        left = gap + 1
    if right < len(text) and (gap := text.rfind(" ", end, right)) != -1:
        right = gap
    return text[left:right].strip()[:width]


def last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last match of a pattern in a text."""
    found = None
    for match in pattern.finditer(text):
        found = match
    return found


def _article_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of the article, up to where related news, comments or the copyright line begin."""
    at, prose = 0, 0
    for other in NEXT_ARTICLE.finditer(text):
        if other.start() and not _OF_JOBS.search(other[0]) and _ENDING.search(text[: other.start()]):
            text = text[: other.start()]
            break
    for raw in text.splitlines(keepends=True):
        line = raw.rstrip("\r\n")
        stripped = line.strip()
        if prose and END_OF_ARTICLE.match(stripped) and len(stripped) < 60 and not _ENDING.search(stripped):
            return
        cut = COPYRIGHT.search(line)
        if cut and prose and not _ENDING.search(line[cut.end() :]):
            head = line[: cut.start()].rstrip(" <([【-")
            if _ENDING.search(head):
                yield at, head
            return
        if stripped and (cut is None or _ENDING.search(line)):
            lead = len(line) - len(line.lstrip())
            yield at + lead, stripped
            prose += bool(_ENDING.search(line))
        at += len(raw)


def _is_furniture(line: str) -> bool:
    if _WEATHER.match(line) or END_OF_ARTICLE.match(line):
        return True
    if CAPTION_LINE.search(line) or (CAPTION.search(line) and not _ENDING.search(line)):
        return True
    if CREDIT.search(line) and len(line) < LONGEST_CAPTION:
        return True
    return bool(STAMP.search(line)) and len(line) < 80 and not _ENDING.search(line)


def _trimmed(line: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    part = line[start:end]
    if part.strip():
        yield start + len(part) - len(part.lstrip()), part.strip()


def _squash(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
