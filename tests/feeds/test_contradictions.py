"""What contradicts itself inside one row, and what only looks odd."""

import pytest

from tap_graph.feeds.contradictions import contradictions
from tap_graph.feeds.kinds import ORDERS, PARTNERS, POS
from tests.feeds.files import codes_of, one_line

DAY, DAY_BEFORE = "2008-02-02", "2008-02-01"


@pytest.mark.parametrize(
    ("kind", "cells", "code", "column"),
    [
        ("certifications", {"first_day": DAY, "last_day": DAY_BEFORE}, "LAST_DAY_BEFORE_FIRST", "last_day"),
        ("quotes", {"issued_on": DAY, "valid_until": DAY_BEFORE}, "VALID_UNTIL_BEFORE_ISSUED", "valid_until"),
        ("quotes", {"credit": "-0.01"}, "NEGATIVE_AMOUNT", "credit"),
        ("quotes", {"quantity": "0"}, "QUANTITY_BELOW_ONE", "quantity"),
        ("enrollments", {"submitted_on": DAY, "decided_on": DAY_BEFORE}, "DECIDED_BEFORE_SUBMITTED", "decided_on"),
        ("enrollments", {"status": "APPROVED"}, "DECIDED_WITHOUT_DAY", "decided_on"),
        ("enrollments", {"status": "DENIED"}, "DECIDED_WITHOUT_DAY", "decided_on"),
        ("deviations", {"requested_on": DAY, "decided_on": DAY_BEFORE}, "DECIDED_BEFORE_REQUESTED", "decided_on"),
        ("deviations", {"status": "APPROVED"}, "DECIDED_WITHOUT_DAY", "decided_on"),
        ("deviations", {"status": "DECLINED"}, "DECIDED_WITHOUT_DAY", "decided_on"),
        ("deviations", {"requested_on": DAY, "expires_on": DAY_BEFORE}, "EXPIRES_BEFORE_REQUESTED", "expires_on"),
        ("deviations", {"quantity": "0"}, "QUANTITY_BELOW_ONE", "quantity"),
        ("orders", {"net_value": "-1.00"}, "NEGATIVE_AMOUNT", "net_value"),
        ("orders", {"credit": "-1.00"}, "NEGATIVE_AMOUNT", "credit"),
        ("orders", {"quantity": "-1"}, "QUANTITY_BELOW_ONE", "quantity"),
        ("rmas", {"value_due": "-1"}, "NEGATIVE_AMOUNT", "value_due"),
        ("rmas", {"units_due": "0"}, "QUANTITY_BELOW_ONE", "units_due"),
        ("receipts", {"received_on": DAY, "posted_on": DAY_BEFORE}, "POSTED_BEFORE_RECEIVED", "posted_on"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused_and_can_still_be_compared(
    kind: str, cells: dict[str, str], code: str, column: str
) -> None:
    line = one_line(kind, **cells)
    assert codes_of(line) == [(code, column)]
    assert line.values is not None
    assert line.key == one_line(kind, **{name: cell for name, cell in cells.items() if name == "first_day"}).key


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("certifications", {"first_day": DAY, "last_day": DAY}),
        ("certifications", {"first_day": DAY, "last_day": ""}),
        ("quotes", {"issued_on": DAY, "valid_until": DAY}),
        ("quotes", {"valid_until": DAY_BEFORE, "credit": "0.00", "quantity": "1"}),
        ("enrollments", {"submitted_on": DAY, "status": "APPROVED", "decided_on": DAY}),
        ("enrollments", {"status": "WITHDRAWN"}),
        ("enrollments", {"status": "SUBMITTED"}),
        ("enrollments", {"decided_on": DAY}),
        ("deviations", {"status": "REQUESTED"}),
        ("deviations", {"status": "CANCELLED"}),
        ("deviations", {"requested_on": DAY, "expires_on": DAY, "quantity": "1"}),
        ("orders", {"net_value": "1.00", "credit": "2.00"}),
        ("orders", {"booked_on": DAY, "confirmed_on": DAY_BEFORE, "shipped_on": DAY_BEFORE, "cancelled_on": DAY_BEFORE}),
        ("pos", {"quantity": "-5", "shipped_on": DAY, "reported_on": DAY_BEFORE}),
        ("pos", {"quantity": "0"}),
        ("receipts", {"units": "-5"}),
        ("receipts", {"posted_on": DAY_BEFORE}),
        ("rmas", {"units_due": "", "value_due": ""}),
    ],
)
def test_what_only_looks_odd_is_no_contradiction(kind: str, cells: dict[str, str]) -> None:
    assert one_line(kind, **cells).problems == ()


def test_all_contradictions_of_a_row_are_told() -> None:
    line = one_line("enrollments", submitted_on=DAY, status="DENIED")
    assert codes_of(line) == [("DECIDED_WITHOUT_DAY", "decided_on")]
    line = one_line("orders", quantity="0", net_value="-1.00", credit="-2.00")
    assert [problem.message for problem in line.problems] == [
        "Line 2: quantity `0` is below 1. Write at least 1, or leave it empty.",
        "Line 2: net_value `-1.00` is negative. Write it without the minus sign, or 0.00.",
        "Line 2: credit `-2.00` is negative. Write it without the minus sign, or 0.00.",
    ]


def test_days_that_contradict_are_told_both() -> None:
    (problem,) = one_line("certifications", first_day=DAY, last_day=DAY_BEFORE).problems
    assert problem.message == "Line 2: last_day `2008-02-01` is before first_day `2008-02-02`. Correct one of the two days."


def test_a_decision_without_its_day_names_the_status() -> None:
    (problem,) = one_line("deviations", status="APPROVED").problems
    assert problem.value is None
    assert problem.message == "Line 2: decided_on is empty, but status is `APPROVED`. Give the day of the decision."


def test_a_day_that_cannot_be_read_is_not_also_said_to_be_missing() -> None:
    assert codes_of(one_line("deviations", status="APPROVED", decided_on="soon")) == [("NOT_A_DAY", "decided_on")]


def test_a_row_of_typed_cells_can_be_asked_without_a_file() -> None:
    row = ("SO1", 1, *(None,) * 11, "[]", None, None, 1, -1, None)
    assert [problem.message for problem in contradictions(ORDERS, row)] == [
        "net_value `-0.01` is negative. Write it without the minus sign, or 0.00."
    ]
    assert contradictions(PARTNERS, ("P1", None, None, None, None)) == ()
    assert contradictions(POS, ("D", "I", "1", *(None,) * 6, -1, "[]", None, None, None)) == ()
