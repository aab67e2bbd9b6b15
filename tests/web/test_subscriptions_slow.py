"""Who does not read, or does not let go: what waits is bounded, what was ended stays silent, and connections are dropped."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, MutableMapping
from typing import Any

import pytest

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.web.subscribing import events, websocket
from tap_graph.web.subscribing.limits import StreamLimits
from tests.web.conftest import AUDITOR, NOW, Web
from tests.web.listening import PROTOCOL, WAIT, Telling

BODY = json.dumps({"query": "subscription { large }"}).encode()


async def respond(_viewer: Viewer, _question: Question) -> Answer:
    raise AssertionError


class Peer:
    """The server's side of a connection, as ASGI gives it: it reads when it is let, and may be dropped."""

    def __init__(self) -> None:
        self.transport = self
        self.to_come: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self.sent: list[MutableMapping[str, Any]] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.was_dropped = False

    def abort(self) -> None:
        self.was_dropped = True
        self.to_come.put_nowait({"type": "http.disconnect"})

    async def receive(self) -> MutableMapping[str, Any]:
        return await self.to_come.get()

    async def send(self, message: MutableMapping[str, Any]) -> None:
        await self.reads.wait()
        self.sent.append(message)

    def say(self, type_: str, **members: Any) -> None:
        self.to_come.put_nowait({"type": "websocket.receive", "text": json.dumps({"type": type_, **members})})

    def leave(self) -> None:
        self.to_come.put_nowait({"type": "websocket.disconnect", "code": 1000})

    @property
    def told(self) -> list[str]:
        """The types of the messages that were sent."""
        return [json.loads(message["text"])["type"] for message in self.sent if message["type"] == "websocket.send"]

    async def settled(self) -> None:
        """Waits until nothing moves any more."""
        for _ in range(200):
            await asyncio.sleep(0)


def live(web: Web, conversation: Callable[[Peer], Coroutine[Any, Any, None]]) -> Peer:
    """Holds a conversation with a socket that has said who it speaks for, and returns when the socket has ended."""
    scope = {"type": "websocket", "path": "/graphql", "subprotocols": [PROTOCOL], "headers": []}

    async def talk() -> Peer:
        peer = Peer()
        peer.to_come.put_nowait({"type": "websocket.connect"})
        peer.say("connection_init", payload={"authorization": f"Bearer {web.tokens.sign(AUDITOR, NOW)}"})
        socket = asyncio.create_task(web.application(scope, peer.receive, peer.send))
        await peer.settled()
        assert peer.told == ["connection_ack"]
        await conversation(peer)
        await socket
        return peer

    return asyncio.run(talk())


class Stubborn:
    """A subscription that is told to end, and ends later in its own way."""

    def __init__(self, answers: int) -> None:
        self.answers = answers
        self.may_go = asyncio.Event()

    async def __call__(self, _viewer: Viewer, _question: Question) -> AsyncIterator[Answer]:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await self.may_go.wait()
        for _ in range(self.answers):
            yield Answer(b'{"data":{"too":"late"}}')


@pytest.mark.parametrize("document", ["subscription { count }", "subscription { count }  # { wait }"])
def test_what_waits_for_a_client_that_completes_is_not_sent(make_web: Callable[..., Web], document: str) -> None:
    async def conversation(peer: Peer) -> None:
        peer.reads.clear()
        peer.say("subscribe", id="s", payload={"query": document, "variables": {"to": 5}})
        await peer.settled()
        peer.say("complete", id="s")
        peer.say("ping")
        await peer.settled()
        peer.reads.set()
        await peer.settled()
        peer.leave()

    # One was on its way already.
    assert live(make_web(respond=respond, subscribe=Telling()), conversation).told == ["connection_ack", "next", "pong"]


