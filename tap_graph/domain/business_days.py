"""Business days: counting days on which people work, by a calendar that is handed in (R17)."""

from collections.abc import Callable
from datetime import date

from tap_graph.values.window import ONE_DAY


def after_business_days(start: date, count: int, is_business_day: Callable[[date], bool]) -> date:
    """The `count`-th business day after a day; the day itself is not counted."""
    day = start
    while count > 0:
        day += ONE_DAY
        count -= is_business_day(day)
    return day
