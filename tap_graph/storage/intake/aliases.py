"""Aliases of products: what a distributor writes is kept as it came, with what is meant beside it.

Aliases of partners and orders are part of how these are found (`references.py`).
"""

from sqlalchemy import Connection, and_, select, update

from tap_graph.storage import tables as t
from tap_graph.storage.intake.references import IN_USE, PRODUCT_NAME, means
from tap_graph.storage.intake.touched import Touched


def name_products(touched: Touched, *, ending: bool = False) -> None:
    """Keeps beside touched POS lines which product is meant, where the distributor has a name of its own for it.

    Where an alias has just ended, there may be none left, and lines still hold what it meant.
    """
    connection, pos = touched.connection, t.pos_lines
    if ending or _has_any(connection):
        product = select(t.aliases.c.meaning).where(means(t.aliases, pos, PRODUCT_NAME, pos.c.product)).scalar_subquery()
        changed = and_(pos.c.id.in_(touched.ids("pos_lines")), pos.c.known_product.is_distinct_from(product))
        connection.execute(update(pos).where(changed).values(known_product=product))


def _has_any(connection: Connection) -> bool:
    alias = t.aliases
    known = select(alias.c.id).where(alias.c.state == IN_USE, alias.c.subject == PRODUCT_NAME)
    return connection.execute(known.limit(1)).first() is not None
