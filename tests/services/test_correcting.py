"""Correcting single lines: approved as proposed, edited and resubmitted, or refused; each once, by whose line it is."""

import io
import json

from tap_graph.app import Application
from tap_graph.services import aliasing, correcting
from tap_graph.services.receiving import Delivery
from tap_graph.storage.intake.plans import PLANS
from tests.applications import deliver, rows
from tests.feeds.x12.samples import file_of, loop
from tests.services.two_tier import ADMIN, D1, D2, NOW, counts, done, ids, not_reported, order, orders, pos, refused, sold

LINES = ("id", "state", "replaced_by")


def waiting(application: Application, *lines: str, sender: str = "D1") -> list[int]:
    """Ids of the lines of a file that all wait."""
    got = deliver(application, "pos", pos(*lines), sender=sender)
    assert got.held == len(lines)
    return ids(application, "delivery_lines")[-len(lines) :]


def resubmit(application: Application, line_id: int, /, viewer: object = D1, reason: str | None = None, **changes: str) -> int:
    return done(application, correcting.resubmit, application.rulebooks, viewer, line_id, changes, reason, NOW)


def told(application: Application, line_id: int, /, viewer: object = D1, **changes: str) -> list[str]:
    """Codes for which a line is not resubmitted."""
    return refused(application, correcting.resubmit, application.rulebooks, viewer, line_id, changes, None, NOW)


def states(application: Application, *lines: int) -> list[tuple[object, object]]:
    found = {id_: (state, replaced_by) for id_, state, replaced_by in rows(application, "delivery_lines", *LINES)}
    return [found[line] for line in lines]


def test_held_line_is_resubmitted_with_changed_cells_and_takes_effect(both: Application) -> None:
    text = (
        "\ufeffproduct,distributor_id,invoice_number,invoice_line,partner_number,order_number,order_line,"
        "quantity,serial_numbers,shipped_on,invoiced_on,reported_on\n"
        '"Big, ""red""\nrack",D1,I1,1,P9,SO2,1,1,S1;S2,2008-02-20,2008-02-21,2008-02-22\n'
    )
    assert counts(both, "pos", text, sender="D1") == (0, 0, 1, 0)
    [line] = ids(both, "held_lines")
    new = resubmit(both, line, partner_number="P1", reason="mistyped")
    assert states(both, line, new) == [("HELD", new), ("ACCEPTED", None)]
    assert (rows(both, "held_lines", "id"), rows(both, "held_references", "held_id")) == ([], [])
    assert rows(both, "pos_lines", "version", "product", "serial_numbers", "stated_partner_id", "quantity") == [
        (new, 'Big, "red"\nrack', '["S1","S2"]', 1, 1)
    ]
    assert not_reported(both) == {"SO1/1", "SO3/1"}
    assert rows(both, "deliveries", "sender", "file", "lines", "accepted", "held")[-1] == ("D1", "line 2 of pos.csv, corrected", 1, 1, 0)
    assert rows(both, "acts", "act", "noun", "row_id", "key", "distributor_id", "reason", "detail", "acted_by") == [
        ("deliveryLineResubmit", "delivery_line", line, "pos.csv/2", "D1", "mistyped", '{"partner_number":"P1"}', "clerk of D1")
    ]
    deliver(both, "partners", "partner_number,name,country,tier\nP9,Nine,SG,TWO_TIER\n")
    assert rows(both, "pos_lines", "stated_partner_id") == [(1,)]


def test_refused_line_is_read_again_from_its_text_with_every_reason_at_once(alone: Application) -> None:
    text = pos(sold("D1", "I1", quantity="x", product='"a ""b"", c"'))
    assert counts(alone, "pos", text, sender="D1") == (0, 0, 0, 1)
    [line] = ids(alone, "delivery_lines", "REFUSED")
    assert told(alone, line) == ["NOT_A_NUMBER"]
    assert told(alone, line, quantity="y", shipped_on="z", invoice_number="") == ["KEY_MISSING", "NOT_A_NUMBER", "NOT_A_DAY"]
    assert told(alone, line, quantity="1", partner_number="P9", order_number="SO9", deviation_number="DV9") == [
        "PARTNER_UNKNOWN", "ORDER_LINE_UNKNOWN", "DEVIATION_UNKNOWN",
    ]  # fmt: skip
    assert told(alone, line, quantiti="1", colour="red") == ["UNKNOWN_COLUMN"]
    assert told(alone, line, quantity="1", distributor_id="D2") == ["NOT_YOUR_LINE"]
    assert told(alone, line, quantity="1", product="a\x00") == ["CONTROL_CHARACTER"]
    new = resubmit(alone, line, quantity="3")
    assert rows(alone, "pos_lines", "version", "product", "quantity") == [(new, 'a "b", c', 3)]
    assert states(alone, line, new) == [("REFUSED", new), ("ACCEPTED", None)]