@pytest.mark.parametrize("answers", [0, 1])
@pytest.mark.parametrize("is_used_again", [False, True])
def test_a_subscription_that_does_not_let_go_is_silent_all_the_same(
    make_web: Callable[..., Web], answers: int, is_used_again: bool
) -> None:
    stubborn, telling = Stubborn(answers), Telling()

    def subscribe(viewer: Viewer, question: Question) -> AsyncIterator[Answer]:
        return stubborn(viewer, question) if "stubborn" in question.document else telling(viewer, question)

    async def conversation(peer: Peer) -> None:
        peer.say("subscribe", id="s", payload={"query": "subscription { stubborn }"})
        await peer.settled()
        peer.say("complete", id="s")
        if is_used_again:
            peer.say("subscribe", id="s", payload={"query": WAIT})
        await peer.settled()
        stubborn.may_go.set()
        await peer.settled()
        assert telling.open == is_used_again
        peer.leave()

    assert live(make_web(respond=respond, subscribe=subscribe), conversation).told == ["connection_ack"]


def test_a_subscription_is_not_asked_for_more_than_may_wait(make_web: Callable[..., Web]) -> None:
    telling = Telling()
    web = make_web(respond=respond, subscribe=telling, streaming=StreamLimits(unsent_bytes=250_000))

    async def conversation(peer: Peer) -> None:
        peer.reads.clear()
        peer.say("subscribe", id="s", payload={"query": "subscription { large }"})
        await peer.settled()
        # 100 KB each: the third passes what may wait.
        assert telling.told == 3
        peer.leave()

    live(web, conversation)
    assert telling.open == 0


def test_pings_are_not_read_while_more_waits_than_may(make_web: Callable[..., Web]) -> None:
    web = make_web(respond=respond, streaming=StreamLimits(unsent_bytes=250_000))

    async def conversation(peer: Peer) -> None:
        peer.reads.clear()
        for _ in range(10):
            peer.say("ping", payload={"long": "x" * 100_000})
        await peer.settled()
        assert peer.to_come.qsize() == 7
        peer.reads.set()
        await peer.settled()
        peer.leave()

    assert live(web, conversation).told == ["connection_ack", *["pong"] * 10]


def test_a_socket_that_is_not_read_is_dropped_when_it_does_not_even_take_its_end(
    make_web: Callable[..., Web], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "CLOSE_SECONDS", 0.01)

    async def conversation(peer: Peer) -> None:
        peer.reads.clear()
        peer.say("subscribe", id="s", payload={"query": "subscription { large }"})

    peer = live(make_web(respond=respond, subscribe=Telling(), streaming=StreamLimits(send_seconds=0.01)), conversation)
    assert peer.was_dropped
    assert [message["type"] for message in peer.sent] == ["websocket.accept", "websocket.send"]


def test_a_socket_that_answers_no_ping_is_told_so_and_dropped(make_web: Callable[..., Web]) -> None:
    async def conversation(_peer: Peer) -> None:
        return

    peer = live(make_web(respond=respond, streaming=StreamLimits(ping_seconds=0.01)), conversation)
    assert peer.told == ["connection_ack", "ping"]
    assert peer.sent[-1] == {"type": "websocket.close", "code": 4499, "reason": "A ping was not answered"}
    assert peer.was_dropped


def test_a_socket_that_ends_in_order_is_not_dropped(make_web: Callable[..., Web]) -> None:
    async def conversation(peer: Peer) -> None:
        peer.say("connection_init")

    peer = live(make_web(respond=respond), conversation)
    assert peer.sent[-1]["code"] == 4429
    assert not peer.was_dropped


def test_an_event_stream_that_is_not_read_is_dropped(make_web: Callable[..., Web], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LEAVE_SECONDS", 0.01)
    telling = Telling()
    web = make_web(respond=respond, subscribe=telling, streaming=StreamLimits(send_seconds=0.01))
    headers = {**web.headers(), "Accept": "text/event-stream", "Content-Type": "application/json"}
    scope = {"type": "http", "path": "/graphql", "method": "POST", "query_string": b""}
    scope["headers"] = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def talk() -> Peer:
        peer = Peer()
        peer.to_come.put_nowait({"type": "http.request", "body": BODY})
        stream = asyncio.create_task(web.application(scope, peer.receive, peer.send))
        await asyncio.sleep(0)
        peer.reads.clear()
        await stream
        return peer

    peer = asyncio.run(talk())
    assert peer.was_dropped
    assert [message.get("more_body") for message in peer.sent] == [None, True]
    assert telling.open == 0
