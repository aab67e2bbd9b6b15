"""Visibility: which rows of each noun a viewer sees, as one predicate per noun (contract §6).

Every list, relation and lookup carries the predicate of the noun it reaches, so no way through the graph leads to a
foreign row. Theatres, periods, options and figures are public to whoever is identified.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, any_, cast, exists, false, func, literal_column, null, or_, select, true

from tap_graph.domain.viewer import CARING_ROLES, REGIONAL_ROLES, Role
from tap_graph.reads.bindings import Ask, Opening, RowSql
from tap_graph.storage import tables as t

Predicate = ColumnElement[bool]
ONE: ColumnElement[int] = literal_column("1")

# Of their partners and orders distributors know number and name only.
PARTNER_OPENING = Opening(
    fields=frozenset({"id", "partnerNumber", "name"}), filters=frozenset({"text"}), sorts=frozenset({"partner_number", "name"})
)
ORDER_OPENING = Opening(fields=frozenset({"id", "orderNumber"}), sorts=frozenset({"order_number"}))
# How a distributor reports is between it and the administrators; others who work with it know who it is.
DISTRIBUTOR_OPENING = Opening(
    fields=frozenset({"id", "distributorId", "name", "country", "deviations", "posLines"}),
    filters=frozenset({"country", "text"}),
    sorts=frozenset({"distributor_id", "name"}),
)
OVERSEEING_ROLES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
FORM_ROLES = frozenset({Role.PARTNER, Role.CAM, Role.ADMINISTRATOR, Role.PARTNER_RELATIONS, Role.AUDITOR})
IDENTIFYING_ROLES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.ASSET_RECOVERY})
DEALING_ROLES = frozenset({Role.APPROVER, Role.DEVIATION_APPROVER, Role.PARTNER_RELATIONS})


def partner_opening(role: Role) -> Opening | None:
    """What of a partner a role is shown; None means everything."""
    return PARTNER_OPENING if role is Role.DISTRIBUTOR else None


def order_opening(role: Role) -> Opening | None:
    """What of an order a role is shown; None means everything."""
    return ORDER_OPENING if role is Role.DISTRIBUTOR else None


def distributor_opening(role: Role) -> Opening | None:
    """What of a distributor a role is shown; None means everything."""
    return DISTRIBUTOR_OPENING if role in DEALING_ROLES else None


def in_care(partner_id: ColumnElement[Any], ask: Ask) -> Predicate:
    """Whether a fact of that partner is the viewer's: its own, one in its care, or one of its regions."""
    viewer = ask.viewer
    if viewer.role is Role.PARTNER:
        mine: Predicate = partner_id == _own_partner(ask)
        return mine
    if viewer.role in CARING_ROLES:
        partner = t.partners.alias()
        return _one_of(partner_id, select(partner.c.id).where(partner.c.cam_email == viewer.email), ask)
    if viewer.sees_all_regions:
        return true()
    if viewer.role not in REGIONAL_ROLES:
        return false()
    place = t.partner_theatres.alias()
    here = select(ONE).where(place.c.partner_id == partner_id, in_regions(place.c.theatre_id, ask))
    return exists(here.correlate(*_of(partner_id)))


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows that carry the partner they belong to, and a key by which others refer to them."""

    source: FromClause
    partner_id: ColumnElement[Any]
    key: ColumnElement[Any]


def any_in_care(facts: Facts, wanted: ColumnElement[Any], row: Any, ask: Ask) -> Predicate:
    """Whether one of the facts with that key is the viewer's.

    A partner has few of them: they are found once, and an index then finds the rows. Other viewers care for many: there the
    partners are joined, not looked up in a sub-query of their own, for on SQLite the depth of predicates is taken from the
    depth of queries.
    """
    viewer, partner, place = ask.viewer, t.partners.alias(), t.partner_theatres.alias()
    if viewer.role is Role.PARTNER:
        mine = select(facts.key).select_from(facts.source).where(facts.partner_id == _own_partner(ask))
        return _one_of(wanted, mine, ask)
    source, conditions = facts.source, [facts.key == wanted]
    if viewer.role in CARING_ROLES:
        source = source.join(partner, partner.c.id == facts.partner_id)
        conditions.append(partner.c.cam_email == viewer.email)
    elif viewer.role not in REGIONAL_ROLES:
        return false()
    elif not viewer.sees_all_regions:
        source = source.join(place, place.c.partner_id == facts.partner_id)
        conditions.append(in_regions(place.c.theatre_id, ask))
    return exists(select(ONE).select_from(source).where(*conditions).correlate(row))


def _own_partner(ask: Ask) -> ColumnElement[Any]:
    partner = t.partners.alias()
    return select(partner.c.id).where(partner.c.partner_number == ask.viewer.partner_number).scalar_subquery()


def _one_of(column: ColumnElement[Any], query: Select[Any], ask: Ask) -> Predicate:
    """Whether a column is one of the values of a query, which is run once for the whole statement."""
    alone = query.correlate(None)
    # PostgreSQL would make a join of IN, for every row anew, and would not look into an index for one half of OR.
    return column == any_(func.array(alone.scalar_subquery())) if ask.dialect == "postgresql" else column.in_(alone)


def of_partner(row: Any, ask: Ask) -> Predicate:
    """Facts that carry the partner they belong to."""
    return in_care(row.c.partner_id, ask)


def of_partner_or_distributor(row: Any, ask: Ask) -> Predicate:
    """Facts of a partner that a distributor brought, who sees them too."""
    if ask.viewer.role is Role.DISTRIBUTOR:
        brought: Predicate = row.c.distributor_id == ask.viewer.distributor_id
        return brought
    return of_partner(row, ask)


def of_region(row: Any, ask: Ask) -> Predicate:
    """Applications and judgements: regional roles see those of their own theatres."""
    if ask.viewer.role in REGIONAL_ROLES and not ask.viewer.sees_all_regions:
        return in_regions(row.c.theatre_id, ask)
    return of_partner(row, ask)


def enrollment_forms(row: Any, ask: Ask) -> Predicate:
    """Forms hold names and addresses of people: those see them who fill, decide or audit them."""
    return of_region(row, ask) if ask.viewer.role in FORM_ROLES else false()


def in_regions(theatre_id: ColumnElement[Any], ask: Ask) -> Predicate:
    """Whether a theatre is one of the viewer's regions."""
    if not ask.viewer.regions:
        return false()
    theatre = t.theatres.alias()
    return _one_of(theatre_id, select(theatre.c.id).where(theatre.c.code.in_(ask.viewer.regions)), ask)


