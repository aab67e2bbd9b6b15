"""RMAs: equipment due back, line by line, with the receipts that say what came."""

from datetime import date
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Date, and_, case, func, select

from tap_graph.domain.enrollment import EnrollmentStatus
from tap_graph.reads import bindings as b
from tap_graph.reads.arguments import among
from tap_graph.schema import returns
from tap_graph.schema.choosing import of_partner_number
from tap_graph.schema.fields import bound, column, one, passing, several, sorting
from tap_graph.schema.links import OrderLink, PartnerLink, QuoteLink, RmaLink
from tap_graph.schema.money import Money, money, summed_money
from tap_graph.schema.node import Node, noun
from tap_graph.schema.scalars import Rate
from tap_graph.schema.visibility import of_partner, receipts, rma_lines, rmas
from tap_graph.storage import tables as t


def _deadline(row: Any, ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    """By the options of the partner's approved enrollments that the order was booked in, else by period."""
    order, e, option = t.orders.alias(), t.enrollments.alias(), t.options.alias()
    period, place = t.periods.alias(), t.partner_theatres.alias()
    approved = and_(order.c.id == row.c.order_id, e.c.partner_id == order.c.partner_id, e.c.status == EnrollmentStatus.APPROVED.value)
    enrolled = select(func.max(option.c.return_deadline)).join_from(e, option, option.c.id == e.c.option_id).join(order, approved)
    by_option = enrolled.where(order.c.booked_on.between(option.c.booking_first_day, option.c.booking_last_day)).correlate(row)
    here = and_(order.c.id == row.c.order_id, order.c.partner_id == place.c.partner_id)
    open_to = (
        select(func.max(period.c.return_deadline)).join_from(period, place, place.c.theatre_id == period.c.theatre_id).join(order, here)
    )
    by_period = open_to.where(order.c.booked_on.between(period.c.booking_first_day, period.c.booking_last_day)).correlate(row)
    latest = func.coalesce(by_option.scalar_subquery(), by_period.scalar_subquery(), type_=Date())
    return case((of_partner(row, ask), latest))


@strawberry.enum(description="Sorting of RMAs.")
class RmaSort(Enum):
    """By number."""

    NUMBER = sorting("rma_number", "By RMA number.", filled=True)


@strawberry.input(description="Tests of RMAs.")
class RmaFilter:
    """Which RMAs."""

    open: bool | None = passing(
        "Whether units are still missing.", lambda row, open_, ask: returns.is_open(row, ask) if open_ else ~returns.is_open(row, ask)
    )
    overdue_on: date | None = passing(
        "Day before which the return deadline passed with units still missing.",
        lambda row, day, ask: and_(returns.is_open(row, ask), _deadline(row, ask, {}) < day),
        own=True,
    )
    partner_number: str | None = passing(
        "Number of the partner of the RMA's order.",
        of_partner_number,
        own=True,
    )
    rma_numbers: list[str] | None = passing("Numbers of the RMAs.", lambda row, numbers, ask: among(row.c.rma_number, numbers, ask.dialect))


@noun(t.receipts, receipts, "Receipt of returned equipment.")
class Receipt(Node):
    """Units that came, or a reversal."""

    receipt_number: str = column("Number of the receipt.")
    units: int | None = column("Units received; negative for a reversal; null while not known, and then counting nothing.")
    received_on: date | None = column("Day of arrival; null while not known.")
    posted_on: date | None = column("Day it shows in the status tool; null while it does not, and then it does not count.")


@noun(t.rma_lines, rma_lines, "Line of an RMA: equipment due back.")
class RmaLine(Node):
    """One kind of equipment."""

    rma: RmaLink = one("Rma", lambda row, rma: rma.c.id == row.c.rma_id, "RMA of the line.")
    line: int = column("Number of the line within its RMA.")
    order: OrderLink | None = one("Order", lambda row, order: order.c.id == row.c.order_id, "Order of the line; null for none.")
    quote: QuoteLink | None = one("Quote", lambda row, quote: quote.c.id == row.c.quote_id, "TMP quote of the line; null for none.")
    product: str | None = column("Product due back; null while not known.")
    units_due: int | None = column("Units due back; null while not known, and then nothing is due.")
    value_due: Money | None = money("Value of the units due; null while not known, and then counted as 0.", "value_due")
    units_received: int = bound(
        returns.total(returns.of_line, "units_received"), "Units that show as received: at least 0, at most those due."
    )
    value_received: Money = summed_money("Value of the units received, half up to the cent.", returns.of_line, "value_received")
    return_rate: Rate | None = bound(returns.rate(returns.of_line), "Share of the value due that came back; null when nothing is due.")
    receipts: list[Receipt] = several(
        "Receipt", lambda row, receipt: receipt.c.rma_line_id == row.c.id, "Receipts of the line.", order="receipt_number"
    )


@noun(t.rmas, rmas, "RMA: the return of equipment traded in.", owned=of_partner, filter_=RmaFilter)
class Rma(Node):
    """One return."""

    rma_number: str = column("Number of the RMA.")
    order: OrderLink | None = one(
        "Order", lambda row, order: order.c.id == row.c.order_id, "Order of the RMA's lowest line; null for none, and where not shown."
    )
    quote: QuoteLink | None = one(
        "Quote", lambda row, quote: quote.c.id == row.c.quote_id, "TMP quote of the RMA's lowest line; null for none, and where not shown."
    )
    partner: PartnerLink | None = one(
        "Partner", lambda row, partner: partner.c.id == row.c.partner_id, "Partner of the RMA's order; null where not known or not shown."
    )
    lines: list[RmaLine] = several(
        "RmaLine", lambda row, line: line.c.rma_id == row.c.id, "Lines of the RMA that the viewer may see.", order="line"
    )
    units_due: int = bound(returns.total(returns.of_rma, "units_due"), "Units due back, of all lines.")
    units_received: int = bound(returns.total(returns.of_rma, "units_received"), "Units that show as received, of all lines.")
    value_due: Money = summed_money("Value of the units due, of all lines.", returns.of_rma, "value_due")
    value_received: Money = summed_money(
        "Value of the units received, of all lines, each half up to the cent.", returns.of_rma, "value_received"
    )
    return_rate: Rate | None = bound(returns.rate(returns.of_rma), "Share of the value due that came back; null when nothing is due.")
    return_deadline: date | None = bound(
        b.Expression(_deadline),
        "Last day on which a return may show: that of the partner's approved options the order was booked in, else of the period; "
        "null where it was booked in none.",
    )
