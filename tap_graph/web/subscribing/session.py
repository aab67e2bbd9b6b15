"""The session: one socket from its handshake to its end, by the letter of graphql-transport-ws."""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass, field

from starlette.types import Receive

from tap_graph.domain.viewer import Viewer
from tap_graph.web.identity import Callers
from tap_graph.web.metrics import Metrics
from tap_graph.web.refusing import RequestRefused
from tap_graph.web.subscribing import closing, messages
from tap_graph.web.subscribing.asking import Asking
from tap_graph.web.subscribing.closing import SocketClosed, invalid
from tap_graph.web.subscribing.limits import StreamLimits
from tap_graph.web.subscribing.messages import Message
from tap_graph.web.subscribing.outbox import Outbox

logger = logging.getLogger(__name__)

TOO_MANY = RequestRefused(429, "TOO_MANY_OPERATIONS", "This socket runs as many operations as it may; complete some of them first.")


@dataclass(eq=False, slots=True)
class Operation:
    """One operation that runs on a socket."""

    id: str
    task: asyncio.Task[None] | None = None


@dataclass(eq=False, slots=True)
class Session:
    """What one socket may do and does; lives in `run`."""

    receive: Receive
    outbox: Outbox
    authorization: bytes
    """That of the handshake, where it has one; a `connection_init` that brings its own puts it in its place."""
    callers: Callers
    asking: Asking
    limits: StreamLimits
    metrics: Metrics
    _tasks: asyncio.TaskGroup = field(init=False, default_factory=asyncio.TaskGroup)
    _viewer: Viewer | None = field(init=False, default=None)
    _is_known: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _is_heard: bool = field(init=False, default=True)
    _operations: dict[str, Operation] = field(init=False, default_factory=dict)

    async def run(self) -> SocketClosed:
        """How the socket ended; its operations have ended then, too."""
        ended = SocketClosed(closing.INTERNAL, "Internal server error")
        try:
            async with self._tasks as tasks:
                tasks.create_task(self.outbox.send_all())
                tasks.create_task(self._keep())
                await self._read()
        except* SocketClosed as group:
            # What began it; others may have followed.
            ended = next(error for error in group.exceptions if isinstance(error, SocketClosed))
        except* Exception:
            # The last line before the client.
            logger.exception("a socket failed")
        return ended

    async def _read(self) -> None:
        while True:
            # Pings are answered as well: who sends them and reads nothing has to wait like others.
            await self.outbox.room()
            event = await self.receive()
            if event["type"] == "websocket.disconnect":
                raise SocketClosed(event.get("code") or closing.NO_STATUS, by_peer=True)
            self._is_heard = True
            self._heed(messages.message_of(event, self.limits.message_bytes))

    async def _keep(self) -> None:
        """Ends a socket that does not say who it speaks for, whose token ends, or that does not answer pings."""
        try:
            async with asyncio.timeout(self.limits.init_seconds):
                await self._is_known.wait()
        except TimeoutError as error:
            raise SocketClosed(closing.INIT_TIMEOUT, "Connection initialisation timeout") from error
        while True:
            await asyncio.sleep(self.limits.ping_seconds)
            self._identify()
            if not self._is_heard:
                raise SocketClosed(closing.DEAD, "A ping was not answered")
            self._is_heard = False
            self.outbox.put(messages.PING)

    def _heed(self, message: Message) -> None:
        match message.type:
            case "subscribe":
                self._subscribe(message)
            case "complete":
                self._complete(message.operation_id)
            case "ping":
                self.outbox.put(messages.pong(message.object()))
            case "pong":
                message.object()
            case "connection_init":
                self._init(message)
            case _:
                raise invalid("its type is none of a client's")

    def _init(self, message: Message) -> None:
        given = message.object() or {}
        if self._viewer is not None:
            raise SocketClosed(closing.TOO_MANY_INITS, "Too many initialisation requests")
        authorization = given.get("authorization", given.get("Authorization"))
        if authorization is not None:
            # What is no text, or not of a token's letters, names nobody.
            self.authorization = str(authorization).encode("latin-1", errors="replace")
        self._viewer = self._identify()
        self._is_known.set()
        self.outbox.put(messages.ACK)

    def _identify(self) -> Viewer:
        try:
            return self.callers.viewer(self.authorization)
        except RequestRefused as refused:
            raise SocketClosed(closing.FORBIDDEN, f"Forbidden: {refused}") from refused

    def _subscribe(self, message: Message) -> None:
        operation = Operation(message.operation_id)
        message.check_request()
        if self._viewer is None:
            raise SocketClosed(closing.UNAUTHORIZED, "Unauthorized")
        if operation.id in self._operations:
            raise SocketClosed(closing.DUPLICATE, f"Subscriber for {operation.id} already exists")
        if len(self._operations) >= self.limits.operations:
            self.outbox.put(messages.error(operation.id, self.asking.refused(TOO_MANY)))
            return
        self._operations[operation.id] = operation
        operation.task = self._tasks.create_task(self._operate(operation, message, self._identify()))

    def _complete(self, operation_id: str) -> None:
        """Ends an operation that its client wants no more of; one that is over may still have something to send."""
        operation = self._operations.pop(operation_id, None)
        if operation is not None and operation.task is not None:
            operation.task.cancel()
        self.outbox.drop(operation_id)

    async def _operate(self, operation: Operation, message: Message, viewer: Viewer) -> None:
        try:
            asked = await message.request()
        except RequestRefused as refused:
            self._end(operation, messages.error(operation.id, self.asking.refused(refused)))
            return
        async with aclosing(self.asking.answers(viewer, asked)) as answers:
            while True:
                await self.outbox.room()
                answer = await anext(answers, None)
                self._identify()
                if self._operations.get(operation.id) is not operation:
                    # Its client ended it, and may have given its id to another.
                    return
                if answer is None or not answer.executed:
                    self._end(operation, messages.complete(operation.id) if answer is None else messages.error(operation.id, answer))
                    return
                self.outbox.put(messages.next_(operation.id, answer), operation.id)
                self.metrics.events += 1

    def _end(self, operation: Operation, message: bytes) -> None:
        """Says the last of an operation."""
        del self._operations[operation.id]
        self.outbox.put(message, operation.id)
