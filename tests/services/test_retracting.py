"""Retracting: a wrong row of any kind is taken back, unless others stand on it; what followed from it is renewed."""

import pytest

from tap_graph.app import Application
from tap_graph.domain.errors import UnknownName
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.domain.refusal import ActRefused
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services import retracting
from tap_graph.services.evaluating import Request
from tests.applications import deliver, rows
from tests.services.two_tier import (
    ADMIN,
    D1,
    DEVIATION_HEAD,
    NOW,
    PARTNERS,
    counts,
    done,
    not_reported,
    order,
    orders,
    pos,
    refused,
    sold,
)

QUOTE_HEAD = "quote_number,line,partner_number,issued_on,valid_until,credit\n"
RMAS = "rma_number,line,order_number,quote_number,units_due,value_due\n"
RECEIPTS = "receipt_number,rma_number,line,units,received_on,posted_on\n"


def retract(application: Application, kind: str, key: str) -> int:
    return done(application, retracting.retract, application.rulebooks, ADMIN, kind, key, "booked twice", NOW)


def standing(application: Application, kind: str, key: str) -> list[str]:
    """What a retraction is refused for, without what to do."""
    assert set(refused(application, retracting.retract, application.rulebooks, ADMIN, kind, key, "x", NOW)) == {"ROW_REFERRED_TO"}
    with pytest.raises(ActRefused) as told:
        retract(application, kind, key)
    return [refusal.message.partition(" in force")[0] for refusal in told.value.refusals]


def notes(application: Application) -> list[tuple[object, ...]]:
    return sorted(rows(application, "notes", "code", "key"), key=str)


def judged(application: Application) -> dict[str, object]:
    request = Request("APAC", "P6", EvaluationWindow.FIRST, dry_run=True)
    [row] = application.explain(request, application.evaluate(request).evaluated)
    found = {requirement["code"]: requirement["status"] for requirement in row["requirements"]}
    return {**found, "return_rate": row["return_rate"], "counted": [line["order_number"] for line in row["counted"]]}


def test_rows_of_every_kind_go_from_the_last_that_stands_on_others_to_the_first(both: Application) -> None:
    files = {
        "pos": pos(sold("D1", "I1", order_number="SO2"), sold("D1", "I2", deviation_number="DV1", quantity="2")),
        "rmas": RMAS + "R1,1,SO2,,10,100.00\n",
        "receipts": RECEIPTS + "C1,R1,1,9,2008-03-01,2008-03-03\n",
    }
    for kind, text in files.items():
        assert counts(both, kind, text)[1:] == (0, 0, 0)
    assert judged(both) == {
        "ENROLLMENT": "MET", "COUNTRY": "MET", "CERTIFICATION": "MET", "MINIMUM": "NOT_MET", "RETURN_RATE": "MET", "return_rate": "0.9000",
        "counted": ["SO1", "SO2"],
    }  # fmt: skip
    assert standing(both, "partners", "P1") == [
        "1 certification", "1 enrollment", "1 quote line", "3 deviations", "3 order lines", "2 POS lines",
    ]  # fmt: skip
    assert standing(both, "quotes", "Q1/1") == ["3 order lines"]
    assert standing(both, "deviations", "DV1") == ["1 order line", "1 POS line"]
    assert standing(both, "orders", "SO2/1") == ["1 POS line", "1 RMA line"]
    assert standing(both, "rmas", "R1/1") == ["1 receipt"]
    retract(both, "receipts", "C1")
    assert judged(both)["return_rate"] == "0.0000"
    retract(both, "certifications", "P1/GOLD/2007-01-01")
    assert judged(both)["CERTIFICATION"] == "NOT_MET"
    retract(both, "rmas", "R1/1")
    assert judged(both)["return_rate"] is None
    act = retract(both, "orders", "SO1/1")
    assert (rows(both, "pos_lines", "invoice_number"), len(rows(both, "held_lines", "id"))) == ([("I1",)], 1)
    assert judged(both)["counted"] == ["SO2"]
    for kind, key in (
        ("pos", "D1/I1/1"), ("orders", "SO2/1"), ("orders", "SO3/1"), ("deviations", "DV1"), ("deviations", "DV2"), ("deviations", "DV3"),
        ("quotes", "Q1/1"), ("enrollments", "P1/APAC/P6"), ("partners", "P1"),
    ):  # fmt: skip
        retract(both, kind, key)
    left = {name: len(rows(both, name, "partner_id")) for name in ("quotes", "quote_lines", "rma_lines", "deviations", "enrollments")}
    assert left == dict.fromkeys(left, 0)
    # Judgements show the numbers of orders and RMAs for ever; nothing else of these is left.
    assert [number for number, line in rows(both, "orders", "order_number", "first_line") if line] == ["SO4"]
    assert rows(both, "rmas", "rma_number", "first_line", "partner_id") == [("R1", None, None)]
    assert (rows(both, "partners", "partner_number"), set(rows(both, "partner_theatres", "partner_id"))) == ([("P2",)], {(2,)})
    assert {line for (line,) in rows(both, "decisions", "order_line_id")} == {4}
    assert rows(both, "partners_history", "partner_number", "superseded_at") == [("P1", NOW)]
    assert rows(both, "acts", "id", "act", "noun", "key", "reason", "acted_by", "role", "acted_at")[3] == (
        act, "factRetract", "orders", "SO1/1", "booked twice", "admin", "ADMINISTRATOR", NOW,
    )  # fmt: skip
    again = {"partners": PARTNERS, **files}
    assert {kind: counts(both, kind, text, again=True) for kind, text in again.items()} == {
        "partners": (1, 1, 0, 0), "pos": (0, 0, 2, 0), "rmas": (0, 0, 1, 0), "receipts": (0, 0, 1, 0),
    }  # fmt: skip


