"""The sandbox answers as the real web does, and is put back, late or broken when it is asked to."""

import io
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.identifying import Tokens
from tap_graph.services.receiving import Delivery
from tap_graph.testing.sandbox import FAULTS, Sandbox, Year, open_sandbox
from tap_graph.testing.sandbox.faults import Faulty
from tests.serving import served

TODAY = date(2008, 7, 26)
AUDITOR = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkZW1vLWF1ZGl0b3IiLCJyb2xlIjoiQVVESVRPUiIsImV4cCI6NDM5NzQxNDQwMH0"
    ".2chhM_TuR9UVqHyP_FoJPE1A5EETnROhjvEE7KtC3Yg"
)
IDENTIFIED = {"Authorization": f"Bearer {AUDITOR}"}
PARTNER = {"query": '{ partner(partnerNumber: "AP-1001") { name enrollments { totalCount } } }'}
ANSWER = {"data": {"partner": {"name": "Merlion Networks Pte Ltd", "enrollments": {"totalCount": 2}}}}
COUNTED = {"query": "{ partners { totalCount } }"}


@pytest.fixture(scope="module")
def year() -> Iterator[Year]:
    opened = open_sandbox(TODAY).year
    yield opened
    opened.close()


@pytest.fixture
def sandbox(year: Year) -> Sandbox:
    """A web of its own, for it lives on one event loop."""
    return Sandbox(year)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[TestClient]:
    with TestClient(sandbox, headers=IDENTIFIED) as opened:
        yield opened


def ask(client: TestClient, body: Mapping[str, Any] = PARTNER, headers: Mapping[str, str] | None = None) -> Any:
    return client.post("/graphql", json=body, headers=headers)


def one_more_partner(sandbox: Sandbox) -> None:
    sandbox.year.application.ingest(Delivery("partners", io.BytesIO(b"partner_number,name\nAP-9999,Guest\n"), "guest.csv"))


def test_without_headers_the_answer_is_the_real_one_to_the_byte(sandbox: Sandbox, client: TestClient) -> None:
    with TestClient(sandbox.year.application.web(), headers=IDENTIFIED) as real:
        for body in (PARTNER, {"query": "{ nothing }"}, {"query": 5}):
            here, there = ask(client, body), ask(real, body)
            assert (here.status_code, here.headers, here.content) == (there.status_code, there.headers, there.content)
        assert client.get("/readyz").content == real.get("/readyz").content
        assert client.get("/graphiql").content == real.get("/graphiql").content
    assert ask(client).json()["data"] == ANSWER["data"]


def test_the_year_is_judged(client: TestClient) -> None:
    counts = client.get("/sandbox").json()["data"]["counts"]
    assert counts == {
        "partners": 62, "enrollments": 79, "orders": 202, "order_lines": 311, "rmas": 198, "evaluations": 150, "deliveries": 14,
    }  # fmt: skip


def test_it_tells_strangers_what_it_is_and_whom_they_may_play(sandbox: Sandbox) -> None:
    told = TestClient(sandbox).get("/sandbox").json()
    assert set(told) == {"sandbox", "addresses", "today", "roles", "data", "headers", "faults"}
    assert told["today"] == "2008-07-26"
    assert told["data"]["partners"]["US"] == ["US-2001", "US-2002", "US-2003"]
    assert told["data"]["examples"] == {"order": "SO-470011", "quote": "Q-80101", "deviation": "DV-3002", "rma": "RMA-62002"}
    assert set(told["headers"]) == {"Sandbox-Latency", "Sandbox-Fault"}
    assert set(told["faults"]) == set(FAULTS)
    roles = {role["role"]: role for role in told["roles"]}
    assert roles["AUDITOR"] == {"role": "AUDITOR", "for": "all regions", "token": AUDITOR}
    assert roles["PARTNER"]["for"] == "AP-1001"


def test_every_token_it_tells_is_taken(client: TestClient) -> None:
    for role in client.get("/sandbox").json()["roles"]:
        answer = ask(client, {"query": "{ viewer { role } }"}, {"Authorization": f"Bearer {role['token']}"})
        assert answer.json()["data"] == {"viewer": {"role": role["role"]}}


