"""The columns of every feed kind, and what makes one row malformed or contradictory in itself."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from tests.model.figures import THEATRES

Row = dict[str, str]
Key = tuple[str, ...]

KEYS: dict[str, Key] = {
    "partners": ("partner_number",),
    "certifications": ("partner_number", "level", "first_day"),
    "enrollments": ("partner_number", "region", "option"),
    "quotes": ("quote_number", "line"),
    "deviations": ("deviation_number",),
    "orders": ("order_number", "line"),
    "pos": ("distributor_id", "invoice_number", "invoice_line"),
    "rmas": ("rma_number", "line"),
    "receipts": ("receipt_number",),
}
OTHERS: dict[str, str] = {
    "partners": "name country tier cam_email",
    "certifications": "last_day",
    "enrollments": "submitted_on status decided_on reason",
    "quotes": "partner_number issued_on valid_until traded_in_product traded_in_maker end_customer quantity credit",
    "deviations": "distributor_id partner_number quote_number type requested_on status decided_on",
    "orders": "partner_number quote_number deviation_number distributor_id booked_on confirmed_on shipped_on cancelled_on sale_type"
    " acquisition existing_network programs end_customer product quantity net_value credit",
    "pos": "report_number partner_number order_number order_line deviation_number product quantity"
    " serial_numbers shipped_on invoiced_on reported_on",
    "rmas": "order_number quote_number product units_due value_due",
    "receipts": "rma_number line units received_on posted_on",
}
COLUMNS: dict[str, Key] = {kind: KEYS[kind] + tuple(OTHERS[kind].split()) for kind in KEYS}
"""Kind → its columns, the natural key first; the kinds stand so that each refers only to those before it."""

AMOUNTS = frozenset({"net_value", "credit", "value_due"})
COUNTS = frozenset({"line", "order_line", "quantity", "units", "units_due"})
AT_LEAST_ONE = frozenset({("quotes", "quantity"), ("orders", "quantity"), ("rmas", "units_due")})
WORDS: dict[tuple[str, str], frozenset[str]] = {
    ("partners", "tier"): frozenset({"ONE_TIER", "TWO_TIER"}),
    ("enrollments", "status"): frozenset({"SUBMITTED", "APPROVED", "DENIED", "WITHDRAWN"}),
    ("deviations", "status"): frozenset({"REQUESTED", "APPROVED", "DECLINED"}),
    ("orders", "sale_type"): frozenset({"RESALE", "INTERNAL"}),
    ("orders", "acquisition"): frozenset({"PURCHASE", "LEASE"}),
    ("orders", "existing_network"): frozenset({"true", "false"}),
}
NOT_BEFORE = (
    ("first_day", "last_day"),
    ("issued_on", "valid_until"),
    ("submitted_on", "decided_on"),
    ("requested_on", "decided_on"),
    ("received_on", "posted_on"),
)
DECIDED = frozenset({"APPROVED", "DENIED", "DECLINED"})


def full(kind: str, row: Mapping[str, str]) -> Row:
    """The row with every column of its kind, an absent one empty."""
    return {column: row.get(column, "") for column in COLUMNS[kind]}


def key_of(kind: str, row: Mapping[str, str]) -> Key:
    """The natural key of a row."""
    return tuple(row[column] for column in KEYS[kind])


def is_day(column: str) -> bool:
    """Whether a column holds a program day."""
    return column.endswith(("_on", "_day", "_until"))


def day(text: str) -> date | None:
    """A program day; None while it is not known."""
    return date.fromisoformat(text) if text else None


def amount(text: str) -> Decimal:
    """An amount in USD; an unknown one counts 0."""
    return Decimal(text or "0.00")


def canonical(kind: str, row: Mapping[str, str]) -> Row:
    """The row with numbers written in one way, so that equal values are equal texts; a malformed cell stays as it is."""
    plain = full(kind, row)
    for column, text in plain.items():
        if text and not _cell_fault(kind, column, text):
            if column in AMOUNTS:
                plain[column] = f"{Decimal(text):.2f}"
            elif column in COUNTS:
                plain[column] = str(int(text))
    return plain


def faults_of(kind: str, row: Mapping[str, str]) -> list[str]:
    """Everything that refuses a row by itself; empty for a well-formed one.

    A certification may come without its first day: it is kept and never qualifies.
    """
    plain = full(kind, row)
    faults = [f"{column} is empty" for column in KEYS[kind] if not plain[column] and column != "first_day"]
    faults += [f"{column} is malformed" for column, text in plain.items() if text and _cell_fault(kind, column, text)]
    return faults or _contradictions(kind, plain)


def _cell_fault(kind: str, column: str, text: str) -> bool:
    if is_day(column):
        return not _reads_as_day(text)
    if column in AMOUNTS:
        return re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", text) is None
    if column in COUNTS:
        return re.fullmatch(r"-?[0-9]+", text) is None
    words = WORDS.get((kind, column))
    return words is not None and text not in words


def _reads_as_day(text: str) -> bool:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _contradictions(kind: str, row: Row) -> list[str]:
    faults = []
    for first, then in NOT_BEFORE:
        if row.get(first) and row.get(then) and row[then] < row[first]:
            faults.append(f"{then} is before {first}")
    if row.get("status") in DECIDED and not row["decided_on"]:
        faults.append("decided without a day")
    faults += [f"{column} is negative" for column in AMOUNTS if amount(row.get(column, "")) < 0]
    faults += [f"{column} is below 1" for of, column in AT_LEAST_ONE if of == kind and row[column] and int(row[column]) < 1]
    if kind == "enrollments" and row["option"] not in THEATRES.get(row["region"], {}):
        faults.append("the region or option is not installed")
    return faults
