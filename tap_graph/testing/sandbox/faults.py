"""Faults and latency by header: a wrapper around any web application that changes nothing until it is asked to."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import anyio
import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tap_graph.schema.execution import INTERNAL
from tap_graph.web.refusing import RequestRefused

LATENCY = "sandbox-latency"
FAULT = "sandbox-fault"
PREFIX = "sandbox-"
LONGEST_LATENCY = 30_000
RETRY_AFTER = {"Retry-After": "1"}
NEWER = b"application/graphql-response+json"

HEADERS = {
    "Sandbox-Latency": f"Milliseconds before the request is looked at, 0 to {LONGEST_LATENCY}.",
    "Sandbox-Fault": "Name of a fault that takes the place of the answer.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which an answer fails; `says` is for people."""

    says: str
    fail: Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]]


def _answering(says: str, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Fault:
    async def fail(_app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        await Response(body, status, headers, _media(scope))(scope, receive, send)

    return Fault(says, fail)


def _refused(says: str, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Fault:
    return _answering(f"{status} {code}: {says}", status, RequestRefused(status, code, message).body, headers)


def _media(scope: Scope) -> str:
    """The media type of a refusal: the newer one where the caller names it."""
    newer = any(name == b"accept" and NEWER in value for name, value in scope["headers"])
    return f"{NEWER.decode() if newer else 'application/json'}; charset=utf-8"


async def _send_page(_app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """What a proxy says of a server that is away."""
    await Response("<html><body><h1>502 Bad Gateway</h1></body></html>", 502, media_type="text/html")(scope, receive, send)


async def _break_json(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The real answer, cut in the middle."""
    start: Message = {}
    body = bytearray()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    await app({**scope, "headers": headers}, receive, keep)
    cut = bytes(body[: len(body) // 2])
    kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    await send({**start, "headers": [*kept, (b"content-length", str(len(cut)).encode())]})
    await send({"type": "http.response.body", "body": cut})


async def _disconnect(_app: ASGIApp, _scope: Scope, receive: Receive, send: Send) -> None:
    """Closes the connection; ASGI has no word for it, so it is done by uvicorn's own, whose method `send` is."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionAbortedError("The sandbox closed the connection, as Sandbox-Fault asked.")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


_NOTHING = msgspec.json.encode({"errors": [{"message": INTERNAL, "extensions": {"code": "INTERNAL"}}], "data": None})

FAULTS: Mapping[str, Fault] = {
    "unauthenticated": _refused(
        "the token is not taken", 401, "UNAUTHENTICATED", "The token is out of date. Get a new one.", {"WWW-Authenticate": "Bearer"}
    ),
    "rate-limited": _refused("the caller asked too much", 429, "OVER_ALLOWANCE", "The allowance is used up. Ask again later.", RETRY_AFTER),
    "unavailable": _refused("the server is busy", 503, "OVERLOADED", "The server is busy. Ask again later.", RETRY_AFTER),
    "timeout": _refused("the answer took too long", 504, "DEADLINE", "The answer took too long. Ask for less at once, or try again."),
    "document-not-found": _refused(
        "the document's id is not known", 400, "DOCUMENT_NOT_FOUND", "No trusted document has this id; register it, or send its text."
    ),
    "internal": _answering("200 INTERNAL: something went wrong on our side; data is null", 200, _NOTHING),
    "bad-gateway": Fault("502 from a proxy: a page of HTML, no JSON", _send_page),
    "broken-json": Fault("the real answer, cut in the middle", _break_json),
    "disconnect": Fault("the connection is closed without an answer", _disconnect),
}


class Faulty:
    """The web as it is, unless a request's headers ask for latency or a fault."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        asked = [(name.decode("latin-1"), value.decode("latin-1").strip()) for name, value in scope["headers"] if _is_ours(name)]
        try:
            latency, fault = _wishes(asked)
        except RequestRefused as refused:
            await refused.response()(scope, receive, send)
            return
        if latency:
            await anyio.sleep(latency / 1000)
        if fault:
            await fault.fail(self._app, scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_ours(name: bytes) -> bool:
    return name.startswith(PREFIX.encode())


def _wishes(asked: list[tuple[str, str]]) -> tuple[int, Fault | None]:
    given = dict(asked)
    unknown = sorted(given.keys() - {LATENCY, FAULT})
    if unknown or len(given) < len(asked):
        raise _bad(f"Send each of {' and '.join(HEADERS)} at most once, and no other header that begins with {PREFIX.capitalize()}.")
    latency, name = given.get(LATENCY, "0"), given.get(FAULT)
    if not (latency.isascii() and latency.isdigit() and len(latency) < 6 and int(latency) <= LONGEST_LATENCY):
        raise _bad(f"Sandbox-Latency is {latency[:40]!r}; it takes whole milliseconds, 0 to {LONGEST_LATENCY}.")
    if name is not None and name not in FAULTS:
        raise _bad(f"Sandbox-Fault names {name[:40]!r}; there are {', '.join(FAULTS)}.")
    return int(latency), FAULTS[name] if name else None


def _bad(message: str) -> RequestRefused:
    return RequestRefused(400, "BAD_SANDBOX_HEADER", message)
