"""Deviation authorizations (DART): the approval a two-tier order needs before it is confirmed (R11)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TMP = "TMP"


class DeviationStatus(StrEnum):
    """Where a deviation authorization stands."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"


class DeviationState(StrEnum):
    """Where a deviation authorization stands on a day: its status, unless it ran out before that day."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


OPEN_TO_EXPIRY = (DeviationStatus.REQUESTED, DeviationStatus.APPROVED)
"""Only these run out: what was declined or cancelled stays so."""


def state_on(status: DeviationStatus, expires_on: date | None, day: date) -> DeviationState:
    """The state on a day; the last day on which it holds is not past it."""
    is_expired = status in OPEN_TO_EXPIRY and expires_on is not None and expires_on < day
    return DeviationState.EXPIRED if is_expired else DeviationState(status.value)


@dataclass(frozen=True, slots=True)
class DeviationFacts:
    """What a rule may know of an order line's deviation: never its number or days, only how they relate."""

    is_tmp: bool
    status: DeviationStatus | None
    decided_before_confirmation: bool
    """Decided on or before the order's confirmation day, or its booking day where that is empty."""
