"""What it takes to break a wire: bytes piece by piece, and a connection that is reset rather than closed."""

import socket
import struct
from collections.abc import Iterator
from typing import Protocol

PIECES = 10
BEFORE_RESET = 0.1
"""Seconds: a reset overtakes what the other side has not read yet."""
AT_ONCE = struct.pack("ii", 1, 0)


class Lingering(Protocol):
    """A socket, or what asyncio gives in its place."""

    def setsockopt(self, level: int, option: int, value: bytes, /) -> None:
        """As of a socket."""


def pieces(body: bytes) -> Iterator[bytes]:
    """The bytes in ten pieces of about the same length."""
    return (body[len(body) * part // PIECES : len(body) * (part + 1) // PIECES] for part in range(PIECES))


def reset_when_closed(connected: Lingering) -> None:
    """Lets the connection be reset at once when it is closed, whatever is still on its way."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
