"""Sockets on a real server: what goes over the wire, and what happens where nobody reads or many come."""

import asyncio
import json
import logging
import socket as sockets
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.web.subscribing import websocket
from tap_graph.web.subscribing.limits import StreamLimits
from tests.serving import served
from tests.web.conftest import AUDITOR, NOW, Web
from tests.web.listening import COUNT, WAIT, Telling, eventually, numbers

PROTOCOLS = [Subprotocol("graphql-transport-ws")]


async def respond(_viewer: Viewer, question: Question) -> Answer:
    return Answer(b'{"data":{"echo":"%b"}}' % (question.operation_name or "").encode())


@pytest.fixture
def telling() -> Telling:
    return Telling()


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing is logged, neither by us nor by the server."""
    with caplog.at_level(logging.WARNING):
        yield
    assert caplog.text == ""


def talk(web: Web, conversation: Callable[[str], Coroutine[Any, Any, None]]) -> None:
    """Holds a conversation with a real server, and sees that nothing is left of it."""
    with served(web.application) as address:
        asyncio.run(conversation(address.replace("http", "ws") + "/graphql"))
        eventually(lambda: (numbers(web)["sockets"], numbers(web)["subscriptions"]) == (0, 0))


async def introduce(web: Web, connection: ClientConnection) -> None:
    await say(connection, "connection_init", payload={"authorization": f"Bearer {web.tokens.sign(AUDITOR, NOW)}"})
    assert await take(connection) == {"type": "connection_ack"}


async def say(connection: ClientConnection, type_: str, **members: Any) -> None:
    await connection.send(json.dumps({"type": type_, **members}))


async def take(connection: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await connection.recv())
    return message


async def ended(connection: ClientConnection) -> tuple[int | None, str | None]:
    """Code and reason with which the server closed."""
    await connection.wait_closed()
    return connection.close_code, connection.close_reason


async def flood(connection: ClientConnection) -> None:
    """Sends pings and never stops."""
    while True:
        await say(connection, "ping", payload={"long": "x" * 200_000})


@pytest.mark.usefixtures("quiet")
def test_the_codes_reach_the_client(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(respond=respond, subscribe=telling, streaming=StreamLimits(init_seconds=0.1))

    async def conversation(address: str) -> None:
        async with connect(address) as connection:
            assert await ended(connection) == (4406, "Subprotocol not acceptable")
        async with connect(address, subprotocols=PROTOCOLS) as connection:
            assert connection.subprotocol == PROTOCOLS[0]
            assert await ended(connection) == (4408, "Connection initialisation timeout")
        async with connect(address, subprotocols=PROTOCOLS) as connection:
            await say(connection, "subscribe", id="s", payload={"query": WAIT})
            assert await ended(connection) == (4401, "Unauthorized")
        async with connect(address, subprotocols=PROTOCOLS) as connection:
            await say(connection, "connection_init", payload={"authorization": "Bearer nobody"})
            assert (await ended(connection))[0] == 4403
        for message, end in (
            ("{", (4400, "Invalid message received: it is no JSON object with a type")),
            ('{"type":"connection_init"}', (4429, "Too many initialisation requests")),
            (json.dumps({"type": "subscribe", "id": "s", "payload": {"query": WAIT}}), (4409, "Subscriber for s already exists")),
            (" " * 300_000, (1009, "A message is larger than 262144 bytes")),
        ):
            async with connect(address, subprotocols=PROTOCOLS) as connection:
                await introduce(web, connection)
                await say(connection, "subscribe", id="s", payload={"query": WAIT})
                await connection.send(message)
                assert await ended(connection) == end

    talk(web, conversation)
    assert telling.open == 0
    closes = {name: count for name, count in numbers(web).items() if name.startswith("socket_closes")}
    assert closes == {f"socket_closes_total {code}": 1 for code in (1009, 4400, 4401, 4403, 4406, 4408, 4409, 4429)}


@pytest.mark.usefixtures("quiet")
def test_a_hundred_sockets_listen_at_once(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(respond=respond, subscribe=telling)

    async def listen(address: str, everybody: asyncio.Barrier) -> list[Any]:
        async with connect(address, subprotocols=PROTOCOLS) as connection:
            await introduce(web, connection)
            await say(connection, "subscribe", id="w", payload={"query": WAIT})
            await everybody.wait()
            await say(connection, "subscribe", id="s", payload={"query": COUNT, "variables": {"to": 3}})
            taken = [await take(connection) for _ in range(4)]
            await everybody.wait()
        return [message.get("payload", message["type"]) for message in taken]

    async def conversation(address: str) -> None:
        everybody = asyncio.Barrier(100)
        counted = [{"data": {"count": number}} for number in range(3)]
        assert await asyncio.gather(*(listen(address, everybody) for _ in range(100))) == [[*counted, "complete"]] * 100

    talk(web, conversation)
    assert (telling.open, len(telling.asked)) == (0, 200)
    assert numbers(web)["socket_closes_total 1000"] == 100


@pytest.mark.usefixtures("quiet")
def test_many_operations_come_and_go_on_one_socket(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(respond=respond, subscribe=telling)

    async def conversation(address: str) -> None:
        async with connect(address, subprotocols=PROTOCOLS) as connection:
            await introduce(web, connection)
            for turn in range(5):
                for number in range(99):
                    await say(connection, "subscribe", id=str(number), payload={"query": WAIT})
                await say(connection, "subscribe", id="q", payload={"query": "query Q { echo }", "operationName": f"Q{turn}"})
                assert (await take(connection))["payload"] == {"data": {"echo": f"Q{turn}"}}
                assert await take(connection) == {"type": "complete", "id": "q"}
                assert telling.open == 99
                for number in range(99):
                    await say(connection, "complete", id=str(number))
            await say(connection, "ping")
            assert await take(connection) == {"type": "pong"}

    talk(web, conversation)
    assert (telling.open, len(telling.asked)) == (0, 495)


@pytest.mark.usefixtures("quiet")
def test_a_client_that_does_not_read_is_dropped_and_holds_up_nobody(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(respond=respond, subscribe=telling, streaming=StreamLimits(send_seconds=0.2))

    async def conversation(address: str) -> None:
        async with connect(address, subprotocols=PROTOCOLS, max_queue=1, compression=None) as slow:
            await introduce(web, slow)
            slow.transport.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
            slow.transport.pause_reading()
            for number in range(5):
                await say(slow, "subscribe", id=str(number), payload={"query": "subscription { large }"})
            async with connect(address, subprotocols=PROTOCOLS) as other:
                await introduce(web, other)
                await say(other, "subscribe", id="q", payload={"query": "query Q { echo }", "operationName": "Q"})
                assert (await take(other))["payload"] == {"data": {"echo": "Q"}}
            await asyncio.to_thread(eventually, lambda: numbers(web).get("socket_closes_total 4413") == 1)
            slow.transport.abort()

    talk(web, conversation)
    assert telling.open == 0
    # 1 MiB of ours, and what the system holds for both ends.
    assert telling.told < 100


@pytest.mark.usefixtures("quiet")
def test_who_sends_pings_and_reads_no_pongs_is_not_listened_to(make_web: Callable[..., Web], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "CLOSE_SECONDS", 0.1)
    web = make_web(respond=respond, streaming=StreamLimits(send_seconds=0.2, unsent_bytes=100_000))

    async def conversation(address: str) -> None:
        async with connect(address, subprotocols=PROTOCOLS, max_queue=1, compression=None) as slow:
            await introduce(web, slow)
            slow.transport.pause_reading()
            with pytest.raises(ConnectionClosed):
                await flood(slow)

    talk(web, conversation)
    assert numbers(web)["socket_closes_total 4413"] == 1


def test_a_server_that_stops_closes_its_sockets(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(respond=respond, subscribe=telling)

    async def listen(connection: ClientConnection) -> None:
        await introduce(web, connection)
        await say(connection, "subscribe", id="s", payload={"query": WAIT})
        assert await asyncio.to_thread(telling.began.wait, 5)

    with asyncio.Runner() as runner:
        with served(web.application) as address:
            connection = runner.run(connect(address.replace("http", "ws") + "/graphql", subprotocols=PROTOCOLS).__aenter__())
            runner.run(listen(connection))
        assert runner.run(ended(connection)) == (1012, "")
    assert telling.open == 0
    assert numbers(web)["socket_closes_total 1012"] == 1
