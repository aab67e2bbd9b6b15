"""What enrollments add up to on a day: one statement for a chunk of enrollments of one option."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
)

from tap_graph.storage import tables as t
from tap_graph.storage.judgement import clamped, counts, is_pending, line_mask, received_units, value_of_units

CHUNK = 500


def tune(connection: Connection) -> None:
    """Settings for the statements of this transaction: PostgreSQL misestimates the sizes of their parts."""
    if connection.dialect.name == "postgresql":
        for setting in ("enable_nestloop = on", "jit = off", "work_mem = '64MB'"):
            connection.exec_driver_sql(f"SET LOCAL {setting}")


def judged_lines(enrollments: ColumnElement[bool], on: date, *, in_window: bool) -> Select[Any]:
    """Each line of the enrollments' partners booked by the day, with its mask for the enrollment's option.

    With `in_window` only lines booked inside the option's booking window: no other can count or be pending.
    """
    e, line, decision, partner, option, theatre = t.enrollments, t.order_lines, t.decisions, t.partners, t.options, t.theatres
    day = literal(on, Date)
    source = (
        e.join(option, option.c.id == e.c.option_id)
        .join(theatre, theatre.c.id == e.c.theatre_id)
        .join(partner, partner.c.id == e.c.partner_id)
        .join(line, and_(line.c.partner_id == e.c.partner_id, line.c.booked_on <= day))
        .outerjoin(decision, and_(decision.c.order_line_id == line.c.id, decision.c.theatre_id == e.c.theatre_id))
    )
    mask = line_mask(line, decision, partner, option, theatre, day)
    chosen = select(
        e.c.id.label("enrollment_id"),
        option.c.return_deadline,
        line.c.id.label("line_id"),
        line.c.order_id,
        line.c.line,
        line.c.version,
        func.coalesce(line.c.net_value, 0).label("net_value"),
        func.coalesce(line.c.credit, 0).label("credit"),
        mask.label("mask"),
    ).select_from(source)
    if in_window:
        chosen = chosen.where(line.c.booked_on.between(option.c.booking_first_day, option.c.booking_last_day))
    return chosen.where(enrollments)


def due_lines(lines: FromClause, on: date) -> Select[Any]:
    """The RMA lines of orders with a counting line, per enrollment, with units and value due and received."""
    rma = t.rma_lines
    orders = (
        select(lines.c.enrollment_id, lines.c.order_id, lines.c.return_deadline)
        .where(counts(lines.c.mask))
        .distinct()
        .subquery("counted_orders")
    )
    due = func.coalesce(rma.c.units_due, 0)
    units = clamped(received_units(rma, literal(on, Date), orders.c.return_deadline), due)
    inner = (
        select(
            orders.c.enrollment_id,
            rma.c.rma_id,
            rma.c.version,
            due.label("units_due"),
            case((rma.c.units_due.is_(None), 0), else_=func.coalesce(rma.c.value_due, 0)).label("value_due"),
            units.label("units_received"),
        )
        .join(orders, orders.c.order_id == rma.c.order_id)
        .cte("due_units")
        # Else both databases would inline it and sum the receipts once per mention.
        .prefix_with("MATERIALIZED")
    )
    value = case(
        (inner.c.units_due == 0, literal(0)),
        else_=value_of_units(inner.c.value_due, func.nullif(inner.c.units_due, 0), inner.c.units_received),
    )
    return select(*inner.c, value.label("value_received"))


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _sum_where(condition: ColumnElement[bool], column: ColumnElement[Any]) -> ColumnElement[int]:
    return _sum(case((condition, column), else_=0))


def totals(connection: Connection, enrollment_ids: Sequence[int], on: date) -> dict[int, Row[Any]]:
    """Per enrollment: booked value, credits, pending credits, undecided lines, value and units due and received."""
    lines = judged_lines(_these(), on, in_window=True).cte("lines").prefix_with("MATERIALIZED")
    amounts = (
        select(
            lines.c.enrollment_id,
            _sum_where(counts(lines.c.mask), lines.c.net_value).label("booked_value"),
            _sum_where(counts(lines.c.mask), lines.c.credit).label("credits"),
            _sum_where(is_pending(lines.c.mask), lines.c.credit).label("pending_credits"),
            _sum_where(lines.c.mask.is_(None), literal(1)).label("undecided"),
        )
        .group_by(lines.c.enrollment_id)
        .cte("amounts")
    )
    due = due_lines(lines, on).subquery("due_lines")
    names = ("value_due", "value_received", "units_due", "units_received")
    returns = (
        select(due.c.enrollment_id, *(_sum(due.c[name]).label(name) for name in names)).group_by(due.c.enrollment_id).subquery("returns")
    )
    returned = [func.coalesce(returns.c[name], 0).label(name) for name in names]
    statement = select(amounts, *returned).outerjoin(returns, returns.c.enrollment_id == amounts.c.enrollment_id)
    return {row.enrollment_id: row for row in connection.execute(statement, {"enrollment_ids": list(enrollment_ids)})}


def _these() -> ColumnElement[bool]:
    return t.enrollments.c.id.in_(bindparam("enrollment_ids", expanding=True))


def returns_by_rma(connection: Connection, enrollment_ids: Sequence[int], on: date) -> list[Row[Any]]:
    """Per enrollment and RMA: value and units due and received; for theatres where each RMA must meet the rate (R26)."""
    lines = judged_lines(_these(), on, in_window=True).cte("lines").prefix_with("MATERIALIZED")
    due = due_lines(lines, on).subquery("due_lines")
    names = ("value_due", "value_received", "units_due", "units_received")
    chosen = select(due.c.enrollment_id, due.c.rma_id, *(_sum(due.c[name]).label(name) for name in names))
    statement = chosen.group_by(due.c.enrollment_id, due.c.rma_id)
    return list(connection.execute(statement, {"enrollment_ids": list(enrollment_ids)}).all())


def every_line(connection: Connection, enrollment_ids: Sequence[int], on: date) -> list[Row[Any]]:
    """Every line of the enrollments' partners booked by the day, with order number and mask."""
    lines = judged_lines(_these(), on, in_window=False).subquery("lines")
    chosen = select(lines, t.orders.c.order_number).join(t.orders, t.orders.c.id == lines.c.order_id)
    return list(connection.execute(chosen, {"enrollment_ids": list(enrollment_ids)}).all())
