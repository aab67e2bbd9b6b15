"""Trusted documents: a registry read at start, and what a request may name by id."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tap_graph.domain.errors import ConfigurationError
from tap_graph.web.trusted import TrustedDocuments
from tests.web.conftest import Web, refused

ROLE = "query Role { viewer { role } }"
TYPE = "query Type { __typename }"
HASH, OTHER_HASH = sha256(ROLE.encode()).hexdigest(), sha256(TYPE.encode()).hexdigest()
REGISTRY = {"role": ROLE, f"sha256:{OTHER_HASH}": TYPE}
FREE = "{ viewer { role } }"


def apollo(digest: str) -> dict[str, Any]:
    """The extensions by which Apollo's clients name a document."""
    return {"persistedQuery": {"version": 1, "sha256Hash": digest}}


@pytest.fixture
def trusting(make_web: Callable[..., Web]) -> Web:
    return make_web(trusted=TrustedDocuments(REGISTRY))


@pytest.fixture
def closed(make_web: Callable[..., Web]) -> Web:
    return make_web(trusted=TrustedDocuments(REGISTRY, trusted_only=True))


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({"documentId": "role"}, ROLE),
        ({"documentId": HASH}, ROLE),
        ({"documentId": f"sha256:{HASH}"}, ROLE),
        ({"documentId": f"sha256:{OTHER_HASH}"}, TYPE),
        ({"documentId": OTHER_HASH}, TYPE),
        ({"documentId": "role", "query": ROLE}, ROLE),
        ({"documentId": "role", "query": ""}, ROLE),
        ({"documentId": "role", "query": None}, ROLE),
        ({"documentId": "role", "operationName": "Role", "variables": {}, "extensions": {}}, ROLE),
        ({"extensions": apollo(HASH)}, ROLE),
        ({"extensions": apollo(HASH), "query": ROLE}, ROLE),
    ],
)
def test_a_document_is_asked_by_its_id(trusting: Web, closed: Web, body: dict[str, Any], asked: str) -> None:
    for web in (trusting, closed):
        response = web.post(body)
        assert (response.status_code, "errors" in response.json()) == (200, False)
        assert [question.document for question in web.schema.asked] == [asked]


def test_a_document_is_asked_by_its_id_in_query_parameters_too(closed: Web) -> None:
    assert closed.get({"documentId": "role"}).json()["data"] == {"viewer": {"role": "AUDITOR"}}
    assert closed.get({"extensions": json.dumps(apollo(HASH))}).json()["data"] == {"viewer": {"role": "AUDITOR"}}
    assert refused(closed.get({"documentId": "none"})) == (400, "DOCUMENT_NOT_FOUND")


def test_an_unknown_id_is_refused_and_clients_know_to_send_the_text(trusting: Web) -> None:
    by_id, by_hash = trusting.post({"documentId": "none"}), trusting.post({"extensions": apollo("0" * 64)})
    assert refused(by_id) == refused(by_hash) == (400, "DOCUMENT_NOT_FOUND")
    assert by_id.json()["errors"][0]["message"] == "No trusted document has this id; register it, or send its text."
    # Apollo's and urql's clients compare this text.
    assert by_hash.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    digest = sha256(FREE.encode()).hexdigest()
    assert trusting.post({"extensions": apollo(digest), "query": FREE}).status_code == 200
    assert trusting.post({"documentId": f"sha256:{digest}", "query": FREE}).status_code == 200
    assert refused(trusting.post({"extensions": apollo(digest)})) == (400, "DOCUMENT_NOT_FOUND")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"documentId": "role", "query": TYPE}, "DOCUMENT_MISMATCH"),
        ({"documentId": "role", "query": ROLE + " "}, "DOCUMENT_MISMATCH"),
        ({"extensions": apollo(HASH), "query": TYPE}, "DOCUMENT_MISMATCH"),
        ({"extensions": apollo("0" * 64), "query": ROLE}, "DOCUMENT_NOT_FOUND"),
        ({"documentId": "none", "query": ROLE}, "DOCUMENT_NOT_FOUND"),
        ({"documentId": HASH.upper()}, "DOCUMENT_NOT_FOUND"),
        ({"documentId": ""}, "BAD_REQUEST"),
        ({"documentId": ["role"]}, "BAD_REQUEST"),
        ({"documentId": "role", "extensions": apollo(HASH)}, "BAD_REQUEST"),
        ({"extensions": {"persistedQuery": []}}, "BAD_REQUEST"),
        ({"extensions": {"persistedQuery": {"sha256Hash": HASH}}}, "BAD_REQUEST"),
        ({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": HASH}}}, "BAD_REQUEST"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 5}}}, "BAD_REQUEST"),
        ({"extensions": {"persistedQuery": None}}, "BAD_REQUEST"),
    ],
)
def test_an_id_that_names_nothing_or_something_else_is_refused(trusting: Web, body: dict[str, Any], code: str) -> None:
    assert refused(trusting.post(body)) == (400, code)
    assert trusting.schema.asked == []


def test_where_only_trusted_documents_are_answered_no_other_reaches_the_schema(closed: Web) -> None:
    digest = sha256(FREE.encode()).hexdigest()
    for body in ({"query": FREE}, {"query": ROLE + "\n"}, {"query": FREE, "extensions": apollo(digest)}):
        assert refused(closed.post(body)) == (403, "DOCUMENT_NOT_TRUSTED")
    assert refused(closed.get({"query": FREE})) == (403, "DOCUMENT_NOT_TRUSTED")
    assert closed.schema.asked == []
    assert closed.post({"query": ROLE}).status_code == 200


def test_the_registry_that_graphql_codegen_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "persisted-documents.json"
    path.write_text(json.dumps({"1f3c": ROLE, HASH: ROLE}, indent=2))
    assert TrustedDocuments.read(path, trusted_only=True).documents == {"1f3c": ROLE, HASH: ROLE}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read: .*persisted-documents.json: No such file"),
        (b"", "are no JSON"),
        (b"{", "are no JSON"),
        (b"\xff", "are no JSON"),
        (b"[" * 100_000, "are no JSON"),
        (b"[]", "are no object"),
        (b'"{}"', "are no object"),
        (b'{"a": 5}', "'a' is no text"),
        (b'{"a": ""}', "'a' is no text"),
        (b'{"": "{ a }"}', "'' is no text, or has no id"),
        (b'{"sha256:00": "{ a }"}', "sha256:00 is not the document of that hash"),
        (b'{"%s": "{ a }", "b": "%s"}' % (HASH.encode(), ROLE.encode()), f"Two trusted documents answer to {HASH}"),
    ],
)
def test_a_broken_registry_is_refused_at_start_in_words(tmp_path: Path, text: bytes | None, says: str) -> None:
    path = tmp_path / "persisted-documents.json"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(ConfigurationError, match=says):
        TrustedDocuments.read(path)


def test_a_folder_is_no_registry(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        TrustedDocuments.read(tmp_path)


def test_trusting_only_nothing_is_refused_at_start() -> None:
    with pytest.raises(ConfigurationError, match="Only trusted documents may be asked, and there are none"):
        TrustedDocuments({}, trusted_only=True)
