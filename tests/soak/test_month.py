"""What a seed makes of a month, how a month is judged, and one short month; whole ones are in `make soak`."""

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from crawler.clock import VARIABLE, now
from crawler.monitors.rhythm import in_season, is_working_day
from tests.newsroom import faults
from tests.newsroom.data import load, load_faults
from tests.soak import month as month_module
from tests.soak import week
from tests.soak.month import (
    BEGINNINGS,
    NETWORK,
    SHORT,
    SILENCE,
    TROUBLES,
    WEEKLY,
    WHOLE,
    Month,
    Night,
    Report,
    is_free,
    short,
)

SEEDS = range(40, 52)


@pytest.fixture(scope="module", params=[WHOLE, SHORT], ids=["whole", "short"])
def months(request):
    return [Month(seed, request.param) for seed in SEEDS]


def test_every_trouble_is_planted_once_on_an_outlet_of_its_own_behind_healthy_nights(months):
    for one in months:
        wanted = {*TROUBLES, *[SILENCE] * one.size.silence, *[NETWORK] * one.size.network}
        assert Counter(planted.trouble for planted in one.planted) == Counter(wanted)
        assert max(Counter(planted.outlet for planted in one.planted).values()) == 1
        for planted in one.planted:
            assert one.size.healthy - 1 <= planted.first <= planted.right < planted.end < one.size.nights
            if planted.trouble not in (NETWORK, SILENCE):
                assert one.rhythms[planted.outlet] in planted.trouble.on


def test_the_network_fails_on_a_night_that_no_other_trouble_touches():
    for seed in SEEDS:
        one = Month(seed)
        network = next(planted.first for planted in one.planted if planted.trouble is NETWORK)
        for planted in one.planted:
            if planted.trouble not in (NETWORK, SILENCE):
                assert not planted.first <= network <= planted.end
        assert len(one.faults(network)) == round(0.8 * len(one.rhythms))


def test_every_kind_of_fault_is_planted_by_a_week_or_a_month():
    dice = random.Random(1)
    kinds = {fault["kind"] for _ in range(50) for trouble in TROUBLES for fault in trouble.faults(dice)(0)}
    assert kinds | set(week.KINDS) == set(faults.KINDS)


def test_a_month_has_a_holiday_or_is_in_the_season_and_has_a_quiet_weekly_paper():
    for seed in SEEDS:
        one = Month(seed)
        days = [moment.date() for moment in one.moments]
        assert in_season(days[0]) or any(is_free(day) and day.weekday() < 5 for day in days)
        troubled = {planted.outlet for planted in one.planted}
        assert any(rhythm is WEEKLY and name not in troubled for name, rhythm in one.rhythms.items())


def test_the_monitors_know_the_holidays_and_the_season_of_these_months():
    for first in BEGINNINGS:
        for day in (first + timedelta(days=n) for n in range(-SHORT.history, WHOLE.nights + 7)):
            assert is_working_day(day) is not is_free(day), day
            assert in_season(day) is month_module.in_season(day), day


def test_faults_strike_from_the_first_night_to_the_last_and_can_be_read(months):
    for one in months[:3]:
        for number in range(one.size.nights):
            planted = one.faults(number)
            load_faults(planted, one.rhythms)
            under_way = {
                each.outlet for each in one.planted if each.outlet and each.first <= number < each.end
                and each.trouble is not SILENCE
            }  # fmt: skip
            assert under_way <= set(planted)


def test_an_outlet_falls_silent_and_comes_back():
    for seed in SEEDS:
        one = Month(seed)
        planted = next(each for each in one.planted if each.trouble is SILENCE)
        seen = [one.sees_news(planted.outlet, number, None) for number in range(one.size.nights)]
        assert not any(seen[planted.first : planted.right + 1])
        assert seen[planted.end]


def test_the_same_seed_is_the_same_month_and_another_is_another(tmp_path):
    texts = []
    for number, seed in enumerate((5, 5, 6)):
        made = Month(seed, SHORT).save(tmp_path / str(number))
        texts.append((made.articles_folder / "month.jsonl").read_text(encoding="utf-8"))
    assert texts[0] == texts[1] != texts[2]
    desk = load(tmp_path / "0" / "articles", tmp_path / "0" / "outlets")
    assert set(desk.outlets) == set(Month(5, SHORT).rhythms)


# the judgement


