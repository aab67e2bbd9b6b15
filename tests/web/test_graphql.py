"""GraphQL over HTTP: what is answered, and what is refused with which status and code."""

import json
from typing import Any

import pytest

from tap_graph.domain.viewer import Role, Viewer
from tests.web.conftest import NOW, Web

QUERY = {"query": '{ partner(partnerNumber: "P1") { name } }'}


def test_identified_caller_is_answered(web: Web) -> None:
    assert web.ask("query ($n: String!) { partner(partnerNumber: $n) { name } }", n="P1") == {"data": {"partner": {"name": "Partner P1"}}}


def test_another_partner_is_answered_with_its_own_rows_only(web: Web) -> None:
    other = Viewer(subject="p", role=Role.PARTNER, partner_number="P2")
    assert web.ask(QUERY["query"], other) == {"data": {"partner": None}}


def test_queries_may_be_sent_by_get(web: Web) -> None:
    parameters = {"query": "query A($n: String!) { partner(partnerNumber: $n) { name } } query B { viewer { role } }", "operationName": "A"}
    response = web.client.get("/graphql", params={**parameters, "variables": '{"n": "P1"}'}, headers=web.headers())
    assert (response.status_code, response.json()) == (200, {"data": {"partner": {"name": "Partner P1"}}})
    assert web.client.get("/graphql", params={**parameters, "variables": "{"}, headers=web.headers()).status_code == 400
    assert web.client.get("/graphql", headers=web.headers()).status_code == 400


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
    ],
)
def test_bad_bodies_are_refused_with_a_code(web: Web, body: bytes, status: int, code: str) -> None:
    response = web.client.post("/graphql", content=body, headers={**web.headers(), "Content-Type": "application/json"})
    assert (response.status_code, response.json()["errors"][0]["extensions"]) == (status, {"code": code})


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
    ],
)
def test_other_media_are_refused(web: Web, headers: dict[str, str]) -> None:
    response = web.client.post("/graphql", content=json.dumps(QUERY), headers={**web.headers(), **headers})
    assert (response.status_code, response.json()["errors"][0]["extensions"]) == (415, {"code": "UNSUPPORTED_MEDIA_TYPE"})


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(web: Web, method: str) -> None:
    assert web.client.request(method, "/graphql", headers=web.headers()).status_code == 405


def test_the_token_is_checked_on_every_request(web: Web) -> None:
    expired = web.tokens.sign(Viewer(subject="a", role=Role.AUDITOR), NOW, hours=-1)
    response = web.client.post("/graphql", json=QUERY, headers={"Authorization": f"Bearer {expired}"})
    assert (response.status_code, response.json()["errors"][0]["message"]) == (
        401,
        "The token is out of date. Get a new one with `tap-graph token`.",
    )
