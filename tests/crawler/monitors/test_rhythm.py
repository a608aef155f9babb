"""Days of the Korean press: holidays and what stands in for them, the season of plans, the longest silence."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.monitors.rhythm import in_season, is_working_day, longest_silence, press_day, working_days

FREE = [
    date(2026, 2, 16), date(2026, 2, 17), date(2026, 2, 18),  # Seollal
    date(2026, 3, 2),  # for the Sunday of 1 March
    date(2026, 5, 25),  # for the Sunday of Buddha's birthday
    date(2025, 10, 8),  # for Chuseok on a Sunday
    date(2026, 10, 5),  # for the Saturday of 3 October
    date(2026, 6, 3),  # local elections
]  # fmt: skip
days = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize("day", FREE)
def test_holidays_and_those_that_stand_in_are_no_working_days(day):
    assert day.weekday() < 5
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 2, 19), date(2026, 3, 3), date(2025, 10, 10), date(2026, 5, 26)])
def test_the_day_behind_a_holiday_is_a_working_day(day):
    assert is_working_day(day)


def test_saturdays_and_sundays_are_none():
    assert [is_working_day(date(2026, 4, day)) for day in range(6, 13)] == [True] * 5 + [False] * 2


def test_over_chuseok_of_2025_a_week_holds_one_working_day():
    assert working_days(date(2025, 10, 2), date(2025, 10, 10)) == 1


@pytest.mark.parametrize(
    ("moment", "day"),
    [("2026-04-14T03:00+09:00", 13), ("2026-04-14T11:59+09:00", 13), ("2026-04-14T22:30+09:00", 14), ("2026-04-13T18:30+00:00", 13)],
)  # fmt: skip
def test_a_night_before_noon_brings_the_news_of_the_day_before(moment, day):
    assert press_day(datetime.fromisoformat(moment)) == date(2026, 4, day)


@settings(deadline=None)  # a year's holidays are reckoned when they are first asked for
@given(days, st.integers(0, 40), st.integers(0, 40))
def test_working_days_add_up(day, first, second):
    middle, end = day + timedelta(days=first), day + timedelta(days=first + second)
    assert working_days(day, middle) + working_days(middle, end) == working_days(day, end)
    assert 0 <= working_days(day, middle) <= first


def test_no_time_holds_no_working_day():
    assert working_days(date(2026, 4, 8), date(2026, 4, 8)) == 0
    assert working_days(date(2026, 4, 9), date(2026, 4, 8)) == 0


@pytest.mark.parametrize(
    ("day", "within"),
    [
        (date(2025, 3, 1), True), (date(2025, 4, 30), True), (date(2025, 5, 1), False), (date(2025, 2, 28), False),
        (date(2022, 11, 30), False), (date(2022, 12, 1), True), (date(2023, 1, 15), True), (date(2023, 2, 28), True),
        (date(2023, 12, 10), False), (date(2026, 1, 20), False), (date(2026, 12, 1), True), (date(2027, 2, 10), True),
        (date(2027, 12, 1), False), (date(2018, 12, 1), True),
    ],
)  # fmt: skip
def test_the_season_is_spring_and_the_winter_after_local_elections(day, within):
    assert in_season(day) is within


def test_the_longest_silence_counts_working_days_between_news():
    friday, monday = date(2026, 4, 10), date(2026, 4, 13)
    assert longest_silence([friday, monday]) == 1
    assert longest_silence([date(2025, 10, 2), date(2025, 10, 10)]) == 1
    assert longest_silence([date(2026, 4, 6), date(2026, 4, 7), date(2026, 4, 10)]) == 3


@pytest.mark.parametrize("news", [[], [date(2026, 4, 6)], [date(2026, 4, 6)] * 2])
def test_without_two_days_of_news_there_was_no_silence(news):
    assert longest_silence(news) == 0


@settings(deadline=None)  # a year's holidays are reckoned when they are first asked for
@given(st.lists(days, min_size=2, max_size=12), st.randoms())
def test_the_order_in_which_news_is_told_does_not_matter(news, dice):
    shuffled = list(news)
    dice.shuffle(shuffled)
    assert longest_silence(shuffled) == longest_silence(news)
    assert longest_silence(news) <= working_days(min(news), max(news))
