"""POS lines: what distributors report as shipped and invoiced (R13)."""

from datetime import date
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, select

from tap_graph.reads import bindings as b
from tap_graph.schema.fields import bound, column, one, passing, sorting
from tap_graph.schema.links import DeviationLink, OrderLineLink, OrderLink, PartnerLink
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
    product: str | None = column("Product sold; null while not known.")
    quantity: int = column("Quantity sold, in units; negative for a return.")
    serial_numbers: list[str] = bound(b.Items("serial_numbers"), "Serial numbers of the units.")
    shipped_on: date | None = column("Day of shipping; null while not known.")
    invoiced_on: date | None = column("Day of the invoice; null while not known.")
    reported_on: date | None = column("Day of the report; null while not known.")