def test_line_that_was_replaced_is_changed_no_more(alone: Application) -> None:
    by_hand, by_file, wrong = waiting(alone, *(sold("D1", f"I{number}", partner_number="P9") for number in (1, 2, 3)))
    resubmit(alone, by_hand, partner_number="P1")
    deliver(alone, "pos", pos(sold("D1", "I2", partner_number="P1")), sender="D1")
    done(alone, correcting.refuse, D1, wrong, "No sale.", NOW)
    accepted = int(str(rows(alone, "pos_lines", "version")[0][0]))
    for line in (by_hand, by_file, accepted):
        assert told(alone, line, partner_number="P2") == ["LINE_NOT_OPEN"]
        assert refused(alone, correcting.refuse, D1, line, "x", NOW) == ["LINE_NOT_OPEN"]
        assert refused(alone, correcting.approve, alone.rulebooks, D1, line, NOW) == ["LINE_NOT_OPEN"]
    assert refused(alone, correcting.refuse, D1, wrong, "x", NOW) == ["LINE_NOT_OPEN"]
    resubmit(alone, wrong, partner_number="P1")
    assert told(alone, wrong, partner_number="P1") == ["LINE_NOT_OPEN"]


def test_refused_line_whose_key_came_right_since_is_changed_no_more(alone: Application) -> None:
    assert counts(alone, "pos", pos(sold("D1", "I1", quantity="x")), sender="D1") == (0, 0, 0, 1)
    [line] = ids(alone, "delivery_lines", "REFUSED")
    deliver(alone, "pos", pos(sold("D1", "I1", quantity=5)), sender="D1")
    assert told(alone, line, quantity="1") == ["LINE_NOT_OPEN"]


def test_line_refused_by_a_person_waits_no_more_and_its_delivery_counts_it(alone: Application) -> None:
    first, second = waiting(alone, sold("D1", "I1", partner_number="P9"), sold("D1", "I2", partner_number="P9"))
    done(alone, correcting.refuse, ADMIN, first, "No sale of ours.", NOW)
    assert states(alone, first, second) == [("REFUSED", None), ("HELD", None)]
    assert rows(alone, "deliveries", "lines", "accepted", "held", "refused")[-1] == (2, 0, 1, 1)
    assert rows(alone, "held_references", "held_id", "number") == [(second, "P9")]
    [reasons] = [str(why) for id_, why in rows(alone, "delivery_lines", "id", "reasons") if id_ == first]
    assert '"code":"REFUSED_BY_PERSON"' in reasons
    assert "No sale of ours." in reasons
    assert rows(alone, "acts", "act", "row_id", "reason", "acted_by", "distributor_id") == [
        ("deliveryLineRefuse", first, "No sale of ours.", "admin", "D1")
    ]
    deliver(alone, "partners", "partner_number,name,country,tier\nP9,Nine,SG,TWO_TIER\n")
    assert [invoice for (invoice,) in rows(alone, "pos_lines", "invoice_number")] == ["I2"]


def test_what_a_person_says_of_a_line_does_not_tell_its_sender_who_that_was(alone: Application) -> None:
    [line] = waiting(alone, sold("D1", "I1", partner_number="P9"))
    done(alone, correcting.refuse, ADMIN, line, "No sale.", NOW)
    assert "admin" not in str(rows(alone, "delivery_lines", "reasons")[-1])


def test_line_moved_to_another_key_leaves_nothing_waiting(alone: Application) -> None:
    [line] = waiting(alone, sold("D1", "I1", partner_number="P9"))
    resubmit(alone, line, invoice_number="I2", partner_number="P1")
    deliver(alone, "partners", "partner_number,name,country,tier\nP9,Nine,SG,TWO_TIER\n")
    assert rows(alone, "pos_lines", "invoice_number") == [("I2",)]
    [other] = waiting(alone, sold("D1", "I3", partner_number="P8"))
    new = resubmit(alone, other, invoice_number="I2", partner_number="P2", quantity="9")
    assert rows(alone, "pos_lines", "invoice_number", "version", "quantity") == [("I2", new, 9)]


def test_foreign_and_unknown_lines_are_refused_alike(alone: Application) -> None:
    [foreign] = waiting(alone, sold("D2", "I1", partner_number="One Tradin"), sender="D2")
    [on_the_spot] = waiting(alone, sold("D1", "I2", partner_number="P9"), sender="")
    done(alone, aliasing.propose_all, ADMIN, None, NOW)
    for line in (foreign, on_the_spot, 10**9):
        assert told(alone, line, partner_number="P1") == ["LINE_NOT_FOUND"]
        assert refused(alone, correcting.refuse, D1, line, "x", NOW) == ["LINE_NOT_FOUND"]
        assert refused(alone, correcting.approve, alone.rulebooks, D1, line, NOW) == ["LINE_NOT_FOUND"]
    assert told(alone, foreign, D2, distributor_id="D1", partner_number="P1") == ["NOT_YOUR_LINE"]
    resubmit(alone, foreign, ADMIN, partner_number="P1")


def test_resubmitted_deviation_takes_none_of_another_distributor(alone: Application) -> None:
    head = "deviation_number,distributor_id,partner_number,type,requested_on\n"
    deliver(alone, "deviations", head + "DV8,D2,P9,TMP,2008-01-01\n", sender="D2")
    [line] = ids(alone, "held_lines")
    assert told(alone, line, D2, deviation_number="DV1", partner_number="P1") != []
    assert rows(alone, "deviations", "distributor_id", "status")[0] == ("D1", "APPROVED")


