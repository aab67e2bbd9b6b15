"""Enrollments: a partner's application to one participation option."""

from dataclasses import dataclass
from enum import StrEnum

from tap_graph.domain.partner import Tier


class EnrollmentStatus(StrEnum):
    """Where an application stands; feeds never bring a draft."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    DENIED = "DENIED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class EnrollmentFacts:
    """One application as a rule sees it."""

    option: str
    tier: Tier | None
    country: str | None
    country_listed: bool
    """The partner's country is in the list of every period of the option (R14)."""
    certified_when_submitted: bool
    """A qualifying certification covers the day of submission (R1)."""
    submitted_in_window: bool | None
    """Submitted inside the enrollment window of the option (R16, R27); None without a day of submission."""
