"""Money is exact: cents in, cents out, one rounding half up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_graph.values.money import LARGEST_MINOR, Money, from_minor, printed, share, to_minor

AMOUNTS = st.integers(min_value=-LARGEST_MINOR, max_value=LARGEST_MINOR)


def test_money_is_in_usd_unless_said_otherwise() -> None:
    assert Money(Decimal("1.00")) == Money(Decimal("1.00"), "USD")


@pytest.mark.parametrize(
    ("amount", "minor"), [("13000.00", 1_300_000), ("0.01", 1), ("-0.60", -60), ("5", 500), ("1.10", 110), ("2E+2", 20_000)]
)
def test_amounts_become_cents(amount: str, minor: int) -> None:
    assert to_minor(Decimal(amount)) == minor


def test_a_fraction_of_a_cent_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^0\.005 has a fraction of a cent$"):
        to_minor(Decimal("0.005"))


@pytest.mark.parametrize(("minor", "text"), [(0, "0.00"), (1, "0.01"), (-60, "-0.60"), (-101, "-1.01"), (1_300_000, "13000.00")])
def test_cents_are_printed_with_two_places(minor: int, text: str) -> None:
    assert printed(minor) == text
    assert str(from_minor(minor)) == text


@pytest.mark.parametrize(
    ("minor", "rate", "rebate"),
    [(10_010, "0.15", 1502), (10_003, "0.15", 1500), (30_009, "0.15", 4501), (-10_010, "0.15", -1502), (0, "0.15", 0)],
)
def test_a_share_is_rounded_once_half_up(minor: int, rate: str, rebate: int) -> None:
    assert share(minor, Decimal(rate)) == rebate


@given(AMOUNTS)
def test_cents_and_amounts_are_the_same_money(minor: int) -> None:
    assert to_minor(from_minor(minor)) == minor
    assert to_minor(Decimal(printed(minor))) == minor


@given(AMOUNTS)
def test_the_whole_of_an_amount_is_the_amount(minor: int) -> None:
    assert share(minor, Decimal(1)) == minor
