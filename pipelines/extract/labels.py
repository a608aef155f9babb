"""What a number in a list is called: the noun phrase before it, in a bullet, behind it, or the topic of its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.extract.document import last_match
from pipelines.extract.figures import Figure, unbracketed
from pipelines.extract.strategies import BULLETS

LONGEST = 45
NEAR = 15
DATED = re.compile(r"지난해|작년|전년|목표|실적|당초|\d년")
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
"""Categories of labour market policy with the words that press labels use; a merged label has several."""

LEXICON = re.compile(
    "|".join(shape for _, shape in CATEGORIES)
    + r"|청년|여성|신중년|중장년|노인|어르신|장애인|취약계층|공공\s?(?:부문|부분|분야)|민간\s?부문|정부\s?부문|사회적\s?(?:기업|경제)|마을기업"
)
_GENERIC = re.compile(
    r"^(?:일자리|신규\s?일자리|새\s?일자리|목표|총|모두|올해|내년|내년에|이듬해|전체|창출|이|그|나머지|지역|인원|규모|등|명|개|사업|분야|부문|일자리\s?창출\s?목표|지난해|내역|실적|그다음|가운데|각각|자리|참여|대상|시|군|구|도|계획|합계|정도|이상|매년|연간|[\d\s.,%~]+|(?:20)?\d\d년.*|.*%.*|[은는이가을를의로에]\s.*|\S+별|일자리[를가는의]\s.*|(?:세운|만든|만들|내건|지역|새|신규|기타|추가|생긴|(?:만들어|생겨)[진난]|(?:창출|마련|제공)[한된])\s일자리|일자리\s사업)$"
)
_MONEY_SPENT = (  # 안전망 강화에 300억 원을 투입해 가장 많은 5천개
    r"에\s?(?:총\s)?[\d,.천백조\s]{1,12}억\s?(?:[\d,천]+만\s?)?원?(?:으로|(?:을|를)?\s?(?:투입|들여|지원|투자|편성|배정)[가-힣]*),?(?:\s가장\s많은)?(?:\s일자리)?(?:\s(?:약|총|모두))?\s?$"
)
_END = re.compile(
    r"\d[\d,]*개\s?(?:사업|과제)\s일자리\s?$|"
    + _MONEY_SPENT
    + r"|(?:\s|^)(?:총|모두|약|전체|각각|무려|최대|연간|또|역시|올해|내년|내년에|이듬해|올|작년|목표인원|목표|인원|대상|참여자|참여\s?인원)\s?$|\(\s?$|[:：]\s?$|\d[\d,만천]*\s?(?:개|건)?\s?(?:의\s)?(?:단위|세부|실행|실천|추진)?\s?(?:사업|과제|분야|부문)?\s?(?:에서|으로|에|,)?\s?\(?$"
    r"|\s?\([^()]*\)\s?$|[’'”\"」』]\s?$"
    r"|(?<=[가-힣’'”\"」』)])(?:을 대상으로|를 대상으로|에 대해|을 통해|를 통해|에서 마련할|으로 생긴|로 생긴|에서는|에서만|에서|에는|에선|으로는|로는|으로도|에게|으로|에|은|는|이|가|을|를|의|와|과|까지)\s?$|(?<![근진도])로\s?$"
    r"|\s(?:마련할|만들|생길|생긴|제공할|창출할|얻을|기대하는|예상되는|만든)(?:\s일자리)?(?:는|를|가|은)?\s?$|(?<!공공)(?<!민간)(?<!정부)(?<!기타)\s?(?:분야|부문)$"
    r"|\s(?:20\d\d년|지난해|작년)?\s?[\d,만천]+[개명](?:에서|\s?대비|보다)\s?$|\s(?:20\d\d년|작년|지난해|전년)\s?$|(?<=사업)[도은]\s?$"
)
_CUT = re.compile(rf"[{BULLETS}]|[,;]\s|\s등\s|(?<=[다])\.\s|[:：]\s")
_STOP_TOKEN = re.compile(
    r"^(?:비롯한|포함한|제외한|합한|더한|넘는|넘은|달하는|이르는|웃도는|견줘|늘어난|줄어든)$|(?:[가-힣](?:고|며|서|해|면|는|은|을|를|에|에서|으로|게|쳐|데|부터|까지|위해|통해|에다|에도|이고|째|하여)|(?<![근진])로|[가-힣]{2}[이가도])$"
)
_NAMED_BY_EXAMPLES = re.compile(
    r"(?P<label>[가-힣·]+(?:\s[가-힣·]+)?(?:사업|일자리|부문|분야))(?:으로|은|는|에서는|에서도|에는)\s"
)
_PURPOSE = re.compile(
    r"(?P<label>(?:[가-힣·]+\s){0,2}[가-힣·]+[을를]\s(?:위한|통한)\s(?:[가-힣]+\s)?일자리)(?:\s사업)?$"
)
_BY_MEANS = frozenset({"통한", "위한"})
_ADNOMINAL = re.compile(r"^[가-힣]{1,3}[한할친된될는은을울른인]$")
_OPENING_TOPIC = re.compile(r"(?P<label>[가-힣·\s]{2,30}?(?:사업|일자리|지원|훈련|서비스|부문|분야))(?:은|는)\s")
_SECTOR_TOPIC = re.compile(r"(?P<label>(?:공공|민간|정부)\s?(?:부문|부분|분야|일자리))(?:에서는|에서|에는|은|는)\s")
_TOPIC = re.compile(
    r"(?:^|[\s,])(?P<label>[‘'“\"]?[가-힣·A-Za-z&()\s]{2,30}?[’'”\"]?\s?(?:분야|부문))(?:에서는|에서도|에서|에는|은|는|이|의|을|도)"
)
_SUBJECT = re.compile(
    r"^(?:\S{0,3}\s)?(?P<label>[가-힣·\s]{2,30}?(?:사업|일자리|지원|훈련|서비스|근로|부문|분야))(?:은|는|도|이|가|에서는|으로는|으로)\s"
)
_OPENING = re.compile(
    r"^\d[\d,]*개\s|^(?:올 한 해(?: 동안)?|먼저|우선|또한|또|이어|특히|이와 함께|그리고|여기에|이 밖에|이외에|이 중|중|나머지|이밖에|아울러|올해|내년|내년에|이듬해|첫째|둘째|셋째|통한|위한|대한|등|및)[\s,]+"
)
_RIGHT = (
    re.compile(
        r"[를을가이은는의]?\s?(?:만드는|맡는|차지하는|마련하는|얻는)\s(?P<label>[가-힣·\s]{2,25}?)(?:이?다|이며|로|에서)[.\s]"
    ),
    re.compile(r"(?:은|는)\s(?P<label>[가-힣·\s]{2,45}?)(?:에서|으로|로)\s(?:나온|마련|채운|만든|생긴|얻)"),
)


def labels(figure: Figure, start: int) -> Iterator[str]:
    """Possible labels of a figure, the likeliest first; `start` is where the row before it ends in the sentence."""
    segment = figure.sentence.text[start : figure.quantity.start]
    bullet = max(unbracketed(segment).rfind(mark) for mark in BULLETS)
    if bullet >= 0:
        inner = segment[bullet + 1 :]
        quoted = re.search(r"[‘'“\"]([^’'”\"]{2,40})[’'”\"]", inner)
        options: tuple[str | None, ...] = (_clean(quoted[1] if quoted else _strip(inner)),)
    else:
        options = (
            _between(segment, start), _direct(segment), _right(figure), _topic(segment), _lexical(segment),
            _for_purpose(segment), _examples(segment),
        )  # fmt: skip
    for label in options:
        if label and len(label) <= LONGEST and not _GENERIC.match(label):
            yield label


def sector(text: str) -> str | None:
    """The sector or field that a list belongs to: 민간부문 in 민간부문에서는 …."""
    found = _SECTOR_TOPIC.search(text) or _OPENING_TOPIC.match(text)
    return _clean(found["label"]) if found else None


def ends_with(segment: str, name: str) -> bool:
    """Whether a name stands right before a number, particles, money and counts aside."""
    return name in _strip(segment)[-len(name) - NEAR :]


def spends_money(segment: str) -> bool:
    """Whether the words before a number say how much is spent for it."""
    return bool(re.search(_MONEY_SPENT, segment.rstrip()))


def in_bullet(figure: Figure, start: int) -> bool:
    """Whether a bullet opens the row of the figure."""
    return any(mark in unbracketed(figure.sentence.text[start : figure.quantity.start]) for mark in BULLETS)


def _between(segment: str, start: int) -> str | None:
    """All between two rows of a list with its numbers in brackets: …(80개), 기타 산업, 문화 분야 등 일자리 창출(…."""
    if not start or not re.search(r"[가-힣]\s?\(\s?$", segment) or re.search(r"[.:]\s|[을를]\s", segment):
        return None
    return _clean(segment.rstrip(" ("))


def _direct(segment: str) -> str | None:
    """The noun phrase right before the number."""
    stripped = _strip(segment)
    gap = segment[len(stripped) :] if segment.startswith(stripped) else ""
    if re.search(r"[,.]", gap) and "억" not in gap:
        return None
    if re.search(r"\s등$", stripped):  # examples, not the name: 행정보조 등에
        found = last_match(_NAMED_BY_EXAMPLES, stripped)
        return _clean(found["label"]) if found else None
    phrase = _CUT.split(stripped)[-1].strip()
    quoted = re.search(r"[‘'“\"「]([^‘’'“”\"]{2,40})$", stripped)
    if quoted:
        return _clean(quoted[1])
    kept: list[str] = []
    for word in reversed(phrase.split()):
        if _STOP_TOKEN.search(word) and kept:
            if re.search(r"[을를]$", word) and len(kept) > 1 and kept[0] in _BY_MEANS:
                kept = [*phrase.split()[-len(kept) - 1 - _modifiers(phrase, len(kept)) :]]  # 직업훈련을 통한 취업
            elif re.search(r"[을를이가에]$", word) and len(kept) > 1 and _ADNOMINAL.search(kept[0]):
                kept.pop(0)  # (운영을) 맡을 문화체육
            break
        if not kept and re.search(
            r"(?<![참기대수급])여$|(?<![장배격고])려$|[져켜와워겨쳐춰줘]$|^(?:비롯한|포함한|제외한|합한|더한|넘는|넘은|달하는|이르는|웃도는|늘어난|줄어든)$|[가-힣](?:아|어|하면)$",
            word,
        ):
            return None
        if _STOP_TOKEN.search(word) and not kept and not re.search(r"[가-힣]{2}(?:로|이|가|도)$", word):
            return None
        kept.insert(0, word)
    return _clean(" ".join(kept)) or None


def _modifiers(phrase: str, kept: int) -> int:
    """How many nouns stand before the object of 을 통한: one in 구인·구직 상담을 통한 취업."""
    before = phrase.split()[: -kept - 1]
    return int(bool(before) and not _STOP_TOKEN.search(before[-1]) and bool(re.fullmatch(r"[가-힣·]+", before[-1])))


def _examples(segment: str) -> str | None:
    """The examples where nothing else names the row: 산불 감시, 숲길 정비 등에."""
    stripped = _strip(segment)
    if not stripped.endswith(" 등"):
        return None
    return _clean(re.split(r"(?<=[고며서해면])\s", _CUT.split(stripped)[-1])[-1])


def _for_purpose(segment: str) -> str | None:
    """A bare 일자리 with what it is for: 자립 지원을 위한 일자리."""
    found = _PURPOSE.search(_strip(segment))
    return _clean(found["label"]) if found else None


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
    found = last_match(LEXICON, segment)
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
    return re.sub(r"\s+", " ", label.strip(" ㅇ,·'`‘’“”\"「」『』:-△▲○"))
