"""Cells become values ready to store, or problems that say what to write instead."""

import json

import pytest

from tap_graph.feeds.kinds import KINDS
from tests.feeds.files import codes_of, one_line, value_of


@pytest.mark.parametrize(
    ("kind", "column", "cell", "value"),
    [
        ("orders", "net_value", "13000.00", 1_300_000),
        ("orders", "net_value", "0.05", 5),
        ("orders", "net_value", "7", 700),
        ("orders", "net_value", "7.5", 750),
        ("orders", "net_value", "0007.50", 750),
        ("orders", "net_value", "-0.00", 0),
        ("orders", "net_value", "9999999999999.99", 10**15 - 1),
        ("orders", "net_value", "0" * 5_000 + "1.00", 100),
        ("orders", "booked_on", "2008-02-29", "2008-02-29"),
        ("orders", "quantity", "12", 12),
        ("orders", "quantity", "999999999", 999_999_999),
        ("orders", "quantity", "007", 7),
        ("pos", "quantity", "-3", -3),
        ("pos", "quantity", "0", 0),
        ("receipts", "units", "-1", -1),
        ("orders", "existing_network", "true", True),
        ("orders", "existing_network", "false", False),
        ("orders", "sale_type", "INTERNAL", "INTERNAL"),
        ("orders", "programs", "OIP; EIP;;EIP ", '["EIP","OIP"]'),
        ("orders", "programs", "EIP", '["EIP"]'),
        ("orders", "programs", " ; ", "[]"),
        ("pos", "serial_numbers", "Z9;A1; Z9", '["Z9","A1"]'),
        ("pos", "serial_numbers", 'A"1', '["A\\"1"]'),
        ("partners", "name", " 株式会社 東京 ", " 株式会社 東京 "),
        ("partners", "name", "株式会社\u3000東京", "株式会社\u3000東京"),
        ("partners", "name", "two\r\nlines\tand a tab", "two\r\nlines\tand a tab"),
        ("partners", "country", "Côte d'Ivoire", "Côte d'Ivoire"),
        ("certifications", "level", "GOLD PLUS", "GOLD PLUS"),
        ("enrollments", "reason", "x" * 60_000, "x" * 60_000),
    ],
)
def test_a_cell_becomes_a_value_ready_to_store(kind: str, column: str, cell: str, value: object) -> None:
    found = value_of(kind, column, cell)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("net_value", "１２", "NOT_AN_AMOUNT"),
        ("net_value", "٣.00", "NOT_AN_AMOUNT"),
        ("net_value", "1.²0", "NOT_AN_AMOUNT"),
        ("net_value", "NaN", "NOT_AN_AMOUNT"),
        ("net_value", "Infinity", "NOT_AN_AMOUNT"),
        ("net_value", "1e5", "NOT_AN_AMOUNT"),
        ("net_value", "1,000.00", "NOT_AN_AMOUNT"),
        ("net_value", "1_000.00", "NOT_AN_AMOUNT"),
        ("net_value", "+5.00", "NOT_AN_AMOUNT"),
        ("net_value", "$5.00", "NOT_AN_AMOUNT"),
        ("net_value", " 5.00", "NOT_AN_AMOUNT"),
        ("net_value", "5.00\n", "NOT_AN_AMOUNT"),
        ("net_value", ".50", "NOT_AN_AMOUNT"),
        ("net_value", "5.", "NOT_AN_AMOUNT"),
        ("net_value", "--5", "NOT_AN_AMOUNT"),
        ("net_value", "1.005", "TOO_MANY_PLACES"),
        ("net_value", "1.000", "TOO_MANY_PLACES"),
        ("net_value", "10000000000000.00", "AMOUNT_TOO_LARGE"),
        ("net_value", "-10000000000000", "AMOUNT_TOO_LARGE"),
        ("net_value", "9" * 6_000, "AMOUNT_TOO_LARGE"),
        ("booked_on", "2008-02-30", "NOT_A_DAY"),
        ("booked_on", "2007-02-29", "NOT_A_DAY"),
        ("booked_on", "0000-01-01", "NOT_A_DAY"),
        ("booked_on", "2008-2-3", "NOT_A_DAY"),
        ("booked_on", "20080203", "NOT_A_DAY"),
        ("booked_on", "2008-W05-7", "NOT_A_DAY"),
        ("booked_on", "03/02/2008", "NOT_A_DAY"),
        ("booked_on", "2008-02-03T00:00:00", "NOT_A_DAY"),
        ("booked_on", "２００８-02-03", "NOT_A_DAY"),
        ("booked_on", "2008-02-03 ", "NOT_A_DAY"),
        ("quantity", "１２", "NOT_A_NUMBER"),
        ("quantity", "1.0", "NOT_A_NUMBER"),
        ("quantity", "+1", "NOT_A_NUMBER"),
        ("quantity", "1e3", "NOT_A_NUMBER"),
        ("quantity", "1000000000", "NUMBER_TOO_LARGE"),
        ("quantity", "9" * 6_000, "NUMBER_TOO_LARGE"),
        ("existing_network", "TRUE", "NOT_A_BOOLEAN"),
        ("existing_network", "1", "NOT_A_BOOLEAN"),
        ("sale_type", "resale", "UNKNOWN_VALUE"),
        ("sale_type", "RESALE ", "UNKNOWN_VALUE"),
        ("acquisition", "RENT", "UNKNOWN_VALUE"),
        ("programs", "EIP;O'IP", "NOT_A_CODE"),
        ("programs", 'E"IP', "NOT_A_CODE"),
        ("programs", "EIP;OI\tP", "CONTROL_CHARACTER"),
        ("distributor_id", 'D"1', "NOT_A_CODE"),
        ("distributor_id", "D|1", "NOT_A_CODE"),
        ("distributor_id", "D\\1", "NOT_A_CODE"),
        ("distributor_id", " D1", "OUTER_BLANK"),
        ("partner_number", "P1 ", "OUTER_BLANK"),
        ("partner_number", "\u3000P1", "OUTER_BLANK"),
        ("partner_number", "P\u200b1", "CONTROL_CHARACTER"),
        ("partner_number", "P\n1", "CONTROL_CHARACTER"),
        ("partner_number", "P" * 201, "VALUE_TOO_LONG"),
        ("product", "P" * 601, "VALUE_TOO_LONG"),
        ("product", "PHONE\0", "CONTROL_CHARACTER"),
        ("product", "PHONE\x85", "CONTROL_CHARACTER"),
        ("end_customer", "\x1b[31mred", "CONTROL_CHARACTER"),
    ],
)
def test_a_malformed_cell_is_a_problem_of_its_line(column: str, cell: str, code: str) -> None:
    line = one_line("orders", **{column: cell})
    assert codes_of(line) == [(code, column)]
    assert line.values is None
    assert line.key == "SO1\x1f1"


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_cell_and_an_absent_column_are_the_same(kind: str) -> None:
    absent = one_line(kind)
    empty = one_line(kind, **{column.name: "" for column in KINDS[kind].columns if not column.key})
    assert (absent.values, absent.key, absent.problems) == (empty.values, empty.key, ())


