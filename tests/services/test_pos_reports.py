"""POS reports: which a delivery brought, what a replaced or cancelled one leaves, and whose they may be."""

import io
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
import pytest

from tap_graph.app import Application
from tap_graph.services.receiving import Delivery, Received
from tests.applications import deliver, rows
from tests.feeds.x12.samples import data_of, group, interchange, loop, transaction
from tests.services.two_tier import NOW, counts, not_reported, order, orders, pos, sold

REPORT = ("distributor_id", "number", "purpose", "replaces", "lines", "state")
Set = tuple[tuple[str, ...], Sequence[Iterable[str]]]


def line(invoice: str, order_number: str = "SO1", quantity: object = 1, serial: str = "") -> tuple[str, ...]:
    """A PTD loop of one sale to P1."""
    changed = [f"REF*IV*{invoice}", f"REF*CO*{order_number}**LI:1", f"QTY*39*{quantity}*EA", "N1*BY*One*92*P1"]
    return loop(*changed, *([f"REF*SE*{serial}"] if serial else []), without=("REF*CT",))


def report(purpose: str, number: str, *loops: Iterable[str], replaces: str = "", distributor: str = "D1") -> Set:
    """One 867; BPT01 says what it wants, BPT09 which report it is about."""
    beginning = f"BPT*{purpose}*{number}*20080305*02" + (f"*****{replaces}" if replaces else "")
    return (beginning, "CUR*SE*USD", f"N1*DS*Distribution*92*{distributor}"), loops


def send(application: Application, *sets: Set, again: bool = False, only: str | None = None) -> Received:
    """Delivers one X12 file of these reports."""
    made = [transaction(*loops, heading=heading, control=f"{place:04}") for place, (heading, loops) in enumerate(sets, start=1)]
    data = data_of(interchange(group(*made)))
    got = application.ingest(Delivery("pos", io.BytesIO(data), "x.edi", only or "", again, only))
    assert got.refusal is None
    return got


def in_force(application: Application) -> list[tuple[object, ...]]:
    return sorted(rows(application, "pos_lines", "distributor_id", "invoice_number", "report_number", "quantity"), key=str)


def former(application: Application) -> list[tuple[object, ...]]:
    return sorted(rows(application, "pos_lines_history", "invoice_number", "report_number", "quantity"), key=str)


def told(application: Application) -> list[list[str]]:
    """Codes of every line that is held or refused, in the order of delivery."""
    found = rows(application, "delivery_lines", "state", "reasons")
    return [[problem["code"] for problem in msgspec.json.decode(str(why))] for state, why in found if state in ("HELD", "REFUSED")]


def test_replaced_report_leaves_only_what_the_new_one_holds_and_a_cancelled_one_nothing(both: Application) -> None:
    got = send(both, report("00", "R-1", line("A", quantity=2, serial="S1"), line("B", "SO2"), line("C", "SO9")))
    assert (got.accepted, got.held) == (2, 1)
    send(both, report("00", "R-1", line("A", "SO3", serial="S1"), distributor="D2"))
    assert not_reported(both) == {"SO3/1"}
    got = send(both, report("05", "R-1", line("A", quantity=1), line("D", "SO2")))
    assert (got.accepted, got.held, got.refused) == (2, 0, 0)
    assert in_force(both) == [("D1", "A", "R-1", 1), ("D1", "D", "R-1", 1), ("D2", "A", "R-1", 1)]
    assert former(both) == [("A", "R-1", 2), ("B", "R-1", 1)]
    assert (rows(both, "held_lines", "id"), rows(both, "held_references", "held_id"), told(both)) == ([], [], [["REPORT_TAKEN_BACK"]])
    assert rows(both, "deliveries", "kind", "lines", "accepted", "held", "refused")[6] == ("pos", 3, 2, 0, 1)
    assert not_reported(both) == {"SO1/1"}
    got = send(both, report("01", "R-1"))
    assert (got.lines, got.accepted) == (0, 0)
    assert in_force(both) == [("D2", "A", "R-1", 1)]
    assert not_reported(both) == {"SO1/1", "SO2/1"}
    deliver(both, "orders", orders(order("SO9")))
    assert in_force(both) == [("D2", "A", "R-1", 1)]
    assert rows(both, "pos_reports", *REPORT) == [
        ("D1", "R-1", "ORIGINAL", None, 3, "RECEIVED"),
        ("D2", "R-1", "ORIGINAL", None, 1, "RECEIVED"),
        ("D1", "R-1", "REPLACE", None, 2, "RECEIVED"),
        ("D1", "R-1", "CANCEL", None, 0, "RECEIVED"),
    ]


