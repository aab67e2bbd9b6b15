"""Acts on single delivered lines: approve what is proposed, edit and resubmit, refuse."""

import strawberry

from tap_graph.domain.viewer import Role
from tap_graph.schema.acts import Acting, Shown, act
from tap_graph.schema.fields import REQUIRED
from tap_graph.schema.links import DeliveryLineLink
from tap_graph.schema.mutations.given import LINE_CODES, UNSTORABLE, Given, key_of
from tap_graph.services import correcting

CORRECTING = frozenset({Role.ADMINISTRATOR, Role.DISTRIBUTOR})
LINE = Shown("delivery_line", "DeliveryLine", DeliveryLineLink, "Line the act was about, as it is now; null when the act was refused.")
NEW_LINE = Shown("delivery_line", "DeliveryLine", DeliveryLineLink, "Line that took its place; null when the act was refused.")
ID = (strawberry.ID, "Id of the line.", REQUIRED)
OPEN = {
    correcting.NOT_FOUND: "There is no such line, or it is not the viewer's.",
    correcting.NOT_OPEN: "Line is not open, or another took its place.",
}

ANEW = {
    "UNKNOWN_COLUMN": "Kind has no such column.",
    "NOT_YOUR_LINE": "Line would be another distributor's.",
    **UNSTORABLE,
}


@strawberry.input(description="Cell of a line, as a CSV file would hold it.")
class CellInput:
    """One cell."""

    column: str = strawberry.field(description="Column of the feed kind.")
    value: str = strawberry.field(description="Value of the cell; empty for not known.")


def _line(given: Given) -> int:
    return key_of(given, "DeliveryLine", correcting.NOT_FOUND)


def _approve(acting: Acting, given: Given) -> int:
    return correcting.approve(acting.connection, acting.rulebooks, acting.viewer, _line(given), acting.now)


def _resubmit(acting: Acting, given: Given) -> int:
    changes = {cell["column"]: cell["value"] for cell in given["changes"]}
    return correcting.resubmit(acting.connection, acting.rulebooks, acting.viewer, _line(given), changes, given.get("reason"), acting.now)


def _refuse(acting: Acting, given: Given) -> int:
    return correcting.refuse(acting.connection, acting.viewer, _line(given), given["reason"], acting.now)


APPROVE = act(
    "DeliveryLineApprove",
    "Approves the best proposals for what a held line waits for, for this line alone; it is delivered anew with them.",
    CORRECTING,
    NEW_LINE,
    _approve,
    {**OPEN, "NOTHING_PROPOSED": "No best proposal is there for something the line waits for.", **ANEW, **LINE_CODES},
    {"id": ID},
)
RESUBMIT = act(
    "DeliveryLineResubmit",
    "Delivers a held or refused line anew with some of its cells changed.",
    CORRECTING,
    NEW_LINE,
    _resubmit,
    {
        **OPEN,
        **ANEW,
        **LINE_CODES,
    },
    {
        "id": ID,
        "changes": (list[CellInput], "Cells that are to be different; the others are the line's own.", REQUIRED),
        "reason": (str | None, "Reason of the change; null for none.", None),
    },
)
REFUSE = act(
    "DeliveryLineRefuse",
    "Refuses a held line for good: it waits no more, and a corrected one may be delivered.",
    CORRECTING,
    LINE,
    _refuse,
    {**OPEN, "REASON_MISSING": "No reason is given.", **UNSTORABLE},
    {"id": ID, "reason": (str, "Reason of the refusal, for whoever sent the line.", REQUIRED)},
)
