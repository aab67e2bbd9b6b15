"""Acts on aliases: what a distributor writes, and what a person approves that it means."""

import strawberry

from tap_graph.domain.viewer import Role
from tap_graph.schema.acts import Acting, Shown, act
from tap_graph.schema.enums import AliasSubject
from tap_graph.schema.fields import REQUIRED
from tap_graph.schema.links import AliasLink, DistributorLink
from tap_graph.schema.mutations.given import UNSTORABLE, Given, key_of
from tap_graph.services import aliasing

PROPOSING = frozenset({Role.ADMINISTRATOR, Role.DISTRIBUTOR})
DECIDING = frozenset({Role.ADMINISTRATOR})
ALIAS = Shown("alias", "Alias", AliasLink, "Alias the act was about, as it is now; null when the act was refused.")
NOT_FOUND = "ALIAS_NOT_FOUND"
ID = (strawberry.ID, "Id of the alias.", REQUIRED)
REASON = (str, "Reason of the decision.", REQUIRED)
DECIDED = {NOT_FOUND: "There is no such alias.", "ALIAS_NOT_OPEN": "Alias is in another state than the act needs."}
MEANINGLESS = {
    "MEANING_UNKNOWN": "There is no partner or order of the number it should mean.",
    "LINE_WITHOUT_ORDER": "Line was given for something that has no lines.",
}


def _alias(given: Given) -> int:
    return key_of(given, "Alias", NOT_FOUND)


def _propose(acting: Acting, given: Given) -> int:
    name = aliasing.Name(distributor_id=given["distributorId"], subject=given["subject"].value, name=given["name"])
    return aliasing.propose(acting.connection, acting.viewer, name, given["meaning"], given.get("line"), acting.now)


def _propose_all(acting: Acting, given: Given) -> int:
    return aliasing.propose_for(acting.connection, acting.viewer, given["distributorId"], acting.now)


def _approve(acting: Acting, given: Given) -> int:
    return aliasing.approve(acting.connection, acting.rulebooks, acting.viewer, _alias(given), acting.now)


def _decline(acting: Acting, given: Given) -> int:
    return aliasing.decline(acting.connection, acting.viewer, _alias(given), given["reason"], acting.now)


def _end(acting: Acting, given: Given) -> int:
    return aliasing.end(acting.connection, acting.viewer, _alias(given), given["reason"], acting.now)


PROPOSE = act(
    "AliasPropose",
    "Proposes what a distributor means by a name; somebody else approves it.",
    PROPOSING,
    ALIAS,
    _propose,
    {"NOT_YOUR_NAME": "Name is another distributor's.", "NAME_TAKEN": "Alias for the name is in use.", **MEANINGLESS, **UNSTORABLE},
    {
        "distributorId": (str, "Id of the distributor that writes the name.", REQUIRED),
        "subject": (AliasSubject, "Subject of the name.", REQUIRED),
        "name": (str, "Name as the distributor writes it.", REQUIRED),
        "meaning": (str, "Partner number, product or order number it means.", REQUIRED),
        "line": (int | None, "Line of that order, where reports name none; null for none.", None),
    },
)
PROPOSE_ALL = act(
    "AliasesPropose",
    "Proposes the likeliest meanings of everything a distributor's held lines wait for, with a score each.",
    PROPOSING,
    Shown("distributor", "Distributor", DistributorLink, "Distributor, whose proposals are there now; null when the act was refused."),
    _propose_all,
    {"NOT_FOUND": "There is no such distributor, or it is not the viewer's."},
    {"distributorId": (str, "Id of the distributor.", REQUIRED)},
)
APPROVE = act(
    "AliasApprove",
    "Approves a proposed alias: it is used from now on, and the held lines it frees are decided again at once.",
    DECIDING,
    ALIAS,
    _approve,
    {**DECIDED, "OWN_PROPOSAL": "Viewer proposed it; somebody else has to approve it.", **MEANINGLESS},
    {"id": ID},
)
DECLINE = act(
    "AliasDecline", "Declines a proposed alias; it is not proposed again.", DECIDING, ALIAS, _decline, DECIDED, {"id": ID, "reason": REASON}
)
END = act(
    "AliasEnd",
    "Ends an alias that is in use; lines read by it stay as they are.",
    DECIDING,
    ALIAS,
    _end,
    DECIDED,
    {"id": ID, "reason": REASON},
)
