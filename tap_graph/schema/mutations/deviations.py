"""Acts on deviations: requested, revised and cancelled by distributors, decided by approvers (R11)."""

from datetime import date

from strawberry.types.unset import UNSET

from tap_graph.domain.deviation import TMP
from tap_graph.domain.viewer import Role
from tap_graph.schema.acts import Acting, Shown, act
from tap_graph.schema.fields import REQUIRED
from tap_graph.schema.links import DeviationLink
from tap_graph.schema.mutations.given import TEXT_CODES, Given, codes_of
from tap_graph.services import authorizing

ASKING = frozenset({Role.DISTRIBUTOR})
DECIDING = frozenset({Role.DEVIATION_APPROVER})
DEVIATION = Shown("deviation", "Deviation", DeviationLink, "Deviation the act was about, as it is now; null when the act was refused.")
NUMBER = (str, "Number of the deviation.", REQUIRED)
ALWAYS = {
    "NOT_FOUND": "There is no such deviation, or it is not the viewer's.",
    "NOT_STORABLE": "Text holds a character that cannot be stored.",
    **codes_of("PARTNER_UNKNOWN", "QUOTE_UNKNOWN", "NUMBER_TOO_LARGE", "QUANTITY_BELOW_ONE"),
    **codes_of("DECIDED_BEFORE_REQUESTED", "EXPIRES_BEFORE_REQUESTED"),
    **TEXT_CODES,
}
UNDECIDABLE = {"DEVIATION_NOT_REQUESTED": "It is decided, cancelled or expired."}
EXPIRES = {"EXPIRES_IN_THE_PAST": "It would expire before today, or before it was requested."}


def _request(acting: Acting, given: Given) -> int:
    wanted = authorizing.Wanted(
        partner_number=given["partnerNumber"],
        number=given.get("deviationNumber"),
        quote_number=given.get("quoteNumber"),
        type=given.get("type") or TMP,
        quantity=given.get("quantity"),
        expires_on=given.get("expiresOn"),
        reason=given.get("reason"),
    )
    return authorizing.request(acting.connection, acting.rulebooks, acting.viewer, wanted, acting.now, acting.today)


REVISED = {
    "partnerNumber": "partner_number",
    "quoteNumber": "quote_number",
    "type": "type",
    "quantity": "quantity",
    "expiresOn": "expires_on",
    "reason": "reason",
}


def _revise(acting: Acting, given: Given) -> int:
    changes = {column: given[name] for name, column in REVISED.items() if name in given}
    return authorizing.revise(
        acting.connection, acting.rulebooks, acting.viewer, given["deviationNumber"], changes, acting.now, acting.today
    )


def _cancel(acting: Acting, given: Given) -> int:
    return authorizing.cancel(
        acting.connection, acting.rulebooks, acting.viewer, given["deviationNumber"], given.get("reason"), acting.now, acting.today
    )


def _approve(acting: Acting, given: Given) -> int:
    return authorizing.approve(
        acting.connection,
        acting.rulebooks,
        acting.viewer,
        given["deviationNumber"],
        acting.now,
        acting.today,
        quantity=given.get("quantity"),
        reason=given.get("reason"),
    )


def _decline(acting: Acting, given: Given) -> int:
    return authorizing.decline(
        acting.connection, acting.rulebooks, acting.viewer, given["deviationNumber"], given["reason"], acting.now, acting.today
    )


REQUEST = act(
    "DeviationRequest",
    "Requests a deviation authorization (DART) for a two-tier deal.",
    ASKING,
    DEVIATION,
    _request,
    {
        "NUMBER_TAKEN": "There is a deviation of that number.",
        "PARTNER_MISSING": "No partner is named.",
        **ALWAYS,
    },
    {
        "partnerNumber": (str, "Number of the partner of the deal.", REQUIRED),
        "deviationNumber": (str | None, "Number of the deviation; null: one is made.", None),
        "quoteNumber": (str | None, "Number of the TMP quote; null for none.", None),
        "type": (str | None, "Type of the deviation; null for TMP.", None),
        "quantity": (int | None, "Quantity asked for, in units; null for not known.", None),
        "expiresOn": (date | None, "Last day on which it should hold; null for open-ended.", None),
        "reason": (str | None, "Reason of the request; null for none.", None),
    },
)
REVISE = act(
    "DeviationRevise",
    "Changes a requested deviation that nobody decided; what is not given stays.",
    ASKING,
    DEVIATION,
    _revise,
    {**UNDECIDABLE, "NOTHING_TO_CHANGE": "Nothing would be different.", "PARTNER_MISSING": "No partner is named.", **EXPIRES, **ALWAYS},
    {
        "deviationNumber": NUMBER,
        "partnerNumber": (str | None, "Number of the partner of the deal.", UNSET),
        "quoteNumber": (str | None, "Number of the TMP quote; null takes it away.", UNSET),
        "type": (str | None, "Type of the deviation; null takes it away.", UNSET),
        "quantity": (int | None, "Quantity asked for, in units; null takes it away.", UNSET),
        "expiresOn": (date | None, "Last day on which it should hold; null takes it away.", UNSET),
        "reason": (str | None, "Reason of the request; null takes it away.", UNSET),
    },
)
CANCEL = act(
    "DeviationCancel",
    "Takes a requested or approved deviation back, unless an order line names it.",
    ASKING,
    DEVIATION,
    _cancel,
    {"DEVIATION_NOT_IN_FORCE": "It is declined or cancelled.", "DEVIATION_IN_USE": "Order line names it.", **ALWAYS},
    {"deviationNumber": NUMBER, "reason": (str | None, "Reason of the cancellation; null for none.", None)},
)
APPROVE = act(
    "DeviationApprove",
    "Approves a requested deviation, for another quantity where one is given.",
    DECIDING,
    DEVIATION,
    _approve,
    {**UNDECIDABLE, **ALWAYS},
    {
        "deviationNumber": NUMBER,
        "quantity": (int | None, "Quantity approved, in units; null for what was asked.", None),
        "reason": (str | None, "Reason of the decision; null for none.", None),
    },
)
DECLINE = act(
    "DeviationDecline",
    "Declines a requested deviation.",
    DECIDING,
    DEVIATION,
    _decline,
    {**UNDECIDABLE, "REASON_MISSING": "No reason is given.", **ALWAYS},
    {"deviationNumber": NUMBER, "reason": (str, "Reason of the decision.", REQUIRED)},
)