def test_it_gives_a_token_to_whoever_asks(sandbox: Sandbox, client: TestClient) -> None:
    given = TestClient(sandbox).get("/sandbox/token", params={"role": "PARTNER", "partner": "AP-1012"}).json()
    answer = ask(client, {"query": "{ viewer { role partner { partnerNumber } } }"}, {"Authorization": f"Bearer {given['token']}"})
    assert answer.json()["data"] == {"viewer": {"role": "PARTNER", "partner": {"partnerNumber": "AP-1012"}}}


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"role": "PARTNER"}, "The token's role PARTNER needs a partner."),
        ({"role": "ADMINISTRATOR"}, "The token's role ADMINISTRATOR needs regions."),
        ({}, f"The role is not one of {', '.join(Role)}."),
        ({"role": "KING"}, f"The role is not one of {', '.join(Role)}."),
    ],
)
def test_a_token_without_what_its_role_needs_is_refused(client: TestClient, claims: dict[str, str], message: str) -> None:
    answer = client.get("/sandbox/token", params=claims)
    assert answer.status_code == 400
    told = f"{message} Say who asks by role, partner, distributor, email, region."
    assert answer.json() == {"errors": [{"message": told, "extensions": {"code": "BAD_REQUEST"}}]}


def test_the_key_of_a_real_installation_opens_nothing_here(sandbox: Sandbox, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "the key of a real installation, 32 bytes long"
    monkeypatch.setenv("TAP_DEVELOPMENT_KEY", key)
    foreign = Tokens(key).sign(Viewer(subject="a", role=Role.AUDITOR), datetime(2008, 7, 26, tzinfo=UTC))
    with TestClient(Sandbox(sandbox.year)) as opened:
        assert ask(opened, headers={"Authorization": f"Bearer {foreign}"}).status_code == 401
        assert ask(opened, headers=IDENTIFIED).status_code == 200
    assert client.get("/sandbox").json()["roles"][-1]["token"] == AUDITOR


def test_its_clock_stands_at_the_day_it_was_given(client: TestClient) -> None:
    lines = "nodes { reasons { code } orderLine { order { orderNumber } line } }"
    query = f'{{ partner(partnerNumber: "AP-1010") {{ enrollments {{ nodes {{ today: lines {{ {lines} }} that: lines(on: "2008-07-26")'
    query += f' {{ {lines} }} later: lines(on: "2009-05-01") {{ {lines} }} }} }} }} }}'
    (enrollment,) = ask(client, {"query": query}).json()["data"]["partner"]["enrollments"]["nodes"]
    assert enrollment["today"] == enrollment["that"] != enrollment["later"]


def test_a_reset_puts_everything_back(sandbox: Sandbox, client: TestClient) -> None:
    one_more_partner(sandbox)
    assert ask(client, COUNTED).json()["data"] == {"partners": {"totalCount": 63}}
    reset = TestClient(sandbox).post("/sandbox/reset")
    assert (reset.status_code, reset.content) == (204, b"")
    assert ask(client, COUNTED).json()["data"] == {"partners": {"totalCount": 62}}


def test_twenty_questions_at_once_are_all_answered(client: TestClient) -> None:
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: ask(client).json()["data"], range(60)))
    assert answers == [ANSWER["data"]] * 60


def test_resets_amid_all_else_disturb_nothing(client: TestClient) -> None:
    def one(number: int) -> int:
        match number % 5:
            case 0:
                return int(client.post("/sandbox/reset").status_code)
            case 1 | 2:
                return int(client.get(("/sandbox", "/readyz")[number % 2]).status_code)
        return int(ask(client, COUNTED).json()["data"]["partners"]["totalCount"])

    with ThreadPoolExecutor(20) as threads:
        assert list(threads.map(one, range(100))) == [204, 200, 200, 62, 62] * 20


@pytest.mark.parametrize(
    ("fault", "status", "code", "headers"),
    [
        ("unauthenticated", 401, "UNAUTHENTICATED", {"www-authenticate": "Bearer"}),
        ("rate-limited", 429, "OVER_ALLOWANCE", {"retry-after": "1"}),
        ("unavailable", 503, "OVERLOADED", {"retry-after": "1"}),
        ("timeout", 504, "DEADLINE", {}),
        ("document-not-found", 400, "DOCUMENT_NOT_FOUND", {}),
        ("internal", 200, "INTERNAL", {}),
    ],
)
def test_a_fault_takes_the_place_of_the_answer(client: TestClient, fault: str, status: int, code: str, headers: dict[str, str]) -> None:
    answer = ask(client, headers={"Sandbox-Fault": fault})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]) == (status, {"code": code})
    assert headers.items() <= answer.headers.items()
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    newer = ask(client, headers={"Sandbox-Fault": fault, "Accept": "application/graphql-response+json"})
    assert (newer.headers["content-type"], newer.content) == ("application/graphql-response+json; charset=utf-8", answer.content)


