"""How far an RMA is: what receipts prove, and before that what people and carriers say (R22, R26, R28).

Receipts are the source of truth. A shipment notice alone never counts as received, and an invoice never hides a return that is whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class RmaState(StrEnum):
    """How far an RMA is."""

    ISSUED = "ISSUED"
    IN_TRANSIT = "IN_TRANSIT"
    RECEIVED = "RECEIVED"
    POSTED = "POSTED"
    CLOSED = "CLOSED"
    INVOICED = "INVOICED"


@dataclass(frozen=True, slots=True)
class RmaFacts:
    """What is known of an RMA, over all its lines."""

    has_shipment: bool
    """Somebody noted a carrier and a tracking number."""
    has_arrived: bool
    """A receipt with a day of arrival stands."""
    units_posted: int
    """Units that show in the status tool, reversals taken off."""
    units_due: int
    """Units due back; 0 while not known."""
    is_invoiced: bool
    """What is missing was invoiced."""


def _is_closed(facts: RmaFacts) -> bool:
    return 0 < facts.units_due <= facts.units_posted


PRECEDENCE: tuple[tuple[RmaState, Callable[[RmaFacts], bool]], ...] = (
    (RmaState.CLOSED, _is_closed),
    (RmaState.INVOICED, lambda facts: facts.is_invoiced),
    (RmaState.POSTED, lambda facts: facts.units_posted > 0),
    (RmaState.RECEIVED, lambda facts: facts.has_arrived),
    (RmaState.IN_TRANSIT, lambda facts: facts.has_shipment),
    (RmaState.ISSUED, lambda _facts: True),
)
"""The first that holds is the state; the last always holds."""


def state_of(facts: RmaFacts) -> RmaState:
    """The state of an RMA by what is known of it."""
    return next(state for state, holds in PRECEDENCE if holds(facts))
