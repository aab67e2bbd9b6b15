"""Counting days: the business days of a country, by the holidays library and what administrators know better (R17).

The library is slow to import and is loaded when the first day is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, select

from tap_graph.domain.business_days import after_business_days
from tap_graph.storage import tables as t

WEEKEND = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class DueDay:
    """The day by which something is due, and what is not certain about it."""

    day: date
    warning: str | None
    """None where the calendar knows every year that was counted through."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of a country: the library's, and days set otherwise by hand."""

    country: str | None
    overrides: Mapping[date, bool]
    """True: a holiday; False: people work, whatever the library says."""

    def is_business_day(self, day: date) -> bool:
        """Whether people work on a day."""
        if day in self.overrides:
            return not self.overrides[day]
        known = _library(self.country)
        if known is None:
            return day.weekday() not in WEEKEND
        return not known.is_weekend(day) and day not in known

    def due_after(self, start: date, count: int) -> DueDay:
        """The `count`-th business day after a day, and a warning for years of which no holiday is known."""
        day = after_business_days(start, count, self.is_business_day)
        return DueDay(day, self._warning(start, day))

    def _warning(self, start: date, end: date) -> str | None:
        if self.country is None:
            return "The partner's country is not known: Saturdays and Sundays were left out, and no holidays."
        if _library(self.country) is None:
            return f"There is no calendar of {self.country}: Saturdays and Sundays were left out, and only the holidays set by hand."
        blank = [str(year) for year in range(start.year, end.year + 1) if not _has_data(self.country, year)]
        if not blank:
            return None
        return f"The calendar of {self.country} has no holidays for {' and '.join(blank)}: weekends and days set by hand were left out."


def calendar_of(connection: Connection, country: str | None) -> Calendar:
    """The calendar of a country with the days that administrators set."""
    override = t.holiday_overrides
    rows = connection.execute(select(override.c.day, override.c.is_holiday).where(override.c.country == country)).all()
    return Calendar(country, {row.day: bool(row.is_holiday) for row in rows})


@cache
def _library(country: str | None) -> Any | None:
    """The library's calendar; None for countries that it does not have."""
    library = import_module("holidays")
    if country is None or country not in library.list_supported_countries():
        return None
    return library.country_holidays(country)


@cache
def _has_data(country: str, year: int) -> bool:
    # A calendar of its own: the shared one fills itself by year, which says nothing of one year alone.
    return len(import_module("holidays").country_holidays(country, years=year)) > 0
