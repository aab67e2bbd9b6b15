"""Contradictions inside one row (contract §3); rows are never compared with one another here."""

from collections.abc import Callable, Sequence
from typing import Any

from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.problems import Problem

Cells = Sequence[Any]
Check = Callable[[Cells], Problem | None]


def _order(earlier: str, later: str, code: str) -> Callable[[Kind], Check]:
    """`later` must not be before `earlier`; both are days."""

    def bind(kind: Kind) -> Check:
        first, second = kind.position(earlier), kind.position(later)

        def check(cells: Cells) -> Problem | None:
            before, after = cells[first], cells[second]
            if before is None or after is None or after >= before:
                return None
            return Problem(code, later, after, f"{later} {after} is before {earlier} {before}: correct one of them.")

        return check

    return bind


def _not_negative(column: str) -> Callable[[Kind], Check]:
    def bind(kind: Kind) -> Check:
        position = kind.position(column)

        def check(cells: Cells) -> Problem | None:
            value = cells[position]
            if value is None or value >= 0:
                return None
            return Problem("NEGATIVE_AMOUNT", column, f"{value / 100:.2f}", f"{column} is negative: deliver what is due as a positive amount.")

        return check

    return bind


def _at_least_one(column: str) -> Callable[[Kind], Check]:
    def bind(kind: Kind) -> Check:
        position = kind.position(column)

        def check(cells: Cells) -> Problem | None:
            value = cells[position]
            if value is None or value >= 1:
                return None
            return Problem("QUANTITY_BELOW_ONE", column, str(value), f"{column} is {value}: it must be at least 1.")

        return check

    return bind


def _decided_with_day(*decided: str) -> Callable[[Kind], Check]:
    def bind(kind: Kind) -> Check:
        status, day = kind.position("status"), kind.position("decided_on")

        def check(cells: Cells) -> Problem | None:
            if cells[status] not in decided or cells[day] is not None:
                return None
            return Problem("DECIDED_WITHOUT_DAY", "decided_on", None, f"status {cells[status]} needs decided_on: give the day of the decision.")

        return check

    return bind


RULES: dict[str, tuple[Callable[[Kind], Check], ...]] = {
    "certifications": (_order("first_day", "last_day", "LAST_DAY_BEFORE_FIRST"),),
    "enrollments": (_order("submitted_on", "decided_on", "DECIDED_BEFORE_SUBMITTED"), _decided_with_day("APPROVED", "DENIED")),
    "quotes": (_order("issued_on", "valid_until", "VALID_UNTIL_BEFORE_ISSUED"), _not_negative("credit"), _at_least_one("quantity")),
    "deviations": (_order("requested_on", "decided_on", "DECIDED_BEFORE_REQUESTED"), _decided_with_day("APPROVED", "DECLINED")),
    "orders": (_not_negative("net_value"), _not_negative("credit"), _at_least_one("quantity")),
    "rmas": (_not_negative("value_due"), _at_least_one("units_due")),
    "receipts": (_order("received_on", "posted_on", "POSTED_BEFORE_RECEIVED"),),
}


def checks(kind: Kind) -> tuple[Check, ...]:
    """The contradictions a kind's rows are checked for."""
    return tuple(bind(kind) for bind in RULES.get(kind.name, ()))
