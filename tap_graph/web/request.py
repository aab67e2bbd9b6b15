"""Requests: one GraphQL request read from HTTP, whatever was sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request

from tap_graph.web.refusing import RequestRefused

LARGEST_BODY = 256 * 1024
DEEPEST_JSON = 64


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A document, its variables and the name of the operation."""

    document: str
    variables: dict[str, Any] | None
    operation_name: str | None


async def read_post(request: Request) -> GraphQLRequest:
    """The request of a POST with a JSON body."""
    media = request.headers.get("content-type", "").partition(";")
    if media[0].strip().lower() != "application/json":
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request as application/json.")
    if "charset=" in media[2].lower() and "utf-8" not in media[2].lower():
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request without content encoding.")
    return _checked(_decoded(await _body(request)))


def read_get(request: Request) -> GraphQLRequest:
    """The request of a GET with query parameters."""
    parameters: dict[str, Any] = dict(request.query_params)
    if "variables" in parameters:
        parameters["variables"] = _decoded(parameters["variables"].encode()) if parameters["variables"] else None
    return _checked(parameters)


async def _body(request: Request) -> bytes:
    announced = request.headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit() or int(announced[:20]) > LARGEST_BODY:
        raise _too_large()
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise _too_large()
    except ClientDisconnect as gone:
        raise RequestRefused(400, "BAD_REQUEST", "The request ended before its body did.") from gone
    return bytes(body)


def _decoded(body: bytes) -> Any:
    """JSON, refused before it is parsed where it nests further than any request needs."""
    if _depth(body) > DEEPEST_JSON:
        raise RequestRefused(400, "BAD_JSON", f"The body nests deeper than {DEEPEST_JSON} levels.")
    try:
        return json.loads(body.decode(), parse_constant=_no_constant)
    except ValueError as error:
        # UnicodeDecodeError, JSONDecodeError and numbers of thousands of digits are all ValueErrors.
        raise RequestRefused(400, "BAD_JSON", "The body is no JSON in UTF-8.") from error


def _depth(body: bytes) -> int:
    deepest = depth = 0
    in_text = escaped = False
    for byte in body:
        if in_text:
            in_text, escaped = byte != 0x22 or escaped, byte == 0x5C and not escaped
        elif byte == 0x22:
            in_text = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _checked(body: Any) -> GraphQLRequest:
    if isinstance(body, list):
        raise RequestRefused(400, "BATCH_REFUSED", "One request at a time: the body is a list.")
    if not isinstance(body, dict):
        raise RequestRefused(400, "BAD_REQUEST", 'The body is no object; send {"query": …}.')
    document, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
    if not isinstance(document, str) or not document.strip():
        raise RequestRefused(400, "BAD_REQUEST", "query is missing, or is no text.")
    if variables is not None and not isinstance(variables, dict):
        raise RequestRefused(400, "BAD_REQUEST", "variables is no object.")
    if name is not None and not isinstance(name, str):
        raise RequestRefused(400, "BAD_REQUEST", "operationName is no text.")
    if not _storable([document, name or "", variables or {}]):
        raise RequestRefused(400, "BAD_REQUEST", "The request holds text that is no Unicode, or a NUL character.")
    return GraphQLRequest(document, variables, name or None)


def _storable(value: Any) -> bool:
    """Whether every text in a value is Unicode without NUL, as PostgreSQL takes it; depth is bounded already."""
    if isinstance(value, str):
        return "\x00" not in value and not any(0xD800 <= ord(letter) <= 0xDFFF for letter in value)
    if isinstance(value, Mapping):
        return all(_storable(key) and _storable(item) for key, item in value.items())
    return all(_storable(item) for item in value) if isinstance(value, list) else True


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _too_large() -> RequestRefused:
    return RequestRefused(413, "TOO_LARGE", f"The body is larger than {LARGEST_BODY} bytes.", {"Connection": "close"})
