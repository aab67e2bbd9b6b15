"""The sandbox: the bundled program year in memory, behind the real web; put back on demand, late or broken when asked.

Front-end tests run against it as against an installation: the same schema, rules, data and refusals. Its rows are
invented and its tokens public, so it asks nobody who they are before it tells them or puts the year back.
"""

from datetime import date

from tap_graph.rules import find_rulebooks
from tap_graph.testing.sandbox.faults import FAULTS
from tap_graph.testing.sandbox.serving import Sandbox
from tap_graph.testing.sandbox.year import Year

__all__ = ["FAULTS", "Sandbox", "Year", "open_sandbox"]


def open_sandbox(today: date | None = None) -> Sandbox:
    """A sandbox of its own, loaded and judged; takes some seconds.

    Args:
        today: The day its clock stands at, for what depends on today; None for the real clock.
    """
    return Sandbox(Year(find_rulebooks(), today))