def partners(row: Any, ask: Ask) -> Predicate:
    """Partners themselves; a distributor sees those it has deviations, orders or POS lines with."""
    if ask.viewer.role is not Role.DISTRIBUTOR:
        return in_care(row.c.id, ask)
    sources = [source.alias() for source in (t.deviations, t.pos_lines, t.orders, t.order_lines)]
    return or_(*(_names(source, source.c.partner_id, row.c.id, ask) for source in sources))


def orders(row: Any, ask: Ask) -> Predicate:
    """Orders of which at least one line is the viewer's; a distributor sees those that name it or its POS lines."""
    if ask.viewer.role is not Role.DISTRIBUTOR:
        return or_(owned_orders(row, ask), shared(row.c.id, row, ask))
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
    return or_(_names(named, named.c.order_id, row.c.id, ask), approved, reported)


def owned_orders(row: Any, ask: Ask) -> Predicate:
    """Orders whose lowest line, which speaks for the whole, is the viewer's."""
    return in_care(row.c.partner_id, ask)


def shared(order_id: ColumnElement[Any], row: Any, ask: Ask) -> Predicate:
    """Whether another line of that order is the viewer's."""
    share = t.order_shares.alias()
    return any_in_care(Facts(share, share.c.partner_id, share.c.order_id), order_id, row, ask)


def rma_lines(row: Any, ask: Ask) -> Predicate:
    """Lines of RMAs: the order's partner, and whoever shares the order."""
    return or_(of_partner(row, ask), shared(row.c.order_id, row, ask))


