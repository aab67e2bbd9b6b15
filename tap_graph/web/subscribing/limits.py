"""Limits: how much of a process sockets and event streams may take, and how long each waits for the other side."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tap_graph.web.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLimits:
    """What one installation allows."""

    places: int = 1_000
    """Sockets and event streams that one process holds open at once."""
    operations: int = 100
    """Operations that run on one socket at once."""
    message_bytes: int = 256 * 1024
    """The largest message that is read from a socket."""
    unsent_bytes: int = 1024 * 1024
    """What waits for one socket to be read before nothing more is asked for it; each running operation may add one answer."""
    init_seconds: float = 10
    """Until a socket has said who it speaks for."""
    ping_seconds: float = 30
    """Between pings to a socket; one that says nothing from one to the next is dead."""
    comment_seconds: float = 15
    """Of silence on an event stream until a comment keeps it open."""
    send_seconds: float = 30
    """In which the other side takes a message; it is closed otherwise."""


class Places:
    """The sockets and event streams that one process holds open."""

    def __init__(self, most: int, metrics: Metrics) -> None:
        self._most = most
        self._metrics = metrics

    @property
    def are_taken(self) -> bool:
        """Whether no other may be opened."""
        return self._metrics.sockets + self._metrics.event_streams >= self._most

    @contextmanager
    def socket(self) -> Iterator[None]:
        """Holds the place of a socket."""
        self._metrics.sockets += 1
        try:
            yield
        finally:
            self._metrics.sockets -= 1

    @contextmanager
    def event_stream(self) -> Iterator[None]:
        """Holds the place of an event stream."""
        self._metrics.event_streams += 1
        try:
            yield
        finally:
            self._metrics.event_streams -= 1
