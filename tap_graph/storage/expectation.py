"""Expected reports as SQL: which reports cover a month, and how it stands on a day; asked by services and by the schema."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, Text, and_, case, cast, func, literal, select

from tap_graph.domain.report import CANCELS, ExpectedState
from tap_graph.storage import tables as t
from tap_graph.storage.days import day_of_moment, days_between

RECEIVED = "RECEIVED"


def covers(report: Any, expected: Any) -> ColumnElement[bool]:
    """Whether a report covers a month: its period touches it, and it was neither refused nor taken back by a later one."""
    cancel = t.pos_reports.alias()
    taken_back = select(cancel.c.id).where(
        cancel.c.distributor_id == report.c.distributor_id,
        func.coalesce(cancel.c.replaces, cancel.c.number) == report.c.number,
        cancel.c.purpose == CANCELS,
        cancel.c.state == RECEIVED,
        cancel.c.id > report.c.id,
    )
    return and_(
        report.c.distributor_id == expected.c.distributor_id,
        report.c.first_day <= expected.c.last_day,
        func.coalesce(report.c.last_day, report.c.first_day) >= expected.c.first_day,
        report.c.purpose != CANCELS,
        report.c.state == RECEIVED,
        ~taken_back.correlate(report).exists(),
    )


def standing(expected: Any, today: ColumnElement[Any]) -> Subquery:
    """One row beside an expected report: `state`, `received_at` (null while none covers it), and `days_late`."""
    report = t.pos_reports.alias()
    first, lines = func.min(report.c.received_at), func.max(report.c.lines)
    came = select(first.label("received_at"), lines.label("lines"), expected.c.due_on.label("due_on"))
    beside = came.select_from(report).where(covers(report, expected)).correlate(expected).subquery()
    day = day_of_moment(beside.c.received_at)
    none_came = beside.c.received_at.is_(None)
    until = case((none_came, today), else_=day)
    late = until > beside.c.due_on
    state = case(
        (and_(none_came, late), _word(ExpectedState.MISSING)),
        (none_came, _word(ExpectedState.EXPECTED)),
        (late, _word(ExpectedState.LATE)),
        (beside.c.lines == 0, _word(ExpectedState.ZERO)),
        else_=_word(ExpectedState.RECEIVED),
    )
    days_late = case((late, days_between(beside.c.due_on, until)), else_=literal(0, Integer))
    return select(state.label("state"), beside.c.received_at, days_late.label("days_late")).select_from(beside).subquery()


def state_of(expected: Any, today: ColumnElement[Any]) -> ColumnElement[str]:
    """The state alone, as a value of the row."""
    stands = standing(expected, today)
    return select(stands.c.state).correlate(expected).scalar_subquery()


def _word(state: ExpectedState) -> ColumnElement[str]:
    return cast(literal(state.value), Text)
