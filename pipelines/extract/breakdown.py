"""The split of a plan's jobs by category, group, sector or programme: rows of a label and a number."""

from __future__ import annotations

import re

from pipelines.extract import cues
from pipelines.extract.choice import same_amount
from pipelines.extract.document import last_match
from pipelines.extract.figures import Figure
from pipelines.extract.jobs import Jobs, is_job_figure, is_past
from pipelines.extract.model import BreakdownRow, Evidence, Strategy
from pipelines.extract.strategies import BULLETS

LONGEST = 45
NEAR = 15
LISTED = 3  # so many labelled numbers in one sentence are a list
CATEGORIES = (
    ("direct", r"직접\s?일자리|재정지원|공공\s?근로|공공\s?일자리|공공형|지역공동체|노인\s?일자리|자활|직접\s?고용"),
    ("training", r"직업\s?능력\s?개발|직업\s?훈련|인력\s?양성|교육\s?훈련|맞춤형\s?교육|능력개발"),
    ("service", r"고용\s?서비스|취업\s?지원|취업\s?알선|일자리\s?매칭|취업\s?연계|알선|취·창업"),
    ("subsidy", r"고용\s?장려|고용\s?보조|채용\s?장려"),
    ("startup", r"창업"),
    ("supported", r"지원\s?고용|재활"),
    ("infra", r"인프라|기반\s?시설|기반\s?구축|SOC|사회간접|산업단지\s?조성|사회기반시설"),
    ("private", r"민간|기업\s?유치|투자\s?유치|신설\s?및?\s?확장|기업유치"),
    ("other", r"기타"),
)
SECTOR = re.compile(r"(?:공공|민간|정부|관)\s?(?:부문|분야|영역)?$|(?:공공|민간|정부)\s?부[문분]")
GROUP = re.compile(r"청년|여성|중장년|신중년|노인|어르신|장애인|취약계층|저소득|다문화|소상공인|일반|경력단절")
_LEXICON = re.compile(
    "|".join(shape for _, shape in CATEGORIES)
    + r"|청년|여성|신중년|중장년|노인|어르신|장애인|취약계층|공공\s?부문|민간\s?부문|정부\s?부문|사회적\s?(?:기업|경제)|마을기업"
)
_GENERIC = re.compile(
    r"^(?:일자리|신규\s?일자리|새\s?일자리|목표|총|모두|올해|전체|창출|이|그|나머지|지역|인원|규모|등|명|개|사업|분야|부문|일자리\s?창출\s?목표|지난해|내역|실적|그다음|가운데|각각|자리|참여|대상|시|군|구|도|계획|합계|정도|이상|매년|연간|[\d\s.,%~]+|(?:20)?\d\d년.*|.*%.*|[은는이가을를의로에]\s.*|\S+별)$"
)
_END = re.compile(
    r"(?:\s|^)(?:총|모두|약|전체|각각|무려|최대|연간|또|역시|올해|올|작년|목표인원|목표|인원)\s?$|\(\s?$|[:：]\s?$|\d[\d,만천]*\s?(?:개|건)?\s?(?:의\s)?(?:단위|세부)?\s?(?:사업|과제|분야|부문)?\s?(?:에서|으로|에|,)?\s?\(?$"
    r"|\s?\([^()]*\)\s?$|[’'”\"」』]\s?$"
    r"|(?<=[가-힣’'”\"」』)])(?:을 대상으로|를 대상으로|에 대해|을 통해|를 통해|에서 마련할|으로 생긴|로 생긴|에서는|에서만|에서|에는|에선|으로는|로는|으로도|에게|으로|에|은|는|이|가|을|를|의|와|과|까지)\s?$|(?<![근진도])로\s?$"
    r"|\s(?:마련할|만들|생길|생긴|제공할|창출할|얻을|기대하는|예상되는|만든)(?:\s일자리)?(?:는|를|가|은)?\s?$|(?<!공공)(?<!민간)(?<!정부)(?<!기타)\s?(?:분야|부문)$"
    r"|\s(?:20\d\d년|지난해|작년)?\s?[\d,만천]+[개명](?:에서|\s?대비|보다)\s?$|\s(?:20\d\d년|작년|지난해|전년)\s?$|(?<=사업)[도은]\s?$"
)
_CUT = re.compile(rf"[{BULLETS}]|[,;]\s|\s등\s|(?<=[다])\.\s|[:：]\s")
_STOP_TOKEN = re.compile(
    r"(?:[가-힣](?:고|며|서|해|면|는|은|을|를|에|에서|으로|게|쳐|데|부터|까지|위해|통해|에다|에도|이고|째|하여)|(?<![근진])로|[가-힣]{2}[이가도])$"
)
_TOPIC = re.compile(
    r"(?:^|[\s,])(?P<label>[‘'“\"]?[가-힣·A-Za-z&()\s]{2,30}?[’'”\"]?\s?(?:분야|부문))(?:에서는|에서도|에서|에는|은|는|이|의|을|도)"
)
_SUBJECT = re.compile(
    r"^(?:\S{0,3}\s)?(?P<label>[가-힣·\s]{2,30}?(?:사업|일자리|지원|훈련|서비스|근로|부문|분야))(?:은|는|도|이|가|에서는|으로는|으로)\s"
)
_OPENING = re.compile(
    r"^(?:올 한 해(?: 동안)?|먼저|우선|또한|또|이어|특히|이와 함께|그리고|여기에|이 밖에|이외에|이 중|나머지|이밖에|아울러|올해|첫째|둘째|셋째|통한|위한|대한|등|및)[\s,]+"
)
_RIGHT = (
    re.compile(
        r"[를을가이은는의]?\s?(?:만드는|맡는|차지하는|마련하는|얻는)\s(?P<label>[가-힣·\s]{2,25}?)(?:이?다|이며|로|에서)[.\s]"
    ),
    re.compile(r"(?:은|는)\s(?P<label>[가-힣·\s]{2,45}?)(?:에서|으로|로)\s(?:나온|마련|채운|만든|생긴|얻)"),
)
_TAIL_OF_ROW = re.compile(r"\s?(?:\([^)]*\))?(?:로|을|를|이|가|에다|에|의|와|과|,|\)|등|이며|이고|였고|에서|씩)*\s?")


