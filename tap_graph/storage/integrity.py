"""References that the database does not enforce, checked: bulk tables take their ids from joins under one lock.

PostgreSQL checks a foreign key row by row and reference by reference, which a large delivery feels
(docs/decisions/004-foreign-keys.md); `doctor` and the tests run this check instead.
"""

from sqlalchemy import Connection, Table, func, select

from tap_graph.storage import tables as t

REFERENCES: tuple[tuple[Table, str, Table], ...] = (
    (t.order_lines, "order_id", t.orders),
    (t.order_lines, "partner_id", t.partners),
    (t.order_lines, "quote_id", t.quotes),
    (t.order_lines, "deviation_id", t.deviations),
    (t.order_lines, "version", t.delivery_lines),
    (t.orders, "partner_id", t.partners),
    (t.orders, "quote_id", t.quotes),
    (t.orders, "deviation_id", t.deviations),
    (t.order_shares, "partner_id", t.partners),
    (t.quote_lines, "partner_id", t.partners),
    (t.quotes, "partner_id", t.partners),
    (t.deviations, "partner_id", t.partners),
    (t.deviations, "quote_id", t.quotes),
    (t.pos_lines, "partner_id", t.partners),
    (t.pos_lines, "stated_partner_id", t.partners),
    (t.pos_lines, "order_line_id", t.order_lines),
    (t.pos_lines, "deviation_id", t.deviations),
    (t.rmas, "order_id", t.orders),
    (t.rmas, "partner_id", t.partners),
    (t.rma_lines, "order_id", t.orders),
    (t.rma_lines, "quote_id", t.quotes),
    (t.rma_lines, "partner_id", t.partners),
    (t.receipts, "partner_id", t.partners),
    (t.notes, "partner_id", t.partners),
    (t.delivery_lines, "delivery_id", t.deliveries),
    (t.decisions, "order_line_id", t.order_lines),
    (t.decisions, "theatre_id", t.theatres),
    (t.decisions, "verdict_id", t.verdicts),
)


def dangling(connection: Connection) -> list[str]:
    """The references that lead nowhere, each with how many rows; empty in a sound database."""
    found = []
    for table, column, target in REFERENCES:
        pointer = table.c[column]
        lost = (
            select(func.count())
            .select_from(table.outerjoin(target, target.c.id == pointer))
            .where(pointer.is_not(None), target.c.id.is_(None))
        )
        if count := connection.execute(lost).scalar_one():
            found.append(f"{count} rows of {table.name} name a {column} that does not exist")
    return found
