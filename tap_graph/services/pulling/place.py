"""Places: what a puller asks of whatever files lie at, and the file on its way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import BinaryIO, Protocol

from tap_graph.services.receiving import Received

SLOWEST = 32 * 1024
"""Bytes a second that a file must keep up, once it had the first seconds for nothing."""
FREE_SECONDS = 60


class FetchFailed(Exception):
    """A file could not be had this time; the text says why, for people."""

    def __init__(self, why: str, fingerprint: str | None = None) -> None:
        super().__init__(why)
        self.fingerprint = fingerprint
        """That of the version which failed, where it showed."""


class SourceAway(FetchFailed):
    """The place itself could not be reached, or lets nobody in: nothing is said of any file."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One file that lies there."""

    name: str
    address: str
    """Where exactly; what that is, the place knows."""
    fingerprint: str | None = None
    """What changes when the file does; None where that shows only when it is fetched."""


class Arriving:
    """A file on its way into a stream: not too large, not too slow."""

    def __init__(self, into: BinaryIO, most: int, now: Callable[[], datetime]) -> None:
        self._into = into
        self._most = most
        self._now = now
        self._began_at = now()
        self._digest = sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """SHA-256 of what arrived."""
        return self._digest.hexdigest()

    def announce(self, size: int) -> None:
        """Says how large the file is, before it comes; FetchFailed where that is too much."""
        if size > self._most:
            raise FetchFailed(f"The file has more than {self._most:,} bytes. Ask its owner to split it, or raise TAP_LARGEST_FEED.")

    def write(self, data: bytes) -> None:
        """Adds what came; FetchFailed where it is too much by now, or came too slowly."""
        self.size += len(data)
        self.announce(self.size)
        if (self._now() - self._began_at).total_seconds() > FREE_SECONDS + self.size / SLOWEST:
            raise FetchFailed(f"The file comes slower than {SLOWEST:,} bytes a second; {self.size:,} were there.")
        self._digest.update(data)
        self._into.write(data)


class Place(Protocol):
    """One place; used by one puller, from one thread."""

    keeps_files: bool
    """Whether a file stays there after it was received: then it is told by its fingerprint that it was."""

    def offered(self) -> Sequence[Offered]:
        """The files that lie there and are complete as far as the place can tell; SourceAway where it cannot be reached."""

    def fetch(self, offered: Offered, known: Sequence[str], into: Arriving) -> str | None:
        """Fetches a file whole and returns its fingerprint, or None where that is one of those known.

        FetchFailed where it did not come whole, SourceAway where nothing came at all; what was written until then is worth nothing.
        """

    def settle(self, offered: Offered, received: Received) -> None:
        """The file was received, or refused as a whole; FetchFailed where that cannot be marked there."""

    def ready_in(self) -> timedelta | None:
        """How long until a file that lies there incomplete may be complete; None where none does."""

    def close(self) -> None:
        """Ends a look at the place; connections are closed."""
