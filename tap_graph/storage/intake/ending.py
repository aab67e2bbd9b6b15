"""Ending facts: rows go from what is in force into the history, with what only existed because of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, select, update

from tap_graph.storage import tables as t
from tap_graph.storage.intake.effect import copy_to_history
from tap_graph.storage.intake.plans import ORDER_COLUMNS, PLANS, RMA_COLUMNS
from tap_graph.storage.intake.serials import forget_serials
from tap_graph.storage.intake.touched import SPREAD, Touched

QUOTE_NOTE = "QUOTE_USED_TWICE"


def end(touched: Touched, kind: str, ids: list[int], now: datetime) -> None:
    """Ends rows of a kind by id; what followed from them is touched, and the caller renews it."""
    connection, plan = touched.connection, PLANS[kind]
    for start in range(0, len(ids), 500):
        rows = plan.table.c.id.in_(ids[start : start + 500])
        SPREAD[kind](touched, rows)
        chosen = select(plan.table.c.id).where(rows)
        if kind == "pos":
            forget_serials(touched, chosen)
        BEFORE.get(kind, _nothing)(connection, chosen)
        # Of quotes the one note is about a header, whose ids are others.
        connection.execute(delete(t.notes).where(t.notes.c.kind == kind, t.notes.c.code != QUOTE_NOTE, t.notes.c.row_id.in_(chosen)))
        if kind == "receipts":
            touched.add("receipts", _siblings(chosen))
        copy_to_history(connection, plan.table, plan.history, chosen, now)
        headers = _headers(connection, kind, chosen)
        connection.execute(delete(plan.table).where(rows))
        if plan.header:
            _end_empty(connection, plan.header.table, plan.table, plan.header.column, headers)


def _siblings(ids: Select[Any]) -> Select[Any]:
    """The other receipts of the same RMA lines."""
    mine, other = t.receipts.alias("mine"), t.receipts
    lines = select(mine.c.rma_line_id).where(mine.c.id.in_(ids))
    return select(other.c.id).where(other.c.rma_line_id.in_(lines))


def _nothing(_connection: Connection, _ids: Select[Any]) -> None:
    """Most rows stand alone."""


def _partners(connection: Connection, ids: Select[Any]) -> None:
    connection.execute(delete(t.partner_theatres).where(t.partner_theatres.c.partner_id.in_(ids)))


def _order_lines(connection: Connection, ids: Select[Any]) -> None:
    connection.execute(delete(t.decisions).where(t.decisions.c.order_line_id.in_(ids)))


BEFORE: dict[str, Callable[[Connection, Select[Any]], None]] = {"partners": _partners, "orders": _order_lines}


def _headers(connection: Connection, kind: str, ids: Select[Any]) -> list[int]:
    plan = PLANS[kind]
    if plan.header is None:
        return []
    pointer = plan.table.c[plan.header.column]
    return list(connection.execute(select(pointer).where(plan.table.c.id.in_(ids)).distinct()).scalars())


def _end_empty(connection: Connection, header: Table, lines: Table, pointer: str, ids: list[int]) -> None:
    """A quote whose last line ended is none any more; of an order or RMA its number stays, for judgements that show it."""
    left = select(lines.c.id).where(lines.c[pointer] == header.c.id).exists()
    gone = list(connection.execute(select(header.c.id).where(header.c.id.in_(ids), ~left)).scalars())
    if header is t.quotes:
        twice = (t.notes.c.kind == "quotes", t.notes.c.code == QUOTE_NOTE, t.notes.c.row_id.in_(gone))
        connection.execute(delete(t.notes).where(*twice))
        connection.execute(delete(header).where(header.c.id.in_(gone)))
        return
    if header is t.orders:
        connection.execute(delete(t.order_shares).where(t.order_shares.c.order_id.in_(gone)))
    nothing = dict.fromkeys(ORDER_COLUMNS if header is t.orders else RMA_COLUMNS)
    connection.execute(update(header).where(header.c.id.in_(gone)).values(first_line=None, **nothing))
