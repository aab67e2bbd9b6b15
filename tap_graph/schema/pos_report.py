"""POS reports: what distributors sent about their sales, report by report, and months they declared without a sale."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, func

from tap_graph.feeds.feed import Purpose
from tap_graph.reads import bindings as b
from tap_graph.schema.delivery import LineReason
from tap_graph.schema.enums import ReportState
from tap_graph.schema.fields import bound, column, one, passing, sorting
from tap_graph.schema.links import DeliveryLink, DistributorLink
from tap_graph.schema.money import DateWindow
from tap_graph.schema.node import Node, noun
from tap_graph.schema.visibility import of_distributor
from tap_graph.storage import tables as t


def _last_day(row: Any, _ask: b.Ask, _arguments: b.Arguments) -> ColumnElement[Any]:
    return func.coalesce(row.c.last_day, row.c.first_day)


@strawberry.enum(description="Sorting of POS reports.")
class PosReportSort(Enum):
    """By moment or day."""

    RECEIVED_AT = sorting("received_at", "By timestamp of the receiving.", filled=True)
    PERIOD = sorting("first_day", "By first day of the period; those without one come last.")


@strawberry.input(description="Tests of POS reports.")
class PosReportFilter:
    """Which reports."""

    state: ReportState | None = passing("State of the report.", lambda row, state, _ask: row.c.state == state)
    purpose: Purpose | None = passing("Purpose of the report.", lambda row, purpose, _ask: row.c.purpose == purpose)
    report_number: str | None = passing("Number of the report.", lambda row, number, _ask: row.c.number == number)


@noun(t.pos_reports, of_distributor, "Report of a distributor about its sales.", filter_=PosReportFilter)
class PosReport(Node):
    """One report."""

    distributor: DistributorLink = one(
        "Distributor", lambda row, distributor: distributor.c.distributor_id == row.c.distributor_id, "Distributor that reports."
    )
    delivery: DeliveryLink | None = one(
        "Delivery", lambda row, delivery: delivery.c.id == row.c.delivery_id, "Delivery that brought it; null where a person declared it."
    )
    report_number: str | None = column("Number of the report; null where it has none.", "number")
    purpose: Purpose = column("Purpose of the report.")
    replaces: str | None = column("Number of the report it replaces or takes back; null for none, or for its own number.")
    reported_on: date | None = column("Day of the report; null while not known.")
    period: DateWindow | None = bound(
        b.Nested({"firstDay": b.Column("first_day"), "lastDay": b.Expression(_last_day)}, "first_day"),
        "Days it reports, the first one alone where it names no last; null where neither it nor its lines say.",
    )
    line_count: int = column("Number of lines; 0 where nothing was sold.", "lines")
    state: ReportState = column("State of the report.")
    defects: list[LineReason] = bound(b.Items(), "Defects the whole report is refused for; empty where it was received.")
    received_at: datetime = column("Timestamp of the receiving.")
