"""Is it a job-plan article? A government's own plan, target or result for jobs as a whole, for a year or a term."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.extract.document import Sentence
from pipelines.extract.figures import Figure
from pipelines.extract.jobs import target_score
from pipelines.extract.names import PlanName
from pipelines.extract.places import Issuer

TITLE_CUE = re.compile(r"일자리|고용|취업|실업|공시제|목표\s?공시|공공근로|노동정책|경제활동|만\s?개\s?창출")
ABOUT_JOBS = re.compile(r"일자리|고용|취업")
SCHEME = re.compile(r"일자리\s?(?:목표\s?)?공시(?:제|(?=[가를에 ]))|일자리\s?창출\s?공시제")
EVENT = re.compile(
    r"모집|채용|박람회|참여자|참가자|접수|수강생|교육생|설명회|협약|MOU|개소|면접|수료|특강|간담회|상담|캠페인|공모전|투자유치|투자협약|구인|구직|선발|지급|신청|교육|아카데미|인턴|해커톤|창구|수상|선정|우수|대상\b|표창|경진대회|벤치마킹|견학|위촉|행사|축제|입주|준공|착공|기공|면담|방문|회의|위원회|토론|포럼|세미나"
)
PROGRAMME = re.compile(
    r"(?:노인|어르신|시니어|청년|여성|장애인|공공|신중년|중장년|자활|지역공동체|사회서비스|희망근로|대학생|방역|산림|농촌|5060|4050|경력단절|외국인|숲|문화|에너지|환경|상생형|군산형|광주형|돌봄|직접|뉴딜|단기|디지털|관광|공익|신노년|이주여성|북한이탈|자활)\s?(?:형\s?|맞춤형?\s?)?(?:일자리|근로|공공근로)|노인|어르신|시니어|신노년|국비|투자|㈜|특구"
)
LEADING = re.compile(
    r"(?:핵심|최우선|최대|중점|역점|제1|1호|첫 번째|가장 중요한)\s?(?:정책\s?|구정\s?|시정\s?|군정\s?)?(?:과제|공약|목표|순위|사업|현안)|1순위|최우선"
)
HEAD_IN_TITLE = re.compile(r"[가-힣]{2,4}\s(?:\S{2,4}\s)?\S{0,4}(?:시장|군수|구청장|도지사|지사)")


@dataclass(slots=True)
class Verdict:
    """Whether the article is one, and why."""

    relevant: bool
    reasons: list[str] = field(default_factory=list)


def judge_title(title: str) -> tuple[bool, str]:
    """The cheap test for titles on general lists: leans to recall, the text decides later."""
    cue = TITLE_CUE.search(title)
    return (True, f"cue: {cue[0]}") if cue else (False, "no job or plan cue in the title")


def judge(
    sentences: list[Sentence],
    issuer: Issuer,
    names: list[PlanName],
    mentions: list[Figure],
    facts: bool,
) -> Verdict:
    """The verdict on a text from what was read in it."""
    title = sentences[0].text if sentences and sentences[0].role == "title" else ""
    if issuer.municipality is None and not issuer.candidates:
        return Verdict(False, ["no local government speaks in it"])
    target = max(mentions, key=target_score, default=None)
    lead = min((figure.lead for figure in mentions), default=0)
    strength = target_score(target) if target else 0.0
    whole = target is not None and strength + facts >= 4.5 and not PROGRAMME.search(target.near_left[-14:])
    named = [name for name in names if (name.year is not None or name.specific) and name.score > 0]
    scheme = any(SCHEME.search(sentence.text) for sentence in sentences)
    event = EVENT.search(title)
    reasons: list[str] = []
    if named:
        reasons.append(f"names a plan: {max(named, key=lambda name: name.score).text}")
    if scheme:
        reasons.append("names the disclosure scheme")
    if whole and target:
        reasons.append(f"states a target of jobs as a whole: {target.quantity.as_written}")
    early = any(name.evidence.where == "title" or _early(name, sentences) for name in named)
    facts = whole or facts
    against = event or PROGRAMME.search(title)
    if named and (early or facts) and not (against and not whole):
        return Verdict(True, reasons)
    if scheme and facts and not (against and not whole):
        return Verdict(True, reasons)
    if SCHEME.search(title) and issuer.municipality and not against:
        return Verdict(True, reasons)
    leads = whole and issuer.municipality and lead <= 6
    if leads and not against and ABOUT_JOBS.search(title):
        return Verdict(True, reasons)
    text = " ".join(sentence.text for sentence in sentences)
    if "일자리" in title and HEAD_IN_TITLE.search(title) and not against:
        agenda = any("일자리" in sentence.text and LEADING.search(sentence.text) for sentence in sentences[1:])
        if agenda and text.count("일자리") >= 6:
            return Verdict(True, ["the head of government makes jobs the year's first task"])
    if against:
        reasons.append(f"is about an event or one programme: {against[0]}")
    return Verdict(False, reasons or ["names no plan, no disclosure scheme and no target of jobs as a whole"])


def _early(name: PlanName, sentences: list[Sentence]) -> bool:
    bodies = [sentence for sentence in sentences if sentence.role == "body"][:4]
    return any(
        sentence.start <= name.evidence.start < sentence.start + len(sentence.text)
        for sentence in sentences
        if sentence.where == name.evidence.where == "text" and (sentence in bodies or sentence.role == "heading")
    )
