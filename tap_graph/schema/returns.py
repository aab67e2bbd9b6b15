"""Returns: what is due under an RMA and what came back of it, live: every receipt that shows in the status tool counts."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Numeric, Subquery, Text, case, cast, exists, func, literal, null, select

from tap_graph.reads import bindings as b
from tap_graph.schema.visibility import rma_lines
from tap_graph.storage import tables as t
from tap_graph.storage.judgement import clamped, value_of_units

Source = Callable[[Any, b.Ask], Subquery]


def of_line(row: Any, _ask: b.Ask) -> Subquery:
    """Units and value due and received of one RMA line."""
    line = t.rma_lines.alias()
    return _summed(_lines(line, line.c.id == row.c.id, row))


def of_rma(row: Any, ask: b.Ask) -> Subquery:
    """The same of the lines of an RMA that the viewer may see."""
    line = t.rma_lines.alias()
    return _summed(_lines(line, (line.c.rma_id == row.c.id) & rma_lines(line, ask), row))


def total(source: Source, name: str) -> b.Summed:
    """One of the sums."""
    return b.Summed(source, lambda sums, _ask: sums.c[name])


def rate(source: Source) -> b.Summed:
    """The share of the value due that came back, with four places half up; null when nothing is due."""
    return b.Summed(source, _rate)


def is_open(row: Any, ask: b.Ask) -> ColumnElement[bool]:
    """Whether units of some line of the RMA are still missing."""
    line = t.rma_lines.alias()
    lines = _lines(line, (line.c.rma_id == row.c.id) & rma_lines(line, ask), row)
    return exists(select(literal(1)).select_from(lines).where(lines.c.received < lines.c.due))


def _rate(sums: Any, ask: b.Ask) -> ColumnElement[Any]:
    received, due = sums.c.value_received, sums.c.value_due
    shown: ColumnElement[Any]
    if ask.dialect == "postgresql":
        # Whole numbers of any size: twice the value times ten thousand would leave 64 bits.
        double = cast(received, Numeric) * 20_000 + due
        places = cast(func.div(double, cast(due, Numeric) * 2), BigInteger)
        shown = func.concat(places // 10_000, ".", func.lpad(cast(places % 10_000, Text), 4, "0"), type_=Text())
    else:
        shown = func.printf("%d.%04d", *_long_division(received, due), type_=Text())
    return case((due == 0, null()), else_=shown)


def _long_division(received: ColumnElement[int], due: ColumnElement[int]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The whole part and four places, half up, two places at a time: SQLite has no numbers beyond 64 bits but floats."""
    first = received % due * 100
    second = first % due * 100
    places = received // due * 10_000 + first // due * 100 + second // due + case((second % due * 2 >= due, 1), else_=0)
    return places // 10_000, places % 10_000


def _lines(line: FromClause, which: ColumnElement[bool], row: Any) -> Subquery:
    receipt = t.receipts.alias()
    shown = select(func.sum(receipt.c.units)).where(receipt.c.rma_line_id == line.c.id, receipt.c.posted_on.is_not(None))
    due = func.coalesce(line.c.units_due, 0)
    # A line whose units are not known counts nothing due.
    value = case((line.c.units_due.is_(None), 0), else_=func.coalesce(line.c.value_due, 0))
    received = clamped(func.coalesce(shown.correlate(line).scalar_subquery(), 0), due)
    return select(due.label("due"), value.label("value"), received.label("received")).where(which).correlate(row).subquery()


def _summed(lines: Subquery) -> Subquery:
    came = case((lines.c.due == 0, literal(0)), else_=value_of_units(lines.c.value, func.nullif(lines.c.due, 0), lines.c.received))
    sums = {"units_due": lines.c.due, "units_received": lines.c.received, "value_due": lines.c.value, "value_received": came}
    whole = [cast(func.coalesce(func.sum(amount), 0), BigInteger).label(name) for name, amount in sums.items()]
    return select(*whole).select_from(lines).subquery()
