"""Requests: one GraphQL request read from HTTP, whatever was sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive

from tap_graph.web.decoding import decoded, refuse_nul
from tap_graph.web.refusing import RequestRefused, bad_request

LARGEST_BODY = 256 * 1024
LONGEST_KEY = 200
USUAL_TYPES = (b"application/json", b"application/json; charset=utf-8")
MEMBERS = (
    ("query", str, "text"),
    ("documentId", str, "text"),
    ("operationName", str, "text"),
    ("variables", dict, "object"),
    ("extensions", dict, "object"),
)
PARAMETERS = tuple(name for name, _, _ in MEMBERS)

Headers = dict[bytes, bytes]


@dataclass(slots=True)
class GraphQLRequest:
    """A document, by text or by id or both, its variables and the name of the operation."""

    document: str | None
    document_id: str | None
    is_apollo: bool
    """Whether the id came as Apollo's clients send it."""
    variables: dict[str, Any] | None
    operation_name: str | None
    explain: bool = False
    """Whether `extensions.explain` asks how the answer was found."""


def headers_of(pairs: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers by name; one that was sent several times is joined, as HTTP says."""
    pairs = list(pairs)
    headers = dict(pairs)
    if len(headers) < len(pairs):
        joined: dict[bytes, list[bytes]] = {}
        for name, value in pairs:
            joined.setdefault(name, []).append(value)
        headers = {name: b", ".join(values) for name, values in joined.items()}
    return headers


def idempotency_key_of(headers: Headers) -> str | None:
    """The key under which a caller wants a request done once; None where it gives none."""
    given = headers.get(b"idempotency-key")
    if given is None:
        return None
    key = given.decode("latin-1")
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        message = f"Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters. Take a UUID."
        raise RequestRefused(400, "BAD_IDEMPOTENCY_KEY", message, {"Connection": "close"})
    return key


async def read_post(headers: Headers, receive: Receive) -> GraphQLRequest:
    """The request of a POST with a JSON body."""
    kind = headers.get(b"content-type", b"")
    if kind not in USUAL_TYPES:
        _check_type(kind.decode("latin-1").lower())
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request without content encoding.")
    body = await _body(headers.get(b"content-length", b"0"), receive)
    asked = decoded(body)
    if type(asked) is not dict:
        if type(asked) is list:
            raise RequestRefused(400, "BATCH_REFUSED", "One request at a time: the body is a list.")
        raise bad_request('The body is no object; send {"query": …}.')
    return _request(asked)


def read_get(query_string: bytes) -> GraphQLRequest:
    """The request of a GET with query parameters."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise bad_request("The query parameters are no UTF-8, or too many.") from error
    given = [(name, value) for name, value in pairs if name in PARAMETERS]
    asked: dict[str, Any] = dict(given)
    if len(asked) < len(given):
        raise bad_request(f"Send each of {', '.join(PARAMETERS)} once.")
    for name in ("variables", "extensions"):
        if name in asked:
            asked[name] = decoded(asked[name].encode()) if asked[name] else None
    refuse_nul(asked)
    return _request(asked)


def _check_type(kind: str) -> None:
    media, _, parameters = kind.partition(";")
    if media.strip() != "application/json":
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request as application/json.")
    if "charset=" in parameters and "utf-8" not in parameters:
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request in UTF-8.")


async def _body(announced: bytes, receive: Receive) -> bytes:
    if not announced.isdigit() or len(announced) > 9 or int(announced) > LARGEST_BODY:
        raise _too_large()
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        whole = bytearray(body)
        while message.get("more_body", False) and len(whole) <= LARGEST_BODY:
            message = await receive()
            whole += message.get("body", b"")
        body = bytes(whole)
    if message["type"] == "http.disconnect":
        raise bad_request("The request ended before its body did.")
    if len(body) > LARGEST_BODY:
        raise _too_large()
    return body


def _request(asked: dict[str, Any]) -> GraphQLRequest:
    """The request that an object holds, with the type of each member checked."""
    for member, kind, says in MEMBERS:
        if asked.get(member) is not None and type(asked[member]) is not kind:
            raise bad_request(f"{member} is no {says}.")
    document, document_id, extensions = asked.get("query"), asked.get("documentId"), asked.get("extensions")
    persisted, explain = None, False
    if extensions:
        persisted, explain = _persisted(extensions.get("persistedQuery")), extensions.get("explain") is True
    if document is not None and not document.strip():
        document = None
    if document_id and persisted:
        raise bad_request("Name the document by documentId or by extensions.persistedQuery, not by both.")
    if not (document or document_id or persisted):
        raise bad_request("query is missing, or is no text.")
    return GraphQLRequest(
        document, document_id or persisted, persisted is not None, asked.get("variables"), asked.get("operationName") or None, explain
    )


def _persisted(query: Any) -> str | None:
    """The hash by which Apollo's clients name a document."""
    if query is None:
        return None
    if type(query) is not dict or query.get("version") != 1 or type(query.get("sha256Hash")) is not str:
        raise bad_request('extensions.persistedQuery is not {"version": 1, "sha256Hash": …}.')
    named: str = query["sha256Hash"]
    return named


def _too_large() -> RequestRefused:
    return RequestRefused(413, "TOO_LARGE", f"The body is larger than {LARGEST_BODY} bytes.", {"Connection": "close"})
