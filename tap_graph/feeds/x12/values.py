"""Values: how X12 writes days, numbers and currencies, to what a cell of a feed holds."""

import re
from datetime import date
from decimal import Decimal

DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
# R of the standard: at most 15 digits; more than six decimal places are no price.
NUMBER = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})")
COUNT = re.compile(r"-?[0-9]{1,9}")
CURRENCY = re.compile(r"[A-Z]{3}")
PLACES = 6
MICRO = 10**PLACES
"""Amounts are summed in millionths, as whole numbers."""
MICRO_PER_CENT = MICRO // 100


def day(text: str) -> date | None:
    """The day that CCYYMMDD names; None where it names none."""
    found = DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def number(text: str) -> Decimal | None:
    """A number as R writes it; None where it is none."""
    return Decimal(text) if NUMBER.fullmatch(text) else None


def whole(text: str) -> int | None:
    """A whole number, also when written with decimal places that are all zero; None where it is none."""
    found = number(text)
    return int(found) if found is not None and found == found.to_integral_value() else None


def micro(amount: Decimal) -> int:
    """An amount in millionths of its currency."""
    return int(amount.scaleb(PLACES))


def from_micro(amount: int) -> Decimal:
    """An amount in its currency, without needless zeros but with two places at least."""
    found = Decimal(amount).scaleb(-PLACES)
    return found.quantize(Decimal("0.01")) if amount % MICRO_PER_CENT == 0 else found.normalize()
