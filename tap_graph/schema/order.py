"""Orders: what their lowest line says of the whole, their lines, and the RMAs that go with them."""

from datetime import date
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, and_, exists, select

from tap_graph.reads import bindings as b
from tap_graph.schema.choosing import of_partner_number
from tap_graph.schema.decision import mask_for
from tap_graph.schema.fields import column, one, passing, several, sorting
from tap_graph.schema.links import DeviationLink, OrderLineLink, PartnerLink, QuoteLink, RmaLink
from tap_graph.schema.node import Node, noun
from tap_graph.schema.reason import has_reason, is_pending_or_refused
from tap_graph.schema.scalars import OptionCode, ReasonCode, RegionCode
from tap_graph.schema.visibility import of_partner, of_region, order_opening, orders, owned_orders
from tap_graph.storage import tables as t


@strawberry.enum(description="Sorting of orders.")
class OrderSort(Enum):
    """By number or day."""

    NUMBER = sorting("order_number", "By order number.", filled=True)
    BOOKED_ON = sorting("booked_on", "By booking day; leaves out orders of which only a later line is the viewer's.", filled=True, own=True)


@strawberry.input(description="Period of a region.")
class PeriodChoice:
    """Which period."""

    region: RegionCode = strawberry.field(description="Code of the region.")
    number: int = strawberry.field(description="Number of the period within the region.")


@strawberry.input(description="Judgement of order lines for an option on a day.")
class LineJudgement:
    """What lines are asked about."""

    region: RegionCode = strawberry.field(description="Code of the region.")
    option: OptionCode = strawberry.field(description="Code of the option the partner has an approved enrollment in.")
    on: date = strawberry.field(description="Day the lines are judged on.")
    counts: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether the line counts; null for either.")
    reason: ReasonCode | None = strawberry.field(
        default=strawberry.UNSET, description="Code of a reason why the line does not count; null for any or none."
    )


def booked_in(row: Any, period: dict[str, Any], _ask: b.Ask) -> ColumnElement[bool]:
    """Rows booked in the window of a period, of partners in its region."""
    chosen = select(t.periods).join(t.theatres).where(t.theatres.c.code == period["region"], t.periods.c.number == period["number"])
    first, last, theatre = (chosen.with_only_columns(t.periods.c[name]) for name in ("booking_first_day", "booking_last_day", "theatre_id"))
    place = t.partner_theatres.alias()
    here = and_(place.c.partner_id == row.c.partner_id, place.c.theatre_id == theatre.scalar_subquery())
    in_region = exists(select(place.c.partner_id).where(here).correlate(row))
    return and_(row.c.booked_on >= first.scalar_subquery(), row.c.booked_on <= last.scalar_subquery(), in_region)


def judged(line: Any, judgement: dict[str, Any], ask: b.Ask) -> ColumnElement[bool]:
    """Lines of partners with an approved enrollment in the option that the viewer may see, with that result on that day."""
    e, o, th = t.enrollments.alias(), t.options.alias(), t.theatres.alias()
    mask, source = mask_for(e, line, e, judgement["on"])
    chosen = select(o.c.id).join(th, th.c.id == o.c.theatre_id).where(th.c.code == judgement["region"], o.c.code == judgement["option"])
    enrolled = and_(e.c.partner_id == line.c.partner_id, e.c.status == "APPROVED", e.c.option_id == chosen.scalar_subquery())
    conditions = [enrolled, of_region(e, ask), line.c.booked_on <= judgement["on"]]
    if judgement.get("counts") is not None:
        conditions.append(is_pending_or_refused(mask, counts=judgement["counts"]))
    if judgement.get("reason") is not None:
        conditions.append(has_reason(mask, e.c.theatre_id, judgement["reason"]))
    return exists(select(e.c.id).select_from(source).where(*conditions).correlate(line))


def _has_judged_line(row: Any, judgement: dict[str, Any], ask: b.Ask) -> ColumnElement[bool]:
    line = t.order_lines.alias()
    found = select(line.c.id).where(line.c.order_id == row.c.id, of_partner(line, ask), judged(line, judgement, ask))
    return exists(found.correlate(row))


@strawberry.input(description="Tests of orders, which look at the order's lowest line unless they speak of lines.")
class OrderFilter:
    """Which orders."""

    partner_number: str | None = passing(
        "Number of the partner of the order.",
        of_partner_number,
        own=True,
    )
    period: PeriodChoice | None = passing("Period in whose booking window the order was booked.", booked_in, own=True)
    booked_from: date | None = passing("First booking day.", lambda row, day, _ask: row.c.booked_on >= day, own=True)
    booked_until: date | None = passing("Last booking day.", lambda row, day, _ask: row.c.booked_on <= day, own=True)
    line: LineJudgement | None = passing("Judgement that at least one line of the order has.", _has_judged_line)


@noun(
    t.orders,
    orders,
    "Order of a partner. Its own fields are those of its lowest line, and null where that line is not the viewer's.",
    owned=owned_orders,
    listed=lambda row: row.c.booked_on.is_not(None),
    opening=order_opening,
    filter_=OrderFilter,
)
class Order(Node):
    """One sales order."""

    order_number: str = column("Number of the order.")
    partner: PartnerLink | None = one(
        "Partner", lambda row, partner: partner.c.id == row.c.partner_id, "Partner of the order; null where not known or not shown."
    )
    quote: QuoteLink | None = one("Quote", lambda row, quote: quote.c.id == row.c.quote_id, "TMP quote of the order; null for none.")
    deviation: DeviationLink | None = one(
        "Deviation", lambda row, deviation: deviation.c.id == row.c.deviation_id, "Deviation authorization of the order; null for none."
    )
    distributor_id: str | None = column("Id of the distributor; null when the order was placed straight with the vendor.", own=True)
    booked_on: date | None = column("Day of booking; null while not known.", own=True)
    confirmed_on: date | None = column("Day of confirmation; null while not known.", own=True)
    shipped_on: date | None = column("Day of shipping; null while not known.", own=True)
    cancelled_on: date | None = column("Day of cancellation; null unless it was cancelled.", own=True)
    end_customer: str | None = column("End customer of the order; null while not known.", own=True)
    lines: list[OrderLineLink] = several(
        "OrderLine", lambda row, line: line.c.order_id == row.c.id, "Booked lines of the order that the viewer may see.", order="line"
    )
    rmas: list[RmaLink] = several("Rma", lambda row, rma: rma.c.order_id == row.c.id, "RMAs of the order.", order="rma_number")
