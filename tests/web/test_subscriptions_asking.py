"""What a socket and an event stream have in common: who is asked, what is counted, and what waits for a reader."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import aclosing
from typing import Any

import pytest

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question, Subscribe
from tap_graph.web.metrics import Metrics
from tap_graph.web.request import GraphQLRequest
from tap_graph.web.subscribing.asking import Asking, is_subscription
from tap_graph.web.subscribing.closing import SocketClosed
from tap_graph.web.subscribing.outbox import Outbox
from tap_graph.web.trusted import TrustedDocuments
from tests.web.conftest import AUDITOR
from tests.web.listening import Telling

ASKED = GraphQLRequest("subscription { wait }", None, is_apollo=False, variables=None, operation_name=None)
ANSWER = Answer(b'{"data":{}}', cost=5, finisher="passthrough")


async def respond(_viewer: Viewer, _question: Question) -> Answer:
    raise AssertionError


def asking(subscribe: Subscribe) -> Asking:
    return Asking(respond, subscribe, TrustedDocuments(), Metrics(), 1)


class Bare:
    """A subscription of three answers that cannot be closed."""

    def __init__(self) -> None:
        self.left = 3
        self.asked: list[tuple[Viewer, Question]] = []

    def __call__(self, viewer: Viewer, question: Question) -> AsyncIterator[Answer]:
        self.asked.append((viewer, question))
        return self

    def __aiter__(self) -> "Bare":
        return self

    async def __anext__(self) -> Answer:
        if self.left == 0:
            raise StopAsyncIteration
        self.left -= 1
        return ANSWER


@pytest.mark.parametrize(
    ("document", "name", "subscribes"),
    [
        ("subscription { a }", None, True),
        ("subscription A { a } query B { b }", "A", True),
        ("subscription A { a } query B { b }", "B", False),
        ("subscription A { a } query B { b }", "C", False),
        ("subscription A { a } query B { b }", None, False),
        ("query subscription { subscription }", None, False),
        ("# subscription\n{ a }", None, False),
        ("subscription {", None, False),
        ("subscription { " + "a " * 2_000 + "}", None, False),
        ("{ a }", None, False),
    ],
)
def test_a_subscription_is_told_from_other_operations(document: str, name: str | None, subscribes: bool) -> None:
    assert is_subscription(document, name) is subscribes


def test_the_next_answer_is_asked_for_when_the_one_before_was_taken() -> None:
    bare = Bare()

    async def listen() -> None:
        async with aclosing(asking(bare).answers(AUDITOR, ASKED)) as answers:
            assert await anext(answers) == ANSWER
            assert bare.left == 2

    asyncio.run(listen())
    assert (bare.left, bare.asked) == (2, [(AUDITOR, Question("subscription { wait }"))])


def test_answers_are_counted_with_what_they_cost() -> None:
    asked = asking(Bare())

    async def listen() -> None:
        assert [answer async for answer in asked.answers(AUDITOR, ASKED)] == [ANSWER] * 3

    asyncio.run(listen())
    assert (asked.metrics.cost, asked.metrics.finishers, asked.metrics.subscriptions) == (15, {"passthrough": 3}, 0)


def test_a_refusal_is_the_last_answer() -> None:
    asked = asking(Telling())
    refused = GraphQLRequest("subscription { refused }", None, is_apollo=False, variables=None, operation_name=None)

    async def listen() -> None:
        assert [answer.code async for answer in asked.answers(AUDITOR, refused)] == ["OVER_ALLOWANCE"]

    asyncio.run(listen())
    assert asked.metrics.streamed_refusals == {"OVER_ALLOWANCE": 1}


def test_a_subscription_that_fails_when_it_is_closed_is_closed_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    async def failing(viewer: Viewer, question: Question) -> AsyncIterator[Answer]:
        try:
            yield ANSWER
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("the feed is away")

    asked = asking(failing)

    async def listen() -> None:
        async with aclosing(asked.answers(AUDITOR, ASKED)) as answers:
            assert await anext(answers) == ANSWER

    asyncio.run(listen())
    assert asked.metrics.subscriptions == 0
    assert "the feed is away" in caplog.text


def test_what_is_taken_back_is_not_sent_and_makes_room() -> None:
    sent: list[str] = []
    mine, others = "a", "b"

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message["text"])

    async def write() -> None:
        outbox = Outbox(send, most_bytes=6, seconds=1)
        outbox.put(b"a1", mine)
        outbox.put(b"b1", others)
        outbox.put(b"a2", mine)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(outbox.room(), 0.01)
        outbox.drop(mine)
        await asyncio.wait_for(outbox.room(), 0.01)
        outbox.put(b"b2", others)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(outbox.send_all(), 0.01)

    asyncio.run(write())
    assert sent == ["b1", "b2"]


def test_what_is_not_taken_in_time_ends_the_socket() -> None:
    async def send(_message: MutableMapping[str, Any]) -> None:
        await asyncio.Event().wait()

    async def write() -> None:
        outbox = Outbox(send, most_bytes=6, seconds=0.01)
        outbox.put(b"a")
        with pytest.raises(SocketClosed) as ended:
            await outbox.send_all()
        assert (ended.value.code, ended.value.by_peer) == (4413, False)

    asyncio.run(write())
