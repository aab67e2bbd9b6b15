"""Contradictions inside one row (contract §3, "Contradictory"); rows are never compared with one another.

Each check names the columns it reads, so that a check is left out where one of them could not be read.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from tap_graph.feeds import kinds
from tap_graph.feeds.cells import Value
from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.problems import Problem
from tap_graph.values.money import printed

Row = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a row may not say: the positions of the columns it reads, and how it is found."""

    positions: tuple[int, ...]
    find: Callable[[Row], Problem | None]


def _not_before(kind: Kind, earlier: str, later: str, code: str) -> Check:
    """The day in `later` may not be before the day in `earlier`; ISO days compare as text."""
    first, then = kind.position(earlier), kind.position(later)

    def find(row: Row) -> Problem | None:
        start, end = row[first], row[then]
        if not isinstance(start, str) or not isinstance(end, str) or end >= start:
            return None
        return Problem(code, later, end, f"{later} `{end}` is before {earlier} `{start}`. Correct one of the two days.")

    return Check((first, then), find)


def _not_negative(kind: Kind, column: str) -> Check:
    at = kind.position(column)

    def find(row: Row) -> Problem | None:
        cents = row[at]
        if not isinstance(cents, int) or cents >= 0:
            return None
        amount = printed(cents)
        return Problem("NEGATIVE_AMOUNT", column, amount, f"{column} `{amount}` is negative. Write it without the minus sign, or 0.00.")

    return Check((at,), find)


def _at_least_one(kind: Kind, column: str) -> Check:
    at = kind.position(column)

    def find(row: Row) -> Problem | None:
        count = row[at]
        if not isinstance(count, int) or count >= 1:
            return None
        return Problem("QUANTITY_BELOW_ONE", column, str(count), f"{column} `{count}` is below 1. Write at least 1, or leave it empty.")

    return Check((at,), find)


def _decided_on_a_day(kind: Kind, *decided: str) -> Check:
    """A status that is a decision needs the day of the decision; to withdraw is not to decide."""
    at, day = kind.position("status"), kind.position("decided_on")

    def find(row: Row) -> Problem | None:
        status = row[at]
        if status not in decided or row[day] is not None:
            return None
        message = f"decided_on is empty, but status is `{status}`. Give the day of the decision."
        return Problem("DECIDED_WITHOUT_DAY", "decided_on", None, message)

    return Check((at, day), find)


CHECKS: Mapping[str, tuple[Check, ...]] = {
    "certifications": (_not_before(kinds.CERTIFICATIONS, "first_day", "last_day", "LAST_DAY_BEFORE_FIRST"),),
    "enrollments": (
        _not_before(kinds.ENROLLMENTS, "submitted_on", "decided_on", "DECIDED_BEFORE_SUBMITTED"),
        _decided_on_a_day(kinds.ENROLLMENTS, "APPROVED", "DENIED"),
    ),
    "quotes": (
        _not_before(kinds.QUOTES, "issued_on", "valid_until", "VALID_UNTIL_BEFORE_ISSUED"),
        _at_least_one(kinds.QUOTES, "quantity"),
        _not_negative(kinds.QUOTES, "credit"),
    ),
    "deviations": (
        _not_before(kinds.DEVIATIONS, "requested_on", "decided_on", "DECIDED_BEFORE_REQUESTED"),
        _decided_on_a_day(kinds.DEVIATIONS, "APPROVED", "DECLINED"),
        _at_least_one(kinds.DEVIATIONS, "quantity"),
        _not_before(kinds.DEVIATIONS, "requested_on", "expires_on", "EXPIRES_BEFORE_REQUESTED"),
    ),
    "orders": (_at_least_one(kinds.ORDERS, "quantity"), _not_negative(kinds.ORDERS, "net_value"), _not_negative(kinds.ORDERS, "credit")),
    "rmas": (_at_least_one(kinds.RMAS, "units_due"), _not_negative(kinds.RMAS, "value_due")),
    "receipts": (_not_before(kinds.RECEIPTS, "received_on", "posted_on", "POSTED_BEFORE_RECEIVED"),),
}


def contradictions(kind: Kind, row: Row, unread: Collection[int] = ()) -> tuple[Problem, ...]:
    """What a row of typed cells contradicts itself in; positions in `unread` could not be read and prove nothing."""
    found = []
    for check in CHECKS.get(kind.name, ()):
        problem = check.find(row)
        if problem is not None and not any(position in unread for position in check.positions):
            found.append(problem)
    return tuple(found)
