"""Quotes: TMP quotes and their lines, which say what was traded in and for which credit."""

from datetime import date
from enum import Enum

import strawberry

from tap_graph.reads import bindings as b
from tap_graph.schema.deviation import Deviation
from tap_graph.schema.fields import column, connection, one, several, sorting
from tap_graph.schema.links import OrderLineLink, PartnerLink, RmaLink
from tap_graph.schema.money import Money, money
from tap_graph.schema.node import Connection, Node, noun
from tap_graph.schema.order_line import OrderLineFilter, OrderLineSort
from tap_graph.schema.visibility import of_partner, quotes
from tap_graph.storage import tables as t


@strawberry.enum(description="Sorting of quotes.")
class QuoteSort(Enum):
    """By number."""

    NUMBER = sorting("quote_number", "By quote number.", filled=True)


@noun(t.quote_lines, of_partner, "Line of a TMP quote.")
class QuoteLine(Node):
    """One piece of equipment traded in."""

    line: int = column("Number of the line within its quote.")
    issued_on: date | None = column("Day from which the quote is valid; null while not known, and then it never qualifies.")
    valid_until: date | None = column("Last day of the quote; null when it is open-ended.")
    traded_in_product: str | None = column("Product traded in; null while not known.")
    traded_in_maker: str | None = column("Maker of the product traded in; null while not known.")
    end_customer: str | None = column("End customer; null while not known.")
    quantity: int = column("Quantity traded in, in units.")
    credit: Money | None = money("Trade-in credit of the line; null while not known.", "credit")


@noun(t.quotes, quotes, "TMP quote.")
class Quote(Node):
    """One quote, by its lines."""

    quote_number: str = column("Number of the quote.")
    partner: PartnerLink | None = one(
        "Partner",
        lambda row, partner: partner.c.id == row.c.partner_id,
        "Partner of the quote's lowest line; null where not known or not shown.",
    )
    lines: list[QuoteLine] = several(
        "QuoteLine", lambda row, line: line.c.quote_id == row.c.id, "Lines of the quote that the viewer may see.", order="line"
    )
    deviations: list[Deviation] = several(
        "Deviation", lambda row, deviation: deviation.c.quote_id == row.c.id, "Deviation authorizations that name the quote.",
        order="deviation_number",
    )  # fmt: skip
    order_lines: Connection[OrderLineLink] = connection(
        b.Many("OrderLine", lambda row, line: line.c.quote_id == row.c.id),
        "Order lines that stand on the quote.",
        OrderLineSort,
        OrderLineFilter,
    )
    rmas: list[RmaLink] = several("Rma", lambda row, rma: rma.c.quote_id == row.c.id, "RMAs that name the quote.", order="rma_number")
