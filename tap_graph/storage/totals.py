"""What enrollments add up to on a day, set by set: their lines with masks, the returns behind them, and the sums.

The lines of a chunk of enrollments are a query (`judged_lines`); a dry run sums over it in one statement, a real run
keeps it in a temporary table first, because evidence needs it again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    Row,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    select,
)

from tap_graph.storage import tables as t
from tap_graph.storage.judgement import clamped, counts, is_pending, line_mask, value_of_units
from tap_graph.storage.temporary import temporary_table

AMOUNTS = ("booked_value", "credits", "pending_credits")
RETURNS = ("value_due", "value_received", "units_due", "units_received")


def chunk_of(connection: Connection) -> int:
    """How many enrollments one statement takes: SQLite looks lines up by index, PostgreSQL hashes them all at once."""
    return 500 if connection.dialect.name == "sqlite" else 5_000


def tune(connection: Connection) -> None:
    """Settings for the statements of this transaction: PostgreSQL misestimates the sizes of their parts."""
    if connection.dialect.name == "postgresql":
        for setting in ("enable_nestloop = off", "enable_sort = off", "work_mem = '128MB'"):
            connection.exec_driver_sql(f"SET LOCAL {setting}")


def judged_lines(ids: Sequence[int], on: date, *, in_window: bool) -> Select[Any]:
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
    chosen = select(
        e.c.id.label("enrollment_id"),
        option.c.return_deadline,
        line.c.order_id,
        line.c.line,
        line.c.version,
        func.coalesce(line.c.net_value, 0).label("net_value"),
        func.coalesce(line.c.credit, 0).label("credit"),
        line_mask(line, decision, partner, option, theatre, day).label("mask"),
    ).select_from(source)
    if in_window:
        chosen = chosen.where(line.c.booked_on.between(option.c.booking_first_day, option.c.booking_last_day))
    return chosen.where(e.c.id.in_(ids))


@contextmanager
def kept_lines(connection: Connection, ids: Sequence[int], on: date) -> Iterator[Table]:
    """Every line of the enrollments' partners booked by the day, in a temporary table."""
    counted = ("line", "mask", "order_id", "version", "net_value", "credit")
    lines = temporary_table(
        connection,
        "judged_lines",
        Column("enrollment_id", BigInteger, nullable=False),
        Column("return_deadline", Date, nullable=False),
        *(Column(name, Integer if name == "line" else BigInteger) for name in counted),
    )
    lines.create(connection)
    chosen = judged_lines(ids, on, in_window=False).subquery()
    names = [column.name for column in lines.columns]
    connection.execute(insert(lines).from_select(names, select(*(chosen.c[name] for name in names))))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {lines.name}")
    yield lines
    lines.drop(connection, checkfirst=False)


def by_order(lines: FromClause) -> FromClause:
    """The lines summed by enrollment and order: one pass over them gives amounts and the orders that count."""
    sums = (
        select(
            lines.c.enrollment_id,
            lines.c.order_id,
            lines.c.return_deadline,
            _sum_where(counts(lines.c.mask), lines.c.net_value).label("booked_value"),
            _sum_where(counts(lines.c.mask), lines.c.credit).label("credits"),
            _sum_where(is_pending(lines.c.mask), lines.c.credit).label("pending_credits"),
            _sum_where(counts(lines.c.mask), literal(1)).label("counted"),
        )
        .group_by(lines.c.enrollment_id, lines.c.order_id, lines.c.return_deadline)
        .cte("by_order")
    )
    return sums.prefix_with("MATERIALIZED")


def due_lines(summed: FromClause, on: date) -> Select[Any]:
    """The RMA lines of orders with a counting line, per enrollment, with units and value due and received."""
    rma, receipt = t.rma_lines, t.receipts
    orders = (
        select(summed.c.enrollment_id, summed.c.order_id, summed.c.return_deadline).where(summed.c.counted > 0).subquery("counted_orders")
    )
    posted = and_(
        receipt.c.rma_line_id == rma.c.id, receipt.c.posted_on <= literal(on, Date), receipt.c.posted_on <= orders.c.return_deadline
    )
    received = (
        select(orders.c.enrollment_id, rma.c.id, func.coalesce(func.sum(receipt.c.units), 0).label("units"))
        .select_from(orders.join(rma, rma.c.order_id == orders.c.order_id).outerjoin(receipt, posted))
        .group_by(orders.c.enrollment_id, rma.c.id)
        # Else both databases would inline it and sum the receipts once per mention.
        .cte("received")
        .prefix_with("MATERIALIZED")
    )
    due = func.coalesce(rma.c.units_due, 0)
    value_due = case((rma.c.units_due.is_(None), 0), else_=func.coalesce(rma.c.value_due, 0))
    units = clamped(received.c.units, due)
    value = case((due == 0, literal(0)), else_=value_of_units(value_due, func.nullif(due, 0), units))
    return select(
        received.c.enrollment_id,
        rma.c.rma_id,
        rma.c.version,
        due.label("units_due"),
        value_due.label("value_due"),
        units.label("units_received"),
        value.label("value_received"),
    ).join(rma, rma.c.id == received.c.id)


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _sum_where(condition: ColumnElement[bool], column: ColumnElement[Any]) -> ColumnElement[int]:
    return _sum(case((condition, column), else_=0))


def lines_of(ids: Sequence[int], on: date) -> FromClause:
    """The lines inside the booking window as one part of a larger statement."""
    # OFFSET 0 keeps both databases from inlining the mask, which would be computed anew at each mention.
    return judged_lines(ids, on, in_window=True).offset(0).subquery("lines")


def totals(connection: Connection, lines: FromClause, on: date) -> dict[int, Row[Any]]:
    """Per enrollment: booked value, credits, pending credits, value and units due and received."""
    summed = by_order(lines)
    amounts = select(summed.c.enrollment_id, *(_sum(summed.c[name]).label(name) for name in AMOUNTS)).group_by(summed.c.enrollment_id)
    due = due_lines(summed, on).subquery("due_lines")
    returns = select(due.c.enrollment_id, *(_sum(due.c[name]).label(name) for name in RETURNS)).group_by(due.c.enrollment_id)
    booked, found = amounts.subquery("amounts"), returns.subquery("returns")
    returned = [func.coalesce(found.c[name], 0).label(name) for name in RETURNS]
    statement = select(booked, *returned).outerjoin(found, found.c.enrollment_id == booked.c.enrollment_id)
    return {row.enrollment_id: row for row in connection.execute(statement)}


def returns_by_rma(connection: Connection, lines: FromClause, on: date) -> list[Row[Any]]:
    """Per enrollment and RMA: value and units due and received; for theatres where each RMA must meet the rate (R26)."""
    due = due_lines(by_order(lines), on).subquery("due_lines")
    chosen = select(due.c.enrollment_id, due.c.rma_id, *(_sum(due.c[name]).label(name) for name in RETURNS))
    return list(connection.execute(chosen.group_by(due.c.enrollment_id, due.c.rma_id)).all())


def every_line(connection: Connection, ids: Sequence[int], on: date) -> list[Row[Any]]:
    """Every line of the enrollments' partners booked by the day, with order number and mask."""
    lines = judged_lines(ids, on, in_window=False).subquery("lines")
    chosen = select(lines, t.orders.c.order_number).join(t.orders, t.orders.c.id == lines.c.order_id)
    return list(connection.execute(chosen).all())
