"""Expected reports: the months a distributor reports its sales for, and how each of them stands."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from tap_graph.values.window import ONE_DAY, Window

CANCELS = "CANCEL"
"""Purpose of a report that takes another one back."""


class ExpectedState(StrEnum):
    """How an expected report stands on a day."""

    EXPECTED = "EXPECTED"
    RECEIVED = "RECEIVED"
    ZERO = "ZERO"
    LATE = "LATE"
    MISSING = "MISSING"


def month_of(day: date) -> Window:
    """The calendar month that holds a day."""
    first = day.replace(day=1)
    return Window(first, first.replace(day=monthrange(day.year, day.month)[1]))


def months(first: date, last: date) -> Iterator[Window]:
    """The calendar months from the one of a day to the one of another."""
    month = month_of(first)
    while month.first_day <= last:
        yield month
        month = month_of(month.last_day + ONE_DAY)


def due_on(month: Window, due_days: int) -> date:
    """The last day on which the report of a month is in time."""
    return month.last_day + timedelta(days=due_days)
