"""Deviations: authorizations (DART) a two-tier order needs before it is confirmed (R11)."""

from datetime import date
from enum import Enum

import strawberry

from tap_graph.domain.deviation import DeviationStatus
from tap_graph.reads import bindings as b
from tap_graph.schema.choosing import of_partner_number
from tap_graph.schema.fields import column, connection, one, passing, sorting
from tap_graph.schema.links import OrderLineLink, PartnerLink, QuoteLink
from tap_graph.schema.node import Connection, Node, noun
from tap_graph.schema.order_line import OrderLineFilter, OrderLineSort
from tap_graph.schema.visibility import of_partner_or_distributor
from tap_graph.storage import tables as t


@strawberry.enum(description="Sorting of deviation authorizations.")
class DeviationSort(Enum):
    """By number or day."""

    NUMBER = sorting("deviation_number", "By deviation number.", filled=True)
    REQUESTED_ON = sorting("requested_on", "By day of the request; those without one come last.")


@strawberry.input(description="Tests of deviation authorizations.")
class DeviationFilter:
    """Which deviations."""

    status: DeviationStatus | None = passing("Status of the deviation.", lambda row, status, _ask: row.c.status == status)
    type: str | None = passing("Type of the deviation.", lambda row, type_, _ask: row.c.type == type_)
    distributor_id: str | None = passing("Id of the distributor.", lambda row, distributor, _ask: row.c.distributor_id == distributor)
    partner_number: str | None = passing(
        "Number of the partner.",
        of_partner_number,
    )


@noun(t.deviations, of_partner_or_distributor, "Deviation authorization (DART) of a two-tier deal.", filter_=DeviationFilter)
class Deviation(Node):
    """One request and its decision."""

    deviation_number: str = column("Number of the deviation.")
    distributor_id: str | None = column("Id of the distributor that asked; null while not known.")
    partner: PartnerLink | None = one(
        "Partner", lambda row, partner: partner.c.id == row.c.partner_id, "Partner of the deal; null while not known."
    )
    quote: QuoteLink | None = one(
        "Quote", lambda row, quote: quote.c.id == row.c.quote_id, "TMP quote of the deal; null for none, and where not shown."
    )
    type: str | None = column("Type of the deviation; only TMP qualifies; null while not known.")
    requested_on: date | None = column("Day of the request; null while not known.")
    status: DeviationStatus | None = column("Status of the deviation; null while not known.")
    decided_on: date | None = column("Day of the decision; null while there is none.")
    order_lines: Connection[OrderLineLink] = connection(
        b.Many("OrderLine", lambda row, line: line.c.deviation_id == row.c.id),
        "Order lines that name the deviation.",
        OrderLineSort,
        OrderLineFilter,
    )
