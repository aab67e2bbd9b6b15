"""Pulling: files are fetched from where distributors lay them out, each received once, however often the wire goes wrong.

`source.py` is what the sources' file says, `place.py` what every kind of place can do (`http.py`, `sftp.py`, `folder.py`),
`round.py` one look at one source, `ledger.py` what is remembered of each file, `scheduling.py` when to look again.
"""

from tap_graph.services.pulling.ledger import Ledger
from tap_graph.services.pulling.place import FetchFailed, Offered, Place
from tap_graph.services.pulling.round import Outcome, Puller, Waiting
from tap_graph.services.pulling.scheduling import Scheduler
from tap_graph.services.pulling.source import Source, read_sources

__all__ = ["FetchFailed", "Ledger", "Offered", "Outcome", "Place", "Puller", "Scheduler", "Source", "Waiting", "read_sources"]
