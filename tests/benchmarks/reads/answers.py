"""Answers over HTTP: asked once, brought into one form, compared and counted."""

import json
from http.client import HTTPConnection
from typing import Any

CURSORS = frozenset({"cursor", "startCursor", "endCursor"})
"""Opaque to whoever asks, so each server writes its own."""


def ask(port: int, token: str, body: bytes) -> bytes:
    """The body of one answer; anything but 200 is a RuntimeError."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", "/graphql", body, sent)
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise RuntimeError(f"The server on port {port} answered {response.status}: {answer[:500]!r}")
    return answer


def canonical(answer: bytes) -> str:
    """The answer as sorted JSON, without cursors and extensions."""
    response = json.loads(answer)
    response.pop("extensions", None)
    return json.dumps(_without_cursors(response), sort_keys=True, ensure_ascii=False)


def leaves(answer: bytes) -> int:
    """How many leaf fields the answer holds; a null where an object could stand counts as one."""
    return _leaves(json.loads(answer)["data"])


def _without_cursors(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_cursors(item) for name, item in value.items() if name not in CURSORS}
    return [_without_cursors(item) for item in value] if isinstance(value, list) else value


def _leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(_leaves(item) for item in value.values())
    return sum(_leaves(item) for item in value) if isinstance(value, list) else 1
