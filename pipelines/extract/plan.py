"""From a text to a plan: every reading in its order, then arithmetic, then what is published and what is only flagged."""

from __future__ import annotations

import re
from datetime import date

from pipelines.extract import checks, horizon
from pipelines.extract.article import Article
from pipelines.extract.breakdown import read_breakdown
from pipelines.extract.counts import choose_counts, read_counts, without_parts
from pipelines.extract.document import Sentence, date_stamp, read_sentences
from pipelines.extract.figures import Figure, read_figures
from pipelines.extract.heads import find_head
from pipelines.extract.jobs import Jobs, read_jobs
from pipelines.extract.model import Evidence, JobPlan, Kind, OtherValue, Source
from pipelines.extract.money import Money, read_money, signed
from pipelines.extract.names import PlanName, choose_plan_name, read_plan_names
from pipelines.extract.places import Issuer, find_issuer, read_mentions
from pipelines.extract.rates import HIGHEST, LOWEST, Rate, choose_target, read_rates
from pipelines.extract.relevance import ABOUT_JOBS, judge, speaks
from pipelines.extract.strategies import find_strategies

UNDATED = date(2020, 1, 1)
"""The day whose names of municipalities hold for a text without any date."""

_REVISED = re.compile(
    r"수정\s?(?:,\s?)?공시|목표(?:를|치를)?\s?(?:수정|재설정|상향 조정|하향 조정)|수정했다|목표[가-힣]{0,2}\s(?:[가-힣]+\s){0,2}(?:다시\s(?:세|정|잡)|고쳐)|새로\s고친\s목표"
)
_PROMISED = re.compile(r"(?:수립|공시|확정|마련|발표|공개)할|세울|내놓을|올릴|(?:수립|마련)\s?중")
_RESULT = re.compile(r"실적|성과|달성|결과|만들었|창출했|초과")


def extract(source: Source) -> JobPlan:
    """Read one text. An article that is no job plan comes back with `relevant` False and the reasons."""
    if not ABOUT_JOBS.search(source.title + source.text):
        return JobPlan(reasons=["speaks of no jobs"])
    published = source.published or _stamped(source.text)
    sentences = read_sentences(source)
    day = published or _guessed_day(source)
    mentions = read_mentions(sentences, day)
    issuer = find_issuer(sentences, mentions, day, source.region)
    if not speaks(issuer, sentences):
        return JobPlan(reasons=["no local government speaks in it"])
    figures = read_figures(sentences, issuer.municipality, mentions, published)
    foreign = {figure.sentence.number for figure in figures if figure.alien}
    own = [sentence for sentence in sentences if sentence.number not in foreign]
    names = read_plan_names(own, published)
    yearly = horizon.is_yearly(own, names, figures, published)
    name = choose_plan_name(names, yearly)
    year = name.year if name and name.year else published.year if published and yearly else None
    since = year if yearly or published is None else published.year
    counted = read_counts(figures, since)
    counting = {id(count.figure) for count in counted}
    rest = [figure for figure in figures if id(figure) not in counting]
    jobs = read_jobs(rest, yearly, year if yearly else None)
    counts = choose_counts(without_parts(counted, rest, jobs.target))
    rates = read_rates(figures)
    money = read_money(figures, yearly, since)
    target_rate = choose_target(rates, yearly) is not None
    verdict = judge(
        Article(sentences, issuer, mentions, names, jobs, rest, len(counts), target_rate, money.budget is not None)
    )
    plan = JobPlan(relevant=verdict.relevant, reasons=verdict.reasons)
    if not verdict.relevant:
        return plan
    results = _as_results(jobs, sentences, name)
    _put_issuer(plan, issuer, sentences)
    _put_time(plan, yearly, results, sentences, name, jobs, published)
    if name:
        _put(plan, "plan_name", name.text, name.evidence)
    _put_jobs(plan, jobs)
    _put_money(plan, money)
    _put_rate(plan, rates, yearly)
    for field, count in counts.items():
        _put(plan, field, count.figure.quantity.whole, count.figure.evidence(f"counts.{count.level}"))
    top = counts.get("strategies")
    plan.strategy_names = find_strategies(
        own, top.figure.quantity.whole if top else None, _noun(top.level) if top else None
    )
    plan.breakdown = read_breakdown(rest, jobs, plan.strategy_names, year, results)
    checks.check(plan, jobs)
    return plan


def _put(plan: JobPlan, field: str, value: object, evidence: Evidence) -> None:
    setattr(plan, field, value)
    plan.evidence[field] = evidence


def _put_issuer(plan: JobPlan, issuer: Issuer, sentences: list[Sentence]) -> None:
    row = issuer.municipality
    if row is None:
        plan.municipality_candidates = [candidate.id for candidate in issuer.candidates]
        return
    plan.municipality_id = row.id
    if issuer.evidence:
        _put(plan, "municipality", row.full_name, issuer.evidence)
    head = find_head(sentences, row)
    if head:
        _put(plan, "head_name", head.name, head.name_evidence)
        _put(plan, "head_office", head.office, head.office_evidence)


