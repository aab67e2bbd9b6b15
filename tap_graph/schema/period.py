"""Periods: numbered spans of a theatre with their windows, days and deadlines."""

from datetime import date
from enum import Enum

import strawberry
from sqlalchemy import Text, cast, literal

from tap_graph.reads import bindings as b
from tap_graph.schema.choosing import in_region
from tap_graph.schema.fields import bound, column, one, passing, several, sorting
from tap_graph.schema.figure import Figure, figures_about
from tap_graph.schema.links import RegionLink
from tap_graph.schema.money import DateWindow, days
from tap_graph.schema.node import Node, noun
from tap_graph.schema.region import Country
from tap_graph.schema.scalars import RegionCode
from tap_graph.storage import tables as t


@strawberry.enum(description="Sorting of periods.")
class PeriodSort(Enum):
    """By day or number."""

    BOOKING = sorting("booking_first_day", "By first booking day of the period.", filled=True)
    NUMBER = sorting("number", "By number of the period within its region.", filled=True)


@strawberry.input(description="Tests of periods.")
class PeriodFilter:
    """Which periods."""

    region: RegionCode | None = passing("Code of the region of the period.", in_region)
    booking_on: date | None = passing(
        "Day inside the booking window of the period.",
        lambda row, day, _ask: day.between(row.c.booking_first_day, row.c.booking_last_day),
    )


@strawberry.type(description="Official rules of a period.")
class RulesDocument:
    """The document a period's figures stand in."""

    version: str = strawberry.field(description="Version of the document.")
    link: str | None = strawberry.field(description="Link to the document; null when it is not online.")


@noun(t.periods, None, "Program period of a region.", filter_=PeriodFilter)
class Period(Node):
    """One numbered period."""

    region: RegionLink = one("Region", lambda row, region: region.c.id == row.c.theatre_id, "Region of the period.")
    number: int = column("Number of the period within its region.")
    enrollment_window: DateWindow = days("Days on which partners enroll.", "enrollment_first_day", "enrollment_last_day")
    booking_window: DateWindow = days("Days on which an order must be booked.", "booking_first_day", "booking_last_day")
    return_deadline: date = column("Last day on which a return may show in the status tool.")
    first_evaluation_on: date = column("Day of the first evaluation.")
    second_evaluation_on: date = column("Day of the second evaluation.")
    dispute_deadline: date = column("Last day on which a dispute may be opened.")
    document: RulesDocument | None = bound(
        b.Nested({"version": b.Column("document_version"), "link": b.Column("document_link")}, "document_version"),
        "Official rules of the period; null while none is published.",
    )
    countries: list[Country] = several(
        "Country", lambda row, country: country.c.period_id == row.c.id, "Countries and regions of the period.", order="country"
    )
    figures: list[Figure] = figures_about(
        lambda row: literal("period ") + cast(row.c.number, Text), "Figures of the period, with source and provenance."
    )
