"""Listening: subscriptions as tests answer them, and clients that listen to them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from threading import Event
from time import monotonic, sleep
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question
from tests.web.conftest import AUDITOR, NOW, Web

PROTOCOL = "graphql-transport-ws"
COUNT = "subscription Count($to: Int!) { count(to: $to) }"
WAIT = "subscription Wait { wait }"
REFUSED = Answer(
    b'{"errors":[{"message":"Wait.","extensions":{"code":"OVER_ALLOWANCE"}}]}', executed=False, retry_after=7, code="OVER_ALLOWANCE"
)


class Telling:
    """The schema's side of subscriptions: counts, waits or fails by the words of the document."""

    def __init__(self) -> None:
        self.asked: list[tuple[Viewer, Question]] = []
        self.began, self.was_closed = Event(), Event()
        self.told = 0
        self.open = 0

    async def __call__(self, viewer: Viewer, question: Question) -> AsyncIterator[Answer]:
        self.asked.append((viewer, question))
        self.open += 1
        self.began.set()
        try:
            async for answer in self._answers(question):
                self.told += 1
                yield answer
        finally:
            self.open -= 1
            self.was_closed.set()

    async def _answers(self, question: Question) -> AsyncIterator[Answer]:
        variables = question.variables or {}
        for number in range(variables.get("to", 0)):
            yield Answer(b'{"data":{"count":%d}}' % number, cost=1)
            await asyncio.sleep(0)
        if "{ wait }" in question.document:
            await asyncio.Event().wait()
        if "{ fail }" in question.document:
            raise RuntimeError("postgresql://user:password@host is away")
        if "{ refused }" in question.document:
            yield REFUSED
            yield Answer(b'{"data":{"never":1}}')
        if "{ large }" in question.document:
            while True:
                yield Answer(b'{"data":{"large":"%b"}}' % (b"x" * 100_000))


class Socket:
    """A client of a socket, message by message."""

    def __init__(self, session: WebSocketTestSession) -> None:
        self.session = session

    def send(self, type_: str, id_: str | None = None, payload: Any = None) -> None:
        message = {"type": type_, "id": id_, "payload": payload}
        self.session.send_text(json.dumps({name: value for name, value in message.items() if value is not None}))

    def take(self) -> dict[str, Any]:
        """The next message; pings of the server are none."""
        while True:
            message: dict[str, Any] = json.loads(self.session.receive_text())
            if message != {"type": "ping"}:
                return message

    def init(self, token: str) -> None:
        self.send("connection_init", payload={"authorization": f"Bearer {token}"})
        assert self.take() == {"type": "connection_ack"}

    def subscribe(self, id_: str, query: str, **variables: Any) -> None:
        self.send("subscribe", id_, {"query": query, "variables": variables})

    def closed(self) -> tuple[int, str]:
        """Code and reason, when the next that comes is the end."""
        message = self.session.receive()
        assert message["type"] == "websocket.close", message
        return message["code"], message["reason"]


@contextmanager
def connected(client: TestClient, path: str = "/graphql", protocols: tuple[str, ...] = (PROTOCOL,), **headers: str) -> Iterator[Socket]:
    """A socket whose client has said nothing yet."""
    try:
        with client.websocket_connect(path, subprotocols=protocols, headers=headers) as session:
            yield Socket(session)
    except WebSocketDisconnect as ended:
        raise AssertionError(f"The socket ended with {ended.code} {ended.reason}.") from ended


@contextmanager
def listening(web: Web, viewer: Viewer = AUDITOR) -> Iterator[Socket]:
    """A socket that has said who it speaks for."""
    with connected(web.client) as socket:
        socket.init(web.tokens.sign(viewer, NOW))
        yield socket


def eventually(what: Callable[[], bool], seconds: float = 5) -> None:
    """Waits for what another thread brings about."""
    until = monotonic() + seconds
    while not what():
        assert monotonic() < until, "it did not come about"
        sleep(0.005)


def numbers(web: Web) -> dict[str, float]:
    """What the metrics say of sockets, streams, subscriptions and events."""
    families = text_string_to_metric_families(web.client.get("/metrics").text)
    found = {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    words = ("socket", "event", "subscription", "refusals_total")
    return {name.removeprefix("tap_graph_"): value for name, value in found.items() if any(word in name for word in words)}
