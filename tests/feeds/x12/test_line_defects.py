"""What is wrong with one line is told at that line, with segment, element and byte; the others stand."""

import pytest

from tap_graph.feeds.problems import Problem
from tests.feeds.x12.samples import HEADING, LOOP, VALUES, file_of, found, loop, read, values, where

DEFECTS = [
    ("PTD*XX", 1, "UNKNOWN_CODE", None),
    ("PTD", 1, "ELEMENT_MISSING", None),
    ("PTD*PA", 1, "NOT_A_SALE", None),
    ("DTM*011*20080230", 2, "NOT_A_DAY", "shipped_on"),
    ("DTM*011*080213", 2, "NOT_A_DAY", "shipped_on"),
    ("DTM*003*2008-02-14", 2, "NOT_A_DAY", "invoiced_on"),
    ("DTM*003", 2, "ELEMENT_MISSING", "invoiced_on"),
    ("QTY*39*five*EA", 2, "NOT_A_NUMBER", "quantity"),
    ("QTY*39*1.5*EA", 2, "NOT_A_NUMBER", "quantity"),
    ("QTY*39**EA", 2, "ELEMENT_MISSING", None),
    ("QTY*39*1234567890*EA", 2, "NUMBER_TOO_LARGE", "quantity"),
    ("QTY*39*5*CA", 3, "UNKNOWN_UNIT", "quantity"),
    ("UIT*EA*1,50", 2, "NOT_AN_AMOUNT", None),
    ("LIN*1*VP", 3, "ELEMENT_MISSING", None),
    ("REF*IV*" + "X" * 201, 2, "VALUE_TOO_LONG", "invoice_number"),
    ("REF*IV* INV-1", 2, "OUTER_BLANK", "invoice_number"),
    ("REF*IV*INV\t1", 2, "CONTROL_CHARACTER", "invoice_number"),
    ("REF*CO*SO-1**LI:two", 4, "NOT_A_NUMBER", "order_line"),
    ("N1*BY*Partner GmbH*92*P-1 ", 4, "OUTER_BLANK", "partner_number"),
    ("CUR*SE*EURO", 2, "UNKNOWN_CODE", None),
    ("AMT*1*x", 2, "NOT_AN_AMOUNT", None),
]


@pytest.mark.parametrize(("segment", "element", "code", "column"), DEFECTS)
def test_a_defect_is_told_at_its_element(segment: str, element: int, code: str, column: str | None) -> None:
    data = file_of(LOOP, loop(segment), LOOP)
    lines, reports = read(data)
    problems = [problem for problem in lines[1].problems if problem.code == code]
    assert [(problem.place, problem.column) for problem in problems] == [(where(data, segment, element), column)]
    assert lines[1].values is None
    assert [values(line) for line in (lines[0], lines[2])] == [VALUES, VALUES]
    assert reports[0].defects == ()


@pytest.mark.parametrize(
    ("without", "code", "column"),
    [
        (["N1*BY"], "PARTY_MISSING", "partner_number"),
        (["QTY"], "QUANTITY_MISSING", "quantity"),
        (["LIN"], "PRODUCT_MISSING", "product"),
        (["REF*IV"], "KEY_MISSING", "invoice_number"),
    ],
)
def test_what_a_loop_lacks_is_told_at_its_ptd(without: list[str], code: str, column: str) -> None:
    start = "PTD*SD"
    data = file_of(LOOP, loop(start, without=without))
    line = read(data)[0][1]
    assert [(problem.code, problem.column, problem.place) for problem in line.problems if problem.column == column] == [
        (code, column, where(data, start)),
    ]


def test_a_segment_the_loop_does_not_know_is_told() -> None:
    data = file_of((*LOOP, "XYZ*1"), LOOP)
    lines, _ = read(data)
    assert found(lines[0].problems) == [("UNKNOWN_SEGMENT", where(data, "XYZ*1"))]