@pytest.fixture
def judged():
    """A month of which everything was told as it should be, by invented findings."""
    one = Month(41, SHORT)
    report = Report(
        one, [Night(n, moment, 0, [], dict.fromkeys(one.rhythms, "ok")) for n, moment in enumerate(one.moments)]
    )
    for planted in one.planted:
        for number in range(planted.right, report.over(planted) + 1):
            change = (
                "new" if number == planted.right else "continuing" if number < report.over(planted) else "recovered"
            )
            add(report, number, finding(planted, change))
    return report


def finding(planted, change, **more):
    words = {
        language: getattr(planted.trouble, language).replace(".*", "20").split("|")[0] for language in ("en", "ko")
    }
    monitor = planted.trouble.monitors[0]
    return {"outlet": planted.outlet, "monitor": monitor, "level": "error", "change": change, **words, **more}


def add(report, number, *found):
    night = report.nights[number]
    findings = [*night.findings, *found]
    wrong = any(one["level"] == "error" and one["change"] != "recovered" for one in findings)
    report.nights[number] = replace(night, findings=findings, code=int(wrong))


def without(report, number, planted, change):
    night = report.nights[number]
    kept = [one for one in night.findings if (one["outlet"], one["change"]) != (planted.outlet, change)]
    report.nights[number] = replace(night, findings=[])
    add(report, number, *kept)


def test_a_month_told_as_it_should_be_is_ok(judged):
    assert (judged.missed, judged.false) == ([], [])
    assert judged.ok
    assert (
        f"planted {len(judged.month.planted)}, raised {len(judged.month.planted)}, false 0, missed 0" in judged.text()
    )


def test_trouble_that_is_not_told_is_missed(judged):
    planted = judged.month.planted[0]
    without(judged, planted.right, planted, "new")
    assert judged.missed == [f"{planted.trouble.name} at {planted.outlet}: not told in night {planted.right}"]
    assert "MISSED" in judged.text()


def test_trouble_that_is_told_in_other_words_is_missed(judged):
    planted = judged.month.planted[0]
    without(judged, planted.right, planted, "new")
    add(judged, planted.right, finding(planted, "new", en="something is wrong"))
    assert len(judged.missed) == 1


def test_trouble_that_is_not_told_as_over_is_missed(judged):
    planted = judged.month.planted[0]
    without(judged, judged.over(planted), planted, "recovered")
    assert "not told as over" in judged.missed[0]


@pytest.mark.parametrize("more", [{"outlet": "press099"}, {"monitor": "memory"}, {"outlet": ""}])
def test_what_was_not_planted_is_false(judged, more):
    planted = judged.month.planted[0]
    add(judged, planted.right, finding(planted, "new", **more))
    assert len(judged.false) == 1


def test_an_alarm_before_or_behind_its_time_is_false(judged):
    planted = judged.month.planted[0]
    add(judged, planted.first - 1, finding(planted, "new"))
    add(judged, judged.over(planted) + 1, finding(planted, "continuing"))
    assert len(judged.false) == 2


def test_what_is_told_as_over_before_it_is_is_false(judged):
    planted = next(one for one in judged.month.planted if one.end - one.right > 1)
    add(judged, planted.right + 1, finding(planted, "recovered"))
    assert len(judged.false) == 1


def test_an_alarm_that_ends_while_another_goes_on_to_tell_of_the_trouble_is_not_false(judged):
    planted = next(one for one in judged.month.planted if one.end - one.right > 1 and len(one.trouble.monitors) > 1)
    other = planted.trouble.monitors[1]
    add(judged, planted.right, finding(planted, "new", monitor=other))
    add(judged, planted.right + 1, finding(planted, "recovered", monitor=other))
    assert (judged.missed, judged.false) == ([], [])


def test_an_exit_code_that_does_not_fit_is_false(judged):
    judged.nights[0] = replace(judged.nights[0], code=2, said="Traceback")
    assert "exit code 2" in judged.false[0]


def test_a_suspended_outlet_may_be_told_as_over_when_it_is_crawled_again(judged):
    planted = judged.month.planted[0]
    night = judged.nights[planted.end]
    judged.nights[planted.end] = replace(night, states={**night.states, planted.outlet: "suspended"})
    assert judged.over(planted) > planted.end


# nights


def test_in_a_short_month_every_trouble_is_told_on_its_night_and_nothing_else():
    """Twelve nights about Chuseok of the real crawler over HTTP; other seeds and whole months are for `make soak`."""
    before = os.environ.get(VARIABLE), now().date()
    report = short(30)
    assert {date(2026, 9, 24), date(2026, 9, 25)} <= {night.moment.date() for night in report.nights}
    assert report.ok, report.text()
    assert (os.environ.get(VARIABLE), now().date()) == before
