"""Authorizing: deviations requested, revised, cancelled and decided in place, each a delivered version and a written act."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tap_graph.app import Application
from tap_graph.domain.errors import NotAllowed, UnknownName
from tap_graph.domain.reason import bit_of
from tap_graph.domain.refusal import ActRefused
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services import authorizing
from tap_graph.services.authorizing import Wanted
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver, in_memory, over, rows

NOW, TODAY = datetime(2008, 3, 3, 10, tzinfo=UTC), date(2008, 3, 3)
LATER = date(2008, 3, 10)
D1, D2 = (Viewer(subject=f"clerk of {name}", role=Role.DISTRIBUTOR, distributor_id=name) for name in ("D1", "D2"))
APPROVER = Viewer(subject="approver", role=Role.DEVIATION_APPROVER, regions=("APAC", "US"))
PARTNERS = "partner_number,name,country,tier\nP1,One,SG,TWO_TIER\nP2,Two,NL,TWO_TIER\n"
QUOTES = "quote_number,line,partner_number,issued_on,valid_until,credit\nQ1,1,P1,2008-01-01,2008-12-31,9000.00\n"
ORDERS = (
    "order_number,line,partner_number,quote_number,deviation_number,distributor_id,booked_on,confirmed_on\n"
    "SO1,1,P1,Q1,DART-D1-1,D1,2008-03-04,2008-03-05\n"
)
NOT_SAID = ("SALE_TYPE_UNKNOWN", "NETWORK_UNKNOWN")
DEVIATION = ("deviation_number", "distributor_id", "type", "requested_on", "status", "decided_on", "quantity", "expires_on", "reason")
GIVEN = (
    '{"partner_number":"P1","quote_number":"Q1","type":"TMP","quantity":5,"expires_on":"2008-03-10",'
    '"reason":"Large, urgent\\nand \\"quoted\\""}'
)
WRITTEN = ("deviations", "deviations_history", "deliveries", "delivery_lines", "acts", "held_lines")


def filled(application: Application) -> Application:
    deliver(application, "partners", PARTNERS)
    deliver(application, "quotes", QUOTES)
    return application


@pytest.fixture
def application() -> Iterator[Application]:
    opened = filled(in_memory())
    yield opened
    opened.database.dispose()


def act(application: Application, name: str, viewer: Viewer, *given: Any, today: date = TODAY, **more: Any) -> int:
    with application.database.writing() as connection:
        done: int = getattr(authorizing, name)(connection, application.rulebooks, viewer, *given, NOW, today, **more)
    return done


def refused(application: Application, name: str, viewer: Viewer, *given: Any, **more: Any) -> list[tuple[str, tuple[str, ...]]]:
    """The refusals of an act that leaves nothing behind."""
    before = written(application)
    with pytest.raises(ActRefused) as told:
        act(application, name, viewer, *given, **more)
    assert written(application) == before
    assert all(refusal.message.endswith(".") for refusal in told.value.refusals)
    return [(refusal.code, refusal.path) for refusal in told.value.refusals]


def written(application: Application) -> list[list[tuple[object, ...]]]:
    return [rows(application, table, "id") for table in WRITTEN]


def requested(application: Application, viewer: Viewer = D1, **wanted: Any) -> int:
    return act(application, "request", viewer, Wanted(**{"partner_number": "P1", **wanted}))


def deviation(application: Application) -> dict[str, object]:
    [row] = rows(application, "deviations", *DEVIATION)
    return dict(zip(DEVIATION, row, strict=True))


def test_request_makes_number_version_and_act_on_both_databases(database_url: str) -> None:
    application = filled(over(Database(database_url)))
    row_id = requested(application, quote_number="Q1", quantity=5, expires_on=LATER, reason='Large, urgent\nand "quoted"')
    assert deviation(application) == {
        "deviation_number": "DART-D1-1", "distributor_id": "D1", "type": "TMP", "requested_on": TODAY, "status": "REQUESTED",
        "decided_on": None, "quantity": 5, "expires_on": LATER, "reason": 'Large, urgent\nand "quoted"',
    }  # fmt: skip
    assert act(application, "approve", APPROVER, "DART-D1-1", today=date(2008, 3, 5), quantity=4, reason="Four will do.") == row_id
    found = deviation(application)
    assert (found["status"], found["decided_on"], found["quantity"]) == ("APPROVED", date(2008, 3, 5), 4)
    assert rows(application, "deviations_history", "id", "status", "quantity") == [(row_id, "REQUESTED", 5)]
    assert [row[1:] for row in rows(application, "deliveries", "id", "kind", "sender", "file", "lines", "accepted")][2:] == [
        ("deviations", "D1", "deviationRequest", 1, 1), ("deviations", "D1", "deviationApprove", 1, 1),
    ]  # fmt: skip
    [(version,)] = rows(application, "deviations", "version")
    assert (version, "ACCEPTED") in rows(application, "delivery_lines", "id", "state")
    assert rows(application, "acts", "act", "noun", "row_id", "key", "distributor_id", "reason", "detail", "acted_by", "role") == [
        (
            "deviationRequest", "deviation", row_id, "DART-D1-1", "D1", 'Large, urgent\nand "quoted"',
            GIVEN,
            "clerk of D1", "DISTRIBUTOR",
        ),
        ("deviationApprove", "deviation", row_id, "DART-D1-1", "D1", "Four will do.", '{"quantity":4}', "approver", "DEVIATION_APPROVER"),
    ]  # fmt: skip
    application.database.dispose()


def test_made_numbers_pass_over_those_that_are_taken_or_wait(application: Application) -> None:
    requested(application, number="DART-D1-7")
    deliver(application, "deviations", "deviation_number,partner_number\nDART-D1-9,P9\n")
    requested(application)
    requested(application, D2)
    assert [number for (number,) in rows(application, "deviations", "deviation_number")] == ["DART-D1-7", "DART-D1-10", "DART-D2-1"]


def test_request_tells_every_refusal_at_once(application: Application) -> None:
    requested(application, number="D-1")
    wanted: dict[str, Any] = {"number": "D-1", "partner_number": "P9", "quote_number": "Q9", "quantity": 0, "expires_on": date(2008, 3, 2)}
    assert refused(application, "request", D1, Wanted(**wanted)) == [
        ("NUMBER_TAKEN", ("deviation_number",)),
        ("QUANTITY_BELOW_ONE", ("quantity",)),
        ("EXPIRES_BEFORE_REQUESTED", ("expires_on",)),
    ]
    assert refused(application, "request", D1, Wanted(partner_number="P9", quote_number="Q9")) == [
        ("PARTNER_UNKNOWN", ("partner_number",)),
        ("QUOTE_UNKNOWN", ("quote_number",)),
    ]
    assert refused(application, "request", D1, Wanted(partner_number="")) == [("PARTNER_MISSING", ("partner_number",))]
    assert refused(application, "request", D1, Wanted(partner_number="P1", number=" ")) == [("KEY_MISSING", ("deviation_number",))]


def test_text_that_no_database_takes_is_refused(application: Application) -> None:
    requested(application)
    half, nul = "x\ud800", "x\x00"
    assert refused(application, "request", D1, Wanted(partner_number=half, number=nul, reason=half)) == [
        ("NOT_STORABLE", ("deviation_number",)),
        ("NOT_STORABLE", ("partner_number",)),
        ("NOT_STORABLE", ("reason",)),
    ]
    assert refused(application, "revise", D1, "DART-D1-1", {"type": nul, "quantity": 2}) == [("NOT_STORABLE", ("type",))]
    assert refused(application, "cancel", D1, nul, None) == [("NOT_FOUND", ("deviation_number",))]
    assert refused(application, "decline", APPROVER, "DART-D1-1", half) == [("NOT_STORABLE", ("reason",))]


def test_only_distributors_request_and_only_approvers_decide(application: Application) -> None:
    requested(application)
    before = written(application)
    for name, viewer, given in (
        ("request", APPROVER, (Wanted(partner_number="P1"),)),
        ("revise", APPROVER, ("DART-D1-1", {"quantity": 2})),
        ("cancel", APPROVER, ("DART-D1-1", None)),
        ("decline", D1, ("DART-D1-1", "No.")),
    ):
        with pytest.raises(NotAllowed):
            act(application, name, viewer, *given)
    with pytest.raises(NotAllowed, match="The role DISTRIBUTOR never approves deviations"):
        act(application, "approve", D1, "DART-D1-1")
    assert written(application) == before


def test_unknown_and_foreign_deviations_are_refused_alike(application: Application) -> None:
    requested(application)
    missing = [("NOT_FOUND", ("deviation_number",))]
    europe = Viewer(subject="a", role=Role.DEVIATION_APPROVER, regions=("EUROPE",))
    nowhere = Viewer(subject="a", role=Role.DEVIATION_APPROVER, regions=())
    for number in ("DART-D1-1", "D-9"):
        assert refused(application, "revise", D2, number, {"quantity": 2}) == missing
        assert refused(application, "cancel", D2, number, None) == missing
        assert refused(application, "approve", europe, number) == missing
        assert refused(application, "decline", nowhere, number, "No.") == missing


def test_request_is_revised_until_it_is_decided(application: Application) -> None:
    row_id = requested(application, quantity=5, reason="First")
    assert act(application, "revise", D1, "DART-D1-1", {"quantity": None, "partner_number": "P2", "expires_on": LATER}) == row_id
    found = deviation(application)
    assert (found["quantity"], found["expires_on"], found["reason"], found["requested_on"]) == (None, LATER, "First", TODAY)
    assert refused(application, "revise", D1, "DART-D1-1", {"expires_on": LATER}) == [("NOTHING_TO_CHANGE", ())]
    assert refused(application, "revise", D1, "DART-D1-1", {"partner_number": None, "expires_on": TODAY}, today=LATER) == [
        ("PARTNER_MISSING", ("partner_number",)),
        ("EXPIRES_IN_THE_PAST", ("expires_on",)),
    ]
    with pytest.raises(UnknownName, match="`status` is not to be revised"):
        act(application, "revise", D1, "DART-D1-1", {"status": "APPROVED"})
    act(application, "revise", D1, "DART-D1-1", {"partner_number": "P1"})
    act(application, "approve", APPROVER, "DART-D1-1")
    assert refused(application, "revise", D1, "DART-D1-1", {"quantity": 1}) == [("DEVIATION_NOT_REQUESTED", ("deviation_number",))]


def test_decision_is_final_and_declining_needs_a_reason(application: Application) -> None:
    requested(application)
    assert refused(application, "decline", APPROVER, "DART-D1-1", " ") == [("REASON_MISSING", ("reason",))]
    act(application, "decline", APPROVER, "DART-D1-1", "Not this quarter.")
    found = deviation(application)
    assert (found["status"], found["decided_on"], found["reason"]) == ("DECLINED", TODAY, "Not this quarter.")
    decided = ("DEVIATION_NOT_REQUESTED", ("deviation_number",))
    assert refused(application, "approve", APPROVER, "DART-D1-1") == [decided]
    assert refused(application, "decline", APPROVER, "DART-D1-1", "") == [decided, ("REASON_MISSING", ("reason",))]
    assert refused(application, "cancel", D1, "DART-D1-1", None) == [("DEVIATION_NOT_IN_FORCE", ("deviation_number",))]


def test_expired_request_is_not_decided_but_on_its_last_day_it_is(application: Application) -> None:
    requested(application, expires_on=LATER)
    expired = date(2008, 3, 11)
    assert refused(application, "approve", APPROVER, "DART-D1-1", today=expired) == [("DEVIATION_NOT_REQUESTED", ("deviation_number",))]
    act(application, "approve", APPROVER, "DART-D1-1", today=LATER)
    assert deviation(application)["decided_on"] == LATER


def test_cancelled_deviation_keeps_its_decision_and_makes_its_line_count_no_more(application: Application) -> None:
    requested(application, reason="Deal")
    act(application, "approve", APPROVER, "DART-D1-1")
    deliver(application, "orders", ORDERS)
    assert refused(application, "cancel", D1, "DART-D1-1", "Lost") == [("DEVIATION_IN_USE", ("deviation_number",))]
    deliver(application, "orders", ORDERS.replace("DART-D1-1", ""))
    act(application, "cancel", D1, "DART-D1-1", None)
    found = deviation(application)
    assert (found["status"], found["decided_on"], found["reason"]) == ("CANCELLED", TODAY, "Deal")
    assert refused(application, "approve", APPROVER, "DART-D1-1") == [("DEVIATION_NOT_REQUESTED", ("deviation_number",))]
    deliver(application, "orders", ORDERS, again=True)
    assert rows(application, "decisions", "mask") == [(sum(map(bit_of, ("DEVIATION_NOT_APPROVED", *NOT_SAID))),)]


def test_feed_and_acts_take_turns(application: Application) -> None:
    requested(application, quantity=5)
    feed = "deviation_number,distributor_id,partner_number,type,requested_on,status,decided_on,quantity\n"
    got = deliver(application, "deviations", feed + "DART-D1-1,D1,P1,TMP,2008-03-03,APPROVED,2008-03-04,6\n")
    assert (got.accepted, got.refused) == (1, 0)
    assert refused(application, "approve", APPROVER, "DART-D1-1") == [("DEVIATION_NOT_REQUESTED", ("deviation_number",))]
    act(application, "cancel", D1, "DART-D1-1", "Customer went away")
    found = deviation(application)
    assert (found["status"], found["quantity"], found["reason"]) == ("CANCELLED", 6, "Customer went away")


def test_feed_without_the_new_columns_leaves_them_empty_and_cancelled_needs_no_day(application: Application) -> None:
    feed = "deviation_number,distributor_id,partner_number,type,requested_on,status\nDV1,D1,P1,TMP,2008-02-01,CANCELLED\n"
    assert deliver(application, "deviations", feed).accepted == 1
    found = deviation(application)
    assert (found["status"], found["quantity"], found["expires_on"], found["reason"]) == ("CANCELLED", None, None, None)
    wrong = "deviation_number,requested_on,quantity,expires_on\nDV2,2008-02-02,0,2008-02-01\n"
    assert deliver(application, "deviations", wrong).reasons == {"EXPIRES_BEFORE_REQUESTED": 1, "QUANTITY_BELOW_ONE": 1}


@pytest.mark.parametrize(("confirmed", "noted"), [("2008-03-10", False), ("2008-03-11", True), ("", False)])
def test_order_confirmed_after_the_last_day_of_its_deviation_is_noted(application: Application, confirmed: str, noted: bool) -> None:
    requested(application, expires_on=LATER)
    deliver(application, "orders", ORDERS.replace("2008-03-05", confirmed))
    notes = [row for row in rows(application, "notes", "kind", "code", "key") if row[1] == "DEVIATION_EXPIRED"]
    assert notes == ([("orders", "DEVIATION_EXPIRED", "SO1/1")] if noted else [])


def test_note_goes_when_the_request_is_revised(application: Application) -> None:
    requested(application, expires_on=LATER)
    deliver(application, "orders", ORDERS.replace("2008-03-05", "2008-03-11"))
    act(application, "revise", D1, "DART-D1-1", {"expires_on": date(2008, 3, 11)})
    assert [row for row in rows(application, "notes", "code") if row == ("DEVIATION_EXPIRED",)] == []
