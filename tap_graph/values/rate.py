"""Rates: shares kept as their two counts, because 0 of 0 is "nothing was due", not failure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, both in the same unit (cents, or units of equipment)."""

    part: int
    whole: int

    def reaches(self, required: Decimal) -> bool:
        """Whether the share is at least `required`; nothing due reaches everything, and nothing is rounded."""
        return self.whole == 0 or Decimal(self.part) >= required * Decimal(self.whole)

    def fraction(self) -> Decimal | None:
        """The share with four places, half up, for people; None when nothing was due."""
        if self.whole == 0:
            return None
        return (Decimal(self.part) / Decimal(self.whole)).quantize(FOUR_PLACES, rounding=ROUND_HALF_UP)

    def missing(self, required: Decimal) -> Decimal:
        """How far the share falls short of `required`, as a fraction with four places; 0 when it reaches it."""
        fraction = self.fraction()
        if fraction is None or self.reaches(required):
            return Decimal("0.0000")
        return max(required - fraction, Decimal(0)).quantize(FOUR_PLACES, rounding=ROUND_HALF_UP)


def rate_text(rate: Decimal) -> str:
    """A rate as a fraction with four places: `0.8500`."""
    return str(rate.quantize(FOUR_PLACES, rounding=ROUND_HALF_UP))
