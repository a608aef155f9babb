import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.search import bigrams, match_query


@pytest.fixture(scope="module")
def index():
    """A search index of one document at a time."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table docs using fts5(bigrams, tokenize='unicode61')")

    def search(query: str, document: str = "부평구 새일자리센터, 청년들이 Job-Fair 2020년") -> bool:
        connection.execute("delete from docs")
        connection.execute("insert into docs values (?)", [bigrams(document)])
        (count,) = connection.execute("select count(*) from docs where docs match ?", [match_query(query)]).fetchone()
        return bool(count)

    yield search
    connection.close()


@pytest.mark.parametrize(
    "query",
    [
        "일자리",
        "일자",
        "자리",
        "새일",
        "센터",
        "청년",
        "청",
        "터",
        "부평 청년",
        "청년 부평",
        "job",
        "JOB fair",
        "fai",
        "2020",
        "20",
        "2020년",
        "일자리센터",
    ],
)
def test_found(index, query):
    assert index(query)


@pytest.mark.parametrize("query", ["년청", "자일리", "남동", "일자리 남동", "평청", "air", "2021", "구새", "리자"])
def test_not_found(index, query):
    assert not index(query)


def test_syllables_of_neighbouring_words_are_no_word(index):
    assert not index("나다", "가나 다라")
    assert not index("일자리", "일자 자리")


def test_composed_and_decomposed_hangul_are_one(index):
    assert index("\u1107\u116e\u1111\u1167\u11bc", "부평구")
    assert index("부평", "\u1107\u116e\u1111\u1167\u11bc\u1100\u116e")


@pytest.mark.parametrize("query", ["", " ", '"', "*", "_", "()", "-", "\x00", "🌱", "·"])
def test_a_query_without_a_word_finds_nothing(index, query):
    assert not index(query)


@pytest.mark.parametrize(
    "query",
    [
        "일자리 AND",
        'NEAR("일자리")',
        "일자리*",
        '"일자리',
        "bigrams:일자리",
        "일자리)",
        "NOT 일자리",
        "^일자리",
        "일자리 + 청년",
    ],
)
def test_operators_are_text(index, query):
    index(query)


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_query_is_a_syntax_error(index, query, document):
    index(query, document)


HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=6)


@settings(deadline=None)
@given(HANGUL, HANGUL, HANGUL)
def test_hangul_is_found_wherever_it_stands_in_a_word(index, before, word, after):
    for document in (word, before + word, word + after, before + word + after, f"{before} {word} {after}"):
        assert index(word, document)


@settings(deadline=None)
@given(st.lists(HANGUL, min_size=1, max_size=5), st.data())
def test_what_is_no_part_of_any_word_is_not_found(index, words, data):
    query = data.draw(HANGUL)
    assert index(query, " ".join(words)) == any(query in word for word in words)
