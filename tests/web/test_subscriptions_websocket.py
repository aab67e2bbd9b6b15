"""Operations over a WebSocket, by the letter of graphql-transport-ws."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.web.subscribing.limits import StreamLimits
from tap_graph.web.trusted import TrustedDocuments
from tests.web.conftest import AUDITOR, NOW, PARTNER, Web
from tests.web.listening import COUNT, PROTOCOL, WAIT, Telling, connected, eventually, listening, numbers

NAME = 'query Name { partner(partnerNumber: "P1") { name } }'
NAMED = {"data": {"partner": {"name": "Partner P1"}}}


@pytest.fixture
def telling() -> Telling:
    return Telling()


@pytest.fixture
def web(make_web: Callable[..., Web], telling: Telling) -> Web:
    return make_web(subscribe=telling)


def told(message: dict[str, Any]) -> Any:
    """What a `next` says, without its cost."""
    message["payload"].pop("extensions", None)
    return message


def test_a_query_is_answered_once_and_complete(web: Web) -> None:
    with listening(web) as socket:
        assert socket.session.accepted_subprotocol == PROTOCOL
        socket.subscribe("q", NAME)
        assert told(socket.take()) == {"id": "q", "type": "next", "payload": NAMED}
        assert socket.take() == {"id": "q", "type": "complete"}
    assert [question.may_write for question in web.schema.asked] == [True]


def test_a_query_over_a_socket_is_that_of_its_token(web: Web) -> None:
    with listening(web, Viewer(subject="other", role=PARTNER.role, partner_number="P2")) as socket:
        socket.subscribe("q", NAME)
        assert told(socket.take())["payload"] == {"data": {"partner": None}}


def test_a_subscription_tells_in_order_and_completes(web: Web, telling: Telling) -> None:
    with listening(web, PARTNER) as socket:
        socket.subscribe("s", COUNT, to=3)
        assert [socket.take() for _ in range(3)] == [{"id": "s", "type": "next", "payload": {"data": {"count": n}}} for n in range(3)]
        assert socket.take() == {"id": "s", "type": "complete"}
    assert telling.asked == [(PARTNER, Question(COUNT, {"to": 3}))]
    assert telling.was_closed.is_set()


def test_which_operation_of_a_document_is_meant_is_said_by_its_name(make_web: Callable[..., Web], telling: Telling) -> None:
    questions: list[str | None] = []

    async def respond(_viewer: Viewer, question: Question) -> Answer:
        questions.append(question.operation_name)
        return Answer(b'{"data":{}}')

    with listening(make_web(respond=respond, subscribe=telling)) as socket:
        for name in ("Name", "Refused", "Nobody", None):
            socket.send("subscribe", "s", {"query": f"{NAME} {COUNT} subscription Refused {{ refused }}", "operationName": name})
            if socket.take()["type"] == "next":
                assert socket.take()["type"] == "complete"
    assert questions == ["Name", "Nobody", None]
    assert [question.operation_name for _, question in telling.asked] == ["Refused"]


@pytest.mark.parametrize(("document", "code"), [("{", "SYNTAX"), ("{ nothing }", "INVALID_DOCUMENT"), ("subscription {", "SYNTAX")])
def test_what_is_not_executed_is_an_error_and_the_end(web: Web, document: str, code: str) -> None:
    with listening(web) as socket:
        socket.subscribe("q", document)
        message = socket.take()
        assert (message["id"], message["type"], message["payload"][0]["extensions"]["code"]) == ("q", "error", code)
        socket.subscribe("q", NAME)
        assert socket.take()["type"] == "next"


def test_a_refusal_says_when_to_ask_again_and_nothing_follows_it(web: Web, telling: Telling) -> None:
    with listening(web) as socket:
        socket.subscribe("s", "subscription { refused }")
        error = {"message": "Wait.", "extensions": {"code": "OVER_ALLOWANCE", "retryAfter": 7}}
        assert socket.take() == {"id": "s", "type": "error", "payload": [error]}
        assert telling.was_closed.wait(5)
        socket.send("ping")
        assert socket.take() == {"type": "pong"}
    assert numbers(web)["refusals_total OVER_ALLOWANCE"] == 1


def test_what_fails_on_our_side_is_told_without_its_text(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    with listening(web) as socket:
        socket.subscribe("s", "subscription { fail }")
        message = socket.take()
        assert (message["type"], message["payload"][0]["extensions"]) == ("error", {"code": "INTERNAL"})
        assert "password" not in json.dumps(message)
    assert "password" in caplog.text


def test_without_subscriptions_one_is_refused_and_queries_are_answered(make_web: Callable[..., Web]) -> None:
    with listening(make_web()) as socket:
        socket.subscribe("s", WAIT)
        message = socket.take()
        assert (message["type"], message["payload"][0]["extensions"]) == ("error", {"code": "NO_SUBSCRIPTIONS"})
        socket.subscribe("q", NAME)
        assert told(socket.take())["payload"] == NAMED


def test_a_query_over_a_socket_has_the_deadline_of_others(make_web: Callable[..., Web]) -> None:
    async def respond(_viewer: Viewer, question: Question) -> Answer:
        async for _ in Telling()(AUDITOR, Question(WAIT)):
            pass
        raise AssertionError(question)

    with listening(make_web(respond=respond, deadline=0.02)) as socket:
        socket.subscribe("q", NAME)
        message = socket.take()
        assert (message["type"], message["payload"][0]["extensions"]) == ("error", {"code": "DEADLINE"})


def test_trusted_documents_are_named_as_in_a_post(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(subscribe=telling, trusted=TrustedDocuments({"count": COUNT}, trusted_only=True))
    with listening(web) as socket:
        socket.send("subscribe", "s", {"documentId": "count", "variables": {"to": 1}})
        assert [socket.take()["type"] for _ in range(2)] == ["next", "complete"]
        socket.subscribe("t", WAIT)
        assert socket.take()["payload"][0]["extensions"] == {"code": "DOCUMENT_NOT_TRUSTED"}
        socket.send("subscribe", "u", {"documentId": "wait"})
        assert socket.take()["payload"][0]["extensions"] == {"code": "DOCUMENT_NOT_FOUND"}


def test_completing_ends_the_subscription_and_frees_its_id(web: Web, telling: Telling) -> None:
    with listening(web) as socket:
        socket.subscribe("s", WAIT)
        assert telling.began.wait(5)
        socket.send("complete", "s")
        assert telling.was_closed.wait(5)
        socket.subscribe("s", COUNT, to=1)
        assert [socket.take()["type"] for _ in range(2)] == ["next", "complete"]
        # It is over already, and one that never was: neither is an error.
        socket.send("complete", "s")
        socket.send("complete", "other")
        socket.send("ping", payload={"still": "here"})
        assert socket.take() == {"type": "pong", "payload": {"still": "here"}}


def test_a_query_that_was_completed_before_its_answer_is_not_answered(make_web: Callable[..., Web]) -> None:
    slow = Telling()

    async def respond(_viewer: Viewer, question: Question) -> Answer:
        async for answer in slow(AUDITOR, question):
            return answer
        return Answer(b"{}")

    with listening(make_web(respond=respond)) as socket:
        socket.subscribe("q", "query { wait }")
        assert slow.began.wait(5)
        socket.send("complete", "q")
        assert slow.was_closed.wait(5)
        socket.send("ping")
        assert socket.take() == {"type": "pong"}


def test_when_the_client_leaves_its_subscriptions_are_closed(web: Web, telling: Telling) -> None:
    with listening(web) as socket:
        for number in range(5):
            socket.subscribe(str(number), WAIT)
        eventually(lambda: telling.open == 5)
        assert (numbers(web)["sockets"], numbers(web)["subscriptions"]) == (1, 5)
    eventually(lambda: telling.open == 0)
    found = numbers(web)
    assert (found["sockets"], found["subscriptions"], found["socket_closes_total 1000"]) == (0, 0, 1)


def test_operations_of_one_socket_do_not_wait_for_one_another(web: Web) -> None:
    with listening(web) as socket:
        socket.subscribe("w", WAIT)
        for number in range(50):
            socket.subscribe(f"s{number}", COUNT, to=2)
        taken: dict[str, list[Any]] = {}
        for _ in range(150):
            message = socket.take()
            taken.setdefault(message["id"], []).append(message.get("payload", {}).get("data", {}).get("count"))
        assert taken == {f"s{number}": [0, 1, None] for number in range(50)}
    assert numbers(web)["events_total"] == 100


def test_one_operation_more_than_a_socket_runs_is_refused_alone(make_web: Callable[..., Web], telling: Telling) -> None:
    with listening(make_web(subscribe=telling, streaming=StreamLimits(operations=2))) as socket:
        for id_ in "abc":
            socket.subscribe(id_, WAIT)
        message = socket.take()
        assert (message["id"], message["type"], message["payload"][0]["extensions"]) == ("c", "error", {"code": "TOO_MANY_OPERATIONS"})
        socket.send("complete", "a")
        socket.subscribe("c", COUNT, to=1)
        assert socket.take()["type"] == "next"
        assert len(telling.asked) == 3


# Who speaks


@pytest.mark.parametrize("key", ["authorization", "Authorization"])
def test_the_token_comes_with_the_init(web: Web, key: str) -> None:
    with connected(web.client) as socket:
        socket.send("connection_init", payload={key: f"Bearer {web.tokens.sign(AUDITOR, NOW)}"})
        assert socket.take() == {"type": "connection_ack"}


def test_the_token_may_come_with_the_handshake(web: Web) -> None:
    with connected(web.client, Authorization=f"Bearer {web.tokens.sign(AUDITOR, NOW)}") as socket:
        socket.send("connection_init")
        assert socket.take() == {"type": "connection_ack"}


@pytest.mark.parametrize(
    "payload",
    [None, {}, {"authorization": "Bearer x"}, {"authorization": 5}, {"authorization": "Bearer €"}, {"authorization": "Basic eA=="}],
)
def test_who_names_nobody_is_forbidden(web: Web, payload: Any) -> None:
    with connected(web.client) as socket:
        socket.send("connection_init", payload=payload)
        code, reason = socket.closed()
        assert (code, reason[:11]) == (4403, "Forbidden: ")
    assert numbers(web)["socket_closes_total 4403"] == 1


def test_a_bad_token_of_the_init_is_not_mended_by_that_of_the_handshake(web: Web) -> None:
    with connected(web.client, Authorization=f"Bearer {web.tokens.sign(AUDITOR, NOW)}") as socket:
        socket.send("connection_init", payload={"authorization": "Bearer x"})
        assert socket.closed()[0] == 4403


def test_before_the_init_nothing_is_executed(web: Web, telling: Telling) -> None:
    with connected(web.client, Authorization=f"Bearer {web.tokens.sign(AUDITOR, NOW)}") as socket:
        socket.send("ping")
        assert socket.take() == {"type": "pong"}
        socket.send("pong")
        socket.send("complete", "s")
        socket.subscribe("s", WAIT)
        assert socket.closed() == (4401, "Unauthorized")
    assert (telling.asked, web.schema.asked) == ([], [])


def test_an_init_that_does_not_come_ends_the_socket(make_web: Callable[..., Web]) -> None:
    with connected(make_web(streaming=StreamLimits(init_seconds=0.02)).client) as socket:
        socket.send("ping")
        assert socket.take() == {"type": "pong"}
        assert socket.closed() == (4408, "Connection initialisation timeout")


def test_a_second_init_is_too_many(web: Web) -> None:
    with listening(web) as socket:
        socket.send("connection_init")
        assert socket.closed() == (4429, "Too many initialisation requests")


def test_a_token_that_ended_executes_nothing_more(web: Web, telling: Telling) -> None:
    with listening(web) as socket:
        web.later = timedelta(days=3650)
        socket.subscribe("s", COUNT, to=1)
        code, reason = socket.closed()
        assert (code, reason[:11]) == (4403, "Forbidden: ")
    assert telling.asked == []


def test_a_token_that_ends_ends_its_socket_and_what_runs_on_it(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(subscribe=telling, streaming=StreamLimits(ping_seconds=0.02))
    with listening(web) as socket:
        socket.subscribe("s", WAIT)
        assert telling.began.wait(5)
        web.later = timedelta(days=3650)
        while (message := socket.session.receive())["type"] != "websocket.close":
            socket.send("pong")
        assert message["code"] == 4403
    assert telling.was_closed.is_set()


def test_nothing_is_told_after_the_end_of_a_token(web: Web, telling: Telling) -> None:
    async def answers(viewer: Viewer, question: Question) -> Any:
        web.later = timedelta(days=3650)
        async for answer in telling(viewer, question):
            yield answer

    late = web.application._sockets._asking  # type: ignore[attr-defined]
    object.__setattr__(late, "subscribe", answers)
    with listening(web) as socket:
        socket.subscribe("s", COUNT, to=1)
        assert socket.closed()[0] == 4403
    assert numbers(web)["events_total"] == 0


# What is no message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "5",
        '"ping"',
        "{}",
        '{"type":5}',
        '{"type":"other"}',
        '{"type":"connection_ack"}',
        '{"type":"next","id":"s","payload":{}}',
        '{"type":"ping","payload":5}',
        '{"type":"pong","payload":[]}',
        '{"type":"connection_init","payload":[]}',
        '{"type":"complete"}',
        '{"type":"complete","id":5}',
        '{"type":"subscribe","payload":{"query":"{ viewer { role } }"}}',
        '{"type":"subscribe","id":"","payload":{"query":"{ viewer { role } }"}}',
        '{"type":"subscribe","id":"s"}',
        '{"type":"subscribe","id":"s","payload":null}',
        '{"type":"subscribe","id":"s","payload":[]}',
        '{"type":"subscribe","id":"s","payload":{}}',
        '{"type":"subscribe","id":"s","payload":{"query":5}}',
        '{"type":"subscribe","id":"s","payload":{"query":"{a}","variables":[]}}',
        '{"type":"subscribe","id":"s","payload":{"query":"{a}","operationName":{}}}',
        '{"type":"subscribe","id":"s","payload":{"query":"{a}","extensions":"x"}}',
        '{"type":"ping","payload":' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
def test_what_is_no_message_ends_the_socket(web: Web, text: str) -> None:
    with listening(web) as socket:
        socket.session.send_text(text)
        code, reason = socket.closed()
        assert (code, reason[:26]) == (4400, "Invalid message received: ")


def test_a_binary_message_is_none(web: Web) -> None:
    with listening(web) as socket:
        socket.session.send_bytes(b'{"type":"ping"}')
        assert socket.closed() == (4400, "Invalid message received: it is binary")


def test_a_message_has_a_largest_size(web: Web) -> None:
    with listening(web) as socket:
        fits = json.dumps({"type": "ping", "payload": {"é": ""}}, ensure_ascii=False)
        socket.session.send_text(fits.replace('""', f'"{"x" * (262_144 - len(fits.encode()))}"'))
        assert len(socket.take()["payload"]["é"]) == 262_144 - len(fits.encode())
        socket.session.send_text(fits.replace('""', f'"{"x" * (262_145 - len(fits.encode()))}"'))
        assert socket.closed() == (1009, "A message is larger than 262144 bytes")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ('{"query":" "}', "BAD_REQUEST"),
        ('{"query":"{a}","variables":{"a":1,"a":2}}', "BAD_JSON"),
        ('{"query":"{a}","variables":{"a":"\\u0000"}}', "BAD_REQUEST"),
        ('{"query":"{a}","variables":{"a":"cut \\ud83d"}}', "BAD_REQUEST"),
        ('{"query":"{a}","extensions":{"persistedQuery":{}}}', "BAD_REQUEST"),
        ('{"query":"{a}","variables":{"a":' + "[" * 70 + "]" * 70 + "}}", "BAD_JSON"),
    ],
)
def test_a_request_that_a_post_would_be_refused_for_is_an_error_of_its_operation_alone(web: Web, payload: str, code: str) -> None:
    with listening(web) as socket:
        socket.session.send_text(f'{{"type":"subscribe","id":"s","payload":{payload}}}')
        message = socket.take()
        assert (message["id"], message["type"], message["payload"][0]["extensions"]) == ("s", "error", {"code": code})
        socket.subscribe("s", COUNT, to=0)
        assert socket.take() == {"id": "s", "type": "complete"}
    assert numbers(web)[f"refusals_total {code}"] == 1


def test_an_id_that_is_in_use_ends_the_socket(web: Web, telling: Telling) -> None:
    with listening(web) as socket:
        socket.subscribe("s", WAIT)
        socket.subscribe("s", WAIT)
        assert socket.closed() == (4409, "Subscriber for s already exists")
    eventually(lambda: telling.open == 0)


def test_a_reason_fits_its_frame(web: Web) -> None:
    with listening(web) as socket:
        socket.subscribe("€" * 100, WAIT)
        socket.subscribe("€" * 100, WAIT)
        assert socket.closed() == (4409, "Subscriber for " + "€" * 36)


# Sockets


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("Graphql-Transport-Ws",)])
def test_another_protocol_is_not_acceptable(web: Web, protocols: tuple[str, ...]) -> None:
    with connected(web.client, protocols=protocols) as socket:
        assert socket.session.accepted_subprotocol is None
        assert socket.closed() == (4406, "Subprotocol not acceptable")


def test_ours_is_chosen_among_others(web: Web) -> None:
    with connected(web.client, protocols=("graphql-ws", PROTOCOL)) as socket:
        assert socket.session.accepted_subprotocol == PROTOCOL


def test_one_socket_more_than_there_are_places_is_told_to_try_again_later(make_web: Callable[..., Web]) -> None:
    web = make_web(streaming=StreamLimits(places=2))
    with listening(web), listening(web):
        with connected(web.client) as third:
            assert third.closed() == (1013, "Try again later")
        response = web.post({"query": NAME}, Accept="text/event-stream")
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert response.json()["errors"][0]["extensions"] == {"code": "OVERLOADED"}
        assert web.ask(NAME)["data"] == NAMED["data"]
    with listening(web) as again:
        again.send("ping")
        assert again.take() == {"type": "pong"}
    assert numbers(web)["socket_closes_total 1013"] == 1


def test_the_server_pings_and_ends_a_socket_that_does_not_answer(make_web: Callable[..., Web], telling: Telling) -> None:
    web = make_web(subscribe=telling, streaming=StreamLimits(ping_seconds=0.02))
    with listening(web) as socket:
        socket.subscribe("s", WAIT)
        for _ in range(3):
            assert socket.session.receive_text() == '{"type":"ping"}'
            socket.send("pong")
        assert socket.session.receive_text() == '{"type":"ping"}'
        assert socket.closed() == (4499, "A ping was not answered")
    assert telling.was_closed.is_set()


def test_codes_that_only_clients_think_of_are_counted_as_one(web: Web) -> None:
    for code in (3000, 4999):
        with listening(web) as socket:
            socket.session.close(code)
    eventually(lambda: numbers(web)["sockets"] == 0)
    assert numbers(web)["socket_closes_total other"] == 2


def test_below_another_path_sockets_are_taken_there(web: Web) -> None:
    mounted = TestClient(Starlette(routes=[Mount("/api", web.application)]))
    with connected(mounted, "/api/graphql") as socket:
        socket.init(web.tokens.sign(AUDITOR, NOW))
        socket.subscribe("s", COUNT, to=1)
        assert [socket.take()["type"] for _ in range(2)] == ["next", "complete"]