def read_breakdown(
    figures: list[Figure], jobs: Jobs, strategies: list[Strategy], year: int | None, results: bool
) -> list[BreakdownRow]:
    """The rows of the plan's split; for a results report, of the jobs made."""
    taken = [figure for figure in (jobs.target, jobs.prior_target, jobs.prior_created, *jobs.others) if figure]
    rows: list[BreakdownRow] = []
    previous: dict[int, int] = {}
    siblings = _siblings(figures, jobs.target)
    for figure in figures:
        start = previous.get(figure.sentence.number, 0)
        if not is_job_figure(figure) or figure.lead == 0:
            continue
        if (
            figure.difference
            or figure.quoted
            or cues.PRIOR_OF_ROW.match(figure.near_right)
            or figure.horizon == "every"
        ):
            continue
        tail = _TAIL_OF_ROW.match(figure.right)
        previous[figure.sentence.number] = figure.quantity.end + (tail.end() if tail else 0)
        if _is_result_row(figure, jobs.prior_created if results else None):
            continue
        if (is_past(figure, year) and not results) or any(same_amount(figure.value, other.value) for other in taken):
            continue
        if jobs.target is not None and figure.value >= jobs.target.value:
            continue
        label = _label(figure, start, siblings, strategies)
        if label is None:
            continue
        if any(
            row.value == figure.value and row.evidence and not _within(row.evidence, figure) for row in rows
        ):  # said before
            continue
        rows.append(_row(figure, label, figures))
    return rows


def _is_result_row(figure: Figure, made: Figure | None) -> bool:
    """Whether a number tells what was done so far, in an article on a plan, or of another year, in one on results."""
    if re.search(r"%\s?\($|목표의 $", figure.left) or figure.horizon == "half":
        return True
    if made is not None:
        years = [item.period.last if item.period else None for item in (figure, made)]
        return None not in years and years[0] != years[1]
    return bool(cues.TOLD_PAST.match(figure.near_right)) or bool(cues.UNFINISHED.search(figure.sentence.text))


def _row(figure: Figure, label: str, figures: list[Figure]) -> BreakdownRow:
    prior = [
        other
        for other in figures
        if other.sentence is figure.sentence
        and other.unit == figure.unit
        and other.quantity.end <= figure.quantity.start
        and figure.quantity.start - other.quantity.end < 30
        and cues.PRIOR_OF_ROW.match(other.near_right)
    ]
    return BreakdownRow(
        label=label,
        value=figure.quantity.whole,
        unit=figure.unit or "개",
        prior=prior[-1].quantity.whole if prior else None,
        categories=tuple(name for name, shape in CATEGORIES if re.search(shape, label)),
        frame=_frame(label),
        evidence=figure.evidence("breakdown.label"),
    )


def _frame(label: str) -> str:
    if SECTOR.search(label):
        return "sector"
    if any(re.search(shape, label) for name, shape in CATEGORIES if name not in {"private", "other"}):
        return "category"
    return "group" if GROUP.search(label) else "programme"


