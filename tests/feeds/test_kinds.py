"""The nine kinds have the columns, keys and types of the contract."""

import re

import pytest

from tap_graph.domain.errors import UnknownName
from tap_graph.feeds.kinds import KINDS, kind_named

# Contract §3, column for column, and what was added since; * marks the natural key.
CONTRACT = {
    "partners": "partner_number*, name, country, tier, cam_email",
    "certifications": "partner_number*, level*, first_day*, last_day",
    "enrollments": "partner_number*, region*, option*, submitted_on, status, decided_on, reason",
    "quotes": "quote_number*, line*, partner_number, issued_on, valid_until, traded_in_product, traded_in_maker,"
    " end_customer, quantity, credit",
    "deviations": "deviation_number*, distributor_id, partner_number, quote_number, type, requested_on, status, decided_on,"
    " quantity, expires_on, reason",
    "orders": "order_number*, line*, partner_number, quote_number, deviation_number, distributor_id, booked_on, confirmed_on, shipped_on,"
    " cancelled_on, sale_type, acquisition, existing_network, programs, end_customer, product, quantity, net_value, credit",
    "pos": "distributor_id*, invoice_number*, invoice_line*, report_number, partner_number, order_number, order_line, deviation_number,"
    " product, quantity, serial_numbers, shipped_on, invoiced_on, reported_on",
    "rmas": "rma_number*, line*, order_number, quote_number, product, units_due, value_due",
    "receipts": "receipt_number*, rma_number, line, units, received_on, posted_on",
}


def test_there_are_nine_kinds_in_the_order_of_the_contract() -> None:
    assert list(KINDS) == list(CONTRACT)


@pytest.mark.parametrize("kind", CONTRACT)
def test_a_kind_has_the_columns_of_the_contract_in_its_order(kind: str) -> None:
    assert ", ".join(column.name + "*" * column.key for column in KINDS[kind].columns) == CONTRACT[kind]


@pytest.mark.parametrize("kind", CONTRACT)
def test_the_key_stands_first(kind: str) -> None:
    columns = KINDS[kind].columns
    assert tuple(column.name for column in columns[: len(KINDS[kind].keys)]) == KINDS[kind].keys


def test_only_the_first_day_of_a_certification_may_be_empty_in_a_key() -> None:
    may = [(kind.name, column.name) for kind in KINDS.values() for column in kind.columns if column.key and column.may_be_empty]
    assert may == [("certifications", "first_day")]


@pytest.mark.parametrize(
    ("kind", "column", "words"),
    [
        ("partners", "tier", ("ONE_TIER", "TWO_TIER")),
        ("enrollments", "status", ("SUBMITTED", "APPROVED", "DENIED", "WITHDRAWN")),
        ("deviations", "status", ("REQUESTED", "APPROVED", "DECLINED", "CANCELLED")),
        ("orders", "sale_type", ("RESALE", "INTERNAL")),
        ("orders", "acquisition", ("PURCHASE", "LEASE")),
    ],
)
def test_closed_lists_hold_the_words_of_the_contract(kind: str, column: str, words: tuple[str, ...]) -> None:
    found = KINDS[kind].columns[KINDS[kind].position(column)]
    assert (found.type, found.words) == ("enum", words)


@pytest.mark.parametrize("kind", CONTRACT)
def test_days_and_amounts_are_typed_by_what_they_are_called(kind: str) -> None:
    days = {column.name for column in KINDS[kind].columns if column.type == "day"}
    amounts = {column.name for column in KINDS[kind].columns if column.type == "amount"}
    names = {column.name for column in KINDS[kind].columns}
    assert days == {name for name in names if re.search("_(on|day|until)$", name)}
    assert amounts == names & {"net_value", "credit", "value_due"}


def test_a_kind_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(UnknownName, match=r"^`order` is not a kind of feed; there are partners, certifications, .*receipts\.$"):
        kind_named("order")


def test_a_column_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(UnknownName, match=r"^`units` is no column of certifications; it has partner_number, level, first_day, last_day\.$"):
        kind_named("certifications").position("units")