def test_best_proposals_are_approved_for_one_line_alone(alone: Application) -> None:
    deliver(alone, "orders", orders(order("SO-47110")))
    cells = {"partner_number": "One Tradin", "order_number": "47110", "order_line": "1"}
    line, sister = waiting(alone, sold("D1", "I1", **cells), sold("D1", "I2", **cells))
    assert refused(alone, correcting.approve, alone.rulebooks, D1, line, NOW) == ["NOTHING_PROPOSED"]
    done(alone, aliasing.propose_all, D1, None, NOW)
    new = done(alone, correcting.approve, alone.rulebooks, D1, line, NOW)
    assert rows(alone, "pos_lines", "version", "stated_partner_id", "order_line_id") == [(new, 1, rows(alone, "order_lines", "id")[-1][0])]
    assert states(alone, line, sister, new) == [("HELD", new), ("HELD", None), ("ACCEPTED", None)]
    assert {state for (state,) in rows(alone, "aliases", "state")} == {"PROPOSED"}
    [(act, row_id, detail)] = rows(alone, "acts", "act", "row_id", "detail")
    assert (act, row_id, json.loads(str(detail))) == ("deliveryLineApprove", line, {"partner_number": "P1", "order_number": "SO-47110"})


def test_two_equally_good_proposals_are_no_best_one(alone: Application) -> None:
    name = aliasing.Name(distributor_id="D1", subject="PARTNER", name="ACME")
    for meaning in ("P1", "P2"):
        done(alone, aliasing.propose, D1, name, meaning, None, NOW)
    [line] = waiting(alone, sold("D1", "I1", partner_number="ACME"))
    assert refused(alone, correcting.approve, alone.rulebooks, ADMIN, line, NOW) == ["NOTHING_PROPOSED"]


def test_line_of_an_edi_file_is_resubmitted_whole_or_as_it_waits(alone: Application) -> None:
    to_one, without = "N1*BY*One*92*P1", ("REF*CT",)
    held = loop("REF*IV*A", "REF*CO*SO9**LI:1", to_one, without=without)
    wrong = loop("REF*IV*B", "QTY*39*x*EA", "REF*CO*SO1**LI:1", to_one, without=without)
    got = alone.ingest(Delivery("pos", io.BytesIO(file_of(held, wrong)), "x.edi", "D1"))
    assert (got.held, got.refused) == (1, 1)
    waits, refused_line = ids(alone, "delivery_lines")[-2:]
    new = resubmit(alone, waits, ADMIN, order_number="SO2")
    assert rows(alone, "pos_lines", "version", "distributor_id", "invoice_number", "report_number", "order_line_id", "quantity") == [
        (new, "DIST-7", "A", "R-1", 2, 5)
    ]
    assert told(alone, refused_line, ADMIN, quantity="3") == ["KEY_MISSING"] * 3
    assert told(alone, refused_line, ADMIN) == ["KEY_MISSING"] * 3
    key = {"distributor_id": "DIST-7", "invoice_number": "B", "invoice_line": "1"}
    newer = resubmit(alone, refused_line, ADMIN, **key, order_number="SO1", order_line="1", quantity="2", partner_number="P1")
    assert rows(alone, "pos_lines", "version", "quantity")[1] == (newer, 2)


WAITING = (
    ("orders", orders(order("SO7", quantity=3).replace("P1,Q1", "P9,Q1")), {"partner_number": "P1"}, "net_value", 100_000),
    ("rmas", "rma_number,line,order_number,units_due,value_due\nR1,1,SO9,5,12.50\n", {"order_number": "SO1"}, "value_due", 1_250),
    ("receipts", "receipt_number,rma_number,line,units\nRC1,R9,1,-2\n", {"rma_number": "", "line": ""}, "units", -2),
    ("quotes", "quote_number,line,partner_number,credit\nQ7,1,P9,1.05\n", {"partner_number": "P1"}, "credit", 105),
)


def test_waiting_lines_of_other_kinds_keep_their_cells(both: Application) -> None:
    for kind, text, changes, column, value in WAITING:
        assert counts(both, kind, text) == (0, 0, 1, 0)
        [line] = ids(both, "held_lines")
        new = resubmit(both, line, ADMIN, **changes)
        assert rows(both, PLANS[kind].table.name, "version", column)[-1] == (new, value)
    assert rows(both, "order_lines", "existing_network", "programs", "sale_type", "quantity")[-1] == (True, "[]", "RESALE", 3)


def test_cells_of_a_line_that_was_split_wrongly_are_not_taken_for_its_own(alone: Application) -> None:
    text = "order_number,line,partner_number,net_value,credit\nSO7,1,P1,13,000.00,200.00\n"
    assert deliver(alone, "orders", text).reasons == {"CELL_COUNT": 1}
    [line] = ids(alone, "delivery_lines", "REFUSED")
    assert told(alone, line, ADMIN, net_value="13000.00") == ["KEY_MISSING", "KEY_MISSING"]