def _siblings(figures: list[Figure], target: Figure | None) -> dict[int, int]:
    """How many job figures a sentence lists; two that add up to the target are as good as a long list."""
    values: dict[int, list[float]] = {}
    for figure in figures:
        if is_job_figure(figure) and not figure.difference and figure.lead:
            values.setdefault(figure.sentence.number, []).append(figure.value)
    whole = target.value if target else 0.0
    closed = {number for number, parts in values.items() if len(parts) > 1 and abs(sum(parts) - whole) <= 0.005 * whole}
    return {number: LISTED if number in closed else len(parts) for number, parts in values.items()}


def _belongs(figure: Figure, label: str, siblings: dict[int, int], strategies: list[Strategy]) -> bool:
    """Whether a labelled number is a part of the plan's jobs: a known category, a list, or jobs by its own words."""
    if any(_same(label, strategy.name) for strategy in strategies):
        return True
    text = figure.sentence.text
    about_jobs = (
        bool(re.match(r"[를을]\s(?:만들|마련|창출|제공|늘|채우|채운)", figure.right))
        or "일자리" in text
        or bool(re.search(r"부문|분야|선발|고용|취업|채용|목표", text))
    )
    if siblings.get(figure.sentence.number, 0) >= LISTED and about_jobs:
        return True
    return bool(_LEXICON.search(label)) and about_jobs


def _label(figure: Figure, start: int, siblings: dict[int, int], strategies: list[Strategy]) -> str | None:
    text = figure.sentence.text
    segment = text[start : figure.quantity.start]
    bullet = max(segment.rfind(mark) for mark in BULLETS)
    if bullet >= 0:
        inner = segment[bullet + 1 :]
        quoted = re.search(r"[‘'“\"]([^’'”\"]{2,40})[’'”\"]", inner)
        found = _clean(quoted[1] if quoted else _strip(inner))
        return found if found and not _GENERIC.match(found) else None
    for strategy in strategies:
        if strategy.name in segment:
            return strategy.name
    options = (_direct(segment), _right(figure), _topic(segment), _lexical(segment))
    fit = (label for label in options if label and not _GENERIC.match(label) and len(label) <= LONGEST)
    return next((label for label in fit if _belongs(figure, label, siblings, strategies)), None)


def _direct(segment: str) -> str | None:
    """The noun phrase right before the number."""
    stripped = _strip(segment)
    gap = segment[len(stripped) :] if segment.startswith(stripped) else ""
    if re.search(r"[,.]", gap):
        return None
    phrase = _CUT.split(stripped)[-1].strip()
    quoted = re.search(r"[‘'“\"「]([^‘’'“”\"]{2,40})$", stripped)
    if quoted:
        return _clean(quoted[1])
    words = phrase.split()
    kept: list[str] = []
    for word in reversed(words):
        if _STOP_TOKEN.search(word) and kept:
            break
        if not kept and re.search(
            r"(?<![참기대수급])여$|(?<![장배격고])려$|[져켜와워겨쳐춰]$|[가-힣](?:아|어|하면)$", word
        ):
            return None
        if _STOP_TOKEN.search(word) and not kept and not re.search(r"[가-힣]{2}(?:로|이|가|도)$", word):
            return None
        kept.insert(0, word)
    return _clean(" ".join(kept)) or None


def _strip(segment: str) -> str:
    """The segment without counts, particles and fillers at its end; before a bracket the name is bare already."""
    if segment.rstrip().endswith("("):
        return re.sub(r",?\s?\d[\d,]*개(?:\s?\S{0,4}\s?(?:사업|과제))?$", "", segment.rstrip(" ("))
    before = None
    while before != segment:
        before = segment
        segment = _END.sub("", segment.rstrip(" ,"))
    return segment


def _topic(segment: str) -> str | None:
    found = last_match(_TOPIC, segment)
    if found:
        words = re.split(r"(?<=[고며서해면는은을를에])\s", found["label"])
        return _clean(_strip(words[-1]))
    subject = _SUBJECT.match(segment.lstrip())
    return _clean(subject["label"]) if subject else None


def _lexical(segment: str) -> str | None:
    found = last_match(_LEXICON, segment)
    if found is None or "등" in segment[found.end() :] or len(segment) - found.end() > NEAR:
        return None
    return found[0]


def _right(figure: Figure) -> str | None:
    for shape in _RIGHT:
        match = shape.match(figure.right)
        if match:
            return _clean(match["label"])
    return None


def _clean(label: str) -> str:
    label = _OPENING.sub("", re.sub(r"\s?\([^()]*\)?", "", label.lstrip()))
    return re.sub(r"\s+", " ", label.strip(" ,·'`‘’“”\"「」『』:-△▲○"))


def _within(spot: Evidence, figure: Figure) -> bool:
    return figure.sentence.start <= spot.start < figure.sentence.start + len(figure.sentence.text)


def _same(one: str, other: str) -> bool:
    short, long = sorted((re.sub(r"[\W_]", "", one), re.sub(r"[\W_]", "", other)), key=len)
    return bool(short) and short in long
