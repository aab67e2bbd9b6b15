"""Serial numbers: each counts once across distributors, and a return finds its sale by them.

A serial number counts for the sale with the earliest (`shipped_on`, `distributor_id`, `invoice_number`,
`invoice_line`), whatever arrived first; a day that is not known comes last. The other sales cover no order line and
name the one that does. A return that names neither order nor deviation takes back the sale of its distributor that
holds its serial numbers, the last one shipped before it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    Table,
    Text,
    and_,
    case,
    cast,
    collate,
    delete,
    func,
    insert,
    or_,
    select,
    union,
    update,
)

from tap_graph.storage import tables as t
from tap_graph.storage.intake.touched import Touched, insert_if_absent
from tap_graph.storage.temporary import temporary_table

NO_SERIALS = "[]"


def forget_serials(touched: Touched, ids: Select[Any]) -> None:
    """Takes the serial numbers of POS lines back, before the lines change or go; others may count from then on."""
    connection, pos = touched.connection, t.pos_lines
    pairs = _pairs(connection, pos.c.id.in_(ids)).subquery("former")
    touched.add_serials(select(pairs.c.serial))
    held = t.pos_serials
    same = select(pairs.c.serial).where(pairs.c.serial == held.c.serial, pairs.c.pos_line_id == held.c.pos_line_id)
    connection.execute(delete(held).where(held.c.serial.in_(select(pairs.c.serial)), same.correlate(held).exists()))


def renew_serials(touched: Touched) -> None:
    """Renews for which line each serial number of the touched POS lines counts, and which sale each return takes back."""
    connection, held = touched.connection, t.pos_serials
    with _touched_pairs(touched) as mine:
        # In the order of the key, which fills its index from one end.
        in_order = select(mine).order_by(_plain(connection, mine.c.serial), mine.c.pos_line_id).subquery("in_order")
        pairs = select(in_order).where(in_order.c.serial.is_not(None))
        connection.execute(insert_if_absent(connection, held).from_select(["serial", "pos_line_id"], pairs))
        other = held.alias("other")
        shared = select(mine.c.serial).join(other, and_(other.c.serial == mine.c.serial, other.c.pos_line_id != mine.c.pos_line_id))
        touched.add_serials(shared)
    if not touched.has_serials():
        return
    lines = select(held.c.pos_line_id).where(held.c.serial.in_(touched.serials()))
    touched.add("contested", union(lines, touched.ids("pos_lines")).subquery("contesting").select())
    _add_returns(connection, touched)
    _count(connection, touched)
    _return(connection, touched)
    touched.add("pos_lines", touched.ids("contested"))


@contextmanager
def _touched_pairs(touched: Touched) -> Iterator[Table]:
    """The serial numbers of the touched POS lines, unpacked once for those who need them several times."""
    connection = touched.connection
    columns = (Column("serial", Text), Column("pos_line_id", BigInteger))
    pairs = temporary_table(connection, "touched_pairs", *columns)
    pairs.create(connection)
    connection.execute(
        insert(pairs).from_select(["serial", "pos_line_id"], _pairs(connection, t.pos_lines.c.id.in_(touched.ids("pos_lines"))))
    )
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {pairs.name}")
    yield pairs
    pairs.drop(connection, checkfirst=False)


def _pairs(connection: Connection, which: ColumnElement[bool]) -> Select[Any]:
    """Each serial number of some POS lines with its line; a line's list holds each number once."""
    pos = t.pos_lines
    if connection.dialect.name == "sqlite":
        items = func.json_each(pos.c.serial_numbers).table_valued("value", name="serials")
    else:
        items = func.json_array_elements_text(cast(pos.c.serial_numbers, JSON)).table_valued("value", name="serials")
    value = cast(items.c.value, Text)
    return (
        select(value.label("serial"), pos.c.id.label("pos_line_id"))
        .select_from(pos.join(items, pos.c.serial_numbers != NO_SERIALS))
        .where(which)
    )


def _add_returns(connection: Connection, touched: Touched) -> None:
    """A return follows its sale, whichever of the sale's serial numbers is contested."""
    back, held = t.pos_lines.alias("back"), t.pos_serials
    of_sales = _pairs(connection, t.pos_lines.c.id.in_(touched.ids("contested"))).subquery("of_sales")
    returns = select(back.c.id).join(held, held.c.pos_line_id == back.c.id).join(of_sales, of_sales.c.serial == held.c.serial)
    touched.add("contested", returns.where(back.c.quantity < 0))


