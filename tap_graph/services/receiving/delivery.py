"""A delivery on its way in, and what became of it."""

from dataclasses import dataclass, field
from typing import BinaryIO


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
