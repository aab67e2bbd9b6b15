"""Deviation authorizations (DART): the approval a two-tier order needs before it is confirmed (R11)."""

from dataclasses import dataclass
from enum import StrEnum

TMP = "TMP"


class DeviationStatus(StrEnum):
    """Where a deviation authorization stands."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"


@dataclass(frozen=True, slots=True)
class DeviationFacts:
    """What a rule may know of an order line's deviation: never its number or days, only how they relate."""

    is_tmp: bool
    status: DeviationStatus | None
    decided_before_confirmation: bool
    """Decided on or before the order's confirmation day, or its booking day where that is empty."""
