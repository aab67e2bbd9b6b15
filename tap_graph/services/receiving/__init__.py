"""Receiving: one delivery of one kind becomes facts in one step, or leaves nothing.

Lines are read and staged first, which locks nobody (`staging.py`); then one transaction matches them, stores versions
and held lines, frees what waited for them, and renews decisions, owners and notes (`applying.py`). A process killed
before the commit has done nothing: the same file again is right. `accepting.py` is the whole way of one delivery,
`recording.py` that of one line which a person gives in place.
"""

from tap_graph.services.receiving.accepting import accept
from tap_graph.services.receiving.applying import recount_serials
from tap_graph.services.receiving.delivery import Delivery, Received
from tap_graph.services.receiving.recording import record

__all__ = ["Delivery", "Received", "accept", "record", "recount_serials"]