def _put_time(
    plan: JobPlan,
    yearly: bool,
    results: bool,
    sentences: list[Sentence],
    name: PlanName | None,
    jobs: Jobs,
    published: date | None,
) -> None:
    span = (
        horizon.reported_year(jobs.prior_created, sentences, published)
        if results and jobs.prior_created
        else horizon.plan_years(yearly, sentences, name, jobs.target, published)
    )
    if span.first:
        _put(plan, "plan_year", span.first.value, span.first.evidence)
    if span.last:
        _put(plan, "plan_year_end", span.last.value, span.last.evidence)
    kind: Kind = "results" if results else "yearly" if yearly else "term"
    if kind == "yearly" and any(_REVISED.search(sentence.text) for sentence in sentences[:5]):
        kind = "revised"
    plan.kind = kind


def _put_jobs(plan: JobPlan, jobs: Jobs) -> None:
    for field, figure in (
        ("job_target", jobs.target), ("prior_job_target", jobs.prior_target), ("prior_jobs_created", jobs.prior_created),
    ):  # fmt: skip
        if figure:
            reader, checked = ("jobs", jobs.target_checks) if field == "job_target" else ("results", ())
            _put(plan, field, figure.quantity.whole, figure.evidence(f"{reader}.{field}", checked))
    if jobs.achievement:
        _put(plan, "achievement_rate", jobs.achievement.value, jobs.achievement.evidence("results.achievement"))
    for figure in jobs.others:
        plan.others.append(
            OtherValue("job_target", figure.value, _period(figure), "target", None, figure.evidence("jobs.other"))
        )


def _put_money(plan: JobPlan, money: Money) -> None:
    if money.budget:
        _put(plan, "budget_krw", money.budget.quantity.whole, money.budget.evidence("money.budget", money.checks))
    if money.change:
        _put(plan, "budget_change_krw", round(signed(money.change)), money.change.evidence("money.change"))
    if money.change_pct:
        _put(plan, "budget_change_pct", signed(money.change_pct), money.change_pct.evidence("money.change"))
    plan.flags += money.flags


def _put_rate(plan: JobPlan, rates: list[Rate], yearly: bool) -> None:
    target = choose_target(rates, yearly)
    if target and LOWEST <= target.figure.value <= HIGHEST:
        _put(plan, "employment_rate_target", target.figure.value, target.figure.evidence("rates.target"))
        plan.employment_rate_base = target.base
    for rate in rates:
        if target and rate.figure.value == target.figure.value:
            continue
        plan.others.append(
            OtherValue(
                "employment_rate",
                rate.figure.value,
                _period(rate.figure),
                rate.status,
                rate.base,
                rate.figure.evidence("rates.other"),
            )
        )


def _period(figure: Figure) -> str | None:
    period = figure.period
    return (
        figure.sentence.text[period.start : period.end] if period and period.end <= len(figure.sentence.text) else None
    )


def _noun(level: str) -> str:
    return {"strategy": "전략", "field": "분야", "task": "과제"}.get(level, "")


def _as_results(jobs: Jobs, sentences: list[Sentence], name: PlanName | None) -> bool:
    """Whether the article only reports: then the target of the year that it reports is that year's, not a new one."""
    made = jobs.prior_created
    if made is None or not (_is_results(sentences) or (jobs.target is None and name is None)):
        return False
    if name is not None and _is_ahead(name, made, sentences):
        return False
    if jobs.target is not None and (jobs.target.lead < made.lead or not _same_period(jobs.target, made)):
        return False
    if jobs.target is not None:
        jobs.prior_target, jobs.target = jobs.target, None
    return True


def _is_ahead(name: PlanName, made: Figure, sentences: list[Sentence]) -> bool:
    """Whether a plan for a later year than the result's is laid down, not only promised (이달 말 공시할 예정)."""
    reported = made.period.last if made.period else None
    if name.year is None or reported is None or name.year <= reported:
        return False
    inside = [one.text for one in sentences if one.start <= name.evidence.start < one.start + len(one.text)]
    return not any(_PROMISED.search(text) for text in inside)


def _same_period(one: Figure, other: Figure) -> bool:
    years = [figure.period.last if figure.period else None for figure in (one, other)]
    return years[0] is not None and years[0] == years[1]


def _is_results(sentences: list[Sentence]) -> bool:
    return any(_RESULT.search(sentence.text) for sentence in sentences[:3])


def _stamped(text: str) -> date | None:
    stamp = date_stamp(text)
    return date(*stamp) if stamp else None


def _guessed_day(source: Source) -> date:
    years = [int(year) for year in re.findall(r"(?<!\d)(20[012]\d)년", source.title + source.text[:3000])]
    return date(max(years), 7, 1) if years else UNDATED