def test_row_that_was_taken_back_is_new_when_it_comes_again(alone: Application) -> None:
    line = pos(sold("D1", "I1", order_number="SO2", serial_numbers="S1"))
    deliver(alone, "pos", line)
    assert not_reported(alone) == {"SO1/1", "SO3/1"}
    retract(alone, "pos", "D1/I1/1")
    assert not_reported(alone) == {"SO1/1", "SO2/1", "SO3/1"}
    assert counts(alone, "pos", line) == (0, 1, 0, 0)
    assert rows(alone, "pos_lines", "id") == []
    assert counts(alone, "pos", line, again=True) == (1, 0, 0, 0)
    assert not_reported(alone) == {"SO1/1", "SO3/1"}
    assert rows(alone, "pos_lines_history", "invoice_number") == [("I1",)]


def test_next_lowest_line_speaks_for_the_order_and_the_last_one_takes_it_along(both: Application) -> None:
    deliver(both, "orders", orders(order("SO5", 1), order("SO5", 2, partner="P2"), order("SO5", 3, partner="P2", product="late")))
    deliver(both, "rmas", RMAS + "R5,1,SO5,,1,1.00\n")
    deliver(both, "receipts", RECEIPTS + "C5,R5,1,1,2008-03-01,2008-03-03\n")
    assert rows(both, "order_shares", "partner_id") == [(2,)]
    retract(both, "orders", "SO5/1")
    assert rows(both, "orders", "order_number", "first_line", "partner_id", "quote_id")[-1] == ("SO5", 2, 2, None)
    assert (rows(both, "order_shares", "partner_id"), rows(both, "rma_lines", "partner_id")) == ([], [(2,)])
    assert (rows(both, "rmas", "partner_id"), rows(both, "receipts", "partner_id")) == ([(2,)], [(2,)])
    retract(both, "orders", "SO5/2")
    assert standing(both, "orders", "SO5/3") == ["1 RMA line"]
    retract(both, "receipts", "C5")
    retract(both, "rmas", "R5/1")
    retract(both, "orders", "SO5/3")
    assert rows(both, "orders", "order_number", "first_line", "partner_id")[-1] == ("SO5", None, None)
    assert rows(both, "rmas", "rma_number", "first_line", "partner_id") == [("R5", None, None)]


def test_order_line_taken_back_leaves_its_deviation_to_one_alone_and_frees_what_waited(alone: Application) -> None:
    deliver(alone, "orders", orders(order("SO5", deviation="DV2")))
    deliver(alone, "pos", pos(sold("D1", "I1", deviation_number="DV2")))
    assert len(rows(alone, "held_lines", "id")) == 1
    retract(alone, "orders", "SO5/1")
    assert (rows(alone, "held_lines", "id"), rows(alone, "pos_lines", "order_line_id")) == ([], [(2,)])
    assert rows(alone, "deliveries", "accepted", "held")[-1] == (1, 0)


