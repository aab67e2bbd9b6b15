"""Acts on facts in force."""

from tap_graph.domain.viewer import Role
from tap_graph.schema.acts import Acting, Shown, act
from tap_graph.schema.enums import FeedKind
from tap_graph.schema.fields import REQUIRED
from tap_graph.schema.links import ActLink
from tap_graph.schema.mutations.given import UNSTORABLE, Given
from tap_graph.services import retracting


def _retract(acting: Acting, given: Given) -> int:
    kind, key, reason = given["kind"].value, given["key"], given["reason"]
    return retracting.retract(acting.connection, acting.rulebooks, acting.viewer, kind, key, reason, acting.now)


RETRACT = act(
    "FactRetract",
    "Takes a wrong row back: what it said ends; its versions and the reason are kept.",
    frozenset({Role.ADMINISTRATOR}),
    Shown("act", "Act", ActLink, "Act as it was written down; null when it was refused."),
    _retract,
    {
        "REASON_MISSING": "No reason is given.",
        **UNSTORABLE,
        "ROW_NOT_FOUND": "No row in force has that key.",
        "KEY_AMBIGUOUS": "Key can be read as that of several rows.",
        "ROW_REFERRED_TO": "Other rows in force, or judgements, stand on it.",
    },
    {
        "kind": (FeedKind, "Kind of the row.", REQUIRED),
        "key": (str, "Natural key of the row: its cells joined by a slash, such as `SO-1/2`.", REQUIRED),
        "reason": (str, "Reason why it is wrong.", REQUIRED),
    },
)
