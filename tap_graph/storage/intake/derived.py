"""What follows from facts and is kept beside them: headers, owners, and the theatres a partner is in."""

from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, insert, or_, select, union, update

from tap_graph.storage import tables as t
from tap_graph.storage.intake.plans import ORDER_COLUMNS, RMA_COLUMNS
from tap_graph.storage.intake.touched import Touched

NO_LIMIT = 2**62


def renew(touched: Touched) -> None:
    """Renews everything derived that the touched rows can have changed."""
    connection = touched.connection
    if touched.has("quoted"):
        _quotes(touched)
    if touched.has("orders"):
        _lowest_line(touched, "orders", t.orders, t.order_lines, "order_id", ORDER_COLUMNS)
        _shares(connection, touched)
        _owners(connection, touched)
    if touched.has("rmas"):
        _lowest_line(touched, "rmas", t.rmas, t.rma_lines, "rma_id", RMA_COLUMNS)
    if touched.has("partners"):
        _theatres(connection, touched)


def _quotes(touched: Touched) -> None:
    quotes, line = t.quotes, t.quote_lines.alias("line")
    first = select(line.c.partner_id).where(line.c.quote_id == quotes.c.id).order_by(line.c.line).limit(1).scalar_subquery()
    total = select(func.sum(line.c.credit)).where(line.c.quote_id == quotes.c.id).scalar_subquery()
    touched.connection.execute(update(quotes).where(quotes.c.id.in_(touched.ids("quoted"))).values(partner_id=first, credit=total))


def _lowest_line(touched: Touched, noun: str, header: Table, lines: Table, pointer: str, columns: tuple[str, ...]) -> None:
    line, other = lines.alias("line"), lines.alias("other")
    lowest = select(func.min(other.c.line)).where(other.c[pointer] == header.c.id).scalar_subquery()
    values: dict[str, Any] = {"first_line": line.c.line, **{name: line.c[name] for name in columns}}
    # New headers say it already; rewriting a row that stays the same costs as much as one that does not.
    stale = or_(*(header.c[name].is_distinct_from(value) for name, value in values.items()))
    touched.connection.execute(
        update(header)
        .where(
            header.c.id.in_(touched.ids(noun)),
            header.c.id <= touched.known_headers.get(noun, NO_LIMIT),
            line.c[pointer] == header.c.id,
            line.c.line == lowest,
            stale,
        )
        .values(**values)
    )


def _shares(connection: Connection, touched: Touched) -> None:
    orders, line, share = t.orders, t.order_lines, t.order_shares
    connection.execute(delete(share).where(share.c.order_id.in_(touched.ids("orders"))))
    others = (
        select(line.c.partner_id, line.c.order_id)
        .join(orders, orders.c.id == line.c.order_id)
        .where(
            orders.c.id.in_(touched.ids("orders")), line.c.partner_id.is_not(None), line.c.partner_id.is_distinct_from(orders.c.partner_id)
        )
        .distinct()
    )
    connection.execute(insert(share).from_select(["partner_id", "order_id"], others))


def _owners(connection: Connection, touched: Touched) -> None:
    """The partner of RMA lines, receipts and POS lines is that of the order they belong to."""
    orders, rma_lines, receipts, line, pos = t.orders, t.rma_lines, t.receipts, t.order_lines, t.pos_lines
    of_touched = rma_lines.c.order_id.in_(touched.ids("orders"))
    stale = and_(of_touched, rma_lines.c.order_id == orders.c.id, rma_lines.c.partner_id.is_distinct_from(orders.c.partner_id))
    touched.add("rmas", select(rma_lines.c.rma_id).where(stale))
    connection.execute(update(rma_lines).where(stale).values(partner_id=orders.c.partner_id))
    connection.execute(
        update(receipts)
        .where(receipts.c.rma_line_id == rma_lines.c.id, of_touched, receipts.c.partner_id.is_distinct_from(rma_lines.c.partner_id))
        .values(partner_id=rma_lines.c.partner_id)
    )
    owner = func.coalesce(line.c.partner_id, pos.c.stated_partner_id)
    connection.execute(
        update(pos)
        .where(pos.c.order_line_id == line.c.id, line.c.id.in_(touched.ids("order_lines")), pos.c.partner_id.is_distinct_from(owner))
        .values(partner_id=owner)
    )


def theatres_of_partners() -> Any:
    """Every (partner, theatre) there should be: the country is listed in a period, or the partner is enrolled there."""
    listed = (
        select(t.partners.c.id.label("partner_id"), t.periods.c.theatre_id)
        .join(t.period_countries, t.period_countries.c.country == t.partners.c.country)
        .join(t.periods, t.periods.c.id == t.period_countries.c.period_id)
    )
    enrolled = select(t.enrollments.c.partner_id, t.enrollments.c.theatre_id)
    return union(listed, enrolled)


def _theatres(connection: Connection, touched: Touched) -> None:
    """Renews the theatres of touched partners; lines of partners whose theatres changed are decided again."""
    kept, wanted = t.partner_theatres, theatres_of_partners().subquery("wanted")
    mine = touched.ids("partners")
    is_there = select(kept.c.partner_id).where(kept.c.partner_id == wanted.c.partner_id, kept.c.theatre_id == wanted.c.theatre_id).exists()
    is_wanted = (
        select(wanted.c.partner_id).where(wanted.c.partner_id == kept.c.partner_id, wanted.c.theatre_id == kept.c.theatre_id).exists()
    )
    joining = select(wanted.c.partner_id, wanted.c.theatre_id).where(wanted.c.partner_id.in_(mine), ~is_there)
    leaving = and_(kept.c.partner_id.in_(mine), ~is_wanted)
    moved = or_(
        t.order_lines.c.partner_id.in_(select(joining.subquery().c.partner_id)),
        t.order_lines.c.partner_id.in_(select(kept.c.partner_id).where(leaving)),
    )
    touched.add("order_lines", select(t.order_lines.c.id).where(moved))
    connection.execute(delete(kept).where(leaving))
    connection.execute(insert(kept).from_select(["partner_id", "theatre_id"], joining))
