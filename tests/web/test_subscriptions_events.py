"""Operations over server-sent events, by the letter of graphql-sse's distinct connections."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx2
import pytest

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.web.subscribing.events import event, wants_events
from tap_graph.web.subscribing.limits import StreamLimits
from tests.serving import served
from tests.web.conftest import Web, refused
from tests.web.listening import COUNT, WAIT, Telling, eventually, numbers

EVENTS = "text/event-stream"
NAME = {"query": '{ partner(partnerNumber: "P1") { name } }'}
COMPLETE = "event: complete\ndata: \n\n"


@pytest.fixture
def telling() -> Telling:
    return Telling()


@pytest.fixture
def web(make_web: Callable[..., Web], telling: Telling) -> Web:
    return make_web(subscribe=telling)


@contextmanager
def streaming(web: Web, address: str, query: str = WAIT) -> Iterator[httpx2.Response]:
    """The response to a subscription on a real server, its body still to come."""
    headers = web.headers(Accept=EVENTS)
    with (
        httpx2.Client() as client,
        client.stream("POST", f"{address}/graphql", json={"query": query}, headers=headers, timeout=10) as response,
    ):
        yield response


def codes(text: str) -> list[str]:
    """The codes of the events of a stream."""
    found = [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: {")]
    return [answer["errors"][0]["extensions"]["code"] for answer in found]


def test_a_subscription_is_a_stream_of_events(web: Web) -> None:
    response = web.post({"query": COUNT, "variables": {"to": 2}}, Accept=EVENTS, Accept_Encoding="gzip")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert "content-encoding" not in response.headers
    nexts = [f'event: next\ndata: {{"data":{{"count":{number}}}}}\n\n' for number in range(2)]
    assert response.text == ":\n\n" + "".join(nexts) + COMPLETE
    assert (numbers(web)["events_total"], numbers(web)["event_streams"], numbers(web)["subscriptions"]) == (2, 0, 0)


def test_a_query_is_one_event(web: Web) -> None:
    began, told, ended, rest = web.post(NAME, Accept=EVENTS).text.split("\n\n")
    assert (began, ended, rest) == (":", "event: complete\ndata: ", "")
    assert json.loads(told.removeprefix("event: next\ndata: "))["data"] == {"partner": {"name": "Partner P1"}}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "SYNTAX"),
        ("{ nothing }", "INVALID_DOCUMENT"),
        ("subscription { refused }", "OVER_ALLOWANCE"),
        ("subscription { fail }", "INTERNAL"),
    ],
)
def test_what_is_not_executed_is_told_in_the_stream(web: Web, query: str, code: str) -> None:
    response = web.post({"query": query}, Accept=EVENTS)
    assert (response.status_code, codes(response.text)) == (200, [code])
    assert response.text.endswith(COMPLETE)
    assert "password" not in response.text
    assert numbers(web)[f"refusals_total {code}"] == 1


def test_a_document_nobody_registered_is_told_in_the_stream(web: Web) -> None:
    assert codes(web.post({"documentId": "x"}, Accept=EVENTS).text) == ["DOCUMENT_NOT_FOUND"]


def test_without_subscriptions_one_is_refused_in_the_stream(make_web: Callable[..., Web]) -> None:
    assert codes(make_web().post({"query": WAIT}, Accept=EVENTS).text) == ["NO_SUBSCRIPTIONS"]


def test_a_query_in_a_stream_has_the_deadline_of_others(make_web: Callable[..., Web]) -> None:
    async def respond(viewer: Viewer, _question: Question) -> Answer:
        async for answer in Telling()(viewer, Question(WAIT)):
            return answer
        raise AssertionError

    assert codes(make_web(respond=respond, deadline=0.05).post(NAME, Accept=EVENTS).text) == ["DEADLINE"]


def test_what_is_no_request_is_refused_by_its_status(web: Web, telling: Telling) -> None:
    subscription = {"query": WAIT}
    accept = {"Accept": EVENTS}
    assert refused(web.client.post("/graphql", json=subscription, headers=accept)) == (401, "UNAUTHENTICATED")
    assert refused(web.client.post("/graphql", content="{", headers={**web.headers(), **accept, "Content-Type": "application/json"})) == (
        400,
        "BAD_JSON",
    )
    assert refused(web.client.post("/graphql", content="{}", headers={**web.headers(), **accept})) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert refused(web.post({"query": " " * 300_000}, Accept=EVENTS)) == (413, "TOO_LARGE")
    assert refused(web.post({}, Accept=EVENTS)) == (400, "BAD_REQUEST")
    assert refused(web.get(subscription, Accept=EVENTS)) == (406, "NOT_ACCEPTABLE")
    assert telling.asked == []


@pytest.mark.parametrize(
    ("accept", "wants"),
    [
        (b"text/event-stream", True),
        (b"Text/Event-Stream", True),
        (b"text/event-stream, multipart/mixed", True),
        (b"text/event-stream, application/json", True),
        (b"text/event-stream, */*", True),
        (b"application/json;q=0.5, text/event-stream", True),
        (b"application/json, text/event-stream", False),
        (b"application/graphql-response+json, application/json, text/event-stream, multipart/mixed", False),
        (b"text/event-stream;q=0.1, application/json;q=0.2", False),
        (b"text/event-stream;q=0", False),
        (b"text/event-stream;q=0, application/json;q=0", False),
        (b"text/event-streams", False),
        (b"x/y, " * 100 + b"text/event-stream", True),
        (b"", False),
    ],
)
def test_a_stream_is_what_its_caller_prefers(accept: bytes, wants: bool) -> None:
    assert wants_events(accept) is wants


def test_who_takes_a_stream_too_but_prefers_an_answer_gets_the_answer(web: Web) -> None:
    response = web.post(NAME, Accept="application/graphql-response+json, text/event-stream")
    assert response.headers["content-type"] == "application/graphql-response+json; charset=utf-8"


def test_a_body_of_several_lines_is_several_lines_of_data() -> None:
    assert event(b'{\n"data":\r\n1\r}') == b'event: next\ndata: {\ndata: "data":\ndata: 1\ndata: }\n\n'


def test_comments_keep_a_silent_stream_open_longer_than_any_deadline(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(subscribe=telling, streaming=StreamLimits(comment_seconds=0.03), deadline=0.05)
    with served(web.application) as address:
        with streaming(web, address) as response:
            lines = response.iter_lines()
            assert [next(lines) for _ in range(12)] == [":", ""] * 6
            assert telling.open == 1
        assert telling.was_closed.wait(5)


def test_when_the_caller_goes_its_subscription_is_closed_at_once(web: Web, telling: Telling) -> None:
    with served(web.application) as address:
        with streaming(web, address, "subscription { wait }") as response:
            assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert telling.began.wait(5)
            assert numbers(web)["event_streams"] == 1
        assert telling.was_closed.wait(1)
        eventually(lambda: numbers(web)["event_streams"] == 0)


def test_a_caller_that_does_not_read_is_dropped(make_web: Callable[..., Web], telling: Telling, caplog: pytest.LogCaptureFixture) -> None:
    web = make_web(subscribe=telling, streaming=StreamLimits(send_seconds=0.1))
    with served(web.application) as address:
        with streaming(web, address, "subscription { large }") as response:
            assert telling.was_closed.wait(5)
            told = telling.told
            with pytest.raises(httpx2.TransportError):
                response.read()
        eventually(lambda: numbers(web)["event_streams"] == 0)
    # What the system holds for both ends, and not what the subscription could tell.
    assert told < 200
    assert caplog.text == ""


def test_a_token_that_ends_ends_its_stream(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(subscribe=telling, streaming=StreamLimits(comment_seconds=0.03))
    with served(web.application) as address, streaming(web, address) as response:
        assert telling.began.wait(5)
        web.later = timedelta(days=3650)
        text = response.read().decode()
        assert codes(text) == ["UNAUTHENTICATED"]
        assert text.endswith(COMPLETE)
    assert telling.was_closed.is_set()


def test_a_body_that_does_not_arrive_is_not_waited_for(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(subscribe=telling, deadline=0.1)
    lines = ["POST /graphql HTTP/1.1", "Host: localhost", "Content-Type: application/json", "Content-Length: 100"]
    lines += [f"{name}: {value}" for name, value in web.headers(Accept=EVENTS).items()]
    with served(web.application) as address, socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=10) as caller:
        caller.sendall("\r\n".join([*lines, "", '{"query":']).encode())
        answer = b"".join(iter(lambda: caller.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"DEADLINE"' in answer
    assert telling.asked == []


def test_the_connection_of_a_stream_that_is_complete_serves_the_next_request(web: Web) -> None:
    with served(web.application) as address, httpx2.Client(headers=web.headers(Accept=EVENTS)) as client:
        for _ in range(2):
            response = client.post(f"{address}/graphql", json={"query": COUNT, "variables": {"to": 1}})
            assert response.text.endswith(COMPLETE)
            assert "connection" not in response.headers
