"""Windows include both their days."""

from datetime import date

import pytest

from tap_graph.values.window import Window, window

SPRING = window("2008-01-27", "2008-04-26")


def test_both_ends_belong_to_a_window_and_their_neighbours_do_not() -> None:
    days = [date(2008, 1, 26), date(2008, 1, 27), date(2008, 4, 26), date(2008, 4, 27)]
    assert [day in SPRING for day in days] == [False, True, True, False]


def test_a_window_of_one_day_is_a_window() -> None:
    assert list(window("2008-02-29", "2008-02-29").days()) == [date(2008, 2, 29)]


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a window ends on 2008-01-26, before it begins on 2008-01-27$"):
        Window(date(2008, 1, 27), date(2008, 1, 26))


def test_days_are_all_of_them_in_order() -> None:
    days = list(SPRING.days())
    assert (len(days), days[0], days[-1]) == (91, date(2008, 1, 27), date(2008, 4, 26))


def test_sharing_one_day_is_overlapping() -> None:
    assert SPRING.overlaps(window("2008-04-26", "2008-10-25"))
    assert window("2008-04-26", "2008-10-25").overlaps(SPRING)
    assert not SPRING.overlaps(window("2008-04-27", "2008-10-25"))


def test_touching_is_beginning_the_day_after() -> None:
    assert SPRING.touches(window("2008-04-27", "2008-10-25"))
    assert not SPRING.touches(window("2008-04-26", "2008-10-25"))
    assert not SPRING.touches(window("2008-04-28", "2008-10-25"))
    assert not window("2008-04-27", "2008-10-25").touches(SPRING)


def test_a_window_is_printed_as_people_write_it() -> None:
    assert str(SPRING) == "2008-01-27 … 2008-04-26"