@pytest.mark.parametrize(
    ("again", "element", "column"),
    [
        ("REF*IV*INV-2", 2, "invoice_number"),
        ("REF*CO*SO-2", 2, "order_number"),
        ("REF*CT*D-2", 2, "deviation_number"),
        ("DTM*011*20080214", 2, "shipped_on"),
        ("DTM*003*20080215", 2, "invoiced_on"),
        ("QTY*39*6*EA", 2, "quantity"),
        ("N1*BY*Other GmbH*92*P-2", 4, "partner_number"),
    ],
)
def test_what_is_given_twice_and_differs_is_told_at_the_second(again: str, element: int, column: str) -> None:
    data = file_of((*LOOP, again))
    (line,), _ = read(data)
    assert [(problem.code, problem.place, problem.column) for problem in line.problems] == [
        ("TOLD_TWICE", where(data, again, element), column)
    ]


def test_what_is_given_twice_alike_is_no_defect() -> None:
    assert [values(line) for line in read(file_of((*LOOP, *LOOP[1:8]), LOOP))[0]] == [VALUES, VALUES]


def test_segments_of_the_standard_that_are_not_read_are_let_pass() -> None:
    more = (
        "PRF*PO-77",
        "PER*IC*Someone",
        "MAN*GM*1",
        "PID*F****Telephone",
        "N3*Street 1",
        "N4*Town",
        "MEA**WT*1",
        "PO4*1",
        "LX*1",
        "N9*ZZ*1",
    )
    assert values(read(file_of((*LOOP, *more)))[0][0]) == VALUES


def test_amounts_need_a_currency_from_heading_loop_or_profile() -> None:
    bare = (HEADING[0], HEADING[2])
    data = file_of(loop("UIT*EA*1.25", "CTP**RES*1.50", "AMT*1*6.25"), heading=bare)
    (line,), _ = read(data)
    assert found(line.problems) == [
        ("CURRENCY_MISSING", where(data, "UIT*EA*1.25", 2)),
        ("CURRENCY_MISSING", where(data, "CTP**RES*1.50", 3)),
        ("CURRENCY_MISSING", where(data, "AMT*1*6.25", 2)),
    ]
    assert values(read(file_of(loop("CUR*SE*EUR"), heading=bare))[0][0]) == VALUES
    assert values(read(file_of(loop(without=["UIT"]), heading=bare))[0][0]) == VALUES


def test_everything_wrong_with_a_line_is_told_at_once_in_words() -> None:
    data = file_of(loop("PTD*SD", "DTM*011*20080230", "QTY*39*x*CA", without=["N1*BY"]))
    (line,), _ = read(data)
    assert line.problems == (
        Problem(
            "PARTY_MISSING",
            "partner_number",
            None,
            "Segment 7, PTD at byte 230: no reseller is named (N1*BY), neither here nor in the heading. Name it by N104, or by N102.",
            where(data, "PTD*SD"),
        ),
        Problem(
            "UNKNOWN_UNIT",
            "quantity",
            "CA",
            "Segment 13, QTY03 at byte 322: is not a unit of pieces. Count in EA, PC, UN.",
            where(data, "QTY*39*x*CA", 3),
        ),
        Problem(
            "NOT_A_NUMBER",
            "quantity",
            "x",
            "Segment 13, QTY02 at byte 320: is not a whole number. Write the number of pieces in digits, such as 12.",
            where(data, "QTY*39*x*CA", 2),
        ),
        Problem(
            "NOT_A_DAY",
            "shipped_on",
            "20080230",
            "Segment 9, DTM02 at byte 262: is not a day. Write one of the calendar as CCYYMMDD, such as 20080229.",
            where(data, "DTM*011*20080230", 2),
        ),
    )
    assert (line.values, line.key) == (None, "DIST-7\x1fINV-1\x1f1")


def test_bytes_are_counted_not_letters() -> None:
    data = file_of(loop("N1*BY*Müller & Söhne*92*P-1 "))
    (line,), _ = read(data)
    assert found(line.problems) == [("OUTER_BLANK", where(data, "N1*BY*Müller & Söhne*92*P-1 ", 4))]
    assert data[line.problems[0].place.byte - 1 :].startswith(b"P-1 ~")  # type: ignore[union-attr]
