"""GraphQL over HTTP: what is answered, and what is refused with which status and code."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.exchange import Answer, Question
from tests.web.conftest import NOW, Web, refused

QUERY = {"query": '{ partner(partnerNumber: "P1") { name } }'}


def test_identified_caller_is_answered(each_web: Web) -> None:
    answer = each_web.ask("query ($n: String!) { partner(partnerNumber: $n) { name } }", n="P1")
    assert answer["data"] == {"partner": {"name": "Partner P1"}}


def test_another_partner_is_answered_with_its_own_rows_only(each_web: Web) -> None:
    other = Viewer(subject="p", role=Role.PARTNER, partner_number="P2")
    assert each_web.ask(QUERY["query"], other)["data"] == {"partner": None}


def test_queries_may_be_sent_by_get(each_web: Web) -> None:
    parameters = {"query": "query A($n: String!) { partner(partnerNumber: $n) { name } } query B { viewer { role } }", "operationName": "A"}
    response = each_web.get({**parameters, "variables": '{"n": "P1"}'})
    assert (response.status_code, response.json()["data"]) == (200, {"partner": {"name": "Partner P1"}})


@pytest.mark.parametrize(
    ("query_string", "code"),
    [
        ("", "BAD_REQUEST"),
        ("query=", "BAD_REQUEST"),
        ("query={__typename}&variables={", "BAD_JSON"),
        ("query={__typename}&variables=[]", "BAD_REQUEST"),
        ("query={__typename}&variables=" + "[" * 10_000, "BAD_JSON"),
        ('query={__typename}&variables={"a":1,"a":2}', "BAD_JSON"),
        ("query={__typename}&extensions=5", "BAD_REQUEST"),
        ("query={__typename}&query={__typename}", "BAD_REQUEST"),
        ("query={__typename}%00", "BAD_REQUEST"),
        ("query=%ff", "BAD_REQUEST"),
        ("query=%ed%a0%80", "BAD_REQUEST"),
        ("&".join("a=b" for _ in range(1_000)), "BAD_REQUEST"),
        ('query={__typename}&variables={"a":"\\u0000"}', "BAD_REQUEST"),
    ],
)
def test_bad_query_parameters_are_refused_with_a_code(web: Web, query_string: str, code: str) -> None:
    assert refused(web.client.get(f"/graphql?{query_string}", headers=web.headers())) == (400, code)


def test_what_is_empty_in_query_parameters_is_as_good_as_absent(web: Web) -> None:
    response = web.client.get("/graphql?query={viewer{role}}&variables=&operationName=&extensions=&other=1", headers=web.headers())
    assert response.json()["data"] == {"viewer": {"role": "AUDITOR"}}


def test_get_may_only_read_and_post_may_write(web: Web) -> None:
    web.get({"query": "{ __typename }"})
    web.post({"query": "{ __typename }"})
    assert [question.may_write for question in web.schema.asked] == [False, True]


def test_what_writes_is_sent_by_post_alone(make_web: Callable[..., Web]) -> None:
    async def respond(_viewer: Viewer, question: Question) -> Answer:
        return Answer(b'{"errors":[]}', executed=False, status=None if question.may_write else 405, code="METHOD_NOT_ALLOWED")

    response = make_web(respond=respond).get({"query": "mutation { __typename }"})
    assert (response.status_code, response.headers["allow"], response.headers["cache-control"]) == (405, "POST", "no-store")


def test_what_the_schema_says_of_waiting_is_passed_on(make_web: Callable[..., Web]) -> None:
    async def respond(_viewer: Viewer, _question: Question) -> Answer:
        return Answer(b'{"errors":[]}', executed=False, status=503, retry_after=7, code="OVERLOADED")

    response = make_web(respond=respond).post({"query": "{ __typename }"})
    assert (response.status_code, response.headers["retry-after"], response.json()) == (503, "7", {"errors": []})


def test_a_caller_may_ask_how_its_answer_was_found(web: Web) -> None:
    for extensions in (None, {}, {"explain": "yes"}, {"explain": False}, {"explain": True}):
        web.post({"query": "{ __typename }", "extensions": extensions})
    web.get({"query": "{ __typename }", "extensions": '{"explain":true}'})
    assert [question.explain for question in web.schema.asked] == [False, False, False, False, True, True]


def test_a_failure_of_ours_is_told_by_a_code_and_by_nothing_else(make_web: Callable[..., Web], caplog: pytest.LogCaptureFixture) -> None:
    async def respond(_viewer: Viewer, _question: Question) -> Answer:
        raise RuntimeError("postgresql://user:password@host is away")

    response = make_web(respond=respond).post({"query": "{ __typename }"})
    assert refused(response) == (500, "INTERNAL")
    assert "password" not in response.text
    assert "password" in caplog.text


def test_the_newer_media_type_says_by_status_that_nothing_was_executed(web: Web) -> None:
    newer = {**web.headers(), "Accept": "application/graphql-response+json"}
    good, bad = web.client.post("/graphql", json=QUERY, headers=newer), web.client.post("/graphql", json={"query": "{"}, headers=newer)
    assert (good.status_code, good.headers["content-type"]) == (200, "application/graphql-response+json; charset=utf-8")
    assert (bad.status_code, bad.json()["errors"][0]["extensions"]) == (400, {"code": "SYNTAX"})
    older = web.client.post("/graphql", json={"query": "{"}, headers=web.headers())
    assert (older.status_code, older.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert web.client.post("/graphql", json=QUERY, headers={**web.headers(), "Accept": "text/html"}).status_code == 406


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Bearer "}, {"Authorization": "Basic YTpi"}]
)
def test_anonymous_callers_are_refused_before_anything_is_parsed(web: Web, headers: dict[str, str]) -> None:
    for body in (b"{", b"\xff\xfe", b"[" * 100_000, b"x" * 10_000_000):
        response = web.client.post("/graphql", content=body, headers=headers)
        assert (response.status_code, response.json()["errors"][0]["extensions"]) == (401, {"code": "UNAUTHENTICATED"})
        assert response.headers["www-authenticate"] == "Bearer"
    assert web.client.get("/graphql", params=QUERY, headers=headers).status_code == 401


def test_two_identities_in_one_request_are_none(web: Web) -> None:
    twice = [("Authorization", web.headers()["Authorization"]), ("Authorization", "Bearer x")]
    assert web.client.post("/graphql", json=QUERY, headers=twice).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "BAD_JSON"),
        (b"{", 400, "BAD_JSON"),
        (b"null", 400, "BAD_REQUEST"),
        (b"5", 400, "BAD_REQUEST"),
        (b'"query"', 400, "BAD_REQUEST"),
        (b"[]", 400, "BATCH_REFUSED"),
        (b'[{"query": "{ __typename }"}]', 400, "BATCH_REFUSED"),
        (b"{}", 400, "BAD_REQUEST"),
        (b'{"query": null}', 400, "BAD_REQUEST"),
        (b'{"query": ""}', 400, "BAD_REQUEST"),
        (b'{"query": ["{ __typename }"]}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "variables": []}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "variables": "{}"}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "operationName": 5}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "variables": {"a": NaN}}', 400, "BAD_JSON"),
        (b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5_000 + b"}}", 400, "BAD_JSON"),
        (b'{"query": "{ __typename }", "variables": {"a": "\\u0000"}}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}', 400, "BAD_REQUEST"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "BAD_JSON"),
        (b'{"query": "{ __typename }", "variables": ' + b'{"a":' * 100_00 + b"1" + b"}" * 100_00 + b"}", 400, "BAD_JSON"),
        (b'{"query": "\xff"}', 400, "BAD_JSON"),
        (b"\xef\xbb\xbf{}", 400, "BAD_JSON"),
        (b'{"query": "' + b"a" * 300_000 + b'"}', 413, "TOO_LARGE"),
        (b'{"query": "{ __typename }", "extensions": []}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "documentId": 5}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "query": "{ viewer { role } }"}', 400, "BAD_JSON"),
        (b'{"query": "{ __typename }", "other": "\xff"}', 400, "BAD_JSON"),
    ],
)
def test_bad_bodies_are_refused_with_a_code(web: Web, body: bytes, status: int, code: str) -> None:
    response = web.client.post("/graphql", content=body, headers={**web.headers(), "Content-Type": "application/json"})
    assert refused(response) == (status, code)
    assert response.headers["cache-control"] == "no-store"


def test_refusals_come_in_the_media_type_asked_for(web: Web) -> None:
    response = web.post({}, Accept="application/graphql-response+json")
    assert (*refused(response), response.headers["content-type"]) == (
        400,
        "BAD_REQUEST",
        "application/graphql-response+json; charset=utf-8",
    )


def test_a_body_of_exactly_the_limit_is_read(web: Web) -> None:
    body = b'{"query":"{ __typename }","other":"%s"}'
    whole = body % (b"a" * (256 * 1024 - len(body) + 2))
    headers = {**web.headers(), "Content-Type": "application/json"}
    assert web.client.post("/graphql", content=whole, headers=headers).status_code == 200
    assert refused(web.client.post("/graphql", content=whole + b" ", headers=headers)) == (413, "TOO_LARGE")


def test_bodies_without_a_length_are_limited_as_well(web: Web) -> None:
    chunks: Any = iter([b'{"query": "' + b"a" * 200_000, b"a" * 200_000, b'"}'])
    response = web.client.post("/graphql", content=chunks, headers={**web.headers(), "Content-Type": "application/json"})
    assert response.status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": ""},
        {"Content-Type": "application/json, text/plain"},
    ],
)
def test_other_media_are_refused(web: Web, headers: dict[str, str]) -> None:
    response = web.client.post("/graphql", content=json.dumps(QUERY), headers={**web.headers(), **headers})
    assert (response.status_code, response.json()["errors"][0]["extensions"]) == (415, {"code": "UNSUPPORTED_MEDIA_TYPE"})


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_other_methods_are_refused_once_it_is_known_who_asks(web: Web, method: str) -> None:
    response = web.client.request(method, "/graphql", headers=web.headers())
    assert (*refused(response), response.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "GET, POST")
    assert refused(web.client.request(method, "/graphql")) == (401, "UNAUTHENTICATED")


def test_head_is_refused_without_a_body(web: Web) -> None:
    assert web.client.head("/graphql", headers=web.headers()).status_code == 405


def test_the_token_is_checked_on_every_request(web: Web) -> None:
    expired = web.tokens.sign(Viewer(subject="a", role=Role.AUDITOR), NOW, hours=-1)
    response = web.client.post("/graphql", json=QUERY, headers={"Authorization": f"Bearer {expired}"})
    assert (response.status_code, response.json()["errors"][0]["message"]) == (
        401,
        "The token is out of date. Get a new one with `tap-graph token`.",
    )
