import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedupe import MOST_HASHES, SAME_TEXT, Sketch, overlap, releases, sketch
from tests.gold.cases import all_cases

CASES = {case.id: case for case in all_cases()}
RELEASE = CASES["bupyeong-2020"].source.text
OTHER = CASES["cheonan-2021"].source.text


def sentences(text):
    return text.replace("\n", " ").split(". ")


def cut(text):
    return ". ".join(sentences(text)[: max(1, len(sentences(text)) * 2 // 5)])


def own_lead(text):
    return ". ".join([sentences(OTHER)[0], *sentences(text)[1:]])


def other_signs(text):
    return text.replace("“", '"').replace("”", '"').replace("·", ", ").replace("\n", "\n\n \n")


def other_figures(text):
    dice = random.Random(3)
    return "".join(str(dice.randrange(10)) if char.isdigit() and dice.random() < 0.3 else char for char in text)


def turned_round(text):
    return ". ".join(reversed(sentences(text)))


@pytest.mark.parametrize("edit", [cut, own_lead, other_signs, other_figures, turned_round])
def test_a_release_is_known_again_however_a_paper_edits_it(edit):
    assert overlap(sketch(RELEASE), sketch(edit(RELEASE))) >= SAME_TEXT


def test_of_the_gold_set_only_the_one_release_is_a_release():
    made = {name: sketch(case.source.text) for name, case in CASES.items()}
    grouped = {}
    for article, release in releases(made).items():
        grouped.setdefault(release, set()).add(article)
    assert [group for group in grouped.values() if len(group) > 1] == [{"boeun-2025-breaknews", "boeun-2025-fnnews"}]


def test_a_text_too_short_to_compare_is_nobodys_copy():
    assert sketch("") is None
    assert sketch("올해 일자리 1만 개") is None
    assert releases({"b": None, "a": None}) == {"a": "a", "b": "b"}


def test_a_chain_of_copies_is_one_release_named_by_its_smallest_article():
    parts = [sentences(CASES[name].source.text) for name in ("bupyeong-2020", "cheonan-2021", "geumcheon-2024")]
    texts = {"z": parts[0], "y": parts[0] + parts[1], "x": parts[1], "w": parts[2]}
    made = {name: sketch(". ".join(text)) for name, text in texts.items()}
    assert releases(made) == {"z": "x", "y": "x", "x": "x", "w": "w"}
    assert releases(dict(reversed(made.items()))) == releases(made)


@given(st.text(max_size=1500))
def test_a_sketch_is_small_comes_back_from_bytes_and_equals_itself(text):
    made = sketch(text)
    if made is None:
        return
    assert Sketch.from_bytes(made.to_bytes()) == made
    assert len(made.hashes) == min(made.size, MOST_HASHES)
    assert overlap(made, made) == 1.0


@given(st.permutations(sorted(CASES)[:12]), st.data())
def test_releases_do_not_depend_on_the_order(names, data):
    texts = data.draw(
        st.lists(st.sampled_from([RELEASE, cut(RELEASE), OTHER, own_lead(OTHER)]), min_size=12, max_size=12)
    )
    made = {name: sketch(text) for name, text in zip(sorted(names), texts, strict=True)}
    assert releases({name: made[name] for name in names}) == releases(made)
