"""Is it a job-plan article? A government's own plan, target or result for jobs as a whole, for a year or a term.

No single word decides. Each signal is a question about the article with a weight; the sum decides, and the verdict
names what was found. For: a plan that the issuer announces, a total, results against it, a rate, a structure, the
breadth of a whole plan. Against: one programme, an event, another speaker, many governments, an opinion.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.extract import topics
from pipelines.extract.article import Article
from pipelines.extract.document import Sentence, last_match
from pipelines.extract.figures import Figure
from pipelines.extract.jobs import is_job_figure, target_score
from pipelines.extract.places import Issuer, refers_to_itself
from pipelines.extract.results import LEAST_TARGET

ENOUGH = 4.0
"""The sum from which an article is one."""
STRONG = 4.0  # cues of a target with which no programme's number is read as a whole

TITLE_CUE = re.compile(r"일자리|고용|취업|실업|공시제|목표\s?공시|공공근로|노동정책|경제활동|만\s?개\s?창출")
ABOUT_JOBS = re.compile(r"일자리|고용|취업")
SCHEME = re.compile(r"일자리\s?(?:창출\s?)?(?:목표\s?)?공시(?:제|(?=[가를에 ]))")
POLICY = re.compile(
    r"일자리\s?(?:창출\s?)?(?:추진\s?(?:상황|계획|전략|방향|실적)|종합|계획|대책|정책|시책|전략|사업\s?(?:윤곽|목표|추진))"
)
ANNOUNCED = re.compile(
    r"수립(?:했|하고|해|한\s)|수립[·ㆍ,]|공시(?:했|하고|해|한\s|한다)|공시[.·…]|발표|확정(?:했|하고|해)|마련(?:했|하고|해)|내놨|내놓|세웠|세워|담은|담긴|공개했|공개하|올렸|고쳐|수정|구성(?:됐|돼|된)|에서 이같이"
)
AHEAD = re.compile(
    r"^\W{0,3}(?:을|를|의)?\s?(?:(?:수립|마련)(?:에|을|를)?\s?(?:앞서|앞두|위한|위해|위하여)|(?:의\s)?(?:초안|심의)|을?\s?(?:논의|심의|자문))"
)
SAYS = re.compile(
    r"밝혔|말했|전했|공시|발표|추진|창출|나선|나섰|계획이다|방침|목표|만든다|만들|제공|확정|수립|달성|공개|내놨"
)
LEADING = re.compile(
    r"(?:핵심|최우선|최대|중점|역점|제1|1호|첫 번째|가장 중요한)\s?(?:정책\s?|구정\s?|시정\s?|군정\s?)?(?:과제|공약|목표|순위|사업|현안)|1순위|최우선"
)
RESULT_IN_TITLE = re.compile(
    r"일자리[^.…]{0,20}(?:목표[^.…]{0,8}(?:초과|넘[겨겼었어긴]|넘는|웃돌|웃돈|상회|뛰어넘|돌파)|초과\s?달성|달성[률율]|실적)"
)
OWN_BODY = re.compile(
    r"일자리\s?(?:[가-힣]{2}\s?){0,2}(?:추진단|추진본부|대책본부|기획단|추진\s?기구|대책단|상황실|추진위|전담팀|TF|태스크\s?포스)"
)
HEAD_IN_TITLE = re.compile(r"[가-힣]{2,4}\s(?:\S{2,4}\s)?\S{0,4}(?:시장|군수|구청장|도지사|지사)")
JOBS_AS_WHOLE = re.compile(r"일자리|고용[률율]|고용\s?(?:창출|목표|대책)")
FRAME = re.compile(
    r"직접\s?일자리|직업\s?(?:능력\s?개발|훈련)|고용\s?서비스|고용\s?장려금|창업\s?지원|(?:공공|정부)\s?부문|민간\s?부문|일자리\s?(?:인프라|기반)"
)


@dataclass(slots=True)
class Verdict:
    """Whether the article is one, and why."""

    relevant: bool
    reasons: list[str] = field(default_factory=list)


Test = Callable[[Article], str | None]


@dataclass(frozen=True, slots=True)
class Signal:
    """A question about an article: its name, what a yes weighs, and how it is answered (with what was found)."""

    name: str
    weight: float
    test: Test


def judge_title(title: str) -> tuple[bool, str]:
    """The cheap test for titles on general lists: leans to recall, the text decides later."""
    cue = TITLE_CUE.search(title)
    return (True, f"cue: {cue[0]}") if cue else (False, "no job or plan cue in the title")


def speaks(issuer: Issuer, sentences: list[Sentence]) -> bool:
    """Whether any local government speaks in a text; where none does, it is no job-plan article."""
    return issuer.municipality is not None or bool(issuer.candidates) or refers_to_itself(sentences)


def judge(article: Article) -> Verdict:
    """The verdict on a text from what was read in it."""
    total, reasons = 0.0, []
    for signal in SIGNALS:
        found = signal.test(article)
        if found is not None:
            total += signal.weight
            reasons.append(f"{signal.name} {signal.weight:+g}" + (f": {found[:40]}" if found else ""))
    return Verdict(total >= ENOUGH, reasons or ["names no plan, no disclosure scheme and no target of jobs as a whole"])


# for -------------------------------------------------------------------------------------------------------------
def _announced(article: Article) -> str | None:
    for name in article.plans:
        after = article.after(name)
        if ANNOUNCED.search(after) and not AHEAD.search(after):
            return name.text
    return None


def _named_early(article: Article) -> str | None:
    early = {id(sentence) for sentence in article.bodies[:4]}
    for name in article.plans:
        for sentence in article.sentences:
            inside = sentence.start <= name.evidence.start < sentence.start + len(sentence.text)
            if sentence.where == name.evidence.where and inside and (sentence.role != "body" or id(sentence) in early):
                return name.text
    return None


def _scheme(article: Article) -> str | None:
    return _found(SCHEME, article.text)


def _scheme_leads(article: Article) -> str | None:
    shown = " ".join(sentence.text for sentence in article.sentences if sentence.role != "body")
    return _found(SCHEME, f"{shown} {article.lead}")


def _target(article: Article) -> str | None:
    return article.target.quantity.as_written if article.target and target_score(article.target) >= 3.0 else None


def _strong_target(article: Article) -> str | None:
    target = article.target
    return target.quantity.as_written if target and target_score(target) >= STRONG and not _group(target) else None


def _result(article: Article) -> str | None:
    jobs = article.jobs
    made, goal = jobs.prior_created or jobs.achievement, jobs.prior_target or jobs.achievement or jobs.target
    return made.quantity.as_written if made and goal and made is not goal and not _group(made) else None


def _both(article: Article) -> str | None:
    made, goal = article.jobs.prior_created, article.jobs.prior_target
    return made.quantity.as_written if made and goal and not (_group(made) or _group(goal)) else None


def _made_leads(article: Article) -> str | None:
    for figure in article.figures:
        told = figure.past or figure.made or figure is article.jobs.prior_created
        jobs = "일자리" in figure.left[-20:] + figure.right[:12] and is_job_figure(figure) and not figure.difference
        if figure.lead <= 1 and told and jobs and figure.value >= LEAST_TARGET and not _group(figure):
            return figure.quantity.as_written
    return _found(RESULT_IN_TITLE, article.headline)


def _rate(article: Article) -> str | None:
    return "" if article.rate else None


def _structure(article: Article) -> str | None:
    return "" if article.counts else None


def _levels(article: Article) -> str | None:
    return "" if article.counts > 1 else None


def _budget(article: Article) -> str | None:
    return "" if article.budget else None


def _breadth(article: Article) -> str | None:
    return ", ".join(article.kinds) if len(article.kinds) >= 4 else None


def _much_breadth(article: Article) -> str | None:
    return "" if len(article.kinds) >= 7 else None


def _frame(article: Article) -> str | None:
    for sentence in article.sentences:
        kinds = {re.sub(r"\s", "", kind)[:4] for kind in FRAME.findall(sentence.text)}
        if len(kinds) >= 3:
            return ", ".join(sorted(kinds))
    return None


def _issuer_says(article: Article) -> str | None:
    row = article.issuer.municipality or (article.issuer.candidates[0] if article.issuer.candidates else None)
    for sentence in article.bodies[:3]:
        text = sentence.text
        own = row is not None and any(m.sentence is sentence and row in m.rows for m in article.mentions)
        if (own or refers_to_itself([sentence])) and ABOUT_JOBS.search(text) and SAYS.search(text):
            return ""
    return None


def _about_jobs(article: Article) -> str | None:
    found = JOBS_AS_WHOLE.search(article.title)
    return found[0] if found and not topics.PROGRAMME.search(article.title) else None


def _policy(article: Article) -> str | None:
    for part in (article.title, article.lead):
        found = POLICY.search(part)
        if found and not PROGRAMME_BEFORE.search(part[: found.start()]):
            return found[0]
    return None


def _own_body(article: Article) -> str | None:
    """A body that the issuer sets up for jobs as a whole, with the total that it is to reach."""
    return _found(OWN_BODY, article.opening) if _strong_target(article) else None


def _agenda(article: Article) -> str | None:
    if "일자리" not in article.title or not HEAD_IN_TITLE.search(article.title) or article.text.count("일자리") < 6:
        return None
    for sentence in article.sentences[1:]:
        if "일자리" in sentence.text and (found := LEADING.search(sentence.text)):
            return found[0]
    return None


# against ---------------------------------------------------------------------------------------------------------
LISTED = re.compile(r"\s등|비롯|포함|통해|[와과]\s|,|▲|△|\)")
PROGRAMME_BEFORE = re.compile(rf"(?:{'|'.join(topics.KINDS[name] for name in topics.GROUPS)})\s?$")


def _group(figure: Figure) -> bool:
    return bool(topics.PROGRAMME.search(figure.near_left[-14:]))


def _programme(article: Article) -> str | None:
    return _found(topics.PROGRAMME, article.title)


def _programme_leads(article: Article) -> str | None:
    for sentence in article.bodies[:2] if article.title else article.sentences[:3]:
        found = topics.PROGRAMME.search(sentence.text)
        if found and sum(bool(pattern.search(sentence.text)) for pattern in topics.KIND.values()) <= 2:
            return found[0]
    return None


def _one_kind(article: Article) -> str | None:
    groups = {name: count for name, count in article.kinds.items() if name in topics.GROUPS}
    main = max(groups, key=lambda name: groups[name], default=None)
    if main is None or groups[main] < 3 or groups[main] < 0.6 * sum(article.kinds.values()):
        return None
    return main


def _narrow(article: Article) -> str | None:
    return ", ".join(article.kinds) if len(article.kinds) == 1 else None


def _part(article: Article) -> str | None:
    """The amount of the target is also given as a group's: 올해 일자리 900개 …, 공공일자리에 참여할 사람은 900명."""
    target = article.target
    same = [figure for figure in article.figures if target and figure.value == target.value]
    for figure in same:
        left = last_match(topics.PROGRAMME, figure.near_left[-24:])
        if left and not LISTED.search(figure.near_left[-24:][left.end() :]):
            return left[0]
        if right := topics.GROUP_OBJECT.match(figure.near_right):
            return right[0]
    return None


