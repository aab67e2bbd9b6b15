"""Returns: what is due under an RMA and what came back of it, live: every receipt that shows in the status tool counts."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Subquery, case, cast, exists, func, literal, select

from tap_graph.reads import bindings as b
from tap_graph.reads.json_sql import Json
from tap_graph.schema.visibility import rma_lines
from tap_graph.storage import tables as t
from tap_graph.storage.judgement import clamped, value_of_units
from tap_graph.values.rate import Share

UNITS_DUE, UNITS_RECEIVED, VALUE_DUE, VALUE_RECEIVED = range(4)
Totals = list[int]


def of_line(row: Any, ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    """Units and value due and received of one RMA line, as a JSON array."""
    line = t.rma_lines.alias()
    return _summed(_lines(line, line.c.id == row.c.id, row), ask)


def of_rma(row: Any, ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    """The same of the lines of an RMA that the viewer may see."""
    line = t.rma_lines.alias()
    return _summed(_lines(line, (line.c.rma_id == row.c.id) & rma_lines(line, ask), row), ask)


def is_open(row: Any, ask: b.Ask) -> ColumnElement[bool]:
    """Whether units of some line of the RMA are still missing."""
    line = t.rma_lines.alias()
    lines = _lines(line, (line.c.rma_id == row.c.id) & rma_lines(line, ask), row)
    return exists(select(literal(1)).select_from(lines).where(lines.c.received < lines.c.due))


def return_rate(totals: Totals) -> str | None:
    """The share of the value due that came back, with four places half up; None when nothing is due."""
    fraction = Share(totals[VALUE_RECEIVED], totals[VALUE_DUE]).fraction()
    return None if fraction is None else str(fraction)


def _lines(line: FromClause, which: ColumnElement[bool], row: Any) -> Subquery:
    receipt = t.receipts.alias()
    shown = select(func.sum(receipt.c.units)).where(receipt.c.rma_line_id == line.c.id, receipt.c.posted_on.is_not(None))
    due = func.coalesce(line.c.units_due, 0)
    # A line whose units are not known counts nothing due.
    value = case((line.c.units_due.is_(None), 0), else_=func.coalesce(line.c.value_due, 0))
    received = clamped(func.coalesce(shown.correlate(line).scalar_subquery(), 0), due)
    return select(due.label("due"), value.label("value"), received.label("received")).where(which).correlate(row).subquery()


def _summed(lines: Subquery, ask: b.Ask) -> ColumnElement[Any]:
    json = Json(ask.dialect)
    came = case((lines.c.due == 0, literal(0)), else_=value_of_units(lines.c.value, func.nullif(lines.c.due, 0), lines.c.received))
    sums = [cast(func.coalesce(func.sum(amount), 0), BigInteger) for amount in (lines.c.due, lines.c.received, lines.c.value, came)]
    return json.one(select(json.array(sums)).select_from(lines))
