"""Deliveries under way: how far each is, while it is received and afterwards."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Integer, case, cast

from tap_graph.reads import bindings as b
from tap_graph.schema.enums import FeedKind, ReceivingPhase
from tap_graph.schema.fields import bound, column, one, passing, sorting
from tap_graph.schema.links import DeliveryLink
from tap_graph.schema.node import Node, noun
from tap_graph.schema.visibility import deliveries
from tap_graph.storage import tables as t
from tap_graph.storage.days import seconds_between


def _rate(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    seconds = seconds_between(row.c.started_at, row.c.updated_at)
    return case((seconds > 0, cast(row.c.lines_read // seconds, Integer)))


def _percent(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    return case((row.c.bytes == 0, 100), else_=cast(row.c.bytes_read * 100 // row.c.bytes, Integer))


@strawberry.enum(description="Sorting of deliveries under way.")
class ReceivingSort(Enum):
    """By moment."""

    STARTED_AT = sorting("started_at", "By timestamp of the start.", filled=True)


@strawberry.input(description="Tests of deliveries under way.")
class ReceivingFilter:
    """Which of them."""

    phase: ReceivingPhase | None = passing("Phase of the receiving.", lambda row, phase, _ask: row.c.phase == phase)
    kind: FeedKind | None = passing("Kind of the feed.", lambda row, kind, _ask: row.c.kind == kind)


@noun(t.receivings, deliveries, "Receiving of one file that took longer than a second.", filter_=ReceivingFilter)
class Receiving(Node):
    """One file on its way."""

    kind: FeedKind = column("Kind of the feed.")
    sender: str = column("Sender of the delivery; empty when it was delivered on the spot.")
    file: str = column("Name of the file.")
    phase: ReceivingPhase = column("Phase of the receiving.")
    percent_read: int = bound(b.Expression(_percent), "Percent of the file's bytes that were read, 0 to 100.")
    lines_read: int = column("Number of data records read.")
    lines_a_second: int | None = bound(b.Expression(_rate), "Number of data records read a second; null within the first second.")
    started_at: datetime = column("Timestamp of the start.")
    updated_at: datetime = column("Timestamp of the last sign of life; one that stands still while it reads or applies was killed.")
    delivery: DeliveryLink | None = one(
        "Delivery", lambda row, delivery: delivery.c.id == row.c.delivery_id, "Delivery it became; null while it is under way."
    )