def test_original_that_comes_after_it_was_taken_back_is_refused_until_delivered_again(alone: Application) -> None:
    send(alone, report("01", "R-1"))
    original = report("00", "R-1", line("A"), line("B"))
    got = send(alone, original, report("00", "R-2", line("C")))
    assert (got.accepted, got.refused, got.reasons) == (1, 2, {"REPORT_TAKEN_BACK": 2})
    csv = pos(sold("D1", "E", report_number="R-1"), sold("D1", "F", report_number="R-2"), sold("D2", "E", report_number="R-1"))
    assert deliver(alone, "pos", csv).reasons == {"REPORT_TAKEN_BACK": 1}
    assert [row[1] for row in in_force(alone)] == ["C", "F", "E"]
    assert rows(alone, "pos_reports", *REPORT)[1:] == [
        ("D1", "R-1", "ORIGINAL", None, 2, "REFUSED"),
        ("D1", "R-2", "ORIGINAL", None, 1, "RECEIVED"),
        ("D1", "R-1", "ORIGINAL", None, 1, "REFUSED"),
        ("D1", "R-2", "ORIGINAL", None, 1, "RECEIVED"),
        ("D2", "R-1", "ORIGINAL", None, 1, "RECEIVED"),
    ]
    assert send(alone, original, again=True).accepted == 2


def test_original_behind_its_cancellation_in_one_file_is_refused_as_in_two(alone: Application) -> None:
    got = send(alone, report("01", "R-1"), report("00", "R-1", line("A")))
    assert (got.accepted, got.reasons) == (0, {"REPORT_TAKEN_BACK": 1})
    assert in_force(alone) == []


def test_report_that_replaces_another_number_takes_that_one_back(alone: Application) -> None:
    send(alone, report("00", "R-1", line("A"), line("B")), report("00", "R-2", line("C")))
    send(alone, report("05", "R-3", line("B", quantity=4), replaces="R-1"))
    assert in_force(alone) == [("D1", "B", "R-3", 4), ("D1", "C", "R-2", 1)]
    assert rows(alone, "pos_reports", *REPORT)[2] == ("D1", "R-3", "REPLACE", "R-1", 1, "RECEIVED")
    got = send(alone, report("00", "R-1", line("A")))
    assert got.reasons == {"REPORT_TAKEN_BACK": 1}
    assert "replaced or cancelled by R-3" in str(rows(alone, "pos_reports", "defects")[-1])


def test_line_that_the_new_report_holds_but_that_waits_leaves_the_old_one_in_force(alone: Application) -> None:
    send(alone, report("00", "R-1", line("A"), line("B")))
    send(alone, report("05", "R-1", line("A", "SO9")))
    assert in_force(alone) == [("D1", "A", "R-1", 1)]
    assert [key for (key,) in rows(alone, "held_lines", "key")] == ["D1\x1fA\x1f1"]
    deliver(alone, "orders", orders(order("SO9")))
    assert (in_force(alone), rows(alone, "held_lines", "id")) == ([("D1", "A", "R-1", 1)], [])
    assert rows(alone, "pos_lines", "order_line_id") == rows(alone, "order_lines", "id")[-1:]


def test_line_of_the_new_report_that_cannot_be_read_takes_nothing_over_from_the_old_one(alone: Application) -> None:
    send(alone, report("00", "R-1", line("A"), line("B")))
    got = send(alone, report("05", "R-1", line("A", quantity="x")))
    assert got.refused == 1
    assert in_force(alone) == []
    # Decision 016: nobody knows the key of a line that cannot be read; the corrected one brings it back.
    assert send(alone, report("00", "R-2", line("A"))).accepted == 1


def test_version_of_a_report_that_was_taken_back_is_not_reinstated(alone: Application) -> None:
    deliver(alone, "pos", pos(sold("D1", "A", report_number="R-1", order_number="SO1")))
    deliver(alone, "pos", pos(sold("D1", "A", report_number="R-2", deviation_number="DV2")))
    send(alone, report("01", "R-1"))
    deliver(alone, "orders", orders(order("SO3", deviation="DV2")))
    assert in_force(alone) == []
    assert len(rows(alone, "held_lines", "id")) == 1


