"""POS lines: what distributors report as shipped and invoiced (R13)."""

from datetime import date
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, func, select

from tap_graph.reads import bindings as b
from tap_graph.schema.fields import bound, column, one, passing, sorting
from tap_graph.schema.links import DeviationLink, OrderLineLink, OrderLink, PartnerLink, PosLineLink
from tap_graph.schema.node import Node, noun
from tap_graph.schema.visibility import of_partner_or_distributor
from tap_graph.storage import tables as t


@strawberry.enum(description="Sorting of POS lines.")
class PosLineSort(Enum):
    """By day."""

    REPORTED_ON = sorting("reported_on", "By day of the report; those without one come last.")
    SHIPPED_ON = sorting("shipped_on", "By day of shipping; those without one come last.")


@strawberry.input(description="Tests of POS lines.")
class PosLineFilter:
    """Which POS lines."""

    distributor_id: str | None = passing("Id of the distributor.", lambda row, distributor, _ask: row.c.distributor_id == distributor)
    reported: bool | None = passing(
        "Whether the line has a day of report.",
        lambda row, reported, _ask: row.c.reported_on.is_not(None) if reported else row.c.reported_on.is_(None),
    )


def _order(row: Any, order: Any) -> ColumnElement[bool]:
    line = t.order_lines.alias()
    covered = select(line.c.order_id).where(line.c.id == row.c.order_line_id).correlate(row).scalar_subquery()
    found: ColumnElement[bool] = order.c.id == covered
    return found


@noun(t.pos_lines, of_partner_or_distributor, "Line of a distributor's POS report.", filter_=PosLineFilter)
class PosLine(Node):
    """One sale as reported."""

    distributor_id: str = column("Id of the distributor that reports.")
    invoice_number: str = column("Number of the distributor's invoice.")
    invoice_line: str = column("Line of that invoice.")
    report_number: str | None = column("Number of the report; null while not known.")
    partner: PartnerLink | None = one(
        "Partner", lambda row, partner: partner.c.id == row.c.partner_id, "Partner of the sale; null while not known."
    )
    order: OrderLink | None = one("Order", _order, "Order the line reports; null where it reports none that is known.")
    order_line: OrderLineLink | None = one(
        "OrderLine", lambda row, line: line.c.id == row.c.order_line_id, "Order line it covers; null where none is known or shown."
    )
    deviation: DeviationLink | None = one(
        "Deviation", lambda row, deviation: deviation.c.id == row.c.deviation_id, "Deviation authorization it names; null for none."
    )
    product: str | None = column("Product sold, as reported; null while not known.")
    known_product: str | None = bound(
        b.Expression(lambda row, _ask, _given: func.coalesce(row.c.known_product, row.c.product)),
        "Product meant, by the distributor's alias where there is one; null while not known.",
    )
    quantity: int = column("Quantity sold, in units; negative for a return.")
    serial_numbers: list[str] = bound(b.Items("serial_numbers"), "Serial numbers of the units.")
    counted_by: PosLineLink | None = one(
        "PosLine",
        lambda row, other: other.c.id == row.c.counted_by_id,
        "Line for which a serial number of this one counts, so that this one covers nothing; null where it covers, and where not shown.",
    )
    covers: bool = bound(
        b.Expression(lambda row, _ask, _given: row.c.counted_by_id.is_(None)),
        "Whether the line may cover its order line: no serial number of it counts for another sale.",
    )
    sale: PosLineLink | None = one(
        "PosLine", lambda row, sale: sale.c.id == row.c.sale_id, "Sale a return takes back, found by serial number; null for none."
    )
    shipped_on: date | None = column("Day of shipping; null while not known.")
    invoiced_on: date | None = column("Day of the invoice; null while not known.")
    reported_on: date | None = column("Day of the report; null while not known.")
