"""Holidays: days that administrators set, where they know better than the calendar of a country."""

from datetime import date
from enum import Enum

import strawberry

from tap_graph.schema.act import Act, acts_about
from tap_graph.schema.fields import column, passing, sorting
from tap_graph.schema.node import Node, noun
from tap_graph.storage import tables as t


@strawberry.enum(description="Sorting of holidays.")
class HolidaySort(Enum):
    """By day or country."""

    DAY = sorting("day", "By day.", filled=True)
    COUNTRY = sorting("country", "By code of the country or region.", filled=True)


@strawberry.input(description="Tests of holidays.")
class HolidayFilter:
    """Which holidays."""

    country: str | None = passing("Code of the country or region.", lambda row, country, _ask: row.c.country == country)


# Public like the calendars that it corrects: whoever waits for a decision may know how its days are counted.
@noun(t.holiday_overrides, None, "Day that an administrator set for a country, whatever its calendar says.", filter_=HolidayFilter)
class Holiday(Node):
    """One day of one country."""

    country: str = column("Code of the country or region, by ISO 3166-1 alpha-2.")
    day: date = column("Day that was set.")
    is_holiday: bool = column("Whether nobody works on it; false: people work, whatever the calendar says.")
    name: str = column("Name of the holiday, or why people work.")
    acts: list[Act] = acts_about("holiday", "Acts by which the day was set.")
