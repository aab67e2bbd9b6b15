"""Enrolling over the real execution: started, filled, submitted and approved."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.identity import node_id
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver, in_memory
from tests.schema.test_mutations import Acting, acting
from tests.services.test_applying import ADMIN, P1, PARTNERS
from tests.services.two_tier import published

START = """mutation { enrollmentStart(partnerNumber: "P1", region: "APAC", option: "P6") {
    enrollmentForm { id state version } userErrors { code } } }"""
OPEN = '{ partner(partnerNumber: "P1") { openOptions { option eligible obstacles { code } } } }'
SAVE = """mutation ($id: ID!) { enrollmentSave(id: $id, version: 1, contactName: "Ann", contactEmail: "ann@example.com",
    expectedBookedValue: "13000.00", expectedDeals: 3, signatory: "Ann Lee") {
    enrollmentForm { version expectedBookedValue { amount } } userErrors { code } } }"""
SUBMIT = "mutation ($id: ID!) { enrollmentSubmit(id: $id, version: 2) { enrollmentForm { state dueOn } userErrors { code path } } }"
APPROVE = "mutation ($id: ID!) { enrollmentApprove(id: $id, version: 3) { enrollment { status } userErrors { code } } }"


def test_a_partner_enrolls_and_an_administrator_approves() -> None:
    application = in_memory()
    deliver(application, "partners", PARTNERS)
    deliver(application, "certifications", "partner_number,level,first_day\nP1,GOLD,2007-01-01\n")
    with ExitStack() as opened:
        asked = acting(opened, application)
        options = asked.ask(P1, OPEN)["data"]["partner"]["openOptions"]
        assert [each["option"] for each in options if each["eligible"]] == ["P6"]
        form = asked.done(P1, START)["enrollmentForm"]
        assert (form["state"], form["version"]) == ("DRAFT", 1)
        saved = asked.done(P1, SAVE, {"id": form["id"]})
        assert saved == {"enrollmentForm": {"version": 2, "expectedBookedValue": {"amount": "13000.00"}}, "userErrors": []}
        stale = asked.done(P1, SAVE, {"id": form["id"]})
        assert stale == {"enrollmentForm": None, "userErrors": [{"code": "CHANGED_SINCE"}]}
        sent = asked.done(P1, SUBMIT, {"id": form["id"]})
        assert sent == {"enrollmentForm": {"state": "SUBMITTED", "dueOn": "2008-03-17"}, "userErrors": []}
        [(enrollment,)] = asked.rows("enrollments", "id")
        decided = asked.done(ADMIN, APPROVE, {"id": node_id("Enrollment", int(str(enrollment)))})
        assert decided == {"enrollment": {"status": "APPROVED"}, "userErrors": []}
    application.database.dispose()


HISTORY = """{ partner(partnerNumber: "P1") { history { status form { state isOverdue } evaluations { outcome } } } }"""
HOLIDAY = """mutation ($day: Date!, $is: Boolean!) { holidaySet(country: "SG", day: $day, isHoliday: $is, name: "Election") {
    holiday { country day isHoliday name acts { act role } } userErrors { code path } } }"""
REMOVE = """mutation { holidayRemove(country: "SG", day: "2008-03-14") { holiday { day } userErrors { code } } }"""
OVERDUE = "query ($overdue: Boolean!) { enrollmentForms(filter: { overdue: $overdue }) { nodes { dueOn isOverdue } } }"


def submitted(asked: Acting) -> None:
    form = asked.done(P1, START)["enrollmentForm"]
    asked.done(P1, SAVE, {"id": form["id"]})
    assert asked.done(P1, SUBMIT, {"id": form["id"]})["userErrors"] == []


@pytest.fixture
def journey(database: Database) -> Iterator[Acting]:
    application = published(database)
    deliver(application, "partners", PARTNERS)
    deliver(application, "certifications", "partner_number,level,first_day\nP1,GOLD,2007-01-01\n")
    with ExitStack() as opened:
        yield acting(opened, application)


def test_a_holiday_moves_the_due_day_of_what_is_undecided_and_back(journey: Acting) -> None:
    submitted(journey)
    done = journey.done(ADMIN, HOLIDAY, {"day": "2008-03-14", "is": True})
    assert done == {
        "holiday": {
            "country": "SG", "day": "2008-03-14", "isHoliday": True, "name": "Election",
            "acts": [{"act": "holidaySet", "role": "ADMINISTRATOR"}],
        },
        "userErrors": [],
    }  # fmt: skip
    due = "{ enrollmentForms { nodes { dueOn } } }"
    assert journey.ask(ADMIN, due)["data"]["enrollmentForms"]["nodes"] == [{"dueOn": "2008-03-18"}]
    assert journey.done(ADMIN, REMOVE) == {"holiday": None, "userErrors": []}
    assert journey.ask(ADMIN, due)["data"]["enrollmentForms"]["nodes"] == [{"dueOn": "2008-03-17"}]
    assert journey.done(ADMIN, REMOVE) == {"holiday": None, "userErrors": [{"code": "NOT_FOUND"}]}


def test_the_history_holds_the_application_with_its_form(journey: Acting) -> None:
    submitted(journey)
    history = journey.ask(P1, HISTORY)["data"]["partner"]["history"]
    assert history == [{"status": "SUBMITTED", "form": {"state": "SUBMITTED", "isOverdue": False}, "evaluations": []}]


def test_forms_are_overdue_once_their_day_is_over(journey: Acting) -> None:
    submitted(journey)
    assert journey.ask(ADMIN, OVERDUE, {"overdue": True})["data"]["enrollmentForms"]["nodes"] == []
    with journey.application.database.writing() as connection:
        connection.exec_driver_sql("UPDATE enrollment_forms SET due_on = '2008-01-02'")
    for viewer in (ADMIN, P1):
        [form] = journey.ask(viewer, OVERDUE, {"overdue": True})["data"]["enrollmentForms"]["nodes"]
        assert form == {"dueOn": "2008-01-02", "isOverdue": True}
    assert journey.ask(ADMIN, OVERDUE, {"overdue": False})["data"]["enrollmentForms"]["nodes"] == []


def test_roles_that_neither_fill_nor_decide_see_no_form(journey: Acting) -> None:
    submitted(journey)
    for role in (Role.APPROVER, Role.DEVIATION_APPROVER, Role.ASSET_RECOVERY):
        viewer = Viewer(subject="v", role=role, regions=("APAC",))
        assert journey.ask(viewer, "{ enrollmentForms { totalCount } }")["data"]["enrollmentForms"]["totalCount"] == 0
