"""Receipts that match no RMA: equipment that came back, and nobody knows yet whose."""

from datetime import date
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import Integer, Text, cast, literal, null, select, union_all

from tap_graph.feeds.kinds import RECEIPTS
from tap_graph.schema.fields import column, one, passing, sorting
from tap_graph.schema.links import DeliveryLineLink
from tap_graph.schema.node import noun
from tap_graph.schema.visibility import unidentified
from tap_graph.storage import tables as t
from tap_graph.storage.held_cells import held_cell


def _cell(held: Any, name: str) -> Any:
    position = RECEIPTS.position(name)
    return held_cell(held.c.row, position, RECEIPTS.columns[position].type)


def _rows() -> Any:
    """Receipts in force that name no RMA, and held ones whose RMA line is not known."""
    receipt, held = t.receipts, t.held_lines
    days = ("received_on", "posted_on")
    nameless = select(
        receipt.c.version.label("id"),
        receipt.c.receipt_number,
        cast(null(), Text).label("rma_number"),
        cast(null(), Integer).label("rma_line"),
        receipt.c.units,
        *(receipt.c[day] for day in days),
        literal(False).label("is_held"),
    ).where(receipt.c.rma_line_id.is_(None))
    waiting = select(
        held.c.id,
        held.c.key,
        _cell(held, "rma_number"),
        _cell(held, "line"),
        _cell(held, "units"),
        *(_cell(held, day) for day in days),
        literal(True),
    ).where(held.c.kind == "receipts")
    return union_all(nameless, waiting).subquery("unidentified_receipts")


@strawberry.enum(description="Sorting of unidentified receipts.")
class UnidentifiedReceiptSort(Enum):
    """By number or day."""

    NUMBER = sorting("receipt_number", "By receipt number.", filled=True)
    RECEIVED_ON = sorting("received_on", "By day of receiving; those without one come last.")


@strawberry.input(description="Tests of unidentified receipts.")
class UnidentifiedReceiptFilter:
    """Which receipts."""

    held: bool | None = passing("Whether the receipt names an RMA line that is not known.", lambda row, held, _ask: row.c.is_held == held)


@noun(_rows(), unidentified, "Receipt of equipment that matches no RMA.", filter_=UnidentifiedReceiptFilter)
class UnidentifiedReceipt:
    """One receipt."""

    receipt_number: str = column("Number of the receipt.")
    rma_number: str | None = column("Number of the RMA it names, which is not known; null where it names none.")
    rma_line: int | None = column("Line of that RMA; null where it names none.")
    units: int | None = column("Number of units; negative reverses; null while not known.")
    received_on: date | None = column("Day of receiving; null while not known.")
    posted_on: date | None = column("Day on which it shows in the status tool; null while not known.")
    delivery_line: DeliveryLineLink | None = one(
        "DeliveryLine", lambda row, line: line.c.id == row.c.id, "Delivered line that says so; null where not shown."
    )
