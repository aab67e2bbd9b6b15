"""What a case must bring to be opened, by its type: everything that is missing is told at once (R22)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tap_graph.domain.case import CaseType
from tap_graph.domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class ReturnedItem:
    """One line of equipment that a partner says it sent back; None where it does not say."""

    rma_number: str | None = None
    line: int | None = None
    units: int | None = None
    returned_on: date | None = None
    quote_number: str | None = None
    order_number: str | None = None
    tracking_number: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What somebody brings along with a case."""

    text: str | None = None
    items: tuple[ReturnedItem, ...] = ()
    disputed_row: str | None = None
    enrollment: str | None = None
    has_proof: bool = False
    """A proof of the return is attached; it stands for the tracking number of every item."""


ITEM_CELLS = {
    "rma_number": "RMA number",
    "line": "number of the RMA's line",
    "units": "units sent back",
    "returned_on": "day it was sent back",
    "quote_number": "TMP quote number",
    "order_number": "sales order number",
}


def missing_evidence(type_: CaseType, evidence: Evidence) -> Iterator[Refusal]:
    """What a case of this type lacks."""
    if type_ is CaseType.MISSING_RETURN:
        yield from _missing_of_items(evidence)
    elif not (evidence.text or "").strip():
        yield _missing("text", "what is wrong or asked", ("text",))
    if type_ is CaseType.DATA_DISPUTE and not evidence.disputed_row:
        yield _missing("disputedRow", "row that is wrong", ("disputedRow",))
    if type_ is CaseType.ENROLLMENT and not evidence.enrollment:
        yield _missing("enrollment", "enrollment it is about", ("enrollment",))


def _missing_of_items(evidence: Evidence) -> Iterator[Refusal]:
    if not evidence.items:
        yield _missing("items", "equipment that was sent back, by RMA line", ("items",))
    for place, item in enumerate(evidence.items):
        for cell, meaning in ITEM_CELLS.items():
            if getattr(item, cell) in (None, ""):
                yield _missing(f"{cell} of item {place + 1}", meaning, ("items", str(place), cell))
        if not (item.tracking_number or evidence.has_proof):
            meaning = "carrier's tracking number, or attach a proof of the return"
            yield _missing(f"tracking_number of item {place + 1}", meaning, ("items", str(place), "tracking_number"))


def _missing(name: str, meaning: str, path: tuple[str, ...]) -> Refusal:
    return Refusal("EVIDENCE_MISSING", f"{name} is missing. Give the {meaning} (R22).", path)
