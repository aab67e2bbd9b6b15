"""Order lines: what was ordered, on which quote and deviation, and whether it counts."""

from datetime import date, datetime
from enum import Enum

import strawberry

from tap_graph.domain.order import Acquisition, SaleType
from tap_graph.reads import bindings as b
from tap_graph.schema.choosing import of_partner_number
from tap_graph.schema.decision import Decision, decisions_of_line, on_day
from tap_graph.schema.fields import bound, column, one, passing, several, sorting
from tap_graph.schema.links import DeviationLink, OrderLink, PartnerLink, PosLineLink, QuoteLink
from tap_graph.schema.money import Money, money
from tap_graph.schema.node import Node, noun
from tap_graph.schema.order import LineJudgement, PeriodChoice, booked_in, judged
from tap_graph.schema.scalars import ProgramCode
from tap_graph.schema.verdict import Verdict, verdicts_of
from tap_graph.schema.visibility import of_partner
from tap_graph.storage import tables as t


@strawberry.enum(description="Sorting of order lines.")
class OrderLineSort(Enum):
    """By day."""

    BOOKED_ON = sorting("booked_on", "By booking day of the line.", filled=True)


@strawberry.input(description="Tests of order lines.")
class OrderLineFilter:
    """Which lines."""

    partner_number: str | None = passing(
        "Number of the partner of the line.",
        of_partner_number,
    )
    period: PeriodChoice | None = passing("Period in whose booking window the line was booked.", booked_in)
    booked_from: date | None = passing("First booking day.", lambda row, day, _ask: row.c.booked_on >= day)
    booked_until: date | None = passing("Last booking day.", lambda row, day, _ask: row.c.booked_on <= day)
    judged: LineJudgement | None = passing("Judgement of the line.", judged)


@noun(
    t.order_lines,
    of_partner,
    "Line of an order.",
    listed=lambda row: row.c.booked_on.is_not(None),
    filter_=OrderLineFilter,
)
class OrderLine(Node):
    """One line."""

    order: OrderLink = one("Order", lambda row, order: order.c.id == row.c.order_id, "Order of the line.")
    line: int = column("Number of the line within its order.")
    partner: PartnerLink | None = one(
        "Partner", lambda row, partner: partner.c.id == row.c.partner_id, "Partner of the line; null while not known."
    )
    quote: QuoteLink | None = one("Quote", lambda row, quote: quote.c.id == row.c.quote_id, "TMP quote of the line; null for none.")
    deviation: DeviationLink | None = one(
        "Deviation", lambda row, deviation: deviation.c.id == row.c.deviation_id, "Deviation authorization of the line; null for none."
    )
    distributor_id: str | None = column("Id of the distributor; null when it was ordered straight from the vendor.")
    booked_on: date | None = column("Day of booking; null while not known, and then in no list and no judgement.")
    confirmed_on: date | None = column("Day of confirmation; null while not known.")
    shipped_on: date | None = column("Day of shipping; null while not known; not read for two-tier orders.")
    cancelled_on: date | None = column("Day of cancellation; null unless it was cancelled.")
    sale_type: SaleType | None = column("Use of what was ordered; null while not known.")
    acquisition: Acquisition | None = column("Way the equipment was acquired; null while not known.")
    existing_network: bool | None = column("Whether the credit comes from the customer's existing network; null while not known.")
    programs: list[ProgramCode] = bound(b.Items(), "Codes of the other programs the line used.")
    end_customer: str | None = column("End customer of the line; null while not known.")
    product: str | None = column("Product of the line; null while not known.")
    quantity: int = column("Quantity of the line, in units.")
    net_value: Money | None = money("Net value of the line; null while not known, and then counted as 0.", "net_value")
    credit: Money | None = money("Trade-in credit of the line; null while not known, and then counted as 0.", "credit")
    recorded_at: datetime = column("Timestamp at which the line took its present form.")
    pos_lines: list[PosLineLink] = several(
        "PosLine", lambda row, pos: pos.c.order_line_id == row.c.id, "POS lines that report the line.", order="invoice_number"
    )
    decisions: list[Decision] = bound(
        b.Many("Decision", source=decisions_of_line, paged=False),
        "Decisions about the line, one for each approved enrollment of its partner.",
        on_day("Day the line is judged on; null for today in UTC."),
    )
    verdicts: list[Verdict] = bound(
        b.Many("Verdict", source=verdicts_of, paged=False),
        "Verdicts of the theatres' rules on the line: what depends neither on option nor on day.",
    )
