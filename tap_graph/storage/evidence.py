"""Evidence: the rows an evaluation saw, kept as one row of arrays per evaluation."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, FromClause, Text, cast, func, insert, select, union_all

from tap_graph.storage import tables as t
from tap_graph.storage.totals import by_order, due_lines


def keep_evidence(connection: Connection, window: str, ids: Sequence[int], lines: FromClause, on: date) -> None:
    """Stores, for the evaluations just made, every line with its mask and every RMA line that was due."""
    e = t.evaluations
    seen = select(lines.c.enrollment_id, _array(connection, lines.c.version, lines.c.mask).label("lines"))
    seen_lines = seen.group_by(lines.c.enrollment_id).subquery("seen_lines")
    due = due_lines(by_order(lines), on).subquery("due_lines")
    owed = select(due.c.enrollment_id, _array(connection, due.c.version, due.c.units_received, due.c.value_received).label("rma_lines"))
    owed_lines = owed.group_by(due.c.enrollment_id).subquery("owed_lines")
    source = e.outerjoin(seen_lines, seen_lines.c.enrollment_id == e.c.enrollment_id)
    source = source.outerjoin(owed_lines, owed_lines.c.enrollment_id == e.c.enrollment_id)
    chosen = (
        select(e.c.id, func.coalesce(seen_lines.c.lines, "[]"), func.coalesce(owed_lines.c.rma_lines, "[]"))
        .select_from(source)
        .where(e.c.window == window, e.c.enrollment_id.in_(ids))
    )
    connection.execute(insert(t.evidence).from_select(["evaluation_id", "lines", "rma_lines"], chosen))


def _array(connection: Connection, *columns: ColumnElement[Any]) -> ColumnElement[str]:
    """A JSON array of arrays of integers, as text."""
    if connection.dialect.name == "sqlite":
        return func.json_group_array(func.json_array(*columns))
    # Put together as text: building JSON values takes three times as long.
    item: ColumnElement[str] = func.concat("[", columns[0], *(part for column in columns[1:] for part in (",", column)), "]")
    return func.concat("[", func.string_agg(cast(item, Text), ","), "]")


def lines_in_evidence(connection: Connection, evaluation_id: int, partner_id: int) -> list[Any]:
    """The order lines an evaluation saw, in the version it saw, with their masks."""
    stored = connection.execute(select(t.evidence.c.lines).where(t.evidence.c.evaluation_id == evaluation_id)).scalar_one()
    masks = dict(msgspec.json.decode(stored))
    wanted = ("version", "order_id", "line", "net_value", "credit")
    now, former = t.order_lines, t.order_lines_history
    versions = union_all(
        select(*(now.c[name] for name in wanted)).where(now.c.partner_id == partner_id),
        select(*(former.c[name] for name in wanted)).where(former.c.partner_id == partner_id),
    ).subquery("versions")
    rows = connection.execute(select(versions, t.orders.c.order_number).join(t.orders, t.orders.c.id == versions.c.order_id)).mappings()
    return [{**row, "mask": masks[row["version"]]} for row in rows if row["version"] in masks]
