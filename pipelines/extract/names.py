"""Plan names as written: '2020년 일자리대책 세부계획', 민선 7기 일자리 종합계획, 일자리정책 4년 로드맵."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pipelines.extract.document import Sentence
from pipelines.extract.model import Evidence
from pipelines.extract.terms import read_periods

_QUALIFIER = r"지역|대책|창출|목표|공시제?|정책|지원|종합|세부|연차별|연도별|연간|추진|시행|실행|실천|기본|중장기|주요업무|활성화|업무|\d년|전략|확대|만들기|고용|및|구축"
_HEAD = r"(?:계\s?획|대책|로드맵|마스터\s?플랜|공시|프로젝트)"
_PLAN = re.compile(
    r"(?P<year>(?<!\d)(?:20\d\d(?:년도?)?|['’‘]?\d\d년도?)\s?(?:[~∼-]\s?(?:20)?\d\d년?)?\s?)?"
    rf"(?P<place>[가-힣]{{1,6}}(?:시|군|구|도)\s)?"
    rf"(?P<term>(?:[가-힣]{{2,5}}[시군구도]\s)?민선\s?\d{{1,2}}\s?기\s?(?:[가-힣·]{{2,6}}\s){{0,2}}?)?"
    rf"(?P<core>(?:지역\s?)?(?:일자리|고용)\s?(?:(?:{_QUALIFIER})\s?)*?{_HEAD}(?:\s?(?:(?:{_QUALIFIER})\s?)+{_HEAD})?)(?!제)"
    r"(?=[가-힣]{0,2}(?:$|[\s,.’'”\"」』)(>〉·]|은|는|이|가|을|를|의|에|도|과|와|으로|로|서|보고회|안))"
)
_OF_JOBS = re.compile(r"일자리|고용")  # without either there is no name to look for
_LATE_YEAR = re.compile(r"공시제\s?(?P<name>(?P<year>20\d\d년?)\s?(?:연차별\s?)?(?:세부|시행|추진|실행)\s?계\s?획)")
_BARE = re.compile(
    r"(?<!대책 )(?<!일자리 )(?P<name>(?P<year>20\d\d년도?\s?)?(?P<kind>(?:연차별|연도별)\s)?(?:세부|시행|추진|실행)\s?계획)(?=을|를|은|에서|에|이)"
)
"""A plan of the scheme without the word jobs in its name: 연차별 세부계획."""
_SPECIFIC = re.compile(
    r"(?:종합|세부|연차별|연도별|추진|시행|실행|실천|기본)\s?계\s?획$|종합대책$|로드맵$|공시제 .*계\s?획$"
)
_GROUP = re.compile(r"(?:청년|여성|노인|어르신|장애인|신중년|중장년|공공|시니어)\s?$")
_QUOTES = "'‘’“”\"「『`<〈《"
_BACKDROP = re.compile(
    r"^\W{0,3}\s?(?:[과와]|에|을|를|의|은|는)?\s?(?:\([^)]*\))?\s?(?:[과와에]?\s?(?:연계|맞물|기반|바탕|근거|토대|따라|따른|이어받|참고|일환)|의?\s?(?:고용률\s)?목표를?\s당초)"
)
_RECALLED = re.compile(
    r"^\W{0,3}\s?(?:\([^)]*\))?\s?(?:을|를|도)?\s?(?:이미\s|앞서\s)?(?:(?:수립|공시|발표|마련|확정)(?:한|했던)|세운|내놓은)\s(?:바\s?있|데\s?(?:이어|이은)|뒤\s|이후)"
    r"|^\W{0,3}\s?(?:\([^)]*\))?의\s(?:첫|둘|두|셋|세|넷|네|마지막|\d)\S{0,3}\s?(?:해|번째|차)"
)
"""After the name of a plan that is only recalled: …을 공시한 바 있다, …의 둘째 해."""
_EARLIER = re.compile(r"^\W*(?:이에\s|이보다\s)?앞서\s|(?:이에|이보다)\s앞서\s|그동안\s")
_LEADS_ON = re.compile(
    r"보다|대비|비해|견줘|이어|토대|바탕|반영|실적|성과|결과|평가|분석|점검|달성|초과|넘[겨어]|만들어|창출해"
)
"""Between a past year and a plan's name: the plan goes on from that year, it is not that year's."""
_STATED = re.compile(r"수립|공시|마련|확정|발표|공개|세웠|세운|내놓|내놨|밝혔|짰|짜|확정|개최|담|실었|올렸|추진")


@dataclass(frozen=True, slots=True)
class PlanName:
    """A plan's name with its year or term, and how strongly the sentence makes it the article's subject."""

    text: str
    year: int | None
    term: bool
    specific: bool
    score: float
    evidence: Evidence


def read_plan_names(sentences: list[Sentence], published: date | None) -> list[PlanName]:
    """All plan names in order of the text."""
    found: list[PlanName] = []
    context = ""
    for sentence in sentences:
        for match in _PLAN.finditer(sentence.text) if _OF_JOBS.search(sentence.text) else ():
            if _GROUP.search(sentence.text[: match.start("core")]):
                continue
            if not match["year"] and (match["core"].endswith("공시") or "일자리" not in match["core"]):
                continue
            if _is_recalled(sentence.text, match, published):
                continue
            if not match["year"] and not match["term"] and _of_past_year(sentence.text[: match.start()], published):
                continue
            found.append(_plan_name(sentence, match, published))
        for match in _LATE_YEAR.finditer(sentence.text):
            start, end = match.span("name")
            found.append(
                PlanName(
                    match["name"], int(match["year"][:4]), False, True, 1.0, sentence.evidence(start, end, "names.late")
                )
            )
        for match in _BARE.finditer(sentence.text):
            if (match["year"] or match["kind"]) and "일자리" in sentence.text + context:
                found.append(_bare_name(sentence, match))
        context = sentence.text
    return found


def _is_recalled(text: str, match: re.Match[str], published: date | None) -> bool:
    """Whether a plan is only recalled: that of a term which began years ago, or one that the verb puts behind."""
    if _RECALLED.match(text[match.end() :]):
        return True
    terms = [period for period in read_periods(match["term"] or "", published) if period.kind == "term"]
    running = bool(terms and published and (terms[0].first or 0) < published.year)
    return running and bool(_EARLIER.search(text[: match.start()]))


def _of_past_year(before: str, published: date | None) -> bool:
    """Whether the words before a plan's name put it in an earlier year: 지난해 … 일자리 종합대책을 공시했다."""
    periods = read_periods(before, published)
    return bool(periods) and periods[-1].kind == "past" and not _LEADS_ON.search(before[periods[-1].end :])


