"""Decisions: whether an order line counts for an enrollment on a day, with every reason.

What depends on neither is stored (storage.tables.decision); the days are compared here, in the reading statement.
"""

from datetime import date
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select
from strawberry.types.unset import UNSET

from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.reads import bindings as b
from tap_graph.schema.fields import Argument, bound, one, passing, sorting
from tap_graph.schema.links import EnrollmentLink, OrderLineLink
from tap_graph.schema.node import noun
from tap_graph.schema.reason import Reason, has_reason, is_pending_or_refused, reasons
from tap_graph.schema.scalars import ReasonCode
from tap_graph.schema.visibility import of_partner, of_region
from tap_graph.storage import tables as t
from tap_graph.storage.judgement import line_mask


@strawberry.enum(description="Sorting of an enrollment's order lines.")
class DecisionSort(Enum):
    """By day or value."""

    BOOKED_ON = sorting("booked_on", "By booking day of the line.", filled=True)
    NET_VALUE = sorting("net_value", "By net value of the line.", filled=True)


@strawberry.input(description="Tests of an enrollment's order lines.")
class DecisionFilter:
    """Which lines."""

    counts: bool | None = passing(
        "Whether the line counts; an undecided one does not.", lambda row, counts, _ask: is_pending_or_refused(row.c.mask, counts=counts)
    )
    reason: ReasonCode | None = passing(
        "Code of a reason why the line does not count.", lambda row, code, _ask: has_reason(row.c.mask, row.c.theatre_id, code)
    )


def _seen(row: Any, ask: b.Ask) -> ColumnElement[bool]:
    return and_(of_region(row, ask), of_partner(row, ask))


@noun(None, _seen, "Decision whether an order line counts for an enrollment on a day.", filter_=DecisionFilter)
class Decision:
    """One line under one enrollment."""

    enrollment: EnrollmentLink = one(
        "Enrollment", lambda row, enrollment: enrollment.c.id == row.c.enrollment_id, "Enrollment the line is judged for."
    )
    order_line: OrderLineLink = one("OrderLine", lambda row, line: line.c.id == row.c.order_line_id, "Line that is judged.")
    counts: bool | None = bound(
        b.Expression(lambda row, _ask, _arguments: row.c.mask == 0),
        "Whether the line counts; null while it is undecided, because a rule failed or has not been asked.",
    )
    reasons: list[Reason] = reasons("Reasons why the line does not count, all that apply; empty when it counts or is undecided.")


def on_day(description: str) -> dict[str, Argument]:
    """The argument for the day lines are judged on."""
    return {"on": (date | None, description, UNSET)}


def decisions_of_line(line: Any, ask: b.Ask, arguments: b.Arguments) -> FromClause:
    """The line under each approved enrollment of its partner, as of a day."""
    e, day = t.enrollments.alias(), _day(ask, arguments)
    of_line = _judged(e, line, e, day).where(e.c.partner_id == line.c.partner_id, e.c.status == EnrollmentStatus.APPROVED.value)
    return of_line.add_columns(e.c.id.label("id")).correlate(line).subquery()


def lines_of_enrollment(enrollment: Any, ask: b.Ask, arguments: b.Arguments) -> FromClause:
    """Each line of the enrollment's partner booked by the day."""
    e, line, day = t.enrollments.alias(), t.order_lines.alias(), _day(ask, arguments)
    joined = e.join(line, and_(line.c.partner_id == e.c.partner_id, line.c.booked_on <= day))
    of_enrollment = _judged(e, line, joined, day).where(e.c.id == enrollment.c.id)
    return of_enrollment.add_columns(line.c.id.label("id")).correlate(enrollment).subquery()


def mask_for(enrollment: FromClause, line: Any, source: FromClause, day: ColumnElement[Any]) -> tuple[ColumnElement[int], FromClause]:
    """The reasons of a line for an enrollment, and *source*, which holds the enrollment, joined to what they depend on."""
    p, o, th, d = t.partners.alias(), t.options.alias(), t.theatres.alias(), t.decisions.alias()
    joined = (
        source.join(p, p.c.id == enrollment.c.partner_id)
        .join(o, o.c.id == enrollment.c.option_id)
        .join(th, th.c.id == enrollment.c.theatre_id)
        .outerjoin(d, and_(d.c.order_line_id == line.c.id, d.c.theatre_id == enrollment.c.theatre_id))
    )
    return line_mask(line, d, p, o, th, day), joined


def _judged(enrollment: FromClause, line: Any, source: FromClause, day: ColumnElement[Any]) -> Select[Any]:
    mask, joined = mask_for(enrollment, line, source, day)
    columns = [
        enrollment.c.id.label("enrollment_id"),
        enrollment.c.theatre_id,
        enrollment.c.partner_id,
        line.c.id.label("order_line_id"),
        line.c.booked_on,
        func.coalesce(line.c.net_value, 0).label("net_value"),
        mask.label("mask"),
    ]
    return select(*columns).select_from(joined)


def _day(ask: b.Ask, arguments: b.Arguments) -> ColumnElement[Any]:
    return day if (day := arguments.get("on")) is not None else ask.today
