"""An RMA's state is the first of one table that its facts prove."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from tap_graph.domain.rma_progress import PRECEDENCE, RmaFacts, RmaState, state_of

NOTHING = RmaFacts(has_shipment=False, has_arrived=False, units_posted=0, units_due=4, is_invoiced=False)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({}, "ISSUED"),
        ({"has_shipment": True}, "IN_TRANSIT"),
        ({"has_shipment": True, "has_arrived": True}, "RECEIVED"),
        ({"has_arrived": True, "units_posted": 1}, "POSTED"),
        ({"has_arrived": True, "units_posted": 3}, "POSTED"),
        ({"has_arrived": True, "units_posted": 4}, "CLOSED"),
        ({"has_arrived": True, "units_posted": 5}, "CLOSED"),
        ({"has_arrived": True, "units_posted": 4, "is_invoiced": True}, "CLOSED"),
        ({"has_arrived": True, "units_posted": 3, "is_invoiced": True}, "INVOICED"),
        ({"is_invoiced": True}, "INVOICED"),
        ({"units_due": 0}, "ISSUED"),
        ({"units_due": 0, "has_arrived": True, "units_posted": 2}, "POSTED"),
    ],
)
def test_state_is_the_first_that_the_facts_prove(known: dict[str, Any], state: str) -> None:
    assert state_of(replace(NOTHING, **known)) == state


def test_a_shipment_notice_alone_never_counts_as_received() -> None:
    facts = [RmaFacts(True, False, 0, due, invoiced) for due, invoiced in product((0, 4), (False, True))]
    assert [state_of(each).value for each in facts] == ["IN_TRANSIT", "INVOICED", "IN_TRANSIT", "INVOICED"]


def test_every_state_stands_once_in_the_order_of_precedence() -> None:
    assert sorted(state for state, _ in PRECEDENCE) == sorted(RmaState)
