"""Cases: disputes and questions, the two sides of each, and which act moves which side (R22)."""

from collections.abc import Mapping
from enum import StrEnum


class CaseType(StrEnum):
    """What a case is about."""

    MISSING_RETURN = "MISSING_RETURN"
    DATA_DISPUTE = "DATA_DISPUTE"
    ENROLLMENT = "ENROLLMENT"
    QUESTION = "QUESTION"


class CaseState(StrEnum):
    """Where the administrator's side stands."""

    OPEN = "OPEN"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_FOR_PARTNER = "WAITING_FOR_PARTNER"
    RESOLVED = "RESOLVED"
    REJECTED = "REJECTED"
    REOPENED = "REOPENED"


class CaseAct(StrEnum):
    """What moves the administrator's side."""

    START = "START"
    ASK = "ASK"
    ANSWER = "ANSWER"
    RESOLVE = "RESOLVE"
    REJECT = "REJECT"
    REOPEN = "REOPEN"


class RecoveryState(StrEnum):
    """Where asset recovery's side of a missing return stands."""

    REPORTED = "REPORTED"
    SEARCHING = "SEARCHING"
    FOUND = "FOUND"
    NOT_FOUND = "NOT_FOUND"


class RecoveryAct(StrEnum):
    """What moves asset recovery's side."""

    SEARCH = "SEARCH"
    FIND = "FIND"
    GIVE_UP = "GIVE_UP"


CASE_MOVES: Mapping[tuple[CaseState, CaseAct], CaseState] = {
    (CaseState.OPEN, CaseAct.START): CaseState.IN_PROGRESS,
    (CaseState.OPEN, CaseAct.REJECT): CaseState.REJECTED,
    (CaseState.REOPENED, CaseAct.START): CaseState.IN_PROGRESS,
    (CaseState.REOPENED, CaseAct.REJECT): CaseState.REJECTED,
    (CaseState.IN_PROGRESS, CaseAct.ASK): CaseState.WAITING_FOR_PARTNER,
    (CaseState.IN_PROGRESS, CaseAct.RESOLVE): CaseState.RESOLVED,
    (CaseState.IN_PROGRESS, CaseAct.REJECT): CaseState.REJECTED,
    (CaseState.WAITING_FOR_PARTNER, CaseAct.ANSWER): CaseState.IN_PROGRESS,
    (CaseState.WAITING_FOR_PARTNER, CaseAct.REJECT): CaseState.REJECTED,
    (CaseState.RESOLVED, CaseAct.REOPEN): CaseState.REOPENED,
    (CaseState.REJECTED, CaseAct.REOPEN): CaseState.REOPENED,
}
"""Every move of the administrator's side; a pair that is not here is refused."""

RECOVERY_MOVES: Mapping[tuple[RecoveryState, RecoveryAct], RecoveryState] = {
    (RecoveryState.REPORTED, RecoveryAct.SEARCH): RecoveryState.SEARCHING,
    (RecoveryState.REPORTED, RecoveryAct.FIND): RecoveryState.FOUND,
    (RecoveryState.SEARCHING, RecoveryAct.FIND): RecoveryState.FOUND,
    (RecoveryState.SEARCHING, RecoveryAct.GIVE_UP): RecoveryState.NOT_FOUND,
    (RecoveryState.NOT_FOUND, RecoveryAct.SEARCH): RecoveryState.SEARCHING,
    (RecoveryState.FOUND, RecoveryAct.SEARCH): RecoveryState.SEARCHING,
}
"""Every move of asset recovery's side; what was found or given up is searched for again when somebody doubts it."""


def moved(state: CaseState, act: CaseAct) -> CaseState | None:
    """The state an act leads to; None where the act is refused."""
    return CASE_MOVES.get((state, act))


def recovery_moved(state: RecoveryState, act: RecoveryAct) -> RecoveryState | None:
    """The state of asset recovery's side an act leads to; None where the act is refused."""
    return RECOVERY_MOVES.get((state, act))
