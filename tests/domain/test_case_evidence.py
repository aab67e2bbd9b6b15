"""A case is opened with the evidence its type requires, or told everything it lacks."""

from dataclasses import replace
from datetime import date

import pytest

from tap_graph.domain.case import CaseType
from tap_graph.domain.case_evidence import Evidence, ReturnedItem, missing_evidence

ITEM = ReturnedItem("RMA-1", 1, 2, date(2008, 10, 1), "Q-1", "SO-1", "1Z-9")


def lacks(type_: CaseType, evidence: Evidence) -> list[tuple[str, ...]]:
    return [refusal.path for refusal in missing_evidence(type_, evidence)]


@pytest.mark.parametrize(
    ("type_", "paths"),
    [
        (CaseType.MISSING_RETURN, [("items",)]),
        (CaseType.DATA_DISPUTE, [("text",), ("disputedRow",)]),
        (CaseType.ENROLLMENT, [("text",), ("enrollment",)]),
        (CaseType.QUESTION, [("text",)]),
    ],
)
def test_a_case_without_evidence_is_told_all_it_lacks(type_: CaseType, paths: list[tuple[str, ...]]) -> None:
    assert lacks(type_, Evidence(text=" ")) == paths


def test_every_cell_of_every_item_is_required() -> None:
    cells = ("rma_number", "line", "units", "returned_on", "quote_number", "order_number", "tracking_number")
    assert lacks(CaseType.MISSING_RETURN, Evidence(items=(ITEM, ReturnedItem()))) == [("items", "1", cell) for cell in cells]


def test_an_attached_proof_stands_for_the_tracking_number() -> None:
    item = replace(ITEM, tracking_number=None)
    assert lacks(CaseType.MISSING_RETURN, Evidence(items=(item,), has_proof=True)) == []
    [refusal] = missing_evidence(CaseType.MISSING_RETURN, Evidence(items=(item,)))
    assert refusal.code == "EVIDENCE_MISSING"
    assert refusal.message == (
        "tracking_number of item 1 is missing. Give the carrier's tracking number, or attach a proof of the return (R22)."
    )
