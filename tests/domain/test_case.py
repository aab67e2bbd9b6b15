"""Both sides of a case move by explicit tables: every other pair of state and act is refused."""

import pytest

from tap_graph.domain.case import CaseAct, CaseState, RecoveryAct, RecoveryState, moved, recovery_moved

CASE = {
    "OPEN": {"START": "IN_PROGRESS", "REJECT": "REJECTED"},
    "IN_PROGRESS": {"ASK": "WAITING_FOR_PARTNER", "RESOLVE": "RESOLVED", "REJECT": "REJECTED"},
    "WAITING_FOR_PARTNER": {"ANSWER": "IN_PROGRESS", "REJECT": "REJECTED"},
    "RESOLVED": {"REOPEN": "REOPENED"},
    "REJECTED": {"REOPEN": "REOPENED"},
    "REOPENED": {"START": "IN_PROGRESS", "REJECT": "REJECTED"},
}
RECOVERY = {
    "REPORTED": {"SEARCH": "SEARCHING", "FIND": "FOUND"},
    "SEARCHING": {"FIND": "FOUND", "GIVE_UP": "NOT_FOUND"},
    "FOUND": {"SEARCH": "SEARCHING"},
    "NOT_FOUND": {"SEARCH": "SEARCHING"},
}


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("act", CaseAct)
def test_each_act_moves_a_case_or_is_refused(state: CaseState, act: CaseAct) -> None:
    assert moved(state, act) == CASE[state.value].get(act.value)


@pytest.mark.parametrize("state", RecoveryState)
@pytest.mark.parametrize("act", RecoveryAct)
def test_each_act_moves_asset_recovery_or_is_refused(state: RecoveryState, act: RecoveryAct) -> None:
    assert recovery_moved(state, act) == RECOVERY[state.value].get(act.value)
