"""The outbox: what waits to be sent over one socket, in its order, and no more than its reader deserves."""

import asyncio
from collections import deque

from starlette.types import Send

from tap_graph.web.subscribing.closing import LOST, UNREAD, SocketClosed


class Outbox:
    """Messages that wait for a socket.

    Whoever makes messages waits for `room` before it makes the next one, so that a socket that is not read holds up its own
    operations and nothing else; `send_all` ends one that is not read for too long.
    """

    def __init__(self, send: Send, most_bytes: int, seconds: float) -> None:
        self._send = send
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._waiting: deque[tuple[str | None, bytes]] = deque()
        self._held = 0
        self._is_filled = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()

    def put(self, message: bytes, owner: str | None = None) -> None:
        """Sends a message after those before it; its owner is the id of its operation."""
        self._waiting.append((owner, message))
        self._hold(len(message))
        self._is_filled.set()

    def drop(self, owner: str) -> None:
        """Takes back the messages of an owner that were not sent yet."""
        dropped = [message for whose, message in self._waiting if whose == owner]
        self._waiting = deque((whose, message) for whose, message in self._waiting if whose != owner)
        self._hold(-sum(map(len, dropped)))

    async def room(self) -> None:
        """Waits until less is held than may be."""
        await self._has_room.wait()

    async def send_all(self) -> None:
        """Sends what is put until it is cancelled; SocketClosed where the other side does not read, or is gone."""
        while True:
            await self._is_filled.wait()
            while self._waiting:
                _, message = self._waiting.popleft()
                await self._send_one(message.decode())
                self._hold(-len(message))
            self._is_filled.clear()

    async def _send_one(self, text: str) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError as error:
            raise SocketClosed(UNREAD, f"What was sent was not read within {self._seconds:g} s") from error
        except OSError as error:
            raise SocketClosed(LOST, by_peer=True) from error

    def _hold(self, more: int) -> None:
        self._held += more
        if self._held < self._most_bytes:
            self._has_room.set()
        else:
            self._has_room.clear()
