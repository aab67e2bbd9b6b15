"""Enrolling over the real execution: started, filled, submitted and approved."""

from contextlib import ExitStack

from tap_graph.reads.identity import node_id
from tests.applications import deliver, in_memory
from tests.schema.test_mutations import acting
from tests.services.test_applying import ADMIN, P1, PARTNERS

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
