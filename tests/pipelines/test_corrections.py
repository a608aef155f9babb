"""A correction by a person survives a rebuild, shows itself, and never passes in silence where it does not fit."""

import json
import re
import shutil
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import corrections
from pipelines.corrections import CorrectionError
from pipelines.database import DatabaseError
from pipelines.store import Store
from tests.readings import flag, gone, reading

HEADER = "article,field,value,as_written,reason,reviewer,date\n"
URL = "http://m.knnws.com/news/view.php?idx=1&page=3"
BODY = "부평구는 올해 일자리 1만868개를 만든다.\n예산은 677억 원, 고용률은 67.2%가 목표다. 남동구는 다르다."


def line(field, value="", as_written="", url=URL, reason="자리 수를 잘못 읽음", day="2026-03-02"):
    return f'{url},{field},{value},"{as_written}",{reason},reviewer,{day}\n'


@pytest.fixture
def opened(empty, tmp_path):
    number = iter(range(99))

    @contextmanager
    def open_with(*lines):
        table = tmp_path / "corrections.csv"
        table.write_text(HEADER + "".join(lines), encoding="utf-8")
        with Store(shutil.copy(empty, tmp_path / f"{next(number)}.db"), table) as store:
            yield store
            assert list(store.db.query("pragma foreign_key_check")) == []

    return open_with


def all_of(store, sql):
    return [tuple(row.values()) for row in store.db.query(sql)]


def test_the_table_of_the_project_is_good():
    corrections.load()


def test_a_corrected_fact_says_so_with_its_evidence_and_reason(opened):
    with opened(line("job_target", "10868", "1만868개"), line("budget_krw", "67700000000", "677억 원")) as store:
        store.put(reading(body=BODY, job_target=868, flags=[flag("unit-lost")]))
        assert all_of(store, "select job_target, budget_krw from plans") == [(10868, 67_700_000_000)]
        rows = all_of(
            store,
            "select value, as_written, rule, checks, evidence, start, end, source, unit from facts where rule = 'correction' order by field",
        )
        assert rows[0] == (67_700_000_000, "677억 원", "correction", '["자리 수를 잘못 읽음"]', BODY.split("\n")[1], 29, 35, "text", "KRW")  # fmt: skip
        assert rows[1][:5] == (10868, "1만868개", "correction", '["자리 수를 잘못 읽음"]', BODY.split("\n")[0])
        codes = [flag["code"] for flag in json.loads(all_of(store, "select flags from plans")[0][0])]
        assert codes == ["corrected", "corrected"], "the doubt about the field is settled"
        assert store.unmet_corrections() == []
        for value, as_written, *_, start, end, _, _ in rows:
            assert BODY[start:end] == as_written, value


def test_a_value_is_taken_out(opened):
    with opened(line("job_target")) as store:
        store.put(reading(body=BODY, job_target=868, budget_krw=5))
        assert all_of(store, "select job_target, budget_krw from plans") == [(None, 5)]
        assert all_of(store, "select count(*) from facts where field = 'job_target'") == [(0,)]


def test_place_and_year_move_the_article_to_another_plan(opened):
    lines = [line("municipality", "28200", "남동구"), line("plan_year", "2021", "올해"), line("kind", "results")]
    with opened(*lines) as store:
        assert store.put(reading(body=BODY, job_target=1)) == ["28200-results-2021"]
        assert all_of(store, "select municipality_name from plans") == [("인천광역시 남동구",)]
        assert all_of(store, "select municipality, plan_year, kind from articles") == [("28200", 2021, "results")]


def test_an_article_that_is_none_leaves_the_tables_and_stays_out(opened):
    with opened(line("relevant", "false")) as store:
        for hour, read in enumerate((reading(body=BODY, job_target=1), gone(hour=1), reading(hour=2, job_target=1))):
            assert store.put(read) == [], hour
        store.put(reading(2, job_target=1))
        assert all_of(store, "select canonical from articles") == [("https://knnws.com/news/view.php?idx=2",)]
        assert store.unmet_corrections() == []


