"""Receiving: accepted, unchanged, held, refused; nothing lost, nothing twice."""

from collections.abc import Iterator

import pytest

from tap_graph.app import Application
from tap_graph.storage.unit_of_work import Database
from tests.applications import deliver, over, rows

PARTNER = "partner_number,name,country,tier\nP1,One,SG,ONE_TIER\n"
QUOTE = "quote_number,line,partner_number,issued_on,valid_until,credit\nQ1,1,P1,2008-01-01,2008-12-31,900.00\n"
ORDER = (
    "order_number,line,partner_number,quote_number,booked_on,shipped_on,sale_type,existing_network,net_value,credit\n"
    "SO1,1,P1,Q1,2008-02-10,2008-02-20,RESALE,true,1000.00,200.00\n"
)
RMA = "rma_number,line,order_number,units_due,value_due\nR1,1,SO1,10,200.00\n"
RECEIPT = "receipt_number,rma_number,line,units,received_on,posted_on\nRC1,R1,1,9,2008-03-01,2008-03-03\n"


@pytest.fixture
def application(database_url: str) -> Iterator[Application]:
    opened = over(Database(database_url))
    yield opened
    opened.database.dispose()


def counts(application: Application, kind: str, text: str, **how: object) -> tuple[int, int, int, int, int]:
    got = deliver(application, kind, text, **how)
    return (got.lines, got.accepted, got.unchanged, got.held, got.refused)


def test_line_is_accepted_once_and_unchanged_afterwards(application: Application) -> None:
    assert counts(application, "partners", PARTNER) == (1, 1, 0, 0, 0)
    assert counts(application, "partners", PARTNER + "\n") == (1, 0, 1, 0, 0)
    assert rows(application, "partners", "partner_number", "name") == [("P1", "One")]


def test_other_values_supersede_and_the_former_version_is_kept(application: Application) -> None:
    deliver(application, "partners", PARTNER)
    assert counts(application, "partners", PARTNER.replace("One,SG", "Two,AU")) == (1, 1, 0, 0, 0)
    assert rows(application, "partners", "id", "name", "country") == [(1, "Two", "AU")]
    assert rows(application, "partners_history", "id", "name", "country") == [(1, "One", "SG")]


def test_same_file_changes_nothing_whatever_came_since(application: Application) -> None:
    first = deliver(application, "partners", PARTNER)
    deliver(application, "partners", PARTNER.replace("One", "Two"))
    again = deliver(application, "partners", PARTNER)
    assert (again.delivery, again.lines, again.unchanged) == (first.delivery, 1, 1)
    assert rows(application, "partners", "name") == [("Two",)]


def test_same_file_delivered_as_new_takes_effect(application: Application) -> None:
    deliver(application, "partners", PARTNER)
    deliver(application, "partners", PARTNER.replace("One", "Two"))
    assert counts(application, "partners", PARTNER, again=True) == (1, 1, 0, 0, 0)
    assert rows(application, "partners", "name") == [("One",)]


def test_same_file_of_another_sender_is_another_delivery(application: Application) -> None:
    first = deliver(application, "partners", PARTNER, sender="A")
    second = deliver(application, "partners", PARTNER, sender="B")
    assert (first.accepted, second.unchanged) == (1, 1)
    assert first.delivery != second.delivery


def test_held_lines_are_freed_transitively_and_counted_where_they_were_delivered(application: Application) -> None:
    for kind, text in (("receipts", RECEIPT), ("rmas", RMA), ("orders", ORDER), ("quotes", QUOTE)):
        assert counts(application, kind, text) == (1, 0, 0, 1, 0)
    assert counts(application, "partners", PARTNER) == (1, 1, 0, 0, 0)
    assert rows(application, "deliveries", "kind", "accepted", "held") == [
        ("receipts", 1, 0), ("rmas", 1, 0), ("orders", 1, 0), ("quotes", 1, 0), ("partners", 1, 0),
    ]  # fmt: skip
    assert rows(application, "held_lines", "id") == []
    assert rows(application, "receipts", "receipt_number", "units") == [("RC1", 9)]
    assert len(rows(application, "decisions", "mask")) == 1


def test_held_line_tells_every_reference_it_waits_for(application: Application) -> None:
    got = deliver(application, "orders", ORDER)
    assert got.reasons == {"PARTNER_UNKNOWN": 1, "QUOTE_UNKNOWN": 1}


def test_older_version_stays_in_force_while_a_newer_one_is_held(application: Application) -> None:
    for kind, text in (("partners", PARTNER), ("quotes", QUOTE), ("orders", ORDER)):
        deliver(application, kind, text)
    assert counts(application, "orders", ORDER.replace("Q1", "Q2").replace("1000.00", "2000.00")) == (1, 0, 0, 1, 0)
    assert rows(application, "order_lines", "net_value") == [(100_000,)]
    deliver(application, "quotes", QUOTE.replace("Q1", "Q2"))
    assert rows(application, "order_lines", "net_value") == [(200_000,)]


def test_freed_line_takes_no_effect_when_its_key_was_delivered_later(application: Application) -> None:
    for kind, text in (("partners", PARTNER), ("quotes", QUOTE)):
        deliver(application, kind, text)
    deliver(application, "orders", ORDER.replace("Q1", "Q2").replace("1000.00", "2000.00"))
    deliver(application, "orders", ORDER)
    deliver(application, "quotes", QUOTE.replace("Q1", "Q2"))
    assert rows(application, "order_lines", "net_value") == [(100_000,)]
    assert [replaced is not None for (replaced,) in rows(application, "delivery_lines", "replaced_by")].count(True) == 1


