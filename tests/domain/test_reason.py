"""Reasons are bits in the contract's order."""

from tap_graph.domain.finding import Weight
from tap_graph.domain.reason import BY_CODE, FIRST_REGION_BIT, LAST_REGION_BIT, REASONS, REFUSING_MASK, REGION_BITS, bit_of, codes_of

IN_ORDER = [
    "OUTSIDE_BOOKING_WINDOW",
    "AFTER_TWO_TIER_CUTOFF",
    "INTERNAL_USE",
    "NOT_EXISTING_NETWORK",
    "NOT_STANDARD_TMP",
    "PROGRAM_NOT_COMBINABLE",
    "DEVIATION_MISSING",
    "DEVIATION_NOT_TMP",
    "DEVIATION_NOT_APPROVED",
    "DEVIATION_AFTER_CONFIRMATION",
    "CANCELLED",
    "NOT_SHIPPED",
    "POS_NOT_REPORTED",
    "SALE_TYPE_UNKNOWN",
    "NETWORK_UNKNOWN",
    "PROGRAM_UNKNOWN",
]


def test_the_reasons_stand_in_the_contracts_order() -> None:
    assert [reason.code for reason in REASONS] == IN_ORDER
    assert [reason.bit for reason in REASONS] == list(range(16))


def test_five_reasons_are_pending_and_the_others_refuse() -> None:
    assert [reason.code for reason in REASONS if reason.weight is Weight.PENDING] == IN_ORDER[11:]
    assert REFUSING_MASK & (1 << FIRST_REGION_BIT) - 1 == 0b111_1111_1111


def test_a_mask_names_its_reasons_in_order_and_a_regions_own_last() -> None:
    mask = bit_of("NOT_SHIPPED") | bit_of("INTERNAL_USE") | 1 << FIRST_REGION_BIT
    assert codes_of(mask, {FIRST_REGION_BIT: "LEASED", FIRST_REGION_BIT + 1: "OTHER"}) == ["INTERNAL_USE", "NOT_SHIPPED", "LEASED"]
    assert codes_of(0) == []


def test_regions_have_bits_of_their_own_in_a_signed_64_bit_integer() -> None:
    assert max(reason.bit for reason in REASONS) < FIRST_REGION_BIT <= LAST_REGION_BIT < 63


def test_the_mask_alone_tells_whether_a_regions_own_reason_refuses() -> None:
    assert set(REGION_BITS[Weight.REFUSE]) | set(REGION_BITS[Weight.PENDING]) == set(range(FIRST_REGION_BIT, LAST_REGION_BIT + 1))
    assert all(REFUSING_MASK >> bit & 1 == 1 for bit in REGION_BITS[Weight.REFUSE])
    assert all(REFUSING_MASK >> bit & 1 == 0 for bit in REGION_BITS[Weight.PENDING])


def test_every_reason_says_what_it_means_and_where_it_stands() -> None:
    assert all(reason.message.endswith(".") and reason.source for reason in BY_CODE.values())
