"""Facts as people know them: every row of every table, its ids replaced by the natural keys they stand for.

Two databases that hold the same facts may have given them other ids: a delivery that was rolled back uses some up.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection

from tap_graph.app import Application
from tap_graph.storage import tables as t
from tap_graph.storage.integrity import dangling

Facts = dict[str, Counter[str]]
Row = Mapping[str, Any]

ABOUT_THE_INSTALLATION = frozenset(
    {"figures", "installation", "options", "period_countries", "periods", "programs", "reasons", "rulebooks", "theatres"}
)
ABOUT_DELIVERIES = frozenset({"acts", "deliveries", "delivery_lines", "pos_reports", "receivings", "verdicts"})
NATURAL_KEYS: Mapping[str, tuple[str, ...]] = {
    "deliveries": ("kind", "sender", "sha256", "state"),
    "delivery_lines": ("delivery_id", "line", "raw"),
    "deviations": ("deviation_number",),
    "enrollments": ("partner_id", "theatre_id", "option_id"),
    "evaluations": ("enrollment_id", "window"),
    "held_lines": ("kind", "key"),
    "options": ("theatre_id", "code"),
    "order_lines": ("order_id", "line"),
    "orders": ("order_number",),
    "partners": ("partner_number",),
    "pos_lines": ("distributor_id", "invoice_number", "invoice_line"),
    "quotes": ("quote_number",),
    "rma_lines": ("rma_id", "line"),
    "rmas": ("rma_number",),
    "rulebooks": ("region", "version"),
    "theatres": ("code",),
    "verdicts": ("theatre_id", "facts", "mask"),
}
LINKS: Mapping[str, str] = {
    "counted_by_id": "pos_lines",
    "delivery_id": "deliveries",
    "deviation_id": "deviations",
    "enrollment_id": "enrollments",
    "evaluation_id": "evaluations",
    "held_id": "held_lines",
    "option_id": "options",
    "order_id": "orders",
    "order_line_id": "order_lines",
    "partner_id": "partners",
    "pos_line_id": "pos_lines",
    "quote_id": "quotes",
    "replaced_by": "delivery_lines",
    "rma_id": "rmas",
    "rma_line_id": "rma_lines",
    "rulebook_id": "rulebooks",
    "sale_id": "pos_lines",
    "stated_partner_id": "partners",
    "theatre_id": "theatres",
    "verdict_id": "verdicts",
    "version": "delivery_lines",
}
# What stands beside a natural key, and the versions that evidence lists.
GIVEN_OUT = frozenset({"id", "row_id"})
OF_VERSIONS = frozenset({"evidence"})


def facts(application: Application) -> Facts:
    """Every fact and everything known of deliveries; how far one is (`receivings`) is no fact."""
    return _facts(application, lambda table, _column: table not in ABOUT_THE_INSTALLATION | {"receivings"})


def standing(application: Application) -> Facts:
    """What is in force, or waits: nothing of when and by which file it came."""

    def counts(table: str, column: str) -> bool:
        told_elsewhere = table in ABOUT_THE_INSTALLATION | ABOUT_DELIVERIES or table.endswith("_history")
        return not told_elsewhere and column not in ("version", "recorded_at", "proposed_at", "decided_at")

    return _facts(application, counts)


def differing(one: Facts, other: Facts, most: int = 4) -> dict[str, tuple[list[str], list[str]]]:
    """By table: some rows that only one has, and some that only the other has; empty where they are the same."""
    tables = sorted(one.keys() | other.keys())
    empty: Counter[str] = Counter()
    gone = {table: (one.get(table, empty) - other.get(table, empty), other.get(table, empty) - one.get(table, empty)) for table in tables}
    return {table: (sorted(left)[:most], sorted(right)[:most]) for table, (left, right) in gone.items() if left or right}


def unsound(application: Application) -> list[str]:
    """What is wrong with a database in itself: references that lead nowhere, and counts that are not those of the lines."""
    with application.database.reading() as connection:
        wrong = dangling(connection)
        if application.database.dialect == "sqlite":
            wrong += [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
            wrong += [f"foreign key of {row[0]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
        return wrong + [str(tuple(row)) for check in CHECKS for row in connection.exec_driver_sql(check)]


CHECKS = (
    """SELECT d.id, d.lines, count(l.id) FROM deliveries d LEFT JOIN delivery_lines l ON l.delivery_id = d.id
    GROUP BY d.id, d.lines, d.accepted, d.unchanged, d.held, d.refused
    HAVING d.lines <> count(l.id) OR d.lines <> d.accepted + d.unchanged + d.held + d.refused""",
    "SELECT 'held without its line', h.id FROM held_lines h LEFT JOIN delivery_lines l ON l.id = h.id WHERE l.state IS NULL",
    "SELECT 'serial of no line', s.serial FROM pos_serials s LEFT JOIN pos_lines p ON p.id = s.pos_line_id WHERE p.id IS NULL",
    """SELECT 'counted by no line', p.id FROM pos_lines p LEFT JOIN pos_lines c ON c.id = p.counted_by_id
    WHERE p.counted_by_id IS NOT NULL AND c.id IS NULL""",
    """SELECT 'returns no sale', p.id FROM pos_lines p LEFT JOIN pos_lines c ON c.id = p.sale_id
    WHERE p.sale_id IS NOT NULL AND c.id IS NULL""",
)


def _facts(application: Application, counts: Callable[[str, str], bool]) -> Facts:
    with application.database.reading() as connection:
        rows = {table.name: _rows(connection, table.name) for table in t.metadata.sorted_tables if table.name not in OF_VERSIONS}
    by_id = {table: {row["id"]: row for row in rows[table]} for table in NATURAL_KEYS}

    @cache
    def named(table: str, row_id: int) -> str:
        row = by_id[table].get(row_id)
        return "nowhere" if row is None else "/".join(str(shown(column, row[column])) for column in NATURAL_KEYS[table])

    def shown(column: str, value: Any) -> Any:
        return value if value is None or column not in LINKS or not isinstance(value, int) else named(LINKS[column], value)

    found: Facts = {}
    for table, held in rows.items():
        columns = [
            column.name for column in t.metadata.tables[table].columns if column.name not in GIVEN_OUT and counts(table, column.name)
        ]
        if columns:
            found[table] = Counter(repr([shown(column, row[column]) for column in columns]) for row in held)
    return found


def _rows(connection: Connection, table: str) -> list[Row]:
    columns = [column.name for column in t.metadata.tables[table].columns]
    quoted = ", ".join(f'"{column}"' for column in columns)
    found = connection.exec_driver_sql(f'SELECT {quoted} FROM "{table}"')
    return [dict(zip(columns, row, strict=True)) for row in found]
