"""Enrollments: applications of partners to participation options."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, and_, func, select

from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.reads import bindings as b
from tap_graph.schema.choosing import in_region, of_option, of_partner_number
from tap_graph.schema.decision import Decision, DecisionFilter, DecisionSort, lines_of_enrollment, on_day
from tap_graph.schema.fields import bound, column, connection, one, passing, several, sorting
from tap_graph.schema.links import EnrollmentFormLink, EvaluationLink, OptionLink, PartnerLink, RegionLink
from tap_graph.schema.node import Connection, Node, noun
from tap_graph.schema.reason import Finding
from tap_graph.schema.scalars import OptionCode, RegionCode
from tap_graph.schema.visibility import of_region
from tap_graph.storage import tables as t


def _form(row: Any, form: Any) -> ColumnElement[bool]:
    other = t.enrollment_forms.alias()
    mine = and_(other.c.partner_id == row.c.partner_id, other.c.option_id == row.c.option_id)
    last = select(func.max(other.c.id)).where(mine).correlate(row).scalar_subquery()
    is_last: ColumnElement[bool] = form.c.id == last
    return is_last


@strawberry.enum(description="Sorting of enrollments.")
class EnrollmentSort(Enum):
    """By day or status."""

    SUBMITTED_ON = sorting("submitted_on", "By day of submission; those without one come last.")
    DECIDED_ON = sorting("decided_on", "By day of the decision; those without one come last.")
    STATUS = sorting("status", "By status of the enrollment, alphabetically.")


@strawberry.input(description="Tests of enrollments.")
class EnrollmentFilter:
    """Which enrollments."""

    region: RegionCode | None = passing("Code of the region of the enrollment.", in_region)
    option: OptionCode | None = passing(
        "Code of the option of the enrollment.",
        of_option,
    )
    status: EnrollmentStatus | None = passing("Status of the enrollment.", lambda row, status, _ask: row.c.status == status)
    partner_number: str | None = passing(
        "Number of the partner that enrolled.",
        of_partner_number,
    )


@noun(t.enrollments, of_region, "Enrollment of a partner in a participation option.", filter_=EnrollmentFilter)
class Enrollment(Node):
    """One application."""

    partner: PartnerLink | None = one(
        "Partner", lambda row, partner: partner.c.id == row.c.partner_id, "Partner that enrolled; null where the viewer may not see it."
    )
    region: RegionLink = one("Region", lambda row, region: region.c.id == row.c.theatre_id, "Region of the enrollment.")
    option: OptionLink = one("ParticipationOption", lambda row, option: option.c.id == row.c.option_id, "Option the partner enrolled in.")
    submitted_on: date | None = column("Day of submission; null while it is not known.")
    status: EnrollmentStatus | None = column("Status of the enrollment; null while it is not known.")
    decided_on: date | None = column("Day of the decision; null while there is none.")
    reason: str | None = column("Reason of the decision; null where none was given.")
    findings: list[Finding] = bound(b.Items(), "Findings of the region's rules about the application; they change no status.")
    recorded_at: datetime = column("Timestamp at which the enrollment took its present form.")
    form: EnrollmentFormLink | None = one(
        "EnrollmentForm", _form, "Form by which the partner enrolled in place, the last one; null where feeds did it, and where not shown."
    )
    evaluations: list[EvaluationLink] = several(
        "Evaluation",
        lambda row, evaluation: evaluation.c.enrollment_id == row.c.id,
        "Evaluations of the enrollment, the first window's before the second's.",
        order="window",
    )
    lines: Connection[Decision] = connection(
        b.Many("Decision", source=lines_of_enrollment),
        "Order lines of the partner booked by a day, and whether each counts for this enrollment.",
        DecisionSort,
        DecisionFilter,
        on_day("Day the lines are judged on; null for today in UTC."),
    )
