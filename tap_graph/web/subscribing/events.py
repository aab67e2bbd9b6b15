"""Event streams: answers as server-sent events, one operation each (graphql-sse, "distinct connections mode")."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache

from starlette.types import Message, Receive, Send

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer
from tap_graph.web.identity import Callers
from tap_graph.web.metrics import Metrics
from tap_graph.web.negotiating import GRAPHQL, JSON, LONGEST_KEPT, QUALITY
from tap_graph.web.refusing import RequestRefused
from tap_graph.web.replying import NO_STORE, RawHeaders
from tap_graph.web.request import GraphQLRequest
from tap_graph.web.subscribing.asking import Asking
from tap_graph.web.subscribing.closing import drop
from tap_graph.web.subscribing.limits import Places, StreamLimits

EVENTS = "text/event-stream"
# Proxies of the nginx kind keep back what is not said to be a stream.
HEADERS: RawHeaders = [(b"content-type", EVENTS.encode() + b"; charset=utf-8"), NO_STORE, (b"x-accel-buffering", b"no")]
COMMENT = b":\n\n"
# Without data a browser's EventSource does not tell of it.
COMPLETE = b"event: complete\ndata: \n\n"
FULL = RequestRefused(503, "OVERLOADED", "As many event streams are open as may be; try again in 5 s.", {"Retry-After": "5"})
LEAVE_SECONDS = 1.0
"""In which a dropped connection is gone."""


def wants_events(accept: bytes) -> bool:
    """Whether a caller names the event stream, and neither of the single answers with more weight, or with as much before it."""
    return _wants_events(accept) if len(accept) <= LONGEST_KEPT else _wants_events.__wrapped__(accept)


@lru_cache(256)
def _wants_events(accept: bytes) -> bool:
    ranked: list[tuple[float, int, bool]] = []
    for place, element in enumerate(accept.decode("latin-1").split(",")):
        name, parameter, rest = element.partition(";")
        quality = QUALITY.search(parameter + rest)
        if (named := name.strip().lower()) in (EVENTS, JSON.name, GRAPHQL.name) and not (quality and float(quality[1]) == 0):
            ranked.append((-float(quality[1]) if quality else -1.0, place, named == EVENTS))
    return bool(ranked) and min(ranked)[2]


@dataclass(frozen=True, slots=True)
class EventStream:
    """A stream that was asked for and not begun."""

    viewer: Viewer
    authorization: bytes
    asked: GraphQLRequest
    # As a reply to be counted: whatever is refused within it, the stream itself is taken.
    status = 200
    code = None


class EventStreams:
    """Sends event streams."""

    def __init__(self, callers: Callers, asking: Asking, places: Places, limits: StreamLimits, metrics: Metrics) -> None:
        self._callers = callers
        self._asking = asking
        self._places = places
        self._limits = limits
        self._metrics = metrics

    def opened(self, viewer: Viewer, authorization: bytes, asked: GraphQLRequest) -> EventStream:
        """The stream of one operation, to be sent at once; refused where no other may be open."""
        if self._places.are_taken:
            raise FULL
        return EventStream(viewer, authorization, asked)

    async def send(self, stream: EventStream, receive: Receive, send: Send) -> None:
        """Sends a stream until it has no more to tell, nobody reads it, or its caller is gone; the subscription ends with it."""
        flow = _Flow(send, asyncio.create_task(_gone(receive)), self._limits)
        try:
            with self._places.event_stream():
                await flow.begin()
                async with aclosing(self._asking.answers(stream.viewer, stream.asked)) as answers:
                    await self._tell(stream, answers, flow)
                await flow.write(COMPLETE, more_body=False)
        except TimeoutError:
            await flow.drop()
        except (_Gone, OSError):
            # Nobody is there to be told.
            return
        finally:
            flow.gone.cancel()

    async def _tell(self, stream: EventStream, answers: AsyncGenerator[Answer, None], flow: "_Flow") -> None:
        is_over = False
        while not is_over:
            answer = await self._next(stream, answers, flow)
            if answer is None:
                return
            await flow.write(event(answer.body))
            self._metrics.events += 1
            is_over = not answer.executed

    async def _next(self, stream: EventStream, answers: AsyncGenerator[Answer, None], flow: "_Flow") -> Answer | None:
        """The next answer, with comments until it comes; a refusal where the token ends before."""
        awaited = asyncio.create_task(_first(answers))
        try:
            while not await flow.comes(awaited):
                self._callers.viewer(stream.authorization)
                await flow.write(COMMENT)
            self._callers.viewer(stream.authorization)
            return await awaited
        except RequestRefused as refused:
            return self._asking.refused(refused)
        finally:
            awaited.cancel()
            # A generator that still runs cannot be closed.
            await asyncio.wait((awaited,))


class _Gone(Exception):
    """The caller went."""


@dataclass(frozen=True, slots=True)
class _Flow:
    """A response that is sent bit by bit, to a caller who may go or stop reading at any time."""

    send: Send
    gone: asyncio.Task[None]
    limits: StreamLimits

    async def begin(self) -> None:
        await self._sent({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await self.write(COMMENT)

    async def write(self, body: bytes, *, more_body: bool = True) -> None:
        await self._sent({"type": "http.response.body", "body": body, "more_body": more_body})

    async def comes(self, awaited: asyncio.Task[Answer | None]) -> bool:
        """Whether something came before it was silent for too long."""
        await asyncio.wait((awaited, self.gone), timeout=self.limits.comment_seconds, return_when=asyncio.FIRST_COMPLETED)
        if self.gone.done():
            raise _Gone
        return awaited.done()

    async def drop(self) -> None:
        """Leaves a caller who does not read."""
        drop(self.send)
        await asyncio.wait((self.gone,), timeout=LEAVE_SECONDS)

    async def _sent(self, message: Message) -> None:
        async with asyncio.timeout(self.limits.send_seconds):
            await self.send(message)


def event(body: bytes) -> bytes:
    """A `next` event; a body of several lines is several lines of data."""
    return b"event: next\n%b\n\n" % b"\n".join(b"data: " + line for line in body.splitlines())


async def _first(answers: AsyncGenerator[Answer, None]) -> Answer | None:
    return await anext(answers, None)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
