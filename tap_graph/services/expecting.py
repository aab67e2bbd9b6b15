"""Expecting: the months each distributor reports for, what came of each, and months without a sale."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, delete, func, insert, literal, select, update

from tap_graph.domain.errors import NotAllowed
from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.report import ExpectedState, due_on, month_of, months
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.feeds.problems import shown
from tap_graph.services.acting import Act, journal
from tap_graph.storage import tables as t
from tap_graph.storage.expectation import covers, standing, state_of
from tap_graph.values.text import is_storable

MONTHS = 120
AHEAD = 12
"""Months beyond the present one that are expected at least, however long ago a distributor began."""
ORIGINAL, RECEIVED = "ORIGINAL", "RECEIVED"


@dataclass(frozen=True, slots=True)
class ExpectedMonth:
    """One distributor's report of one month, as it stands on a day."""

    distributor_id: str
    first_day: date
    due_on: date
    state: ExpectedState
    received_at: datetime | None
    days_late: int


def renew(connection: Connection, distributor_id: str, today: date) -> None:
    """Makes the expected months those that the distributor's row asks for; months that stay keep their ids."""
    distributor, expected = t.distributors, t.expected_reports
    row = connection.execute(select(distributor).where(distributor.c.distributor_id == distributor_id)).one()
    wanted = {month.first_day: (month.last_day, due_on(month, row.due_days)) for month in _months(row.reports_from, today)}
    mine = expected.c.distributor_id == distributor_id
    known = {each.first_day: each.due_on for each in connection.execute(select(expected.c.first_day, expected.c.due_on).where(mine))}
    if gone := sorted(set(known) - set(wanted)):
        connection.execute(delete(expected).where(mine, expected.c.first_day.in_(gone)))
    for first_day in sorted(known):
        if first_day in wanted and wanted[first_day][1] != known[first_day]:
            connection.execute(update(expected).where(mine, expected.c.first_day == first_day).values(due_on=wanted[first_day][1]))
    new = [
        {"distributor_id": distributor_id, "first_day": first_day, "last_day": last_day, "due_on": due}
        for first_day, (last_day, due) in wanted.items()
        if first_day not in known
    ]
    if new:
        connection.execute(insert(expected), new)


def _months(reports_from: date | None, today: date) -> list[Any]:
    if reports_from is None:
        return []
    ends = max(_later(reports_from, MONTHS - 1), _later(today, AHEAD))
    return list(months(reports_from, ends))


def _later(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    return date(day.year + years, month + 1, 1)


def declare_zero(connection: Connection, viewer: Viewer, distributor_id: str, month_first_day: date, now: datetime) -> int:
    """Reports that a distributor sold nothing in a month, without a file; returns the id of the report."""
    if viewer.role not in (Role.DISTRIBUTOR, Role.ADMINISTRATOR):
        raise NotAllowed(f"The role {viewer.role} declares no month without a sale; the distributor does, or a program administrator.")
    today = now.date()
    if refusals := _refusals(connection, viewer, distributor_id, month_first_day, today):
        raise ActRefused(*refusals)
    month = month_of(month_first_day)
    report = {
        "distributor_id": distributor_id,
        "purpose": ORIGINAL,
        "reported_on": today,
        "first_day": month.first_day,
        "last_day": month.last_day,
        "lines": 0,
        "state": RECEIVED,
        "received_at": now,
    }
    row_id = int(connection.execute(insert(t.pos_reports).values(**report).returning(t.pos_reports.c.id)).scalar_one())
    key = f"{distributor_id}/{month_first_day:%Y-%m}"
    act = Act(name="reportDeclareZero", noun="pos_report", row_id=row_id, key=key, distributor_id=distributor_id)
    journal(connection, viewer, act, now)
    return row_id


def _refusals(connection: Connection, viewer: Viewer, distributor_id: str, first_day: date, today: date) -> list[Refusal]:
    if (viewer.role is Role.DISTRIBUTOR and viewer.distributor_id != distributor_id) or not is_storable(distributor_id):
        message = f"There is no distributor {shown(distributor_id)} for you. Give the id of one that reports here."
        return [Refusal("NOT_FOUND", message, ("distributor_id",))]
    refusals = []
    month, at = f"{first_day:%Y-%m}", ("month",)
    if first_day.day != 1:
        refusals.append(Refusal("NOT_A_MONTH", f"{first_day} is no first day of a month. Give the first day, such as {month}-01.", at))
    if month_of(first_day).last_day > today:
        message = f"{month} is not over on {today}. Declare it on {month_of(first_day).last_day} or later."
        refusals.append(Refusal("MONTH_NOT_OVER", message, at))
    expected, report = t.expected_reports, t.pos_reports
    mine = (expected.c.distributor_id == distributor_id, expected.c.first_day == first_day.replace(day=1))
    if connection.execute(select(expected.c.id).where(*mine)).first() is None:
        message = (
            f"No report of distributor {distributor_id} is expected for {month}. Set the month it reports from, or give another month."
        )
        return [*refusals, Refusal("NOT_EXPECTED", message, at)]
    reported = select(func.max(report.c.lines)).select_from(expected.join(report, covers(report, expected))).where(*mine)
    lines = connection.execute(reported).scalar_one()
    if lines is not None:
        what = "lines were reported" if lines else "it was reported that nothing was sold"
        message = f"For {month} {what} already. Cancel that report first, or leave the month as it is."
        refusals.append(Refusal("ALREADY_REPORTED", message, at))
    return refusals


def counts(connection: Connection, today: date) -> Mapping[tuple[str, str], int]:
    """How many months stand in each state, by distributor and state."""
    expected = t.expected_reports
    each = select(expected.c.distributor_id, state_of(expected, literal(today, Date)).label("state")).subquery()
    chosen = select(each.c.distributor_id, each.c.state, func.count().label("months")).group_by(each.c.distributor_id, each.c.state)
    return {(row.distributor_id, row.state): row.months for row in connection.execute(chosen)}


def expected_months(
    connection: Connection, today: date, *, distributor_id: str | None = None, month: date | None = None
) -> list[ExpectedMonth]:
    """The months expected up to a day, or one month, by distributor and month."""
    expected, day = t.expected_reports, literal(today, Date)
    beside = {
        name: select(standing(expected, day).c[name]).correlate(expected).scalar_subquery().label(name)
        for name in ("state", "received_at", "days_late")
    }
    chosen = select(expected, *beside.values()).order_by(expected.c.distributor_id, expected.c.first_day)
    chosen = chosen.where(expected.c.first_day <= today if month is None else expected.c.first_day == month)
    if distributor_id is not None:
        chosen = chosen.where(expected.c.distributor_id == distributor_id)
    return [
        ExpectedMonth(row.distributor_id, row.first_day, row.due_on, ExpectedState(row.state), row.received_at, row.days_late)
        for row in connection.execute(chosen)
    ]
