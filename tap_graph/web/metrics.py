"""Metrics: what was asked and how it was answered, counted in plain numbers.

One event loop counts, so that nothing is locked; `web/exposition.py` shows the numbers to Prometheus.
"""

from bisect import bisect_left
from collections import Counter

from tap_graph.reads.exchange import Answer

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds, each the upper bound of a bucket."""
METHODS = {"GET": "GET", "POST": "POST"}


class Metrics:
    """The counts of one application since it started."""

    __slots__ = (
        "cost",
        "event_streams",
        "events",
        "finishers",
        "requests",
        "seconds",
        "socket_closes",
        "sockets",
        "streamed_refusals",
        "subscriptions",
        "took",
    )

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int, str]] = Counter()
        """By method, status and code of the first error; no code where there was none."""
        self.took = [0] * (len(BOUNDS) + 1)
        """How many requests fell into each bucket, the last one unbounded."""
        self.seconds = 0.0
        self.finishers: Counter[str] = Counter()
        self.cost = 0
        self.sockets = 0
        """WebSockets that are open now; so with the next two."""
        self.event_streams = 0
        self.subscriptions = 0
        self.events = 0
        """Answers sent over sockets and event streams."""
        self.socket_closes: Counter[str] = Counter()
        """By code; `other` for codes that only clients think of."""
        self.streamed_refusals: Counter[str] = Counter()
        """Refusals over sockets and event streams, by code; they are not among the requests."""

    def count_reply(self, method: str, status: int, code: str | None, seconds: float) -> None:
        """Counts one reply; methods nobody knows are one, or callers could invent labels."""
        self.requests[METHODS.get(method, "other"), status, code or ""] += 1
        self.took[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def count_answer(self, answer: Answer) -> None:
        """Counts who answered and what it cost."""
        self.cost += answer.cost
        if answer.finisher is not None:
            self.finishers[answer.finisher] += 1
