"""Closing: how a socket ends: the codes of graphql-transport-ws, of WebSocket itself, and two of ours."""

from starlette.types import Send

LONGEST_REASON = 123
"""Bytes that a close frame holds beside its code (RFC 6455, 5.5)."""

NORMAL = 1000
GOING_AWAY = 1001
NO_STATUS = 1005
LOST = 1006
TOO_BIG = 1009
RESTART = 1012
FULL = 1013
INVALID = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
PROTOCOL_NOT_ACCEPTABLE = 4406
INIT_TIMEOUT = 4408
DUPLICATE = 4409
UNREAD = 4413
"""Ours: what was sent was not read in time."""
TOO_MANY_INITS = 4429
DEAD = 4499
"""Ours: a ping was not answered before the next one."""
INTERNAL = 4500

UNHEARD = frozenset({UNREAD, DEAD})
"""Where nobody reads: the close frame may never arrive, and the connection is dropped behind it."""
COUNTED = frozenset(
    {NORMAL, GOING_AWAY, NO_STATUS, LOST, TOO_BIG, RESTART, FULL, INVALID, UNAUTHORIZED, FORBIDDEN, PROTOCOL_NOT_ACCEPTABLE}
    | {INIT_TIMEOUT, DUPLICATE, UNREAD, TOO_MANY_INITS, DEAD, INTERNAL}
)
"""Codes that are counted by their number; clients may send any other of thousands."""


class SocketClosed(Exception):
    """A socket ends with a code and a reason; `by_peer` where the other side ended it, or is gone."""

    def __init__(self, code: int, reason: str = "", *, by_peer: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")
        self.by_peer = by_peer


def invalid(why: str) -> SocketClosed:
    """The end of a socket that sent what the protocol does not know."""
    return SocketClosed(INVALID, f"Invalid message received: {why}")


def drop(send: Send) -> None:
    """Drops a connection with all that waits in it; a plain close would wait for a reader that may never read.

    ASGI has no word for it, so it is done by uvicorn's own connection, whose method `send` is; behind anything else the
    server's own patience has to do.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