def test_what_is_empty_is_not_known_but_for_quantities_and_lists() -> None:
    assert one_line("orders").values == ("SO1", 1, *(None,) * 11, "[]", None, None, 1, None, None)
    assert one_line("quotes").values == ("Q1", 1, *(None,) * 6, 1, None)
    assert one_line("pos").values == ("DIST", "I1", "1", *(None,) * 6, 1, "[]", None, None, None)
    assert one_line("receipts").values == ("C1", None, None, None, None, None)
    assert one_line("rmas").values == ("R1", 1, None, None, None, None, None)


def test_every_problem_of_a_line_is_told_at_once() -> None:
    line = one_line(
        "orders", order_number="", booked_on="soon", sale_type="GIFT", programs='"', quantity="0", net_value="-1.00", credit="1.234"
    )
    assert codes_of(line) == [
        ("KEY_MISSING", "order_number"),
        ("NOT_A_DAY", "booked_on"),
        ("UNKNOWN_VALUE", "sale_type"),
        ("NOT_A_CODE", "programs"),
        ("TOO_MANY_PLACES", "credit"),
        ("QUANTITY_BELOW_ONE", "quantity"),
        ("NEGATIVE_AMOUNT", "net_value"),
    ]
    assert (line.values, line.key) == (None, None)


