"""What a delivery touched: ids of the rows whose decisions, headers, owners and notes have to be renewed."""

from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, Insert, Select, Table, Text, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from tap_graph.storage import tables as t
from tap_graph.storage.intake.matching import Match
from tap_graph.storage.intake.stage import CHANGED, NEW
from tap_graph.storage.temporary import temporary_table

# `quoted` are the quotes whose own lines came; `quotes` also those an order line stands on.
# `contested` are the POS lines whose serial numbers stand on others, or stood there until now.
NOUNS = (
    "partners", "enrollments", "quoted", "quotes", "deviations", "orders", "order_lines", "pos_lines", "contested", "rmas", "rma_lines",
    "receipts",
)  # fmt: skip


def insert_if_absent(connection: Connection, table: Table) -> Any:
    """An INSERT that passes over rows whose key is there already, in the connection's dialect."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


class Touched:
    """Temporary tables of ids, one per noun."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.known_headers: dict[str, int] = {}
        """Highest id of a kind's headers before its lines last took effect; those above were written with their lines."""
        # SQLite searches these by their key; PostgreSQL hashes them, and a key would only cost.
        keyed = connection.dialect.name == "sqlite"
        self.tables = {
            noun: temporary_table(connection, f"touched_{noun}", Column("id", BigInteger, primary_key=keyed, autoincrement=False))
            for noun in NOUNS
        }
        self._serials = temporary_table(connection, "touched_serials", Column("serial", Text, primary_key=True))
        for table in (*self.tables.values(), self._serials):
            table.create(connection)

    def add_serials(self, serials: Select[Any]) -> None:
        """Adds serial numbers that may count for another POS line from now on."""
        insert: Insert = insert_if_absent(self.connection, self._serials)
        named = serials.subquery("serials")
        # SQLite would take ON CONFLICT for a join's ON, where no condition stands in between.
        chosen = select(named.c.serial).where(named.c.serial.is_not(None)).distinct()
        self.connection.execute(insert.from_select(["serial"], chosen))

    def serials(self) -> Select[Any]:
        """Those serial numbers."""
        return select(self._serials.c.serial)

    def has_serials(self) -> bool:
        """Whether there is any."""
        return self.connection.execute(self.serials().limit(1)).first() is not None

    def add(self, noun: str, ids: Select[Any], *, distinct: bool = True) -> None:
        """Adds the ids a query gives, null passed over; a query that gives each id once need not be sifted."""
        table = self.tables[noun]
        wanted = ids.subquery()
        column = next(iter(wanted.c))
        insert: Insert = insert_if_absent(self.connection, table)
        chosen = select(column).where(column.is_not(None))
        self.connection.execute(insert.from_select(["id"], chosen.distinct() if distinct else chosen))

    def ids(self, noun: str) -> Select[Any]:
        """The touched ids of a noun."""
        return select(self.tables[noun].c.id)

    def has(self, noun: str) -> bool:
        """Whether any row of a noun was touched."""
        return self.connection.execute(self.ids(noun).limit(1)).first() is not None

    def analyze(self) -> None:
        """Tells PostgreSQL how large these tables became; it would guess wildly."""
        if self.connection.dialect.name == "postgresql":
            for table in self.tables.values():
                self.connection.exec_driver_sql(f"ANALYZE {table.name}")

    def before_change(self, match: Match) -> None:
        """What the rows about to change pointed to until now."""
        if match.plan.kind == "orders":
            changed = select(match.table.c.current_id).where(match.table.c.state == CHANGED)
            former = t.order_lines.c.id.in_(changed)
            self.add("quotes", select(t.order_lines.c.quote_id).where(former))
            self.add("deviations", select(t.order_lines.c.deviation_id).where(former))

    def after_change(self, match: Match, before: int) -> None:
        """The new and changed rows of the kind, and what follows from them without further thought."""
        if not match.count(NEW) and not match.count(CHANGED):
            return
        table = match.plan.table
        changed = select(match.table.c.current_id).where(match.table.c.state == CHANGED)
        spread = SPREAD[match.plan.kind]
        spread(self, or_(table.c.id > before, table.c.id.in_(changed)))

    def drop(self) -> None:
        """Removes the tables from the connection."""
        for table in (*self.tables.values(), self._serials):
            table.drop(self.connection, checkfirst=False)


Rows = ColumnElement[bool]


def _partners(touched: Touched, rows: Rows) -> None:
    touched.add("partners", select(t.partners.c.id).where(rows))
    touched.add("enrollments", select(t.enrollments.c.id).where(t.enrollments.c.partner_id.in_(touched.ids("partners"))))
    touched.add("order_lines", select(t.order_lines.c.id).where(t.order_lines.c.partner_id.in_(touched.ids("partners"))))


def _certifications(touched: Touched, rows: Rows) -> None:
    partners = select(t.certifications.c.partner_id).where(rows)
    touched.add("enrollments", select(t.enrollments.c.id).where(t.enrollments.c.partner_id.in_(partners)))


def _enrollments(touched: Touched, rows: Rows) -> None:
    touched.add("enrollments", select(t.enrollments.c.id).where(rows))
    touched.add("partners", select(t.enrollments.c.partner_id).where(rows))


def _quotes(touched: Touched, rows: Rows) -> None:
    touched.add("quoted", select(t.quote_lines.c.quote_id).where(rows))
    touched.add("quotes", touched.ids("quoted"))
    touched.add("order_lines", select(t.order_lines.c.id).where(t.order_lines.c.quote_id.in_(touched.ids("quotes"))))


def _deviations(touched: Touched, rows: Rows) -> None:
    touched.add("deviations", select(t.deviations.c.id).where(rows))
    touched.add("order_lines", select(t.order_lines.c.id).where(t.order_lines.c.deviation_id.in_(touched.ids("deviations"))))


def _orders(touched: Touched, rows: Rows) -> None:
    touched.add("order_lines", select(t.order_lines.c.id).where(rows), distinct=False)
    touched.add("orders", select(t.order_lines.c.order_id).where(rows))
    touched.add("quotes", select(t.order_lines.c.quote_id).where(rows))
    touched.add("deviations", select(t.order_lines.c.deviation_id).where(rows, t.order_lines.c.deviation_id.is_not(None)))


def _pos(touched: Touched, rows: Rows) -> None:
    touched.add("pos_lines", select(t.pos_lines.c.id).where(rows), distinct=False)


def _rmas(touched: Touched, rows: Rows) -> None:
    touched.add("rma_lines", select(t.rma_lines.c.id).where(rows), distinct=False)
    touched.add("rmas", select(t.rma_lines.c.rma_id).where(rows))


def _receipts(touched: Touched, rows: Rows) -> None:
    touched.add("receipts", select(t.receipts.c.id).where(rows), distinct=False)
    touched.add("rma_lines", select(t.receipts.c.rma_line_id).where(rows))


SPREAD = {
    "partners": _partners,
    "certifications": _certifications,
    "enrollments": _enrollments,
    "quotes": _quotes,
    "deviations": _deviations,
    "orders": _orders,
    "pos": _pos,
    "rmas": _rmas,
    "receipts": _receipts,
}
