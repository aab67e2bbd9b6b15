"""Visibility: which rows of each noun a viewer sees, as one predicate per noun (contract §6).

Every list, relation and lookup carries the predicate of the noun it reaches, so no way through the graph leads to a
foreign row. Theatres, periods, options and figures are public to whoever is identified.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, exists, false, literal, or_, select, true

from tap_graph.domain.viewer import CARING_ROLES, REGIONAL_ROLES, Role, Viewer
from tap_graph.reads.bindings import Ask, Opening
from tap_graph.storage import tables as t

Predicate = ColumnElement[bool]

# Of their partners and orders distributors know number and name only.
PARTNER_OPENING = Opening(
    fields=frozenset({"id", "partnerNumber", "name"}), filters=frozenset({"text"}), sorts=frozenset({"partner_number", "name"})
)
ORDER_OPENING = Opening(fields=frozenset({"id", "orderNumber"}), sorts=frozenset({"order_number"}))


def partner_opening(viewer: Viewer) -> Opening | None:
    """What of a partner the viewer's role is shown; None means everything."""
    return PARTNER_OPENING if viewer.role is Role.DISTRIBUTOR else None


def order_opening(viewer: Viewer) -> Opening | None:
    """What of an order the viewer's role is shown; None means everything."""
    return ORDER_OPENING if viewer.role is Role.DISTRIBUTOR else None


def in_care(partner_id: ColumnElement[Any], viewer: Viewer) -> Predicate:
    """Whether a fact of that partner is the viewer's: its own, one in its care, or one of its regions."""
    if viewer.role is Role.PARTNER:
        own = select(t.partners.c.id).where(t.partners.c.partner_number == viewer.partner_number)
        mine: Predicate = partner_id == own.scalar_subquery()
        return mine
    if viewer.sees_all_regions:
        return true()
    if viewer.role not in CARING_ROLES | REGIONAL_ROLES:
        return false()
    cared_for, condition = _cared_for(viewer)
    return exists(
        select(literal(1)).select_from(cared_for.source).where(cared_for.partner_id == partner_id, condition).correlate(*_of(partner_id))
    )


def any_in_care(source: FromClause, partner_id: ColumnElement[Any], which: Predicate, row: Any, viewer: Viewer) -> Predicate:
    """Whether one of the rows of *source* is the viewer's.

    The partners are joined, not looked up in a sub-query of their own: on SQLite the depth of predicates is taken from
    the depth of queries.
    """
    joined, conditions = source, [which]
    if viewer.role not in CARING_ROLES | REGIONAL_ROLES | {Role.PARTNER}:
        return false()
    if not viewer.sees_all_regions:
        cared_for, condition = _cared_for(viewer)
        joined = source.join(cared_for.source, cared_for.partner_id == partner_id)
        conditions.append(condition)
    return exists(select(literal(1)).select_from(joined).where(*conditions).correlate(row))


@dataclass(frozen=True, slots=True)
class _CaredFor:
    source: FromClause
    partner_id: ColumnElement[Any]


def _cared_for(viewer: Viewer) -> tuple[_CaredFor, Predicate]:
    """The partners the viewer acts or cares for, and what tells them from the others."""
    if viewer.role in REGIONAL_ROLES:
        place, theatre = t.partner_theatres.alias(), t.theatres.alias()
        source = place.join(theatre, theatre.c.id == place.c.theatre_id)
        return _CaredFor(source, place.c.partner_id), theatre.c.code.in_(viewer.regions or ())
    partner = t.partners.alias()
    if viewer.role is Role.PARTNER:
        return _CaredFor(partner, partner.c.id), partner.c.partner_number == viewer.partner_number
    return _CaredFor(partner, partner.c.id), partner.c.cam_email == viewer.email


def of_partner(row: Any, ask: Ask) -> Predicate:
    """Facts that carry the partner they belong to."""
    return in_care(row.c.partner_id, ask.viewer)


def of_partner_or_distributor(row: Any, ask: Ask) -> Predicate:
    """Facts of a partner that a distributor brought, who sees them too."""
    if ask.viewer.role is Role.DISTRIBUTOR:
        brought: Predicate = row.c.distributor_id == ask.viewer.distributor_id
        return brought
    return of_partner(row, ask)


def of_region(row: Any, ask: Ask) -> Predicate:
    """Applications and judgements: regional roles see those of their own theatres."""
    if ask.viewer.role in REGIONAL_ROLES and not ask.viewer.sees_all_regions:
        return in_regions(row.c.theatre_id, ask.viewer)
    return of_partner(row, ask)


def in_regions(theatre_id: ColumnElement[Any], viewer: Viewer) -> Predicate:
    """Whether a theatre is one of the viewer's regions."""
    theatre = t.theatres.alias()
    return exists(
        select(theatre.c.id).where(theatre.c.id == theatre_id, theatre.c.code.in_(viewer.regions or ())).correlate(*_of(theatre_id))
    )


