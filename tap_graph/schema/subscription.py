"""The subscription root: what can be followed while it happens."""

import strawberry

from tap_graph.schema.fields import REQUIRED, bound
from tap_graph.schema.receiving import Receiving
from tap_graph.schema.root import identified_row


@strawberry.type(description="Things that can be followed; each answer is the whole as it is then.")
class Subscription:
    """What can be followed."""

    receiving: Receiving | None = bound(
        identified_row("Receiving"),
        "Delivery under way, told anew whenever it is further, until it has ended; null for unknown and forbidden alike.",
        {"id": (strawberry.ID, "Id of the receiving.", REQUIRED)},
    )
