"""Deviations: authorizations (DART) a two-tier order needs before it is confirmed (R11)."""

from datetime import date
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import BigInteger, ColumnElement, Text, and_, case, cast, func, literal, select

from tap_graph.domain.deviation import OPEN_TO_EXPIRY, DeviationState, DeviationStatus
from tap_graph.reads import bindings as b
from tap_graph.schema.act import Act, acts_about
from tap_graph.schema.choosing import of_partner_number
from tap_graph.schema.fields import bound, column, connection, one, passing, sorting
from tap_graph.schema.links import DistributorLink, OrderLineLink, PartnerLink, QuoteLink
from tap_graph.schema.node import Connection, Node, noun
from tap_graph.schema.order_line import OrderLineFilter, OrderLineSort
from tap_graph.schema.visibility import of_partner_or_distributor
from tap_graph.storage import tables as t
from tap_graph.storage.days import days_between


def _state(row: Any, ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    """As domain/deviation.py:state_on has it; null where the status is."""
    expired = and_(row.c.status.in_([status.value for status in OPEN_TO_EXPIRY]), row.c.expires_on < ask.today)
    return case((expired, cast(literal(DeviationState.EXPIRED.value), Text)), else_=row.c.status)


def _days_waiting(row: Any, ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    """Null where the day of the request is, and where it was taken back before a decision."""
    undecided = row.c.status == DeviationStatus.REQUESTED.value
    return days_between(row.c.requested_on, case((undecided, ask.today), else_=row.c.decided_on))


def _claimed(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    """Two sums, each by an index: lines that name it, and those whose order line does."""
    named, covering, line = t.pos_lines.alias(), t.pos_lines.alias(), t.order_lines.alias()
    by_name = select(func.sum(named.c.quantity)).where(named.c.deviation_id == row.c.id, named.c.counted_by_id.is_(None))
    by_order = (
        select(func.sum(covering.c.quantity))
        .join_from(line, covering, covering.c.order_line_id == line.c.id)
        .where(line.c.deviation_id == row.c.id, covering.c.deviation_id.is_distinct_from(row.c.id), covering.c.counted_by_id.is_(None))
    )
    sums = [func.coalesce(each.correlate(row).scalar_subquery(), 0) for each in (by_name, by_order)]
    return cast(sums[0] + sums[1], BigInteger)


@strawberry.enum(description="Sorting of deviation authorizations.")
class DeviationSort(Enum):
    """By number or day."""

    NUMBER = sorting("deviation_number", "By deviation number.", filled=True)
    REQUESTED_ON = sorting("requested_on", "By day of the request, so that who waits longest comes first; those without one come last.")


@strawberry.input(description="Tests of deviation authorizations.")
class DeviationFilter:
    """Which deviations."""

    status: DeviationStatus | None = passing("Status of the deviation.", lambda row, status, _ask: row.c.status == status)
    state: DeviationState | None = passing("State of the deviation today.", lambda row, state, ask: _state(row, ask, {}) == state)
    waiting_at_least: int | None = passing(
        "Number of days from the request to the decision, or to today, at least.",
        lambda row, days, ask: _days_waiting(row, ask, {}) >= days,
    )
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
    distributor: DistributorLink | None = one(
        "Distributor",
        lambda row, distributor: distributor.c.distributor_id == row.c.distributor_id,
        "Distributor that asked; null while not known, and where not shown.",
    )
    partner: PartnerLink | None = one(
        "Partner", lambda row, partner: partner.c.id == row.c.partner_id, "Partner of the deal; null while not known."
    )
    quote: QuoteLink | None = one(
        "Quote", lambda row, quote: quote.c.id == row.c.quote_id, "TMP quote of the deal; null for none, and where not shown."
    )
    type: str | None = column("Type of the deviation; only TMP qualifies; null while not known.")
    requested_on: date | None = column("Day of the request; null while not known.")
    status: DeviationStatus | None = column("Status of the deviation; null while not known.")
    state: DeviationState | None = bound(b.Expression(_state), "State of the deviation today; null while its status is not known.")
    decided_on: date | None = column("Day of the decision; null while there is none.")
    days_waiting: int | None = bound(
        b.Expression(_days_waiting),
        "Number of days from the request to the decision, or to today while it is requested; null where one of the days is not known.",
    )
    quantity: int | None = column("Quantity asked for, and approved with the request, in units; null while not known.")
    claimed_quantity: int = bound(
        b.Expression(_claimed),
        "Quantity of the POS lines that name it or whose order line does, in units; returns are deducted, and lines left out "
        "whose serial numbers count for another sale.",
    )
    expires_on: date | None = column("Last day on which it holds; null where it has none.")
    reason: str | None = column("Reason of the request, the decision or the cancellation, as last said; null for none.")
    order_lines: Connection[OrderLineLink] = connection(
        b.Many("OrderLine", lambda row, line: line.c.deviation_id == row.c.id),
        "Order lines that name the deviation.",
        OrderLineSort,
        OrderLineFilter,
    )
    acts: list[Act] = acts_about("deviation", "Acts by which it was requested, changed or decided in place; none where feeds did it.")