def partners(row: Any, ask: Ask) -> Predicate:
    """Partners themselves; a distributor sees those it has deviations, orders or POS lines with."""
    if ask.viewer.role is not Role.DISTRIBUTOR:
        return in_care(row.c.id, ask.viewer)
    sources = [source.alias() for source in (t.deviations, t.pos_lines, t.orders, t.order_lines)]
    return or_(*(_names(source, source.c.partner_id, row.c.id, ask.viewer) for source in sources))


def orders(row: Any, ask: Ask) -> Predicate:
    """Orders of which at least one line is the viewer's; a distributor sees those that name it or its POS lines."""
    if ask.viewer.role is not Role.DISTRIBUTOR:
        return or_(owned_orders(row, ask), shared(row.c.id, row, ask.viewer))
    line, pos = t.order_lines.alias(), t.pos_lines.alias()
    reported = exists(
        select(pos.c.id)
        .join_from(line, pos, pos.c.order_line_id == line.c.id)
        .where(line.c.order_id == row.c.id, pos.c.distributor_id == ask.viewer.distributor_id)
        .correlate(row)
    )
    named, authorized = t.order_lines.alias(), t.deviations.alias()
    approved = exists(
        select(authorized.c.id)
        .join_from(named, authorized, authorized.c.id == named.c.deviation_id)
        .where(named.c.order_id == row.c.id, authorized.c.distributor_id == ask.viewer.distributor_id)
        .correlate(row)
    )
    return or_(_names(named, named.c.order_id, row.c.id, ask.viewer), approved, reported)


def owned_orders(row: Any, ask: Ask) -> Predicate:
    """Orders whose lowest line, which speaks for the whole, is the viewer's."""
    return in_care(row.c.partner_id, ask.viewer)


def shared(order_id: ColumnElement[Any], row: Any, viewer: Viewer) -> Predicate:
    """Whether another line of that order is the viewer's."""
    share = t.order_shares.alias()
    return any_in_care(share, share.c.partner_id, share.c.order_id == order_id, row, viewer)


def rma_lines(row: Any, ask: Ask) -> Predicate:
    """Lines of RMAs: the order's partner, and whoever shares the order."""
    return or_(of_partner(row, ask), shared(row.c.order_id, row, ask.viewer))


def rmas(row: Any, ask: Ask) -> Predicate:
    """RMAs of which at least one line is the viewer's; the RMA's own partner is that of one of them."""
    line = t.rma_lines.alias()
    return or_(of_partner(row, ask), shared(row.c.order_id, row, ask.viewer), _some_line(line, line.c.rma_id == row.c.id, row, ask.viewer))


def receipts(row: Any, ask: Ask) -> Predicate:
    """Receipts go with their RMA line; one that names none, with the partner it belongs to."""
    line = t.rma_lines.alias()
    return or_(of_partner(row, ask), _some_line(line, line.c.id == row.c.rma_line_id, row, ask.viewer))


def _some_line(line: FromClause, which: Predicate, row: Any, viewer: Viewer) -> Predicate:
    """Whether one of those RMA lines is the viewer's, or of an order that it shares."""
    share = t.order_shares.alias()
    shares = line.join(share, share.c.order_id == line.c.order_id)
    own = any_in_care(line, line.c.partner_id, which, row, viewer)
    return or_(own, any_in_care(shares, share.c.partner_id, which, row, viewer))


def quotes(row: Any, ask: Ask) -> Predicate:
    """Quotes of which at least one line is the viewer's."""
    line = t.quote_lines.alias()
    return or_(of_partner(row, ask), any_in_care(line, line.c.partner_id, line.c.quote_id == row.c.id, row, ask.viewer))


def deliveries(row: Any, ask: Ask) -> Predicate:
    """Deliveries: a distributor sees its own, administrators and auditors all."""
    if ask.viewer.role in (Role.ADMINISTRATOR, Role.AUDITOR):
        return true()
    if ask.viewer.role is Role.DISTRIBUTOR:
        sent: Predicate = row.c.sender == ask.viewer.distributor_id
        return sent
    return false()


def delivery_lines(row: Any, ask: Ask) -> Predicate:
    """Lines go with their delivery."""
    delivery = t.deliveries.alias()
    return exists(select(delivery.c.id).where(delivery.c.id == row.c.delivery_id, deliveries(delivery, ask)).correlate(row))


def notes(row: Any, ask: Ask) -> Predicate:
    """Notes are for administrators and auditors."""
    return of_partner(row, ask) if ask.viewer.role in (Role.ADMINISTRATOR, Role.AUDITOR) else false()


def verdicts(row: Any, ask: Ask) -> Predicate:
    """What a theatre's rules said goes with the line it was said of; regional roles see their own theatres' word."""
    if ask.viewer.role in REGIONAL_ROLES and not ask.viewer.sees_all_regions:
        return in_regions(row.c.theatre_id, ask.viewer)
    return true()


def _names(source: FromClause, key: ColumnElement[Any], wanted: ColumnElement[Any], viewer: Viewer) -> Predicate:
    found = select(key).select_from(source).where(key == wanted, source.c.distributor_id == viewer.distributor_id)
    return exists(found.correlate(*_of(wanted)))


def _of(column: ColumnElement[Any]) -> list[FromClause]:
    return list(column._from_objects)  # noqa: SLF001 - SQLAlchemy correlates sub-queries in FROM only when told
