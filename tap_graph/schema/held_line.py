"""Held lines: what waits, and for what; the work list of whoever corrects."""

from enum import Enum, StrEnum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, exists, select

from tap_graph.reads import bindings as b
from tap_graph.schema.described import described
from tap_graph.schema.enums import FeedKind
from tap_graph.schema.fields import bound, column, one, passing, sorting
from tap_graph.schema.links import DeliveryLineLink
from tap_graph.schema.node import noun
from tap_graph.schema.visibility import held_lines
from tap_graph.storage import tables as t


def _waits_for(row: Any, reference: Any, _ask: b.Ask) -> ColumnElement[bool]:
    needs = t.held_references.alias()
    return exists(select(needs.c.held_id).where(needs.c.held_id == row.c.id, needs.c.reference == reference).correlate(row))


def _sent_by(row: Any, sender: Any, _ask: b.Ask) -> ColumnElement[bool]:
    line, delivery = t.delivery_lines.alias(), t.deliveries.alias()
    sent = select(line.c.id).join(delivery, delivery.c.id == line.c.delivery_id).where(line.c.id == row.c.id, delivery.c.sender == sender)
    return exists(sent.correlate(row))


class AwaitedThing(StrEnum):
    """What a held line waits for, as it is stored."""

    PARTNER = "partner"
    QUOTE = "quote"
    DEVIATION = "deviation"
    ORDER = "order"
    ORDER_LINE = "order_line"
    DEVIATION_LINE = "deviation_line"
    RMA_LINE = "rma_line"


described(
    AwaitedThing,
    "AwaitedThing",
    "Thing a held line waits for.",
    {
        "PARTNER": "Partner of a number.",
        "QUOTE": "Quote of a number.",
        "DEVIATION": "Deviation of a number.",
        "ORDER": "Order of a number.",
        "ORDER_LINE": "Line of an order.",
        "DEVIATION_LINE": "Order line that alone names a deviation.",
        "RMA_LINE": "Line of an RMA.",
    },
)


@strawberry.enum(description="Sorting of held lines.")
class HeldLineSort(Enum):
    """By age."""

    RECEIVED = sorting("id", "By the order in which they were delivered.", filled=True)


@strawberry.input(description="Tests of held lines.")
class HeldLineFilter:
    """Which held lines."""

    kind: FeedKind | None = passing("Kind of the feed.", lambda row, kind, _ask: row.c.kind == kind)
    sender: str | None = passing("Sender of the delivery.", _sent_by)
    waits_for: AwaitedThing | None = passing("Thing the line waits for.", _waits_for)


def _awaited(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> FromClause:
    needs = t.held_references.alias()
    chosen = select(needs.c.held_id.label("id"), needs.c.reference, needs.c.number, needs.c.line)
    return chosen.where(needs.c.held_id == row.c.id).correlate(row).subquery()


@noun(None, None, "Something a held line waits for.")
class Awaited:
    """One thing."""

    reference: AwaitedThing = column("Thing that is not known yet.")
    number: str = column("Number it has in the line.")
    line: int | None = column("Line of that number; null where none is meant or given.")


@noun(t.held_lines, held_lines, "Line that waits for what it refers to.", filter_=HeldLineFilter)
class HeldLine:
    """One line."""

    kind: FeedKind = column("Kind of the feed.")
    delivery_line: DeliveryLineLink = one("DeliveryLine", lambda row, line: line.c.id == row.c.id, "Delivered line, with its reasons.")
    waits_for: list[Awaited] = bound(b.Many("Awaited", source=_awaited, paged=False, order="reference"), "Things it waits for.")