def test_return_is_looked_up_anew_when_its_sale_is_taken_back_and_names_no_order_of_its_own(alone: Application) -> None:
    deliver(
        alone, "pos", pos(sold("D1", "I1", order_number="SO2", serial_numbers="S1"), sold("D1", "R1", quantity="-1", serial_numbers="S1"))
    )
    assert standing(alone, "orders", "SO2/1") == ["1 POS line"]
    retract(alone, "pos", "D1/I1/1")
    assert rows(alone, "pos_lines", "sale_id", "order_line_id") == [(None, None)]
    assert ("WITHOUT_ORDER", "D1/R1/1") in notes(alone)
    retract(alone, "orders", "SO2/1")


def test_notes_of_other_rows_stand_and_notes_that_follow_are_made_anew(alone: Application) -> None:
    many = "".join(f"QA,{line},P1,2008-01-01,2008-12-31,\n" for line in (1, 2, 3))
    deliver(alone, "quotes", QUOTE_HEAD + many)
    deliver(alone, "quotes", QUOTE_HEAD + "QB,1,P1,2008-01-01,2008-12-31,90.00\nQC,1,P1,2008-01-01,2008-12-31,90.00\n")
    deliver(alone, "orders", orders(*(order(f"SO{number}").replace("Q1", "QB") for number in (5, 6))))
    unknown = [("AMOUNT_UNKNOWN", f"QA/{line}") for line in (1, 2, 3)]
    above = [("CREDIT_ABOVE_QUOTE", "SO5/1"), ("CREDIT_ABOVE_QUOTE", "SO6/1")]
    twice = [("QUOTE_USED_TWICE", "Q1"), ("QUOTE_USED_TWICE", "QB")]
    assert notes(alone) == [*unknown, *above, *twice]
    retract(alone, "quotes", "QC/1")
    assert notes(alone) == [*unknown, *above, *twice]
    retract(alone, "quotes", "QA/2")
    assert notes(alone) == [unknown[0], unknown[2], *above, *twice]
    retract(alone, "quotes", "QA/1")
    retract(alone, "orders", "SO6/1")
    assert notes(alone) == [unknown[2], above[0], twice[0]]


def test_reversal_is_noted_once_its_receipt_is_taken_back_and_other_receipts_are_counted_anew(alone: Application) -> None:
    deliver(alone, "rmas", RMAS + "R1,1,SO1,,10,100.00\n")
    deliver(
        alone,
        "receipts",
        RECEIPTS + "C1,R1,1,5,2008-03-01,2008-03-01\nC2,R1,1,-5,2008-03-02,2008-03-02\nC3,R1,1,11,2008-03-03,2008-03-03\n",
    )
    assert ("RECEIVED_ABOVE_DUE", "R1/1") in notes(alone)
    retract(alone, "receipts", "C3")
    assert ("RECEIVED_ABOVE_DUE", "R1/1") not in notes(alone)
    retract(alone, "receipts", "C1")
    assert ("REVERSAL_BEFORE_RECEIPT", "C2") in notes(alone)


def test_quote_of_an_rma_is_compared_with_that_of_the_line_that_speaks_for_the_order_now(alone: Application) -> None:
    deliver(alone, "quotes", QUOTE_HEAD + "Q2,1,P1,2008-01-01,2008-12-31,90000.00\n")
    deliver(alone, "orders", orders(order("SO5", 1), order("SO5", 2).replace("Q1", "Q2")))
    deliver(alone, "rmas", RMAS + "R1,1,SO5,Q1,1,1.00\n")
    assert ("OTHER_QUOTE_THAN_ORDER", "R1/1") not in notes(alone)
    retract(alone, "orders", "SO5/1")
    assert ("OTHER_QUOTE_THAN_ORDER", "R1/1") in notes(alone)


def test_partner_leaves_the_theatre_it_was_only_enrolled_in(alone: Application) -> None:
    head = "partner_number,region,option,submitted_on,status,decided_on\n"
    deliver(alone, "enrollments", head + "P1,US,P6,2008-02-01,APPROVED,2008-02-05\n")
    theatres = {code: theatre for theatre, code in rows(alone, "theatres", "id", "code")}
    assert {(1, theatres["APAC"]), (1, theatres["US"])} <= set(rows(alone, "partner_theatres", "partner_id", "theatre_id"))
    assert ("COUNTRY_OUTSIDE_THEATRE", "P1/P6") in notes(alone)
    assert {theatre for line, theatre in rows(alone, "decisions", "order_line_id", "theatre_id") if line == 1} == {
        theatres["APAC"], theatres["US"],
    }  # fmt: skip
    retract(alone, "enrollments", "P1/US/P6")
    assert [theatre for partner, theatre in rows(alone, "partner_theatres", "partner_id", "theatre_id") if partner == 1] == [
        theatres["APAC"]
    ]
    assert {theatre for _, theatre in rows(alone, "decisions", "order_line_id", "theatre_id")} == {theatres["APAC"]}
    assert notes(alone) == [("QUOTE_USED_TWICE", "Q1")]