def test_two_rows_of_one_file_with_one_key_and_different_values_are_both_refused(application: Application) -> None:
    got = deliver(application, "partners", PARTNER + "P1,Other,SG,ONE_TIER\nP2,Two,SG,ONE_TIER\nP2,Two,SG,ONE_TIER\n")
    assert (got.accepted, got.unchanged, got.refused, got.reasons) == (1, 1, 2, {"DUPLICATE_KEY": 2})
    assert rows(application, "partners", "partner_number") == [("P2",)]


def test_region_and_option_that_are_not_installed_are_refused_by_name(application: Application) -> None:
    head = "partner_number,region,option\n"
    got = deliver(application, "enrollments", head + "P1,ATLANTIS,P6\nP1,APAC,P99\n")
    assert got.reasons == {"OPTION_NOT_INSTALLED": 1, "REGION_NOT_INSTALLED": 1}
    shown = "".join(str(reason) for (reason,) in rows(application, "delivery_lines", "reasons"))
    assert "ATLANTIS is not a region here; there are APAC, CANADA, EMERGING, EUROPE, US." in shown
    assert "APAC has no option P99; it has P5, P5-P6, P6, P7." in shown


def test_file_that_cannot_be_read_is_refused_whole_with_position(application: Application) -> None:
    got = deliver(application, "partners", 'partner_number,name\nP1,One\nP2,"Two\n')
    assert (got.lines, got.accepted) == (0, 0)
    assert got.refusal is not None
    assert "ine 3" in got.refusal
    assert rows(application, "partners", "id") == []
    assert rows(application, "deliveries", "state") == [("REFUSED",)]
    assert counts(application, "partners", PARTNER) == (1, 1, 0, 0, 0)


def test_pos_line_is_found_by_its_deviation_and_held_again_when_two_lines_name_it(application: Application) -> None:
    deviation = (
        "deviation_number,distributor_id,partner_number,type,requested_on,status,decided_on\nD1,X,P1,TMP,2008-01-01,APPROVED,2008-01-05\n"
    )
    order = ORDER.replace("order_number,", "deviation_number,order_number,").replace("SO1,", "D1,SO1,")
    pos = "distributor_id,invoice_number,invoice_line,deviation_number,quantity\nX,I1,1,D1,1\n"
    for kind, text in (("partners", PARTNER), ("quotes", QUOTE), ("deviations", deviation)):
        deliver(application, kind, text)
    assert counts(application, "pos", pos) == (1, 0, 0, 1, 0)
    deliver(application, "orders", order)
    assert rows(application, "pos_lines", "order_line_id", "partner_id") == [(1, 1)]
    deliver(application, "orders", order.replace("SO1", "SO2"))
    assert rows(application, "pos_lines", "id") == []
    assert rows(application, "deliveries", "kind", "held")[3] == ("pos", 1)
    deliver(application, "orders", order.replace("SO2", "SO2").replace("D1,SO1", ",SO1"))
    assert rows(application, "pos_lines", "order_line_id") == [(2,)] or rows(application, "pos_lines", "order_line_id") == [(1,)]


def test_oddities_across_rows_are_noted_and_go_when_the_facts_do(application: Application) -> None:
    for kind, text in (("partners", PARTNER), ("quotes", QUOTE), ("orders", ORDER), ("rmas", RMA), ("receipts", RECEIPT)):
        deliver(application, kind, text)
    assert rows(application, "notes", "code") == []
    deliver(application, "orders", ORDER.replace("200.00", "950.00"))
    deliver(application, "orders", ORDER.replace("SO1", "SO2"))
    deliver(application, "receipts", RECEIPT.replace("RC1", "RC2"))
    noted = sorted(str(code) for (code,) in rows(application, "notes", "code"))
    assert noted == ["CREDIT_ABOVE_QUOTE", "QUOTE_USED_TWICE", "RECEIVED_ABOVE_DUE"]
    deliver(application, "orders", ORDER, again=True)
    deliver(application, "receipts", RECEIPT.replace("RC1", "RC2").replace("1,9,", "1,0,"))
    assert sorted(str(code) for (code,) in rows(application, "notes", "code")) == ["QUOTE_USED_TWICE"]


def test_order_of_two_partners_is_shared_and_its_rma_belongs_to_the_lowest_line(application: Application) -> None:
    deliver(application, "partners", PARTNER + "P2,Two,SG,ONE_TIER\n")
    deliver(application, "quotes", QUOTE)
    deliver(application, "orders", ORDER + ORDER.splitlines()[1].replace("SO1,1,P1", "SO1,2,P2") + "\n")
    deliver(application, "rmas", RMA)
    assert rows(application, "orders", "partner_id", "first_line") == [(1, 1)]
    assert rows(application, "order_shares", "partner_id", "order_id") == [(2, 1)]
    assert rows(application, "rma_lines", "partner_id") == [(1,)]


def test_certification_without_its_first_day_is_accepted_and_never_qualifies(application: Application) -> None:
    deliver(application, "partners", PARTNER)
    text = "partner_number,level,first_day,last_day\nP1,GOLD,,2009-01-01\n"
    assert counts(application, "certifications", text) == (1, 1, 0, 0, 0)
    assert counts(application, "certifications", text + "\n") == (1, 0, 1, 0, 0)
