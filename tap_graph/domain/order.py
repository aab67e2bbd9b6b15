"""Orders: what a rule may know of one order line.

The facts hold no numbers, names or raw days, only kinds and how days relate, so that a million lines come
down to about a thousand distinct questions and each is asked once.
"""

from dataclasses import dataclass
from enum import StrEnum

from tap_graph.domain.combinability import Combinability
from tap_graph.domain.deviation import DeviationFacts


class SaleType(StrEnum):
    """What the customer's order is for: resale, or the partner's internal use (R10)."""

    RESALE = "RESALE"
    INTERNAL = "INTERNAL"


class Acquisition(StrEnum):
    """How the equipment is acquired; leases count unless they are for internal use (R10)."""

    PURCHASE = "PURCHASE"
    LEASE = "LEASE"


class QuoteStanding(StrEnum):
    """Whether the line stands on a TMP quote that was valid on its booking day (R10)."""

    NONE = "NONE"
    NOT_VALID = "NOT_VALID"
    VALID = "VALID"


@dataclass(frozen=True, slots=True)
class ProgramUse:
    """Another program the line used, and whether the theatre lets it be combined on the booking day (R15)."""

    program: str
    combinability: Combinability


@dataclass(frozen=True, slots=True)
class OrderLineFacts:
    """One order line as a rule sees it; None means "not known yet"."""

    sale_type: SaleType | None
    acquisition: Acquisition | None
    existing_network: bool | None
    two_tier: bool
    """The order names a distributor, or its partner is two-tier (program.md §7)."""
    quote: QuoteStanding
    deviation: DeviationFacts | None
    programs: tuple[ProgramUse, ...] = ()
