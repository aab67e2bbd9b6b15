"""Business days of countries, checked by hand."""

from datetime import date

from tap_graph.services.counting_days import Calendar


def test_chinese_new_year_is_left_out_in_singapore() -> None:
    due = Calendar("SG", {}).due_after(date(2008, 2, 1), 10)
    assert (due.day, due.warning) == (date(2008, 2, 19), None)


def test_presidents_day_is_left_out_in_the_united_states() -> None:
    assert Calendar("US", {}).due_after(date(2008, 2, 8), 10).day == date(2008, 2, 25)


def test_the_weekend_of_the_emirates_moved_in_2022() -> None:
    emirates = Calendar("AE", {})
    assert [emirates.is_business_day(date(2021, 6, day)) for day in (4, 5, 6)] == [False, False, True]
    assert [emirates.is_business_day(date(2022, 6, day)) for day in (3, 4, 5)] == [True, False, False]


def test_years_without_data_are_told() -> None:
    for country, day in (("LK", date(2027, 3, 1)), ("UA", date(2026, 3, 2))):
        assert f"{country} has no holidays for {day.year}" in str(Calendar(country, {}).due_after(day, 10).warning)
    assert "country is not known" in str(Calendar(None, {}).due_after(date(2008, 2, 1), 1).warning)


def test_days_set_by_hand_win_over_the_calendar() -> None:
    calendar = Calendar("SG", {date(2008, 2, 7): False, date(2008, 2, 4): True})
    assert calendar.is_business_day(date(2008, 2, 7))
    assert not calendar.is_business_day(date(2008, 2, 4))
