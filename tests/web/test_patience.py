"""Patience: a request that takes too long is ended and told so; one that nobody waits for is ended."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from urllib.parse import urlsplit

import pytest

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.web.patience import UNWATCHED
from tests.serving import served
from tests.web.conftest import Web, refused

QUERY = {"query": "{ __typename }"}
ANSWER = Answer(b'{"data":{"__typename":"Query"}}')
LONG = 20.0


class Slow:
    """A schema that answers after some seconds, and says whether it began and whether it was ended."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.began, self.was_ended, self.answered = Event(), Event(), Event()

    async def __call__(self, _viewer: Viewer, _question: Question) -> Answer:
        self.began.set()
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.was_ended.set()
            raise
        self.answered.set()
        return ANSWER


def head(web: Web, length: int) -> bytes:
    """A request up to its body, as it goes over the wire."""
    lines = [b"POST /graphql HTTP/1.1", b"Host: localhost", b"Content-Type: application/json", b"Content-Length: %d" % length]
    lines += [f"{name}: {value}".encode() for name, value in web.headers().items()]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port or 0), timeout=10)


@pytest.mark.parametrize("deadline", [0.001, 0.1])
def test_an_answer_that_takes_too_long_is_ended_and_the_caller_told(make_web: Callable[..., Web], deadline: float) -> None:
    slow = Slow(LONG)
    web = make_web(respond=slow, deadline=deadline)
    for response in (web.post(QUERY), web.get(QUERY)):
        assert refused(response) == (504, "DEADLINE")
        assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert refused(web.post(QUERY, Accept="application/graphql-response+json")) == (504, "DEADLINE")
    assert slow.was_ended.is_set()


def test_an_answer_after_the_watching_began_is_an_answer_like_others(make_web: Callable[..., Web]) -> None:
    slow = Slow(UNWATCHED * 2)
    response = make_web(respond=slow).post(QUERY)
    assert (response.status_code, response.content) == (200, ANSWER.body)
    assert not slow.was_ended.is_set()


def test_a_schema_that_answers_although_it_was_ended_is_heard(make_web: Callable[..., Web]) -> None:
    async def respond(_viewer: Viewer, _question: Question) -> Answer:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(LONG)
        await asyncio.sleep(0)
        return ANSWER

    response = make_web(respond=respond, deadline=0.05).post(QUERY)
    assert (response.status_code, response.content) == (200, ANSWER.body)


def test_when_the_caller_goes_its_question_is_ended(make_web: Callable[..., Web]) -> None:
    slow = Slow(LONG)
    web = make_web(respond=slow)
    with served(web.application) as address:
        with connected(address) as connection:
            connection.sendall(head(web, 24) + b'{"query":"{__typename}"}')
            assert slow.began.wait(10)
        assert slow.was_ended.wait(10)
    assert not slow.answered.is_set()
    assert 'status="499"' in web.client.get("/metrics").text


def test_a_caller_that_stays_gets_its_answer_and_the_next_one_on_the_same_connection(make_web: Callable[..., Web]) -> None:
    web = make_web(respond=Slow(UNWATCHED * 3))
    asked = head(web, 24) + b'{"query":"{__typename}"}'
    with served(web.application) as address, connected(address) as connection:
        for _ in range(2):
            connection.sendall(asked)
            answer = b""
            while not answer.endswith(ANSWER.body):
                answer += connection.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_second_question_sent_ahead_does_not_end_the_first(make_web: Callable[..., Web]) -> None:
    web = make_web(respond=Slow(UNWATCHED * 3))
    asked = head(web, 24) + b'{"query":"{__typename}"}'
    with served(web.application) as address, connected(address) as connection:
        connection.sendall(asked + asked)
        answers = b""
        while answers.count(ANSWER.body) < 2:
            answers += connection.recv(65_536)
        assert answers.count(b"HTTP/1.1 200 OK\r\n") == 2


def test_a_body_that_does_not_arrive_is_not_waited_for_longer_than_an_answer(make_web: Callable[..., Web]) -> None:
    web = make_web(deadline=0.2)
    with served(web.application) as address, connected(address) as connection:
        connection.sendall(head(web, 1_000) + b'{"query":')
        answer = connection.recv(65_536)
        while b"\r\n\r\n{" not in answer:
            answer += connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"connection: close\r\n" in answer
    assert b'"code":"DEADLINE"' in answer


def test_a_body_that_arrives_slowly_is_read_and_its_caller_watched_after_that(make_web: Callable[..., Web]) -> None:
    slow = Slow(LONG)
    web = make_web(respond=slow)
    with served(web.application) as address:
        with connected(address) as connection:
            connection.sendall(head(web, 24) + b'{"query":')
            assert not slow.began.wait(UNWATCHED * 3)
            connection.sendall(b'"{__typename}"}')
            assert slow.began.wait(10)
        assert slow.was_ended.wait(10)


def test_a_caller_that_goes_before_its_body_ends_is_asked_nothing(make_web: Callable[..., Web]) -> None:
    slow = Slow(LONG)
    web = make_web(respond=slow)
    with served(web.application) as address:
        with connected(address) as connection:
            connection.sendall(head(web, 1_000) + b'{"query":')
        with connected(address) as connection:
            connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")
    assert not slow.began.is_set()
