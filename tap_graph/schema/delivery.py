"""Deliveries: every file as it came, and what became of each of its lines."""

from datetime import datetime
from enum import Enum

import strawberry

from tap_graph.feeds.reasons import ALL_REASONS
from tap_graph.reads import bindings as b
from tap_graph.schema.act import Act, acts_about
from tap_graph.schema.enums import DeliveryState, FeedFormat, FeedKind, LineState
from tap_graph.schema.fields import bound, column, connection, one, passing, several, sorting
from tap_graph.schema.links import DeliveryLineLink, DeliveryLink, PosReportLink
from tap_graph.schema.node import Connection, Node, noun
from tap_graph.schema.scalars import ReasonCode
from tap_graph.schema.visibility import deliveries, delivery_lines
from tap_graph.storage import tables as t

REMEDIES = {code: reason.remedy for code, reason in ALL_REASONS.items()}


@strawberry.enum(description="Sorting of deliveries.")
class DeliverySort(Enum):
    """By moment."""

    RECEIVED_AT = sorting("received_at", "By timestamp of the receiving.", filled=True)


@strawberry.input(description="Tests of deliveries.")
class DeliveryFilter:
    """Which deliveries."""

    kind: FeedKind | None = passing("Kind of the feed.", lambda row, kind, _ask: row.c.kind == kind)
    state: DeliveryState | None = passing("State of the delivery.", lambda row, state, _ask: row.c.state == state)
    sender: str | None = passing("Sender of the delivery.", lambda row, sender, _ask: row.c.sender == sender)


@strawberry.enum(description="Sorting of delivered lines.")
class DeliveryLineSort(Enum):
    """By line."""

    LINE = sorting("line", "By line of the file.", filled=True)


@strawberry.input(description="Tests of delivered lines.")
class DeliveryLineFilter:
    """Which lines."""

    state: LineState | None = passing("State of the line.", lambda row, state, _ask: row.c.state == state)


@strawberry.type(description="Reason why a delivered line is held or refused.")
class LineReason:
    """One reason."""

    code: ReasonCode = bound(b.Key(), "Code of the reason.")
    column: str | None = bound(b.Key(), "Column the reason is about; null when it is about the line.")
    value: str | None = bound(b.Key(), "Value that was found; null for an empty cell.")
    message: str = bound(b.Key(), "Meaning of the reason, and what to do.")
    remedy: str | None = bound(b.Explained("code", REMEDIES), "Remedy for reasons of this code; null for codes of earlier releases.")


@noun(t.delivery_lines, delivery_lines, "Line of a delivered file.", filter_=DeliveryLineFilter)
class DeliveryLine(Node):
    """One record, as it came."""

    delivery: DeliveryLink = one("Delivery", lambda row, delivery: delivery.c.id == row.c.delivery_id, "Delivery of the line.")
    line: int = column("Number of the line of the file on which the record begins, counted from 1.")
    raw: str = column("Text of the record, as it came.")
    state: LineState = column("State of the line.")
    reasons: list[LineReason] = bound(b.Items(), "Reasons why the line is held or refused; empty for the others.")
    replaced_by: DeliveryLineLink | None = one(
        "DeliveryLine", lambda row, line: line.c.id == row.c.replaced_by, "Line that took its place; null for none, and where not shown."
    )
    acts: list[Act] = acts_about("delivery_line", "Acts by which people corrected the line, in their order.")


@noun(t.deliveries, deliveries, "Delivery of one feed file.", filter_=DeliveryFilter)
class Delivery(Node):
    """One file."""

    kind: FeedKind = column("Kind of the feed.")
    sender: str = column("Sender of the delivery; empty when it was delivered on the spot.")
    file: str = column("Name of the file.")
    sha256: str = column("Digest of the file's bytes, by SHA-256.")
    state: DeliveryState = column("State of the delivery.")
    format: FeedFormat = column("Format of the file.")
    defects: list[LineReason] = bound(b.Items(), "Defects a whole file is refused for, in the order of the file; empty where it was not.")
    refusal: str | None = column("Reason why the whole file was refused; null when it was not.")
    header: str = column("Header line of the file.")
    line_count: int = column("Number of data records.", "lines")
    accepted: int = column("Number of records accepted.")
    unchanged: int = column("Number of records that said what was known already.")
    held: int = column("Number of records held.")
    refused: int = column("Number of records refused.")
    received_at: datetime = column("Timestamp of the receiving.")
    reports: list[PosReportLink] = several(
        "PosReport", lambda row, report: report.c.delivery_id == row.c.id, "POS reports of the file, in its order; empty for other kinds."
    )
    lines: Connection[DeliveryLine] = connection(
        b.Many("DeliveryLine", lambda row, line: line.c.delivery_id == row.c.id),
        "Lines of the delivery.",
        DeliveryLineSort,
        DeliveryLineFilter,
    )