def _count(connection: Connection, touched: Touched) -> None:
    """Which sale each contested line's serial numbers count for, where that is another one."""
    pos, sale, held = t.pos_lines, t.pos_lines.alias("sale"), t.pos_serials
    contested = touched.ids("contested")
    mine = _pairs(connection, pos.c.id.in_(contested)).subquery("mine")
    order = _earliest(connection, sale)
    place = func.row_number().over(partition_by=held.c.serial, order_by=order)
    ranked = (
        select(held.c.serial, sale.c.id.label("first_id"), place.label("place"))
        .join(sale, sale.c.id == held.c.pos_line_id)
        .where(sale.c.quantity > 0, held.c.serial.in_(select(mine.c.serial)))
        .subquery("ranked")
    )
    lost_place = func.row_number().over(partition_by=mine.c.pos_line_id, order_by=_plain(connection, mine.c.serial))
    lost = (
        select(mine.c.pos_line_id, ranked.c.first_id, lost_place.label("lost_place"))
        .join(ranked, and_(ranked.c.serial == mine.c.serial, ranked.c.place == 1, ranked.c.first_id != mine.c.pos_line_id))
        .subquery("lost")
    )
    first = select(lost.c.first_id).where(lost.c.pos_line_id == pos.c.id, lost.c.lost_place == 1).scalar_subquery()
    connection.execute(update(pos).where(pos.c.id.in_(contested), pos.c.quantity > 0).values(counted_by_id=first))


def _return(connection: Connection, touched: Touched) -> None:
    """The sale each contested return takes back: where that sale does not count, neither does its return."""
    pos, back, sale, held = t.pos_lines, t.pos_lines.alias("back"), t.pos_lines.alias("sale"), t.pos_serials
    contested = touched.ids("contested")
    returned = _pairs(connection, and_(pos.c.id.in_(contested), pos.c.quantity < 0)).subquery("returned")
    before = case((sale.c.shipped_on <= back.c.shipped_on, 0), else_=1)
    latest = [before, sale.c.shipped_on.is_(None), sale.c.shipped_on.desc(), *_earliest(connection, sale)[2:]]
    place = func.row_number().over(partition_by=returned.c.pos_line_id, order_by=latest)
    source = (
        returned.join(back, back.c.id == returned.c.pos_line_id)
        .join(held, held.c.serial == returned.c.serial)
        .join(sale, and_(sale.c.id == held.c.pos_line_id, sale.c.quantity > 0, sale.c.distributor_id == back.c.distributor_id))
    )
    ranked = (
        select(
            returned.c.pos_line_id,
            sale.c.id.label("sale_id"),
            sale.c.order_line_id,
            sale.c.partner_id,
            sale.c.counted_by_id,
            place.label("place"),
        )
        .select_from(source)
        .subquery("ranked")
    )

    def found(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return select(column).where(ranked.c.pos_line_id == pos.c.id, ranked.c.place == 1).scalar_subquery()

    names_none = and_(pos.c.deviation_id.is_(None), or_(pos.c.order_line_id.is_(None), pos.c.sale_id.is_not(None)))
    returns = and_(pos.c.id.in_(contested), pos.c.quantity < 0)
    connection.execute(update(pos).where(returns).values(counted_by_id=found(ranked.c.counted_by_id)))
    owner = func.coalesce(found(ranked.c.partner_id), pos.c.stated_partner_id)
    by_sale = {"sale_id": found(ranked.c.sale_id), "order_line_id": found(ranked.c.order_line_id), "partner_id": owner}
    connection.execute(update(pos).where(returns, names_none).values(**by_sale))


def _earliest(connection: Connection, sale: FromClause) -> list[ColumnElement[Any]]:
    names = ("distributor_id", "invoice_number", "invoice_line")
    return [sale.c.shipped_on.is_(None), sale.c.shipped_on, *(_plain(connection, sale.c[name]) for name in names)]


def _plain(connection: Connection, text: ColumnElement[Any]) -> ColumnElement[Any]:
    """Text in the order of its characters' numbers, the same on both databases."""
    return text if connection.dialect.name == "sqlite" else collate(cast(text, String), "C")