def test_a_problem_names_line_column_value_and_remedy() -> None:
    (problem,) = one_line("orders", booked_on="2008-02-30").problems
    assert (problem.code, problem.column, problem.value) == ("NOT_A_DAY", "booked_on", "2008-02-30")
    assert problem.message == "Line 2: booked_on `2008-02-30` is not in the calendar. Write a day that exists, as YYYY-MM-DD."


def test_an_unknown_word_is_told_with_the_known_ones() -> None:
    (problem,) = one_line("enrollments", status="DRAFT").problems
    assert problem.message == "Line 2: status `DRAFT` is not known here. Write SUBMITTED, APPROVED, DENIED or WITHDRAWN."


def test_a_problem_of_a_list_names_the_item() -> None:
    (problem,) = one_line("orders", programs="EIP;O'IP").problems
    assert problem.message == (
        "Line 2: programs `EIP;O'IP` is a list whose item `O'IP` holds '. Write the code without quotes, bars and backslashes."
    )


def test_a_shown_value_is_cut_and_holds_nothing_invisible() -> None:
    (problem,) = one_line("orders", product="\0" + "x" * 100).problems
    assert problem.value == "\\x00" + "x" * 58 + "…"
    assert problem.message == f"Line 2: product `{problem.value}` holds the invisible character U+0000. Take it away."


@pytest.mark.parametrize(
    ("kind", "cells", "code", "column"),
    [
        ("partners", {"partner_number": ""}, "KEY_MISSING", "partner_number"),
        ("partners", {"partner_number": "  "}, "KEY_MISSING", "partner_number"),
        ("certifications", {"level": ""}, "KEY_MISSING", "level"),
        ("orders", {"line": ""}, "KEY_MISSING", "line"),
        ("orders", {"line": "one"}, "NOT_A_NUMBER", "line"),
        ("pos", {"distributor_id": ""}, "KEY_MISSING", "distributor_id"),
        ("orders", {"order_number": " SO1"}, "OUTER_BLANK", "order_number"),
        ("orders", {"order_number": "SO1 "}, "OUTER_BLANK", "order_number"),
        ("orders", {"order_number": "SO\n1"}, "CONTROL_CHARACTER", "order_number"),
        ("orders", {"order_number": "SO\x1f1"}, "CONTROL_CHARACTER", "order_number"),
        ("orders", {"order_number": "S" * 201}, "VALUE_TOO_LONG", "order_number"),
        ("certifications", {"first_day": "2008-13-01"}, "NOT_A_DAY", "first_day"),
    ],
)
def test_a_key_that_cannot_be_read_leaves_the_line_without_key(kind: str, cells: dict[str, str], code: str, column: str) -> None:
    line = one_line(kind, **cells)
    assert codes_of(line) == [(code, column)]
    assert (line.values, line.key) == (None, None)


@pytest.mark.parametrize(
    ("kind", "cells", "key"),
    [
        ("partners", {}, "P1"),
        ("orders", {"line": "007"}, "SO1\x1f7"),
        ("orders", {"order_number": "SO 1"}, "SO 1\x1f1"),
        ("pos", {"invoice_line": "007"}, "DIST\x1fI1\x1f007"),
        ("certifications", {}, "P1\x1fGOLD\x1f2008-01-01"),
        ("certifications", {"first_day": ""}, "P1\x1fGOLD\x1f"),
        ("enrollments", {}, "P1\x1fNORTH\x1fP6"),
        ("orders", {"order_number": "S" * 200}, "S" * 200 + "\x1f1"),
    ],
)
def test_the_key_is_written_in_one_way(kind: str, cells: dict[str, str], key: str) -> None:
    assert one_line(kind, **cells).key == key


def test_a_certification_without_its_first_day_is_a_fact() -> None:
    line = one_line("certifications", first_day="", last_day="2008-12-31")
    assert (line.values, line.problems) == (("P1", "GOLD", None, "2008-12-31"), ())


def test_lists_are_json() -> None:
    assert json.loads(str(value_of("pos", "serial_numbers", "é1;\U0001f4de"))) == ["é1", "\U0001f4de"]
