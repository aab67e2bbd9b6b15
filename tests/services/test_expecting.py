"""Expecting: how each month of a distributor stands on a day, and months in which nothing was sold."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tap_graph.domain.errors import NotAllowed
from tap_graph.domain.refusal import ActRefused
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services import distributing, expecting
from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tests.builders import Rows, day

ADMINISTRATOR = Viewer(subject="admin", role=Role.ADMINISTRATOR, regions=("APAC",))
D1 = Viewer(subject="clerk", role=Role.DISTRIBUTOR, distributor_id="D1")
SET_AT = datetime(2008, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(database: Database) -> Database:
    """D1 reports from January 2008 on, ten days after each month; D2 from March on, on its last day."""
    with database.writing() as connection:
        distributing.register(connection, ADMINISTRATOR, "D1", None, None, day("2008-01-01"), 10, SET_AT)
        distributing.register(connection, ADMINISTRATOR, "D2", None, None, day("2008-03-01"), 0, SET_AT)
    return database


def report(database: Database, received: str, first: str | None, last: str | None, **values: Any) -> int:
    """A report of D1 with three lines."""
    row = {
        "distributor_id": "D1", "purpose": "ORIGINAL", "lines": 3, "state": "RECEIVED", "received_at": datetime.fromisoformat(received),
        "first_day": first and day(first), "last_day": last and day(last), **values,
    }  # fmt: skip
    with database.writing() as connection:
        return Rows(connection).add(t.pos_reports, **row)


def standing(database: Database, today: str, month: str = "2008-01") -> tuple[str, str | None, int]:
    """State, first receiving and days late of a month of D1."""
    with database.reading() as connection:
        [found] = expecting.expected_months(connection, day(today), distributor_id="D1", month=day(f"{month}-01"))
    received = None if found.received_at is None else found.received_at.isoformat()[:16]
    return found.state.value, received, found.days_late


def test_month_is_expected_until_the_day_it_is_due_and_missing_from_then(database: Database) -> None:
    assert standing(database, "2008-01-15") == ("EXPECTED", None, 0)
    assert standing(database, "2008-02-10") == ("EXPECTED", None, 0)
    assert standing(database, "2008-02-11") == ("MISSING", None, 1)
    assert standing(database, "2008-03-11") == ("MISSING", None, 30)


def test_report_is_received_until_the_end_of_the_day_it_is_due_and_late_after_it(database: Database) -> None:
    report(database, "2008-02-11T00:00+00:00", "2008-01-01", "2008-01-31")
    assert standing(database, "2008-06-01") == ("LATE", "2008-02-11T00:00", 1)
    report(database, "2008-02-10T23:59+00:00", "2008-01-31", "2008-02-29")
    assert standing(database, "2008-06-01") == ("RECEIVED", "2008-02-10T23:59", 0)
    assert standing(database, "2008-06-01", "2008-02") == ("RECEIVED", "2008-02-10T23:59", 0)
    assert standing(database, "2008-06-01", "2008-03") == ("MISSING", None, 52)


def test_month_is_zero_while_no_report_of_it_has_lines(database: Database) -> None:
    report(database, "2008-02-01T08:00+00:00", "2008-01-01", "2008-01-31", lines=0)
    assert standing(database, "2008-02-02") == ("ZERO", "2008-02-01T08:00", 0)
    report(database, "2008-02-03T08:00+00:00", "2008-01-07", None)
    assert standing(database, "2008-02-03") == ("RECEIVED", "2008-02-01T08:00", 0)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "REFUSED"},
        {"purpose": "CANCEL"},
        {"distributor_id": "D2"},
        {"first_day": None, "last_day": None},
        {"first_day": day("2008-02-01"), "last_day": day("2008-02-29")},
    ],
)
def test_report_that_does_not_cover_the_month_leaves_it_missing(database: Database, values: dict[str, Any]) -> None:
    report(database, "2008-02-01T08:00+00:00", "2008-01-01", "2008-01-31", **values)
    assert standing(database, "2008-03-01") == ("MISSING", None, 20)


def test_report_that_is_cancelled_later_covers_nothing(database: Database) -> None:
    report(database, "2008-01-30T08:00+00:00", None, None, purpose="CANCEL", replaces="R1")
    report(database, "2008-02-01T08:00+00:00", "2008-01-01", "2008-01-31", number="R1")
    report(database, "2008-02-02T08:00+00:00", None, None, purpose="CANCEL", replaces="R1", state="REFUSED")
    report(database, "2008-02-02T09:00+00:00", None, None, purpose="CANCEL", replaces="R1", distributor_id="D2")
    assert standing(database, "2008-03-01") == ("RECEIVED", "2008-02-01T08:00", 0)
    report(database, "2008-02-03T08:00+00:00", None, None, purpose="CANCEL", replaces="R1")
    assert standing(database, "2008-03-01") == ("MISSING", None, 20)
    report(database, "2008-02-04T08:00+00:00", "2008-01-01", "2008-01-31", number="R1")
    assert standing(database, "2008-03-01") == ("RECEIVED", "2008-02-04T08:00", 0)
    report(database, "2008-02-05T08:00+00:00", None, None, purpose="CANCEL", number="R1")
    assert standing(database, "2008-03-01") == ("MISSING", None, 20)


def test_months_are_listed_up_to_the_day_and_counted_by_state(database: Database) -> None:
    report(database, "2008-02-01T08:00+00:00", "2008-01-01", "2008-01-31")
    with database.reading() as connection:
        listed = expecting.expected_months(connection, day("2008-03-31"))
        counted = expecting.counts(connection, day("2008-04-01"))
    assert [(each.distributor_id, each.first_day, each.due_on, each.state.value) for each in listed] == [
        ("D1", day("2008-01-01"), day("2008-02-10"), "RECEIVED"),
        ("D1", day("2008-02-01"), day("2008-03-10"), "MISSING"),
        ("D1", day("2008-03-01"), day("2008-04-10"), "EXPECTED"),
        ("D2", day("2008-03-01"), day("2008-03-31"), "EXPECTED"),
    ]
    assert counted == {
        ("D1", "RECEIVED"): 1, ("D1", "MISSING"): 1, ("D1", "EXPECTED"): 118, ("D2", "MISSING"): 1, ("D2", "EXPECTED"): 119,
    }  # fmt: skip


def declare(database: Database, viewer: Viewer, distributor: str, month: str, now: str = "2008-02-05T10:00+00:00") -> int:
    with database.writing() as connection:
        return expecting.declare_zero(connection, viewer, distributor, date.fromisoformat(month), datetime.fromisoformat(now))


def refused(database: Database, *given: Any) -> list[str]:
    """The codes of a declaration that leaves nothing behind."""
    before = written(database)
    with pytest.raises(ActRefused) as told:
        declare(database, *given)
    assert written(database) == before
    return [refusal.code for refusal in told.value.refusals]


def written(database: Database) -> list[Any]:
    with database.reading() as connection:
        return [connection.execute(table.select()).all() for table in (t.pos_reports, t.acts)]


def test_month_without_a_sale_is_declared_by_its_distributor_or_an_administrator(database: Database) -> None:
    row_id = declare(database, D1, "D1", "2008-01-01")
    assert standing(database, "2008-02-06") == ("ZERO", "2008-02-05T10:00", 0)
    declare(database, ADMINISTRATOR, "D2", "2008-03-01", "2008-03-31T23:00+00:00")
    with database.reading() as connection:
        first, second = connection.execute(t.pos_reports.select().order_by(t.pos_reports.c.id)).all()
        acts = connection.execute(t.acts.select().where(t.acts.c.noun == "pos_report").order_by(t.acts.c.id)).all()
    assert (first.id, first.delivery_id, first.number, first.purpose, first.reported_on, first.first_day, first.last_day) == (
        row_id, None, None, "ORIGINAL", day("2008-02-05"), day("2008-01-01"), day("2008-01-31"),
    )  # fmt: skip
    assert (first.lines, first.state, second.distributor_id) == (0, "RECEIVED", "D2")
    assert [(act.act, act.row_id, act.key, act.distributor_id, act.role) for act in acts] == [
        ("reportDeclareZero", row_id, "D1/2008-01", "D1", "DISTRIBUTOR"),
        ("reportDeclareZero", second.id, "D2/2008-03", "D2", "ADMINISTRATOR"),
    ]


def test_declaration_is_refused_with_every_reason(database: Database) -> None:
    report(database, "2008-02-01T08:00+00:00", "2008-01-01", "2008-01-31")
    assert refused(database, D1, "D1", "2008-01-01") == ["ALREADY_REPORTED"]
    assert refused(database, D1, "D1", "2008-01-02") == ["NOT_A_MONTH", "ALREADY_REPORTED"]
    assert refused(database, D1, "D1", "2008-02-01") == ["MONTH_NOT_OVER"]
    assert refused(database, D1, "D1", "2007-12-01") == ["NOT_EXPECTED"]
    assert refused(database, ADMINISTRATOR, "D9", "2008-02-02") == ["NOT_A_MONTH", "MONTH_NOT_OVER", "NOT_EXPECTED"]
    assert refused(database, D1, "D2", "2008-01-01") == ["NOT_FOUND"]
    assert refused(database, D1, "D9", "2008-01-01") == ["NOT_FOUND"]
    assert refused(database, ADMINISTRATOR, "D\x00", "2008-01-01") == ["NOT_FOUND"]
    declare(database, D1, "D1", "2008-02-01", "2008-02-29T00:00+00:00")
    assert refused(database, D1, "D1", "2008-02-01", "2008-02-29T01:00+00:00") == ["ALREADY_REPORTED"]


def test_other_roles_declare_nothing(database: Database) -> None:
    before = written(database)
    for role in (Role.AUDITOR, Role.APPROVER, Role.PARTNER):
        with pytest.raises(NotAllowed, match=f"The role {role} declares no month"):
            declare(database, Viewer(subject="x", role=role, regions=("APAC",), partner_number="P1"), "D1", "2008-01-01")
    assert written(database) == before
