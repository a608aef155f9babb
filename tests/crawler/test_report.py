import unicodedata
from types import SimpleNamespace

from crawler.ledger import OUTCOMES
from crawler.report import COLUMNS, STATES, as_table, progress_line

ROW = {name: 0 for name, _ in COLUMNS} | {"state": "ok", "reason": None, "seconds": 1.5}


def shown(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def table(**outlets):
    return as_table({name: ROW | {"outlet": name} | more for name, more in outlets.items()}, "ok").splitlines()


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


def test_an_unknown_number_is_an_empty_cell():
    assert "None" not in "\n".join(table(a={"plan_articles": None, "seconds": None}))


def test_an_empty_run_and_a_dry_one():
    assert as_table({}, "unhealthy").splitlines()[-1] == STATES["unhealthy"]
    assert (
        as_table({}, "stopped", dry=True).splitlines()[-1]
        == "dry run, nothing was kept · 시험 실행 / " + STATES["stopped"]
    )


def test_progress():
    ledger = SimpleNamespace(sums=lambda run: {"listed": 40, "fetched": 7, "open": 2, "plans": 2, "visits": 1})
    tonight = SimpleNamespace(ledger=ledger, run="r", crawling=3, kind="nightly")
    assert progress_line(tonight, 5) == "2/5 outlets done · 40 listed · 7 fetched · 3 to come · 2 plan articles"
