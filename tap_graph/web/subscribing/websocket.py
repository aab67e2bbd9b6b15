"""The WebSocket endpoint: takes a socket that speaks graphql-transport-ws, and says why it ends."""

import asyncio

from starlette.types import Receive, Scope, Send

from tap_graph.web.identity import Callers
from tap_graph.web.metrics import Metrics
from tap_graph.web.request import headers_of
from tap_graph.web.subscribing import closing
from tap_graph.web.subscribing.asking import Asking
from tap_graph.web.subscribing.closing import SocketClosed, drop
from tap_graph.web.subscribing.limits import Places, StreamLimits
from tap_graph.web.subscribing.messages import PROTOCOL
from tap_graph.web.subscribing.outbox import Outbox
from tap_graph.web.subscribing.session import Session

CLOSE_SECONDS = 1.0
"""In which a close frame goes out, or the connection is dropped without."""


class Sockets:
    """Answers operations over WebSockets, as an ASGI application.

    Every socket is accepted, for only then its client hears why it is closed. Where a page comes from is not asked: a page of
    another host may open a socket, but no browser puts a token into it by itself.
    """

    def __init__(self, callers: Callers, asking: Asking, places: Places, limits: StreamLimits, metrics: Metrics) -> None:
        self._callers = callers
        self._asking = asking
        self._places = places
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One socket, from its handshake to its end."""
        await receive()
        speaks = PROTOCOL in scope["subprotocols"]
        try:
            await send({"type": "websocket.accept", "subprotocol": PROTOCOL if speaks else None})
        except OSError:
            ended = SocketClosed(closing.LOST, by_peer=True)
        else:
            ended = await self._lived(scope, receive, send, speaks=speaks)
        self._metrics.socket_closes[str(ended.code) if ended.code in closing.COUNTED else "other"] += 1
        if not ended.by_peer:
            await _close(ended, send)

    async def _lived(self, scope: Scope, receive: Receive, send: Send, *, speaks: bool) -> SocketClosed:
        if not speaks:
            return SocketClosed(closing.PROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
        if self._places.are_taken:
            return SocketClosed(closing.FULL, "Try again later")
        authorization = headers_of(scope["headers"]).get(b"authorization", b"")
        outbox = Outbox(send, self._limits.unsent_bytes, self._limits.send_seconds)
        with self._places.socket():
            return await Session(receive, outbox, authorization, self._callers, self._asking, self._limits, self._metrics).run()


async def _close(ended: SocketClosed, send: Send) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await send({"type": "websocket.close", "code": ended.code, "reason": ended.reason})
    except OSError:
        # Not taken in time, which is an OSError too, or gone meanwhile.
        drop(send)
    else:
        if ended.code in closing.UNHEARD:
            drop(send)
