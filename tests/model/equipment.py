"""What of the traded-in equipment is due and came back, in units and in value."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.model.cells import Row, amount, day
from tests.model.rows import Facts

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Returns:
    """Value due and value received of some RMAs."""

    due: Decimal
    received: Decimal

    @property
    def rate(self) -> Decimal | None:
        """The share that came back, unrounded; None when nothing is due."""
        return self.received / self.due if self.due else None

    def reaches(self, required: Decimal) -> bool:
        """Whether enough came back; nothing due is enough."""
        return self.received >= self.due * required


def returns_of(facts: Facts, orders: AbstractSet[str], on: date, deadline: date) -> Returns:
    """The returns of all RMA lines of some orders, as the status tool shows them on a day, at most until the deadline."""
    due = received = Decimal("0.00")
    for rma in facts.rows("rmas"):
        if rma["order_number"] in orders and rma["units_due"]:
            due += amount(rma["value_due"])
            received += _value_received(rma, received_units(facts, rma, min(on, deadline)))
    return Returns(due, received)


def received_units(facts: Facts, rma: Row, until: date) -> int:
    """Units received of one RMA line, reversals deducted: never below 0, never above what is due."""
    units = sum(
        int(receipt["units"] or 0)
        for receipt in facts.rows("receipts")
        if (receipt["rma_number"], receipt["line"]) == (rma["rma_number"], rma["line"]) and _shows(receipt, until)
    )
    return max(0, min(units, int(rma["units_due"])))


def _shows(receipt: Row, until: date) -> bool:
    posted = day(receipt["posted_on"])
    return posted is not None and posted <= until


def _value_received(rma: Row, units: int) -> Decimal:
    return (amount(rma["value_due"]) * units / int(rma["units_due"])).quantize(CENT, ROUND_HALF_UP)