def rmas(row: Any, ask: Ask) -> Predicate:
    """RMAs of which at least one line is the viewer's; the RMA's own partner is that of one of them."""
    line = t.rma_lines.alias()
    return or_(of_partner(row, ask), shared(row.c.order_id, row, ask), _some_line(line, line.c.rma_id, row.c.id, row, ask))


def receipts(row: Any, ask: Ask) -> Predicate:
    """Receipts go with their RMA line; one that names none, with the partner it belongs to."""
    line = t.rma_lines.alias()
    return or_(of_partner(row, ask), _some_line(line, line.c.id, row.c.rma_line_id, row, ask))


def _some_line(line: FromClause, key: ColumnElement[Any], wanted: ColumnElement[Any], row: Any, ask: Ask) -> Predicate:
    """Whether one of the RMA lines with that key is the viewer's, or of an order that it shares."""
    share = t.order_shares.alias()
    shares = line.join(share, share.c.order_id == line.c.order_id)
    own = any_in_care(Facts(line, line.c.partner_id, key), wanted, row, ask)
    return or_(own, any_in_care(Facts(shares, share.c.partner_id, key), wanted, row, ask))


def quotes(row: Any, ask: Ask) -> Predicate:
    """Quotes of which at least one line is the viewer's."""
    line = t.quote_lines.alias()
    return or_(of_partner(row, ask), any_in_care(Facts(line, line.c.partner_id, line.c.quote_id), row.c.id, row, ask))


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


def held_lines(row: Any, ask: Ask) -> Predicate:
    """Held lines go with the delivery that brought them."""
    line = t.delivery_lines.alias()
    return exists(select(line.c.id).where(line.c.id == row.c.id, delivery_lines(line, ask)).correlate(row))


def distributors(row: Any, ask: Ask) -> Predicate:
    """Distributors: each sees itself; those who decide, pay or help see all of them, whatever their regions."""
    return true() if ask.viewer.role in DEALING_ROLES else of_distributor(row, ask)


def of_distributor(row: Any, ask: Ask) -> Predicate:
    """What a distributor reports and how: itself, administrators and auditors."""
    if ask.viewer.role in OVERSEEING_ROLES:
        return true()
    if ask.viewer.role is Role.DISTRIBUTOR:
        own: Predicate = row.c.distributor_id == ask.viewer.distributor_id
        return own
    return false()


def notes(row: Any, ask: Ask) -> Predicate:
    """Notes are for administrators and auditors."""
    return of_partner(row, ask) if ask.viewer.role in (Role.ADMINISTRATOR, Role.AUDITOR) else false()


def person(column: str) -> RowSql:
    """Who did something: whom people outside deal with is a role, not a person, and they are told null."""

    def shown(row: Any, ask: Ask, _arguments: Any) -> ColumnElement[Any]:
        return row.c[column] if ask.viewer.role in REGIONAL_ROLES else cast(null(), Text)

    return shown


def unidentified(_row: Any, ask: Ask) -> Predicate:
    """Receipts of no RMA belong to no partner: those see them who look for whose they are."""
    return true() if ask.viewer.role in IDENTIFYING_ROLES else false()


def verdicts(row: Any, ask: Ask) -> Predicate:
    """What a theatre's rules said goes with the line it was said of; regional roles see their own theatres' word."""
    if ask.viewer.role in REGIONAL_ROLES and not ask.viewer.sees_all_regions:
        return in_regions(row.c.theatre_id, ask)
    return true()


def _names(source: FromClause, key: ColumnElement[Any], wanted: ColumnElement[Any], ask: Ask) -> Predicate:
    found = select(key).select_from(source).where(key == wanted, source.c.distributor_id == ask.viewer.distributor_id)
    return exists(found.correlate(*_of(wanted)))


def _of(column: ColumnElement[Any]) -> list[FromClause]:
    return list(column._from_objects)  # noqa: SLF001 - SQLAlchemy correlates sub-queries in FROM only when told
