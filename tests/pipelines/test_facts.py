import dataclasses
import json

import pytest

from pipelines.extract.model import JobPlan
from pipelines.facts import PLAN_FACTS, facts_of, plan_id
from tests.readings import other, plan, rows, spot, strategies


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"job_target": 1}, "28237-yearly-2020"),
        ({"job_target": 1, "kind": None}, "28237-yearly-2020"),
        ({"job_target": 1, "kind": "revised"}, "28237-yearly-2020"),
        ({"job_target": 1, "kind": "results"}, "28237-results-2020"),
        ({"job_target": 1, "kind": "term", "plan_year_end": 2022}, "28237-term-2020-2022"),
        ({"job_target": 1, "plan_year_end": 2020}, "28237-yearly-2020"),
        ({"job_target": 0}, "28237-yearly-2020"),
        ({"strategy_names": strategies("하나")}, "28237-yearly-2020"),
        ({"breakdown": rows(청년=1)}, "28237-yearly-2020"),
        ({"head_name": "차준택", "plan_name": "세부계획", "others": [other("job_target", 5)]}, None),
        ({"job_target": 1, "municipality_id": None}, None),
        ({"job_target": 1, "plan_year": None}, None),
    ],
)
def test_the_key_of_a_plan(fields, key):
    assert plan_id(plan(**fields)) == key


def test_what_is_no_plan_has_no_key():
    assert plan_id(dataclasses.replace(plan(job_target=1), relevant=False)) is None


@pytest.mark.parametrize("name", sorted(PLAN_FACTS))
def test_each_fact_of_a_plan_makes_one(name):
    assert plan_id(plan(**{name: 3})) == "28237-yearly-2020"


def test_every_value_with_evidence_is_one_fact_with_its_source():
    told = plan(
        job_target=10868, budget_krw=67_700_000_000, employment_rate_target=67.0, employment_rate_base="15-64",
        strategy_names=strategies("가", "나"), breakdown=rows(청년=1, 노인=2),
        others=[other("job_target", 50000, period="2018-2022", status="target"), other("job_target", 9000)],
        qualifiers={"job_target": "여"},
    )  # fmt: skip
    facts = {fact.id: fact for fact in facts_of("a1", told)}
    assert list(facts) == [
        "a1-municipality", "a1-plan_year", "a1-job_target", "a1-budget_krw", "a1-employment_rate_target",
        "a1-strategy-1", "a1-strategy-2", "a1-breakdown-1", "a1-breakdown-2", "a1-other_job_target-1",
        "a1-other_job_target-2",
    ]  # fmt: skip
    assert {fact.plan for fact in facts.values()} == {"28237-yearly-2020"}
    target = facts["a1-job_target"]
    assert (target.value, target.unit, target.as_written, target.qualifier) == (10868, "jobs", "10868", "여")
    assert facts["a1-employment_rate_target"].base == "15-64"
    assert facts["a1-budget_krw"].base is None
    row = facts["a1-breakdown-2"]
    assert (row.label, row.value, row.unit, json.loads(row.categories)) == ("노인", 2, "개", ["direct_job_creation"])
    beside = facts["a1-other_job_target-1"]
    assert (beside.unit, beside.period, beside.status) == ("jobs", "2018-2022", "target")


def test_a_value_without_evidence_is_no_fact():
    told = JobPlan(
        relevant=True, municipality_id="28237", plan_year=2020, job_target=5, evidence={"plan_year": spot(2020)}
    )
    assert [fact.field for fact in facts_of("a1", told)] == ["plan_year"]


def test_a_clause_is_cut_to_its_limit():
    told = plan(job_target=5)
    told.evidence["job_target"] = spot(5, clause="가" * 500)
    assert {len(fact.evidence) for fact in facts_of("a1", told) if fact.field == "job_target"} == {120}
