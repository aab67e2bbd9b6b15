"""Findings: what a rule has to say about one thing, with the source it stands on."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """What a finding does: it refuses, keeps pending until somebody answers, or is only shown."""

    REFUSE = "refuse"
    PENDING = "pending"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of a rule; `code` is UPPER_SNAKE and stable, `source` cites the rule's place."""

    code: str
    message: str
    source: str
    weight: Weight


def refuse(code: str, message: str, source: str) -> Finding:
    """A finding that excludes what was asked about."""
    return Finding(code, message, source, Weight.REFUSE)


def pending(code: str, message: str, source: str) -> Finding:
    """A finding that excludes what was asked about until it is answered."""
    return Finding(code, message, source, Weight.PENDING)


def note(code: str, message: str, source: str) -> Finding:
    """A finding that is shown and changes nothing."""
    return Finding(code, message, source, Weight.NOTE)