def test_judged_enrollment_stays_and_judged_lines_are_explained_as_they_were(both: Application) -> None:
    deliver(both, "orders", orders(order("SO5", deviation="DV3"), order("SO6")))
    deliver(both, "pos", pos(sold("D1", "I1", order_number="SO5")))
    request = Request("APAC", "P6", EvaluationWindow.FIRST)
    before = both.explain(request, both.evaluate(request).evaluated)
    assert before[0]["counted"] == [{"order_number": "SO5", "line": 1, "net_value": "1000.00", "credit": "100.00"}]
    assert standing(both, "enrollments", "P1/APAC/P6") == ["1 evaluation"]
    for kind, key in (("pos", "D1/I1/1"), ("orders", "SO6/1"), ("orders", "SO5/1")):
        retract(both, kind, key)
    assert both.explain(request, both.evaluate(request).evaluated) == before
    deliver(both, "orders", orders(order("SO8"), order("SO9")))
    assert both.explain(request, both.evaluate(request).evaluated) == before


def test_keys_may_hold_slashes_and_empty_cells(both: Application) -> None:
    deliver(both, "partners", "partner_number\nP/1\n")
    deliver(both, "certifications", "partner_number,level,first_day\nP/1,GOLD,\nP1,GOLD,\n")
    deliver(
        both, "pos", pos(sold("D1", "A/B", invoice_line="C"), sold("D1", "A", invoice_line="B/C"), sold("D1", "A/B", invoice_line="D/E"))
    )
    ambiguous = refused(both, retracting.retract, both.rulebooks, ADMIN, "pos", "D1/A/B/C", "x", NOW)
    assert ambiguous == ["KEY_AMBIGUOUS"]
    retract(both, "pos", "D1/A/B/D/E")
    assert sorted(rows(both, "pos_lines", "invoice_line"), key=str) == [("B/C",), ("C",)]
    retract(both, "certifications", "P/1/GOLD/")
    retract(both, "partners", "P/1")
    assert rows(both, "certifications", "partner_id", "first_day")[1:] == [(1, None)]
    for kind, key in (
        ("certifications", "P1/GOLD"), ("orders", "SO1"), ("orders", "SO1/01"), ("orders", "SO1/x"), ("partners", ""), ("partners", "p1"),
        ("enrollments", "P1/APAC/P7"), ("receipts", "C1/"), ("pos", "/".join("a" * 30)),
    ):  # fmt: skip
        assert refused(both, retracting.retract, both.rulebooks, ADMIN, kind, key, "x", NOW) == ["ROW_NOT_FOUND"]


def test_kind_that_there_is_not_names_those_that_are(alone: Application) -> None:
    with pytest.raises(UnknownName, match="`order` is not a kind of feed; there are partners, certifications"):
        retract(alone, "order", "SO1/1")


def test_administrator_takes_back_rows_of_its_own_regions_alone(alone: Application) -> None:
    elsewhere = Viewer(subject="us", role=Role.ADMINISTRATOR, regions=("US",))
    for kind, key in (("orders", "SO3/1"), ("certifications", "P1/GOLD/2007-01-01"), ("partners", "P1")):
        assert refused(alone, retracting.retract, alone.rulebooks, elsewhere, kind, key, "x", NOW) == ["ROW_NOT_FOUND"]


def test_deviation_that_takes_the_place_of_one_taken_back_inherits_none_of_its_acts(alone: Application) -> None:
    deliver(alone, "deviations", DEVIATION_HEAD + "DV8,D2,P2,TMP,2008-01-01,APPROVED,2008-01-02\n")
    retract(alone, "deviations", "DV8")
    deliver(alone, "deviations", DEVIATION_HEAD + f"DV9,{D1.distributor_id},P1,TMP,2008-01-01,APPROVED,2008-01-02\n")
    [(former,)] = rows(alone, "deviations_history", "id")
    assert former not in [id_ for (id_,) in rows(alone, "deviations", "id")]