def _bare_name(sentence: Sentence, match: re.Match[str]) -> PlanName:
    year = int(match["year"][:4]) if match["year"] else None
    announced = 0.7 * bool(_STATED.search(sentence.text[match.end() :]))
    spot = sentence.evidence(*match.span("name"), "names.bare")
    return PlanName(match["name"], year, False, True, 0.3 + announced, spot)


def _plan_name(sentence: Sentence, match: re.Match[str], published: date | None) -> PlanName:
    text = sentence.text
    start, end = match.span()
    if match["place"] and not (match["year"] or match["term"]):
        start = match.end("place")
    name = text[start:end]
    periods = read_periods(name, published)
    years = [period.last for period in periods if period.kind == "year" and period.last]
    has_year = bool(match["year"])
    before = text[start - 1 : start]
    quoted = before in _QUOTES and before != ""
    specific = bool(_SPECIFIC.search(match["core"]))
    score = 2.0 * quoted + 1.5 * has_year + 1.0 * specific + 0.05 * len(name)
    score += 1.0 * bool(_STATED.search(text[end:])) - 3.0 * bool(_BACKDROP.match(text[end:]))
    score += {"title": -0.6, "heading": -0.6, "body": 0.0}[sentence.role]
    term = bool(match["term"]) or bool(re.search(r"\d년", match["core"]))
    return PlanName(
        name, years[0] if years else None, term, specific, score, sentence.evidence(start, end, "names.name")
    )


def choose_plan_name(names: list[PlanName], yearly: bool) -> PlanName | None:
    """The name of the plan that the article is about; None where only the scheme or a bare 일자리 대책 is named."""
    fit = [name for name in names if (name.year is not None or name.specific) and not (yearly and name.term)]
    if not yearly:
        fit = [name for name in fit if name.year is None or name.term] or fit
    return max(fit, key=lambda name: name.score, default=None)
