import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.facts import facts_of
from pipelines.merge import ROUNDING, Stated, merge
from tests.readings import plan, rows, strategies


def stated(
    article,
    *,
    revised=False,
    repost=False,
    published="2020-03-30",
    qualifier=None,
    release=None,
    withdrawn=False,
    **fields,
):
    """The facts of one article, with its weight."""
    told = plan(qualifiers=dict.fromkeys(fields, qualifier) if qualifier else None, **fields)
    return [
        Stated(fact, revised, repost, published, f"outlet {article}", release or article, withdrawn)
        for fact in facts_of(article, told)
    ]


def merged(*articles):
    return merge([one for article in articles for one in article])


def test_most_sources_win():
    made = merged(stated("a", job_target=1), stated("b", job_target=2), stated("c", job_target=2))
    assert (made.values["job_target"], made.agreement["job_target"]) == (2, "2/3")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (stated("z", job_target=1), stated("a", job_target=2, repost=True, published="2019-01-01")),
        (stated("z", job_target=1, published="2020-01-01"), stated("a", job_target=2)),
        (stated("z", job_target=1), stated("a", job_target=2, published=None)),
        (stated("a", job_target=1), stated("b", job_target=2)),
    ],
    ids=["first-hand before reposted", "early before late", "dated before undated", "then by identity"],
)
def test_of_equals_the_better_source_wins(first, second):
    for made in (merged(first, second), merged(second, first)):
        assert made.values["job_target"] == 1
        assert [(one.fact.value, chosen) for one, chosen in made.conflicts] == [(1, True), (2, False)]


def test_copies_of_one_release_confirm_a_number_once():
    copies = [stated(name, job_target=2, release="r") for name in "mnopqrstuv"]
    made = merged(stated("a", job_target=1), *copies)
    assert (made.values["job_target"], made.agreement["job_target"]) == (1, "1/2"), (
        "the first of two that say it once each"
    )
    made = merged(stated("a", job_target=1), stated("b", job_target=1), *copies)
    assert (made.values["job_target"], made.agreement["job_target"]) == (1, "2/3")
    assert len(made.conflicts) == 12


def test_copies_that_differ_are_a_conflict_and_most_of_them_speak_for_the_release():
    copies = [stated(name, job_target=5 if name == "a" else 2, release="a") for name in "abcd"]
    made = merged(*copies)
    assert (made.values["job_target"], made.agreement["job_target"]) == (2, "1/1")
    assert [(one.fact.value, chosen) for one, chosen in made.conflicts] == [(5, False), (2, True), (2, True), (2, True)]
    made = merged(*copies[:2])
    assert (made.values["job_target"], made.agreement["job_target"]) == (5, "1/1"), "of two, the better source"
    assert len(made.conflicts) == 2


def test_what_still_stands_comes_before_what_was_withdrawn():
    made = merged(stated("a", job_target=1, withdrawn=True), stated("b", job_target=2, published="2020-04-01"))
    assert (made.values["job_target"], made.agreement["job_target"]) == (2, "1/2")
    assert len(made.conflicts) == 2
    assert merged(stated("a", job_target=1, withdrawn=True)).values["job_target"] == 1


def test_nothing_is_averaged_and_a_rounded_figure_gives_way_to_an_exact_one():
    made = merged(stated("a", job_target=10000, qualifier="약"), stated("b", job_target=10200))
    assert (made.values["job_target"], made.agreement["job_target"], made.conflicts) == (10200, "2/2", [])


def test_a_rounded_figure_between_two_exact_ones_does_not_hide_that_they_differ():
    made = merged(
        stated("a", job_target=10000, qualifier="약"), stated("b", job_target=10200), stated("c", job_target=9800)
    )
    assert made.values["job_target"] == 10200, "an exact one, the first of those that most agree with"
    assert sorted(one.fact.value for one, _ in made.conflicts) == [9800, 10000, 10200]


def test_a_rounded_figure_of_many_outweighs_one_exact_slip():
    many = [stated(name, job_target=10000, qualifier="약") for name in "abc"]
    made = merged(*many, stated("d", job_target=100868))
    assert (made.values["job_target"], made.agreement["job_target"]) == (10000, "3/4")
    assert made.conflicts


@pytest.mark.parametrize(("value", "agrees"), [(10000 - 500, True), (10000 - 501, False), (10000, True)])
def test_how_far_rounding_goes(value, agrees):
    assert ROUNDING == 0.05
    made = merged(stated("a", job_target=10000), stated("b", job_target=value, qualifier="여"))
    assert bool(made.conflicts) is not agrees


def test_a_revision_speaks_for_the_fields_it_states():
    made = merged(
        stated("a", job_target=1, budget_krw=7), stated("b", job_target=1), stated("c", job_target=2, revised=True)
    )
    assert made.values["job_target"] == 2
    assert made.values["budget_krw"] == 7
    assert made.agreement["job_target"] == "1/1"
    assert made.conflicts == []


def test_names_differ_without_conflict():
    made = merged(stated("a", plan_name="대책", head_name="가"), stated("b", plan_name="계획", head_name="가"))
    assert (made.values["plan_name"], made.conflicts) == ("대책", [])


def test_the_rate_keeps_the_age_base_of_the_chosen_source():
    made = merged(
        stated("a", employment_rate_target=60.0, employment_rate_base="15+"),
        stated("b", employment_rate_target=67.0, employment_rate_base="15-64"),
        stated("c", employment_rate_target=67.0, employment_rate_base="15-64"),
    )
    assert (made.values["employment_rate_target"], made.rate_base) == (67.0, "15-64")


def test_rows_are_never_mixed_from_two_articles():
    made = merged(
        stated("a", breakdown=rows(청년=1, 노인=2), strategy_names=strategies("가")),
        stated("b", breakdown=rows(청년=9), strategy_names=strategies("나", "다")),
        stated("c", breakdown=rows(여성=8), revised=True),
    )
    assert [one.fact.value for one in made.breakdown] == [8]
    assert [one.fact.value for one in made.strategies] == ["나", "다"]


def test_rows_keep_their_order_past_nine():
    names = [f"전략 {number}" for number in range(12)]
    made = merged(stated("a", strategy_names=strategies(*names)))
    assert [one.fact.value for one in made.strategies] == names


def test_nothing_gives_nothing():
    made = merge([])
    assert (made.values, made.breakdown, made.strategies, made.conflicts) == ({}, [], [], [])


ARTICLES = st.lists(
    st.tuples(
        st.sampled_from([None, 9800, 10000, 10200, 20000]), st.sampled_from([None, "약"]), st.booleans(), st.booleans(),
        st.sampled_from([None, "2020-03-30", "2020-03-31"]), st.integers(0, 3), st.sampled_from([None, "a0", "a1"]), st.booleans(),
    ),
    max_size=6,
)  # fmt: skip


@given(ARTICLES, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(articles, random):
    facts = [
        one
        for number, (target, qualifier, revised, repost, published, many, release, withdrawn) in enumerate(articles)
        for one in stated(
            f"a{number}", job_target=target, qualifier=qualifier, revised=revised, repost=repost, published=published,
            strategy_names=strategies(*[f"{number}-{i}" for i in range(many)]), release=release, withdrawn=withdrawn,
        )
    ]  # fmt: skip
    made = merge(facts)
    random.shuffle(facts)
    assert merge(facts) == made
    told = {one.fact.value for one in facts if one.fact.field == "job_target"}
    assert made.values.get("job_target") in told | {None}
    assert len({one.fact.article for one in made.strategies}) <= 1
