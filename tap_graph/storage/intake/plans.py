"""How each kind of line becomes a fact: its table, what it refers to, its key and its values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Table, Text, and_, case, cast, func, literal, null, or_

from tap_graph.storage import tables as t
from tap_graph.storage.days import day_after
from tap_graph.storage.intake import references as r

Ids = Mapping[str, ColumnElement[Any]]
Values = dict[str, ColumnElement[Any]]
FAR_FUTURE = date(9999, 12, 31)


@dataclass(frozen=True)
class Header:
    """The noun whose lines a kind delivers: order, quote or RMA."""

    table: Table
    number: str
    column: str
    """Column of the line's table that points to the header."""
    copied: tuple[str, ...]
    """Columns the header copies from its lowest line."""
    counts_lines: bool = True
    """Whether the header says which line that is."""


@dataclass(frozen=True)
class Plan:
    """One kind: where its lines go, what they refer to, and which columns they give."""

    kind: str
    table: Table
    history: Table
    references: tuple[r.Reference, ...]
    header: Header | None
    key: Callable[[FromClause, Ids, FromClause], ColumnElement[bool]]
    """Condition under which a row of the table is the one a staged line speaks of."""
    values: Callable[[FromClause, Ids], Values]
    """The delivered columns of the table, from a staged line and the ids of what it refers to."""
    derived: Callable[[FromClause, Ids], Values] = lambda _s, _ids: {}
    """Columns that follow from the references, are not compared, and may be renewed without a delivery."""
    owner: tuple[Table, Callable[[Ids], ColumnElement[Any]]] | None = None
    """The table of what the row belongs to, whose partner is its own, and the id there; `derived` finds that partner as `owner`."""
    as_delivered: Callable[[FromClause], Values] = lambda _f: {}
    """What a row of the table was delivered with, where something else has been put there since."""


def _same(*names: str) -> Callable[[FromClause, Ids], Values]:
    return lambda s, _ids: {name: s.c[name] for name in names}


def _with(
    same: Callable[[FromClause, Ids], Values], **more: Callable[[FromClause, Ids], ColumnElement[Any]]
) -> Callable[[FromClause, Ids], Values]:
    return lambda s, ids: same(s, ids) | {name: give(s, ids) for name, give in more.items()}


def _id(name: str) -> Callable[[FromClause, Ids], ColumnElement[Any]]:
    return lambda _s, ids: ids[name]


def _until_day(s: FromClause, _ids: Ids) -> Values:
    """The day after the last: half-open spans touch without day arithmetic when windows are checked for gaps."""
    open_ended = or_(s.c.last_day.is_(None), s.c.last_day >= FAR_FUTURE)
    return {"until_day": case((open_ended, literal(FAR_FUTURE)), else_=day_after(s.c.last_day))}


def _pos_line_id(ids: Ids) -> ColumnElement[Any]:
    return func.coalesce(ids["order_line"], ids["deviation_line"])


ORDER_CELLS = (
    "line",
    "distributor_id",
    "booked_on",
    "confirmed_on",
    "shipped_on",
    "cancelled_on",
    "sale_type",
    "acquisition",
    "existing_network",
    "programs",
    "end_customer",
    "product",
    "quantity",
    "net_value",
    "credit",
)
ORDER_COLUMNS = (
    "partner_id",
    "quote_id",
    "deviation_id",
    "distributor_id",
    "booked_on",
    "confirmed_on",
    "shipped_on",
    "cancelled_on",
    "end_customer",
)
RMA_COLUMNS = ("order_id", "quote_id", "partner_id")
POS_CELLS = (
    "distributor_id",
    "invoice_number",
    "invoice_line",
    "report_number",
    "product",
    "quantity",
    "serial_numbers",
    "shipped_on",
    "invoiced_on",
    "reported_on",
)

