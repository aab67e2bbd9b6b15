"""Messages: what goes over a socket, by the letter of graphql-transport-ws."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.types import Message as Event

from tap_graph.reads.exchange import Answer
from tap_graph.web.decoding import BLANK, SURROGATE
from tap_graph.web.refusing import bad_request
from tap_graph.web.request import GraphQLRequest, read_post
from tap_graph.web.subscribing.closing import TOO_BIG, SocketClosed, invalid

PROTOCOL = "graphql-transport-ws"
ACK = b'{"type":"connection_ack"}'
PING = b'{"type":"ping"}'
OBJECT, TEXT, NULL = b"{", b'"', b"null"
SHAPES = {"query": TEXT, "documentId": TEXT, "operationName": TEXT, "variables": OBJECT, "extensions": OBJECT}
AS_POSTED = {b"content-type": b"application/json"}


class Message(msgspec.Struct):
    """One message of a client; its payload is read by whom it concerns."""

    type: str
    id: str | None = None
    payload: msgspec.Raw = msgspec.Raw(NULL)
    is_unicode: bool = True
    """False where a text holds half of a surrogate pair: it cannot be read, though it is JSON."""

    @property
    def operation_id(self) -> str:
        """The id of the operation that the message is about."""
        if not self.id:
            raise invalid(f"{self.type} without id")
        return self.id

    def object(self) -> Mapping[str, Any] | None:
        """The payload where it may be an object, or nothing."""
        if bytes(self.payload) == NULL:
            return None
        if not bytes(self.payload).startswith(OBJECT):
            raise invalid(f"the payload of {self.type} is no object")
        found: dict[str, Any] = msgspec.json.decode(self.payload)
        return found

    def check_request(self) -> None:
        """Refuses a payload that is not of the form of a request; what it says is looked at when it is answered."""
        if not bytes(self.payload).startswith(OBJECT):
            raise invalid("the payload of subscribe is no object")
        members = msgspec.json.decode(self.payload, type=dict[str, msgspec.Raw])
        for name, shape in SHAPES.items():
            if (member := bytes(members.get(name, NULL))) != NULL and not member.startswith(shape):
                raise invalid(f"{name} is no {'text' if shape is TEXT else 'object'}")
        if not members.keys() & {"query", "documentId", "extensions"}:
            raise invalid("query is missing")

    async def request(self) -> GraphQLRequest:
        """The request in the payload, taken or refused like the body of a POST."""
        if not self.is_unicode:
            raise bad_request("The request holds text that is no Unicode: half of a surrogate pair.")

        async def receive() -> Event:
            return {"type": "http.request", "body": bytes(self.payload)}

        return await read_post(AS_POSTED, receive)


_decoder = msgspec.json.Decoder(Message)


def message_of(event: Event, largest: int) -> Message:
    """The message that a client sent; SocketClosed where it is none."""
    text = event.get("text")
    if text is None:
        raise invalid("it is binary")
    sent = text.encode()
    if len(sent) > largest:
        raise SocketClosed(TOO_BIG, f"A message is larger than {largest} bytes")
    try:
        return _decoder.decode(sent)
    except (ValueError, RecursionError):
        return _half_unicode(sent)


def _half_unicode(sent: bytes) -> Message:
    """A message that is JSON but for halves of surrogate pairs, which a text cut in the middle of an emoji holds."""
    try:
        message = _decoder.decode(SURROGATE.sub(BLANK, sent))
    except (ValueError, RecursionError) as error:
        raise invalid("it is no JSON object with a type") from error
    message.is_unicode = False
    return message


def pong(payload: Mapping[str, Any] | None) -> bytes:
    """The answer to a ping."""
    return b'{"type":"pong"}' if payload is None else msgspec.json.encode({"type": "pong", "payload": payload})


def next_(operation_id: str, answer: Answer) -> bytes:
    """One result of an operation."""
    return b'{"id":%b,"type":"next","payload":%b}' % (msgspec.json.encode(operation_id), answer.body)


def error(operation_id: str, answer: Answer) -> bytes:
    """The errors of an operation that was not executed, or is no more."""
    return b'{"id":%b,"type":"error","payload":%b}' % (msgspec.json.encode(operation_id), _Refused.errors_of(answer.body))


def complete(operation_id: str) -> bytes:
    """The end of an operation."""
    return b'{"id":%b,"type":"complete"}' % msgspec.json.encode(operation_id)


class _Refused(msgspec.Struct):
    errors: msgspec.Raw

    @classmethod
    def errors_of(cls, body: bytes) -> bytes:
        return bytes(msgspec.json.decode(body, type=cls).errors)