def test_lines_that_came_after_the_report_that_takes_back_stand(alone: Application) -> None:
    send(alone, report("01", "R-1"))
    deliver(alone, "pos", pos(sold("D1", "A", report_number="R-1")), again=True)
    assert in_force(alone) == [("D1", "A", "R-1", 1)]
    got = send(alone, report("00", "R-5", line("A")), report("01", "R-5"))
    assert (got.accepted, in_force(alone)) == (1, [])


def test_csv_files_give_reports_by_distributor_and_number_with_the_days_of_their_sales(both: Application) -> None:
    days = {"invoiced_on": "2008-02-03", "reported_on": "2008-03-01"}
    text = pos(
        sold("D1", "A", report_number="R-1", **days), sold("D1", "B", report_number="R-1"),
        sold("D1", "C"), sold("D2", "D", report_number="R-1"),
        sold("D1", "E", report_number="R-1", invoiced_on="", shipped_on="2008-03-04", reported_on=""), sold("D1", "F", quantity="x"),
        sold("D1", "A", report_number="R-1", **days),
    )  # fmt: skip
    got = deliver(both, "pos", text)
    assert (got.lines, got.accepted, got.unchanged, got.refused) == (7, 5, 1, 1)
    found = rows(both, "pos_reports", *REPORT, "first_day", "last_day", "reported_on", "defects", "received_at", "delivery_id")
    original = ("ORIGINAL", None)
    assert sorted(found, key=str) == [
        ("D1", "R-1", *original, 4, "RECEIVED", date(2008, 2, 3), date(2008, 3, 4), date(2008, 2, 22), "[]", NOW, got.delivery),
        ("D1", None, *original, 1, "RECEIVED", date(2008, 2, 21), date(2008, 2, 21), date(2008, 2, 22), "[]", NOW, got.delivery),
        ("D2", "R-1", *original, 1, "RECEIVED", date(2008, 2, 21), date(2008, 2, 21), date(2008, 2, 22), "[]", NOW, got.delivery),
    ]
    assert counts(both, "pos", text) == (0, 7, 0, 0)
    assert len(rows(both, "pos_reports", "id")) == 3


def test_sender_that_speaks_for_one_distributor_alone_brings_nothing_of_another(alone: Application) -> None:
    deliver(alone, "pos", pos(sold("D2", "A", report_number="R-1")))
    before = rows(alone, "distributors", "distributor_id")
    reports = rows(alone, "pos_reports", "id")
    foreign = sold("D2", "A", report_number="R-1", quantity=9), sold("D3", "A", quantity="x"), sold("D4", "A")
    got = deliver(alone, "pos", pos(sold("D1", "A", report_number="R-2"), *foreign), sender="D1", only_distributor="D1")
    assert (got.accepted, got.refused, got.reasons) == (1, 3, {"NOT_A_NUMBER": 1, "NOT_YOUR_LINE": 2})
    assert in_force(alone) == [("D1", "A", "R-2", 1), ("D2", "A", "R-1", 1)]
    assert rows(alone, "pos_reports", *REPORT)[len(reports) :] == [("D1", "R-2", "ORIGINAL", None, 1, "RECEIVED")]
    assert rows(alone, "distributors", "distributor_id") == before


@pytest.mark.parametrize("purpose", ["01", "05"])
def test_sender_takes_no_report_of_another_distributor_back(alone: Application, purpose: str) -> None:
    deliver(alone, "pos", pos(sold("D2", "A", report_number="R-1"), sold("D2", "B", report_number="R-1", partner_number="P9")))
    loops = () if purpose == "01" else (line("A", quantity=7),)
    got = send(alone, report(purpose, "R-1", *loops, distributor="D2"), only="D1")
    assert (got.accepted, got.refused) == (0, len(loops))
    assert in_force(alone) == [("D2", "A", "R-1", 1)]
    assert len(rows(alone, "held_lines", "id")) == 1
    # It is none of the other distributor's either.
    assert rows(alone, "pos_reports", "state") == [("RECEIVED",)]
    assert send(alone, report("00", "R-1", line("C"), distributor="D2")).accepted == 1


def test_sender_changes_no_deviation_of_another_distributor(alone: Application) -> None:
    head = "deviation_number,distributor_id,partner_number,type,requested_on,status,decided_on\n"
    foreign = "DV1,D2,P1,TMP,2008-01-01,DECLINED,2008-01-02\n"
    got = deliver(alone, "deviations", head + foreign, sender="D2", only_distributor="D2")
    assert (got.accepted, got.refused) == (0, 1)
    assert rows(alone, "deviations", "deviation_number", "distributor_id", "status")[0] == ("DV1", "D1", "APPROVED")
