"""Participation options: what a partner enrolls in."""

from datetime import date

from sqlalchemy import literal

from tap_graph.reads import bindings as b
from tap_graph.schema.enrollment import EnrollmentFilter, EnrollmentSort
from tap_graph.schema.fields import column, connection, one, several
from tap_graph.schema.figure import Figure, figures_about
from tap_graph.schema.links import EnrollmentLink, PeriodLink, RegionLink
from tap_graph.schema.money import DateWindow, Money, days, money
from tap_graph.schema.node import Connection, Node, noun
from tap_graph.schema.scalars import OptionCode
from tap_graph.storage import tables as t


@noun(t.options, None, "Option of participation: one period or several consecutive ones, with their own minimum.")
class ParticipationOption(Node):
    """What partners apply for."""

    code: OptionCode = column("Code of the option within its region.")
    region: RegionLink = one("Region", lambda row, region: region.c.id == row.c.theatre_id, "Region of the option.")
    periods: list[PeriodLink] = several(
        "Period",
        lambda row, period: (period.c.theatre_id == row.c.theatre_id) & period.c.number.between(row.c.first_period, row.c.last_period),
        "Periods the option spans.",
        order="number",
    )
    minimum: Money = money("Amount that must be reached to earn a rebate.", "minimum")
    enrollment_window: DateWindow = days("Days on which partners enroll.", "enrollment_first_day", "enrollment_last_day")
    booking_window: DateWindow = days("Days on which an order must be booked.", "booking_first_day", "booking_last_day")
    last_tracked_day: date = column("Last booking day that counts for a two-tier partner.")
    return_deadline: date = column("Last day on which a return may show in the status tool.")
    first_evaluation_on: date = column("Day of the first evaluation.")
    second_evaluation_on: date = column("Day of the second evaluation.")
    dispute_deadline: date = column("Last day on which a dispute may be opened.")
    figures: list[Figure] = figures_about(lambda row: literal("option ") + row.c.code, "Figures of the option, with source and provenance.")
    enrollments: Connection[EnrollmentLink] = connection(
        b.Many("Enrollment", lambda row, enrollment: enrollment.c.option_id == row.c.id),
        "Enrollments in the option.",
        EnrollmentSort,
        EnrollmentFilter,
    )
