"""Aliases: what a distributor writes is read as what a person approved that it means."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, select, update

from tap_graph.storage import tables as t
from tap_graph.storage.intake.stage import Stage
from tap_graph.storage.intake.touched import Touched

APPROVED = "APPROVED"
PARTNER, PRODUCT, ORDER = "PARTNER", "PRODUCT", "ORDER"


def translate(stage: Stage, kind: str) -> None:
    """Puts the approved meaning in place of what distributors wrote for partners and orders; the raw text stays as it came."""
    if kind != "pos":
        return
    connection, s, alias = stage.connection, stage.table, t.aliases
    if _has_any(connection, PARTNER):
        means = _meant(s, PARTNER, s.c.partner_number)
        number = select(alias.c.meaning).where(means).scalar_subquery()
        connection.execute(update(s).where(select(alias.c.id).where(means).exists()).values(partner_number=number))
    if _has_any(connection, ORDER):
        means = _meant(s, ORDER, s.c.order_number)
        number = select(alias.c.meaning).where(means).scalar_subquery()
        line = func.coalesce(s.c.order_line, select(alias.c.meaning_line).where(means).scalar_subquery())
        connection.execute(update(s).where(select(alias.c.id).where(means).exists()).values(order_number=number, order_line=line))


def name_products(touched: Touched, *, ending: bool = False) -> None:
    """Keeps beside touched POS lines which product is meant, where the distributor has a name of its own for it.

    Where an alias has just ended, there may be none left, and lines still hold what it meant.
    """
    connection, pos = touched.connection, t.pos_lines
    if ending or _has_any(connection, PRODUCT):
        product = select(t.aliases.c.meaning).where(_meant(pos, PRODUCT, pos.c.product)).scalar_subquery()
        changed = and_(pos.c.id.in_(touched.ids("pos_lines")), pos.c.known_product.is_distinct_from(product))
        connection.execute(update(pos).where(changed).values(known_product=product))


def _has_any(connection: Connection, subject: str) -> bool:
    alias = t.aliases
    return connection.execute(select(alias.c.id).where(alias.c.state == APPROVED, alias.c.subject == subject).limit(1)).first() is not None


def _meant(row: FromClause, subject: str, name: ColumnElement[Any]) -> ColumnElement[bool]:
    alias = t.aliases
    return and_(alias.c.state == APPROVED, alias.c.subject == subject, alias.c.distributor_id == row.c.distributor_id, alias.c.name == name)
