"""Expected reports: the months a distributor reports, and how each of them stands today."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import Subquery

from tap_graph.domain.report import ExpectedState
from tap_graph.reads import bindings as b
from tap_graph.schema import enums  # noqa: F401 - describes the enums used here
from tap_graph.schema.fields import bound, column, one, passing, several, sorting
from tap_graph.schema.links import DistributorLink
from tap_graph.schema.money import DateWindow, days
from tap_graph.schema.node import Node, noun
from tap_graph.schema.pos_report import PosReport
from tap_graph.schema.visibility import of_distributor
from tap_graph.storage import tables as t
from tap_graph.storage.expectation import covers, standing, state_of


def _standing(row: Any, ask: b.Ask) -> Subquery:
    return standing(row, ask.today)


def _stands(name: str) -> b.Summed:
    return b.Summed(_standing, lambda stands, _ask: stands.c[name])


@strawberry.enum(description="Sorting of expected reports.")
class ExpectedReportSort(Enum):
    """By day."""

    DUE_ON = sorting("due_on", "By day it is due.", filled=True)
    PERIOD = sorting("first_day", "By month.", filled=True)


@strawberry.input(description="Tests of expected reports.")
class ExpectedReportFilter:
    """Which months."""

    distributor_id: str | None = passing("Id of the distributor.", lambda row, distributor, _ask: row.c.distributor_id == distributor)
    from_day: date | None = passing("First day: months that end on it or later.", lambda row, day, _ask: row.c.last_day >= day)
    until_day: date | None = passing("Last day: months that begin on it or earlier.", lambda row, day, _ask: row.c.first_day <= day)
    state: ExpectedState | None = passing("State today.", lambda row, state, ask: state_of(row, ask.today) == state)


@noun(
    t.expected_reports,
    of_distributor,
    "Report that is expected of a distributor about one calendar month.",
    filter_=ExpectedReportFilter,
)
class ExpectedReport(Node):
    """One month of one distributor."""

    distributor: DistributorLink = one(
        "Distributor", lambda row, distributor: distributor.c.distributor_id == row.c.distributor_id, "Distributor that is to report."
    )
    period: DateWindow = days("Calendar month to be reported.", "first_day", "last_day")
    due_on: date = column("Last day on which the report is in time, in UTC.")
    state: ExpectedState = bound(_stands("state"), "State today.")
    received_at: datetime | None = bound(
        _stands("received_at"), "Timestamp of the first report that covers the month; null while none does."
    )
    days_late: int = bound(
        _stands("days_late"), "Number of days from the day it was due until the first report came, or until today; 0 when in time."
    )
    reports: list[PosReport] = several(
        "PosReport",
        lambda row, report: covers(report, row),
        "Reports that touch the month and hold: neither refused, nor cancelling, nor cancelled later.",
        order="received_at",
    )