def test_one_that_was_stored_before_the_correction_leaves_at_its_next_fetch(opened, empty, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(HEADER)
    path = shutil.copy(empty, tmp_path / "one.db")
    with Store(path, table) as store:
        store.put(reading(body=BODY, job_target=1))
    table.write_text(HEADER + line("relevant", "false"))
    with Store(path, table) as store:
        assert store.put(reading(hour=1, body=BODY, job_target=1)) == ["28237-yearly-2020"]
        assert all_of(store, "select count(*) from plans") == [(0,)]


def test_a_correction_that_does_not_fit_is_refused_aloud(opened):
    with opened(
        line("job_target", "10868", "1만868개"),
        line("tasks", "3", "3개", url="http://www.knnws.com/news/view.php?idx=7"),
    ) as store:
        store.put(reading(body="고쳐 쓴 글", job_target=868))
        assert all_of(store, "select job_target from plans") == [(868,)], "the reading stands"
        [told] = json.loads(all_of(store, "select flags from articles")[0][0])
        assert (told["field"], told["code"], told["as_written"]) == ("job_target", "correction-refused", "1만868개")
        first, second = store.unmet_corrections()
        assert "line 2" in first
        assert "'1만868개' does not stand in the article" in first
        assert "line 3" in second
        assert "no job plan has this address" in second


def test_corrected_versions_are_compared_as_corrected(opened):
    with opened(line("job_target", "10868", "1만868개")) as store:
        store.put(reading(hour=0, body=BODY, job_target=1))
        store.put(reading(hour=1, body=BODY + " 덧붙임.", job_target=2))
        assert all_of(store, "select event from versions order by number") == [("published",), ("edited",)]


def test_words_of_the_title_will_do_and_the_reading_itself_is_left_as_it_was(opened):
    with opened(line("job_target", "10868", "1만868개")) as store:
        read = reading(title="일자리 1만868개", body="글", job_target=1)
        store.put(read)
        assert all_of(store, "select source, start, end from facts where field = 'job_target'") == [("title", 4, 10)]
        assert read.plan.job_target == 1
        assert read.plan.flags == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("article,field\n", "the first line must be"),
        ("", "the first line must be"),
        (HEADER + line("no_such_field", "1", "1"), "line 2: field: there is no 'no_such_field'"),
        (HEADER + line("job_target", "만", "만"), "line 2: value: '만' is no whole number"),
        (HEADER + line("job_target", "1.5", "1.5"), "is no whole number"),
        (HEADER + line("achievement_rate", "높다", "높다"), "is no number"),
        (HEADER + line("municipality", "부평구", "부평구"), "is no id of the gazetteer"),
        (HEADER + line("kind", "weekly"), "is no kind"),
        (HEADER + line("kind"), "kind needs one"),
        (HEADER + line("relevant", "true"), "only false can be said"),
        (HEADER + line("job_target", "1"), "as_written: is missing"),
        (HEADER + line("job_target", "1", "1", url="knnws.com/1"), "is no address"),
        (HEADER + line("job_target", "1", "1", reason=""), "reason: is missing"),
        (HEADER + line("job_target", "1", "1", day="2.3."), "is no day"),
        (HEADER + "a,b,c\n", "line 2: has not 7 columns"),
        (HEADER + line("tasks", "1", "1") + line("tasks", "2", "2", url="https://knnws.com/news/view.php?idx=1"), "line 3: line 2 corrects the same field"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_table_is_named_with_its_line(empty, tmp_path, content, says):
    table = tmp_path / "corrections.csv"
    table.write_text(content, encoding="utf-8")
    with pytest.raises(CorrectionError, match=re.escape(says)) as caught:
        Store(shutil.copy(empty, tmp_path / "one.db"), table)
    assert isinstance(caught.value, DatabaseError)


def test_a_table_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(CorrectionError, match="cannot be read"):
        corrections.load(tmp_path / "none.csv")
    (tmp_path / "cp949.csv").write_bytes((HEADER + line("tasks", "3", "셋")).encode("cp949"))
    with pytest.raises(CorrectionError, match="cannot be read"):
        corrections.load(tmp_path / "cp949.csv")


@given(st.text(max_size=300))
def test_whatever_stands_in_a_table_it_is_read_or_refused(tmp_path_factory, text):
    table = tmp_path_factory.getbasetemp() / "any.csv"
    table.write_text(HEADER + text, encoding="utf-8", errors="replace")
    with suppress(CorrectionError):
        corrections.load(table)
