"""Events: what happened that people and systems outside are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class EventKind(StrEnum):
    """What happened."""

    ENROLLMENT_OPENED = "ENROLLMENT_OPENED"
    ENROLLMENT_SUBMITTED = "ENROLLMENT_SUBMITTED"
    ENROLLMENT_DECIDED = "ENROLLMENT_DECIDED"
    ENROLLMENT_OVERDUE = "ENROLLMENT_OVERDUE"
    DEADLINE_NEAR = "DEADLINE_NEAR"
    DELIVERY_PROCESSED = "DELIVERY_PROCESSED"
    RETURN_POSTED = "RETURN_POSTED"
    CASE_MOVED = "CASE_MOVED"
    EVALUATION_DONE = "EVALUATION_DONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event: what it is about, and whose it is; who sees the row sees the event."""

    kind: EventKind
    noun: str
    """GraphQL type of the row it is about: Enrollment, Case, Delivery, Rma, Evaluation …"""
    row_id: int
    key: str
    """Number of the row, for people."""
    partner_id: int | None = None
    theatre_id: int | None = None
    distributor_id: str | None = None
    once: str | None = None
    """Told at most once under this name, such as `DEADLINE_NEAR/enrollment 7/2008-04-26/7`; None: each time."""
    data: Mapping[str, str | int | None] = field(default_factory=dict)
    """What changed, for machines: flat, days and amounts as text."""