def _labelled(article: Article) -> str | None:
    found = topics.BRANDED.search(article.headline)
    return found[0] if found and topics.AGREED.search(article.text) else None


def _elsewhere(article: Article) -> str | None:
    if _named_early(article) is not None:
        return None
    shown = " ".join(sentence.text for sentence in article.sentences if sentence.role != "body")
    return None if ABOUT_JOBS.search(shown if article.title else f"{shown} {article.lead}") else ""


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[0] if match else None


def _in(pattern: re.Pattern[str], part: str) -> Test:
    return lambda article: _found(pattern, getattr(article, part))


def _many(article: Article) -> str | None:
    """Several other governments, named more often than the one that would be the issuer."""
    row = article.issuer.municipality
    own = sum(row in mention.rows for mention in article.mentions if mention.sentence.role == "body")
    own += sum(refers_to_itself([sentence]) for sentence in article.bodies)
    others = [m.name for m in article.mentions if m.sentence.role == "body" and row not in m.rows]
    return ", ".join(dict.fromkeys(others)) if len(set(others)) >= 4 and len(others) > 1.5 * own else None


def _nameless(article: Article) -> str | None:
    return None if article.issuer.municipality or article.issuer.candidates else ""


SIGNALS = (
    Signal("announces its plan", 2.5, _announced),
    Signal("names its plan early", 1.5, _named_early),
    Signal("names the scheme", 1.0, _scheme),
    Signal("opens with the scheme", 1.0, _scheme_leads),
    Signal("states a total", 1.5, _target),
    Signal("states it as the whole", 2.0, _strong_target),
    Signal("tells a result against a target", 2.5, _result),
    Signal("gives both in numbers", 1.5, _both),
    Signal("opens with its result", 2.0, _made_leads),
    Signal("aims at an employment rate", 1.5, _rate),
    Signal("counts strategies, tasks or projects", 1.0, _structure),
    Signal("counts them on several levels", 0.5, _levels),
    Signal("gives a budget", 0.5, _budget),
    Signal("covers many kinds", 1.0, _breadth),
    Signal("covers most kinds", 1.0, _much_breadth),
    Signal("lists the scheme's categories", 1.5, _frame),
    Signal("the issuer speaks of jobs", 1.0, _issuer_says),
    Signal("title is about jobs as a whole", 1.0, _about_jobs),
    Signal("is about job policy", 1.0, _policy),
    Signal("sets up a body for it", 2.5, _own_body),
    Signal("its head makes jobs the first task", 3.0, _agenda),
    Signal("title is about one programme", -3.0, _programme),
    Signal("opens with one programme", -1.5, _programme_leads),
    Signal("is not about jobs", -2.5, _elsewhere),
    Signal("stays with one group", -3.5, _one_kind),
    Signal("covers one kind only", -1.0, _narrow),
    Signal("the total is a group's", -2.5, _part),
    Signal("is about a labelled model", -2.0, _labelled),
    Signal("is about an event", -2.5, _in(topics.EVENT, "headline")),
    Signal("opens with an event", -1.5, _in(topics.OPENING_EVENT, "lead")),
    Signal("is about an award", -2.0, _in(topics.AWARD, "topic")),
    Signal("is about a meeting", -1.0, _in(topics.MEETING, "topic")),
    Signal("is about a budget bill", -2.0, _in(topics.BUDGET_BILL, "topic")),
    Signal("is about firms", -2.5, _in(topics.FIRMS, "opening")),
    Signal("is about statistics", -2.0, _in(topics.STATISTICS, "topic")),
    Signal("is an opinion", -5.0, _in(topics.OPINION, "opening")),
    Signal("criticises", -3.0, _in(topics.CRITICISM, "opening")),
    Signal("a candidate speaks", -6.0, _in(topics.CANDIDATE, "topic")),
    Signal("the council speaks", -4.0, _in(topics.COUNCIL, "topic")),
    Signal("title is about the council", -3.0, _in(topics.COUNCIL_IN_TITLE, "title")),
    Signal("an outsider speaks", -3.0, _in(topics.OUTSIDER, "topic")),
    Signal("the state speaks", -5.0, _in(topics.STATE, "headline")),
    Signal("speaks of many governments", -3.0, _many),
    Signal("names no government", -1.5, _nameless),
)
