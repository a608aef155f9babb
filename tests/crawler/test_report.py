import json
import unicodedata
from datetime import date
from types import SimpleNamespace

from crawler.accounts import OUTCOMES
from crawler.monitors.findings import Finding, NightReport
from crawler.report import COLUMNS, STATES, as_data, as_table, progress_line

ROW = {name: 0 for name, _ in COLUMNS} | {"state": "ok", "reason": None, "seconds": 1.5}


def shown(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def report(*rows, state="ok", findings=()):
    return NightReport(
        "r-1", "nightly", state, "2020-04-01T03:00:00+09:00", "2020-04-01T03:10:00+09:00", rows, findings
    )


def table(**outlets):
    return as_table(report(*(ROW | {"outlet": name} | more for name, more in outlets.items()))).splitlines()


def test_every_outcome_has_a_column():
    assert set(OUTCOMES) <= {name for name, _ in COLUMNS}


def test_columns_stand_under_their_titles_also_in_hangul():
    lines = table(knnws={"listed": 1234567}, 부산일보={"fetched": 3})
    head, rule, first, second, last = lines
    assert shown(head) == shown(rule)
    assert [first.split()[0], second.split()[0]] == ["knnws", "부산일보"]
    assert "1,234,567" in first
    ends = [i + 1 for i, char in enumerate(rule + " ") if rule[i : i + 1] == "-" and (rule + " ")[i + 1] == " "]
    assert len(ends) == len(COLUMNS)
    for line in (first, second):
        cells = "".join(char + "\0" * (shown(char) - 1) for char in line)
        assert all(cells[: end + 2][end : end + 2].strip() == "" for end in ends)
    assert last == STATES["ok"]


def test_reasons_stand_below_the_table():
    lines = table(b={"state": "failed", "reason": "robots.txt answers 503"}, a={})
    assert lines[-2] == "b: robots.txt answers 503"


FOUND = (
    Finding("knnws", "host", "error", "2020-03-30부터 응답 없음: 확인", "no answer, since 2020-03-30: look", date(2020, 3, 30), "continuing"),
    Finding("", "memory", "warning", "메모리", "memory", date(2020, 4, 1)),
)  # fmt: skip


def test_findings_stand_below_the_table_in_both_languages_and_once():
    lines = as_table(report(ROW | {"outlet": "knnws", "reason": "no answer"}, findings=FOUND)).splitlines()
    assert lines[3:-1] == [
        "knnws · goes on 계속: no answer, since 2020-03-30: look",
        "  2020-03-30부터 응답 없음: 확인",
        "the night 밤 전체 · warning 주의: memory",
        "  메모리",
    ]


def test_for_machines():
    data = json.loads(json.dumps(as_data(report({"outlet": "knnws"}, findings=FOUND))))
    assert data["outlets"] == [{"outlet": "knnws"}]
    assert data["findings"][0]["since"] == "2020-03-30"
    assert {finding["monitor"] for finding in data["findings"]} == {"host", "memory"}


def test_an_unknown_number_is_an_empty_cell():
    assert "None" not in "\n".join(table(a={"plan_articles": None, "seconds": None}))


def test_an_empty_run_and_a_dry_one():
    assert as_table(report(state="unhealthy")).splitlines()[-1] == STATES["unhealthy"]
    assert (
        as_table(report(state="stopped"), dry=True).splitlines()[-1]
        == "dry run, nothing was kept · 시험 실행 / " + STATES["stopped"]
    )


def test_progress():
    ledger = SimpleNamespace(sums=lambda run: {"listed": 40, "fetched": 7, "open": 2, "plans": 2, "visits": 1})
    tonight = SimpleNamespace(ledger=ledger, run="r", crawling=3, kind="nightly")
    assert progress_line(tonight, 5) == "2/5 outlets done · 40 listed · 7 fetched · 3 to come · 2 plan articles"
