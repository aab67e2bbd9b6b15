"""Evaluated lines: order lines in the version an evaluation saw, with the reasons it had then."""

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import JSON, BigInteger, ColumnElement, FromClause, Text, cast, func, literal, select, union_all

from tap_graph.reads import bindings as b
from tap_graph.schema.fields import column, one, sorting
from tap_graph.schema.links import OrderLineLink
from tap_graph.schema.money import Money, money
from tap_graph.schema.node import noun
from tap_graph.schema.reason import Reason, reasons
from tap_graph.schema.visibility import of_partner
from tap_graph.storage import tables as t

# Lines sort by number, order numbers as text: nine digits hold every line.
LINE_PLACES = 10**9


@strawberry.enum(description="Sorting of evaluated lines.")
class EvaluatedLineSort(Enum):
    """By number or value."""

    ORDER_NUMBER = sorting("place", "By order number and line.", filled=True)
    NET_VALUE = sorting("net_value", "By net value.", filled=True)


@noun(None, of_partner, "Order line as an evaluation saw it.")
class EvaluatedLine:
    """One line of the evidence."""

    order_number: str = column("Number of the order.")
    line: int = column("Number of the line within its order.")
    booked_on: date | None = column("Day of booking, as it was then.")
    net_value: Money = money("Net value, as it was then.", "net_value")
    credit: Money = money("Trade-in credit, as it was then.", "credit")
    reasons: list[Reason] = reasons("Reasons why the line did not count; empty when it counted.")
    order_line: OrderLineLink | None = one(
        "OrderLine", lambda row, line: line.c.id == row.c.order_line_id, "Line as it is now; null where the viewer may not see it."
    )


def lines_seen(*, counted: bool) -> Callable[[Any, b.Ask, b.Arguments], FromClause]:
    """The lines of an evaluation's evidence that counted, or those that did not."""

    def source(evaluation: Any, ask: b.Ask, _arguments: b.Arguments) -> FromClause:
        version, mask, evidence = _evidence(evaluation, ask)
        lines = _versions(evaluation)
        order = t.orders.alias()
        place = order.c.order_number + literal("/") + cast(literal(LINE_PLACES) + lines.c.line, Text)
        columns = [lines.c.version.label("id"), lines.c.id.label("order_line_id"), lines.c.line, lines.c.booked_on, lines.c.partner_id]
        amounts = [func.coalesce(lines.c[name], 0).label(name) for name in ("net_value", "credit")]
        chosen = select(
            *columns, *amounts, order.c.order_number, place.label("place"), mask.label("mask"), evaluation.c.theatre_id.label("theatre_id")
        )
        joined = chosen.select_from(evidence.join(lines, lines.c.version == version).join(order, order.c.id == lines.c.order_id))
        return joined.where(mask == 0 if counted else mask != 0).correlate(evaluation).subquery()

    return source


def _evidence(evaluation: Any, ask: b.Ask) -> tuple[ColumnElement[int], ColumnElement[int], FromClause]:
    """Version and mask of each pair in the evidence."""
    kept = t.evidence.alias()
    if ask.dialect == "postgresql":
        pairs = func.json_array_elements(cast(kept.c.lines, JSON)).table_valued("value").render_derived()
        numbers: list[ColumnElement[int]] = [cast(pairs.c.value.op("->>")(position), BigInteger) for position in (0, 1)]
    else:
        pairs = func.json_each(kept.c.lines).table_valued("value")
        numbers = [func.json_extract(pairs.c.value, f"$[{position}]", type_=BigInteger) for position in (0, 1)]
    of_evaluation = select(numbers[0].label("version"), numbers[1].label("mask")).select_from(kept.join(pairs, literal(True)))
    seen = of_evaluation.where(kept.c.evaluation_id == evaluation.c.id).correlate(evaluation).subquery()
    return seen.c.version, seen.c.mask, seen


def _versions(evaluation: Any) -> FromClause:
    """Every version of the partner's lines, those in force and the former ones."""
    wanted = ("id", "version", "order_id", "line", "booked_on", "partner_id", "net_value", "credit")
    halves = [
        select(*(table.c[name] for name in wanted)).where(table.c.partner_id == evaluation.c.partner_id).correlate(evaluation)
        for table in (t.order_lines.alias(), t.order_lines_history.alias())
    ]
    return union_all(*halves).subquery()