PLANS = {
    plan.kind: plan
    for plan in (
        Plan(
            "partners",
            t.partners,
            t.partners_history,
            (),
            None,
            key=lambda s, _ids, f: f.c.partner_number == s.c.partner_number,
            values=_same("partner_number", "name", "country", "tier", "cam_email"),
        ),
        Plan(
            "certifications",
            t.certifications,
            t.certifications_history,
            (r.PARTNER,),
            None,
            key=lambda s, ids, f: and_(
                f.c.partner_id == ids["partner"], f.c.level == s.c.level, f.c.first_day.is_not_distinct_from(s.c.first_day)
            ),
            values=_with(_same("level", "first_day", "last_day"), partner_id=_id("partner")),
            derived=_until_day,
        ),
        Plan(
            "enrollments",
            t.enrollments,
            t.enrollments_history,
            (r.PARTNER, r.THEATRE, r.OPTION),
            None,
            key=lambda _s, ids, f: and_(f.c.partner_id == ids["partner"], f.c.option_id == ids["option"]),
            values=_with(
                _same("submitted_on", "status", "decided_on", "reason"),
                partner_id=_id("partner"),
                theatre_id=_id("theatre"),
                option_id=_id("option"),
            ),
        ),
        Plan(
            "quotes",
            t.quote_lines,
            t.quote_lines_history,
            (r.PARTNER,),
            Header(t.quotes, "quote_number", "quote_id", ("partner_id",), counts_lines=False),
            key=lambda s, ids, f: and_(f.c.quote_id == ids["header"], f.c.line == s.c.line),
            values=_with(
                _same("line", "issued_on", "valid_until", "traded_in_product", "traded_in_maker", "end_customer", "quantity", "credit"),
                partner_id=_id("partner"),
                quote_id=_id("header"),
            ),
        ),
        Plan(
            "deviations",
            t.deviations,
            t.deviations_history,
            (r.PARTNER, r.QUOTE),
            None,
            key=lambda s, _ids, f: f.c.deviation_number == s.c.deviation_number,
            values=_with(
                _same(
                    "deviation_number", "distributor_id", "type", "requested_on", "status", "decided_on", "quantity", "expires_on", "reason"
                ),
                partner_id=_id("partner"),
                quote_id=_id("quote"),
            ),
        ),
        Plan(
            "orders",
            t.order_lines,
            t.order_lines_history,
            (r.PARTNER, r.QUOTE, r.DEVIATION),
            Header(t.orders, "order_number", "order_id", ORDER_COLUMNS),
            key=lambda s, ids, f: and_(f.c.order_id == ids["header"], f.c.line == s.c.line),
            values=_with(
                _same(*ORDER_CELLS),
                order_id=_id("header"),
                partner_id=_id("partner"),
                quote_id=_id("quote"),
                deviation_id=_id("deviation"),
            ),
        ),
        Plan(
            "pos",
            t.pos_lines,
            t.pos_lines_history,
            (r.PARTNER_OF_POS, r.ORDER_LINE, r.DEVIATION, r.DEVIATION_LINE),
            None,
            key=lambda s, _ids, f: and_(
                f.c.distributor_id == s.c.distributor_id, f.c.invoice_number == s.c.invoice_number, f.c.invoice_line == s.c.invoice_line
            ),
            values=_with(
                _same(*POS_CELLS),
                stated_partner_id=_id("partner"),
                deviation_id=_id("deviation"),
                order_line_id=lambda _s, ids: _pos_line_id(ids),
                found_by_deviation=lambda s, _ids: s.c.order_number.is_(None),
            ),
            derived=lambda _s, ids: {
                "partner_id": func.coalesce(ids["owner"], ids["partner"]),
                "sale_id": cast(null(), BigInteger),
                "counted_by_id": cast(null(), BigInteger),
                "known_product": cast(null(), Text),
            },
            owner=(t.order_lines, _pos_line_id),
            as_delivered=lambda f: {"order_line_id": case((f.c.sale_id.is_(None), f.c.order_line_id), else_=null())},
        ),
        Plan(
            "rmas",
            t.rma_lines,
            t.rma_lines_history,
            (r.ORDER, r.QUOTE),
            Header(t.rmas, "rma_number", "rma_id", RMA_COLUMNS),
            key=lambda s, ids, f: and_(f.c.rma_id == ids["header"], f.c.line == s.c.line),
            values=_with(
                _same("line", "product", "units_due", "value_due"),
                rma_id=_id("header"),
                order_id=_id("order"),
                quote_id=_id("quote"),
            ),
            derived=lambda _s, ids: {"partner_id": ids["owner"]},
            owner=(t.orders, lambda ids: ids["order"]),
        ),
        Plan(
            "receipts",
            t.receipts,
            t.receipts_history,
            (r.RMA_LINE,),
            None,
            key=lambda s, _ids, f: f.c.receipt_number == s.c.receipt_number,
            values=_with(_same("receipt_number", "units", "received_on", "posted_on"), rma_line_id=_id("rma_line")),
            derived=lambda _s, ids: {"partner_id": ids["owner"]},
            owner=(t.rma_lines, lambda ids: ids["rma_line"]),
        ),
    )
}
# What a kind's lines can free, directly or through others, comes after it.
IN_ORDER = tuple(PLANS)
