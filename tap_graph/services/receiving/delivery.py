"""A delivery on its way in, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from tap_graph.feeds.problems import Problem


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one delivered file, as the contract prints it (§3); `refusal` tells why a whole file was refused."""

    delivery: int | None
    file: str
    sha256: str
    lines: int = 0
    accepted: int = 0
    unchanged: int = 0
    held: int = 0
    refused: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    refusal: str | None = None
    defects: tuple[Problem, ...] = ()
    """Everything a whole file was refused for; empty where it was not."""


Tell = Callable[[int, int], None]
"""Told now and then how many bytes and lines of the file were read."""


def tell_nobody(_bytes_read: int, _lines_read: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file on its way in: what it claims to be, and from whom."""

    kind: str
    stream: BinaryIO
    """Seekable; read twice, for its digest and for its lines."""
    file: str
    sender: str = ""
    again: bool = False
    """Takes a file that was delivered before as a new delivery."""
    only_distributor: str | None = None
    """The one distributor whose lines it may hold, where its sender may speak for no other."""
    tell: Tell = tell_nobody
