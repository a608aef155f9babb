"""The head of government: name and office as the article gives them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pipelines.extract.document import Sentence
from pipelines.extract.gazetteer import Municipality, provinces
from pipelines.extract.model import Evidence
from pipelines.extract.morphemes import may_be_name

SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길"
    "연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감음빈동온호범좌팽승간상시갈단견당"
)
COMPOUND_SURNAMES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고")
_NAME = rf"(?P<name>(?:{'|'.join(COMPOUND_SURNAMES)})[가-힣]{{1,2}}|[{SURNAMES}][가-힣]{{1,3}}?)"
_NAME3 = rf"(?P<name>[{SURNAMES}][가-힣]{{2}}|(?:{'|'.join(COMPOUND_SURNAMES)})[가-힣]{{1,2}})"
_SPEAKS = re.compile(r"[은는이]\s(?:[^“\"]{0,12}\s)?[“\"]")
_SAID = re.compile(r"말했|전했|밝혔|강조|설명|약속|당부|덧붙|했다")
_ACTING = r"(?:권한|직무)\s?대"
_NOT_ACTING = r"(?!\s?(?:권한|직무)?\s?대행|\s?(?:예비)?후보|\s?당선)"


@dataclass(frozen=True, slots=True)
class Head:
    """A head of government with the places where name and office stand."""

    name: str
    office: str
    name_evidence: Evidence
    office_evidence: Evidence


def office_of(row: Municipality) -> str:
    """The office that heads a government: 구청장, 군수, 시장 or 도지사."""
    if row.kind == "자치구":
        return "구청장"
    return {"군": "군수", "도": "도지사"}.get(row.kind[-1], "시장")


def _is_person(match: re.Match[str], text: str) -> bool:
    """Markets (반도체 시장) do not speak: who does is a person, and the analyser, slow to start, is not asked."""
    return bool(_SPEAKS.match(text, match.end()) and _SAID.search(text)) or may_be_name(match["name"])


def find_head(sentences: list[Sentence], row: Municipality) -> Head | None:
    """The head named most often; None where none is named with the office of this government."""
    office = office_of(row)
    written = "도지사|지사" if office == "도지사" else office
    short = provinces()[row.province].short
    stem = short if row.is_province else row.name[:-1]
    place = rf"(?:(?:{short}(?:특별시|광역시|시|도)?|{row.province})\s?)?(?:{stem}(?:특례|광역|특별|특별자치)?|{row.name.removesuffix('도')})"
    before, bare = r"\(\s?", ""
    if office == "구청장":  # 동구(청장 …), never 경찰청(청장 …)
        before, bare = r"(?:(?<=구\()|(?<=구청\()|\(\s?(?=구청장))", "|청장"
    titled = "구청장" if office == "구청장" else written
    shapes = (
        re.compile(rf"{before}(?P<office>{written}{bare})[\s:=]+(?!{_ACTING}){_NAME}(?=[\s,)·])"),
        re.compile(rf"(?<![가-힣]){_NAME}\s{place}(?P<office>{titled}){_NOT_ACTING}"),
        re.compile(
            rf"(?<![가-힣]){_NAME3}\s(?P<office>{written})(?=[은는이가의도]|\s?[\"“”'‘’]|$|[,·)(]){_NOT_ACTING}"
        ),
        re.compile(
            rf"(?<![가-힣])(?<!전 )(?<!前 ){place}(?P<office>{titled})\s{_NAME3}(?=[은는이가의,\s)]|$){_NOT_ACTING}"
        ),
    )
    found: list[Head] = []
    for sentence in sentences:
        for sure, shape in zip((True, True, False, False), shapes, strict=True):
            for match in shape.finditer(sentence.text):
                if not sure and office in {"시장", "도지사"} and not _is_person(match, sentence.text):
                    continue
                found.append(
                    Head(
                        match["name"],
                        office,
                        sentence.evidence(*match.span("name"), "heads.named"),
                        sentence.evidence(*match.span("office"), "heads.office"),
                    )
                )
    if not found:
        return None
    counts = Counter(head.name for head in found)
    name = max(counts, key=lambda item: (counts[item], -[head.name for head in found].index(item)))
    return next(head for head in found if head.name == name)