def test_a_proxy_answers_in_html(client: TestClient) -> None:
    answer = ask(client, headers={"Sandbox-Fault": "bad-gateway"})
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")


def test_broken_json_is_the_first_half_of_the_real_answer(client: TestClient) -> None:
    whole, broken = ask(client).content, ask(client, headers={"Sandbox-Fault": "broken-json", "Accept-Encoding": "gzip"})
    assert (broken.status_code, broken.content) == (200, whole[: len(whole) // 2])


def test_a_broken_connection_gives_no_answer(sandbox: Sandbox) -> None:
    with served(sandbox) as address, httpx2.Client(base_url=address, headers=IDENTIFIED) as client:
        with pytest.raises(httpx2.RemoteProtocolError):
            client.post("/graphql", json=PARTNER, headers={"Sandbox-Fault": "disconnect"})
        assert client.post("/graphql", json=PARTNER).json()["data"] == ANSWER["data"]


def test_without_a_server_a_broken_connection_is_an_error(client: TestClient) -> None:
    with pytest.raises(ConnectionAbortedError):
        ask(client, headers={"Sandbox-Fault": "disconnect"})


def test_latency_comes_before_answers_and_faults(client: TestClient) -> None:
    for headers, status in (({}, 200), ({"Sandbox-Fault": "unavailable"}, 503)):
        begun = time.monotonic()
        answer = ask(client, headers={"Sandbox-Latency": "200", **headers})
        assert answer.status_code == status
        assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Sandbox-Latency": "30001"}, "Sandbox-Latency is '30001'; it takes whole milliseconds, 0 to 30000."),
        ({"Sandbox-Latency": "-1"}, "Sandbox-Latency is '-1'; it takes whole milliseconds, 0 to 30000."),
        ({"Sandbox-Latency": "1.5"}, "Sandbox-Latency is '1.5'; it takes whole milliseconds, 0 to 30000."),
        ({"Sandbox-Latency": ""}, "Sandbox-Latency is ''; it takes whole milliseconds, 0 to 30000."),
        ({"Sandbox-Fault": "nonsense"}, f"Sandbox-Fault names 'nonsense'; there are {', '.join(FAULTS)}."),
        ({"Sandbox-Fault": ""}, f"Sandbox-Fault names ''; there are {', '.join(FAULTS)}."),
        (
            {"Sandbox-Fualt": "timeout"},
            "Send each of Sandbox-Latency and Sandbox-Fault at most once, and no other header that begins with Sandbox-.",
        ),
    ],
)
def test_headers_it_does_not_understand_are_refused(client: TestClient, headers: dict[str, str], message: str) -> None:
    answer = ask(client, headers=headers)
    assert answer.status_code == 400
    assert answer.json() == {"errors": [{"message": message, "extensions": {"code": "BAD_SANDBOX_HEADER"}}]}


def test_a_header_given_twice_is_refused(client: TestClient) -> None:
    twice = [("Sandbox-Latency", "0"), ("Sandbox-Latency", "0")]
    assert client.post("/graphql", json=PARTNER, headers=twice).status_code == 400


def test_faults_concern_graphql_alone(client: TestClient) -> None:
    for path in ("/livez", "/graphiql", "/sandbox"):
        assert client.get(path, headers={"Sandbox-Fault": "unavailable"}).status_code == 200


def test_its_own_addresses_take_one_method_each(client: TestClient) -> None:
    assert client.post("/sandbox").status_code == 405
    assert client.get("/sandbox/reset").status_code == 405
    assert client.get("/sandbox/nothing").status_code == 404


def test_any_application_can_be_made_faulty() -> None:
    async def bare(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"1234", "more_body": True})
        await send({"type": "http.response.body", "body": b"5678"})

    client = TestClient(Faulty(bare))
    assert client.get("/").content == b"12345678"
    assert client.get("/", headers={"Sandbox-Fault": "broken-json"}).content == b"1234"
