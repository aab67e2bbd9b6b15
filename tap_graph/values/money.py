"""Money: exact amounts, in integer minor units where they are stored and as decimals where people read them."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
# Fifteen digits before the point's two: what every database, spreadsheet and bank file involved can hold exactly.
LARGEST_MINOR = 10**15 - 1


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency; `amount` always has two places."""

    amount: Decimal
    currency: str = "USD"


def to_minor(amount: Decimal) -> int:
    """The amount in cents; an amount with a fraction of a cent is a ValueError, never a rounding."""
    minor = amount.scaleb(2)
    whole = int(minor)
    if whole != minor:
        raise ValueError(f"{amount} has a fraction of a cent")
    return whole


def from_minor(minor: int) -> Decimal:
    """The decimal amount with two places that this many cents are."""
    return Decimal(minor).scaleb(-2).quantize(CENT)


def share(minor: int, rate: Decimal) -> int:
    """`minor` cents times a rate, rounded once, half up, to the cent (program.md §7, rounding)."""
    return int((Decimal(minor) * rate).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def printed(minor: int) -> str:
    """Cents as text with two places and no separators: `13000.00`, `-0.60`."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"
