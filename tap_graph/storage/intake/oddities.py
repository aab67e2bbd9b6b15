"""Oddities: what looks strange across rows or days is accepted and noted for administrators (contract §3).

Each oddity is a query over the rows of one noun; the notes of touched rows are made anew, so that the same facts
carry the same notes whatever came first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
)

from tap_graph.storage import tables as t
from tap_graph.storage.intake.touched import Touched


@dataclass(frozen=True)
class Oddity:
    """One kind of oddity: its code, the feed kind it is shown under, the noun whose rows it is about, and the query."""

    code: str
    kind: str
    noun: str
    message: str
    rows: Callable[[Select[Any]], Select[Any]]
    """Given the ids of touched rows: row id, natural key, day and partner id of those that are odd."""


def _lines(
    condition: Callable[[], ColumnElement[bool]], join: Callable[[FromClause], FromClause] = lambda source: source
) -> Callable[[Select[Any]], Select[Any]]:
    line, order = t.order_lines, t.orders

    def rows(ids: Select[Any]) -> Select[Any]:
        source = join(line.join(order, order.c.id == line.c.order_id))
        key = order.c.order_number + "/" + cast(line.c.line, Text)
        return select(line.c.id, key, line.c.booked_on, line.c.partner_id).select_from(source).where(line.c.id.in_(ids), condition())

    return rows


def _rma_lines(
    condition: Callable[[], ColumnElement[bool]], join: Callable[[FromClause], FromClause] = lambda source: source
) -> Callable[[Select[Any]], Select[Any]]:
    line, rma = t.rma_lines, t.rmas

    def rows(ids: Select[Any]) -> Select[Any]:
        source = join(line.join(rma, rma.c.id == line.c.rma_id))
        key = rma.c.rma_number + "/" + cast(line.c.line, Text)
        return select(line.c.id, key, cast(null(), Date), line.c.partner_id).select_from(source).where(line.c.id.in_(ids), condition())

    return rows


def _amounts_of_quotes(ids: Select[Any]) -> Select[Any]:
    line, quote = t.quote_lines, t.quotes
    key = quote.c.quote_number + "/" + cast(line.c.line, Text)
    chosen = select(line.c.id, key, line.c.issued_on, line.c.partner_id).join(quote, quote.c.id == line.c.quote_id)
    return chosen.where(quote.c.id.in_(ids), line.c.credit.is_(None))


def _quotes_used_twice(ids: Select[Any]) -> Select[Any]:
    line, quote = t.order_lines, t.quotes
    orders = select(line.c.quote_id).where(line.c.quote_id.in_(ids)).group_by(line.c.quote_id)
    twice = orders.having(func.min(line.c.order_id) != func.max(line.c.order_id))
    return select(quote.c.id, quote.c.quote_number, cast(null(), Date), quote.c.partner_id).where(quote.c.id.in_(twice))


def _countries_outside(ids: Select[Any]) -> Select[Any]:
    enrollment, partner, option, period, listed = t.enrollments, t.partners, t.options, t.periods, t.period_countries
    is_listed = (
        select(listed.c.id).where(listed.c.period_id == period.c.id, listed.c.country == partner.c.country).correlate(period, partner)
    )
    spanned = and_(period.c.theatre_id == option.c.theatre_id, period.c.number.between(option.c.first_period, option.c.last_period))
    unlisted = select(period.c.id).where(spanned, ~is_listed.exists()).correlate(option, partner).exists()
    source = enrollment.join(partner, partner.c.id == enrollment.c.partner_id).join(option, option.c.id == enrollment.c.option_id)
    key = partner.c.partner_number + "/" + option.c.code
    chosen = select(enrollment.c.id, key, enrollment.c.submitted_on, enrollment.c.partner_id).select_from(source)
    return chosen.where(enrollment.c.id.in_(ids), unlisted)


def _reversals_too_early(ids: Select[Any]) -> Select[Any]:
    receipt, other = t.receipts, t.receipts.alias("other")
    until = and_(other.c.rma_line_id == receipt.c.rma_line_id, other.c.received_on <= receipt.c.received_on)
    so_far = select(func.coalesce(func.sum(other.c.units), 0)).where(until).correlate(receipt).scalar_subquery()
    odd = and_(receipt.c.units < 0, receipt.c.rma_line_id.is_not(None), so_far < 0)
    return _receipts(receipt.c.id.in_(ids), odd)


def _receipts(which: ColumnElement[bool], odd: ColumnElement[bool]) -> Select[Any]:
    receipt = t.receipts
    return select(receipt.c.id, receipt.c.receipt_number, receipt.c.received_on, receipt.c.partner_id).where(which, odd)


def _pos(odd: ColumnElement[bool]) -> Callable[[Select[Any]], Select[Any]]:
    pos = t.pos_lines
    key = pos.c.distributor_id + "/" + pos.c.invoice_number + "/" + pos.c.invoice_line
    return lambda ids: select(pos.c.id, key, pos.c.shipped_on, pos.c.partner_id).where(pos.c.id.in_(ids), odd)


def _received_units(line: Any) -> ColumnElement[int]:
    receipt = t.receipts
    return select(func.coalesce(func.sum(receipt.c.units), 0)).where(receipt.c.rma_line_id == line.c.id).correlate(line).scalar_subquery()


LINE, QUOTE, DEVIATION, ORDER, RMA = t.order_lines, t.quotes, t.deviations, t.orders, t.rma_lines
ODDITIES = (
    Oddity(
        "AMOUNT_UNKNOWN",
        "orders",
        "order_lines",
        "net value or credit is not known yet and counts 0",
        _lines(lambda: or_(LINE.c.net_value.is_(None), LINE.c.credit.is_(None))),
    ),
    Oddity(
        "CREDIT_ABOVE_NET_VALUE",
        "orders",
        "order_lines",
        "the credit is above the net value",
        _lines(lambda: LINE.c.credit > LINE.c.net_value),
    ),
    Oddity(
        "CREDIT_ABOVE_QUOTE",
        "orders",
        "order_lines",
        "the credit is above the quote's",
        _lines(lambda: LINE.c.credit > QUOTE.c.credit, lambda source: source.join(QUOTE, QUOTE.c.id == LINE.c.quote_id)),
    ),
    Oddity(
        "SHIPPED_BEFORE_CONFIRMED",
        "orders",
        "order_lines",
        "shipped before the order was confirmed",
        _lines(lambda: LINE.c.shipped_on < LINE.c.confirmed_on),
    ),
    Oddity(
        "SHIPPED_AFTER_CANCELLED",
        "orders",
        "order_lines",
        "shipped after it was cancelled",
        _lines(lambda: LINE.c.shipped_on > LINE.c.cancelled_on),
    ),
    Oddity(
        "DEVIATION_EXPIRED",
        "orders",
        "order_lines",
        "confirmed after the last day of its deviation",
        _lines(
            lambda: func.coalesce(LINE.c.confirmed_on, LINE.c.booked_on) > DEVIATION.c.expires_on,
            lambda source: source.join(DEVIATION, DEVIATION.c.id == LINE.c.deviation_id),
        ),
    ),
    Oddity("AMOUNT_UNKNOWN", "quotes", "quotes", "the credit is not known yet", _amounts_of_quotes),
    Oddity("QUOTE_USED_TWICE", "quotes", "quotes", "two orders stand on this quote", _quotes_used_twice),
    Oddity(
        "COUNTRY_OUTSIDE_THEATRE",
        "enrollments",
        "enrollments",
        "the partner's country is not listed in every period of the option",
        _countries_outside,
    ),
    Oddity(
        "OTHER_QUOTE_THAN_ORDER",
        "rmas",
        "rma_lines",
        "the RMA names another quote than its order",
        _rma_lines(
            lambda: RMA.c.quote_id.is_distinct_from(ORDER.c.quote_id) & RMA.c.quote_id.is_not(None),
            lambda source: source.join(ORDER, ORDER.c.id == RMA.c.order_id),
        ),
    ),
    Oddity(
        "UNITS_DUE_UNKNOWN",
        "rmas",
        "rma_lines",
        "units due are not known yet: nothing is due",
        _rma_lines(lambda: RMA.c.units_due.is_(None)),
    ),
    Oddity(
        "AMOUNT_UNKNOWN", "rmas", "rma_lines", "the value due is not known yet and counts 0", _rma_lines(lambda: RMA.c.value_due.is_(None))
    ),
    Oddity(
        "RECEIVED_ABOVE_DUE",
        "rmas",
        "rma_lines",
        "more units were received than are due: counted up to the due",
        _rma_lines(lambda: _received_units(RMA) > RMA.c.units_due),
    ),
    Oddity("REVERSAL_BEFORE_RECEIPT", "receipts", "receipts", "reverses units that were not received by that day", _reversals_too_early),
    Oddity(
        "WITHOUT_RMA",
        "receipts",
        "receipts",
        "names no RMA and counts for none",
        lambda ids: _receipts(t.receipts.c.id.in_(ids), t.receipts.c.rma_line_id.is_(None)),
    ),
    Oddity(
        "WITHOUT_ORDER",
        "pos",
        "pos_lines",
        "names neither order nor deviation and covers no order line",
        _pos(t.pos_lines.c.order_line_id.is_(None)),
    ),
    Oddity(
        "OTHER_PARTNER_THAN_ORDER",
        "pos",
        "pos_lines",
        "names another partner than the order line it covers",
        _pos(t.pos_lines.c.stated_partner_id.is_not(None) & t.pos_lines.c.partner_id.is_distinct_from(t.pos_lines.c.stated_partner_id)),
    ),
)


def note(touched: Touched) -> None:
    """Makes the notes of touched rows anew."""
    connection = touched.connection
    nouns = {oddity.noun for oddity in ODDITIES if touched.has(oddity.noun)}
    _widen(touched, nouns)
    for oddity in ODDITIES:
        if oddity.noun in nouns:
            _forget(connection, oddity, touched)
            odd = oddity.rows(touched.ids(oddity.noun)).subquery()
            row_id, key, day, partner_id = odd.c
            chosen = select(literal(oddity.kind), row_id, literal(oddity.code), key, day, partner_id, literal(oddity.message))
            names = ["kind", "row_id", "code", "key", "day", "partner_id", "message"]
            connection.execute(insert(t.notes).from_select(names, chosen))


def _widen(touched: Touched, nouns: set[str]) -> None:
    """A receipt can make a reversal of the same RMA line odd, or odd no more."""
    if touched.has("orders"):
        touched.add("rma_lines", select(t.rma_lines.c.id).where(t.rma_lines.c.order_id.in_(touched.ids("orders"))))
        nouns.add("rma_lines")
    if "receipts" in nouns:
        same_line = select(t.receipts.c.rma_line_id).where(t.receipts.c.id.in_(touched.ids("receipts")))
        touched.add("receipts", select(t.receipts.c.id).where(t.receipts.c.rma_line_id.in_(same_line)))


def _forget(connection: Connection, oddity: Oddity, touched: Touched) -> None:
    ids: Select[Any] = touched.ids(oddity.noun)
    if oddity.rows is _amounts_of_quotes:
        ids = select(t.quote_lines.c.id).where(t.quote_lines.c.quote_id.in_(ids))
    connection.execute(delete(t.notes).where(t.notes.c.kind == oddity.kind, t.notes.c.code == oddity.code, t.notes.c.row_id.in_(ids)))
