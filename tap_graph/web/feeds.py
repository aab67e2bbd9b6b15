"""Feeds: `POST /feeds/{kind}` takes one delivery and answers what became of it; the body is the file, in any format."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import anyio
import anyio.to_thread
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from tap_graph.domain.errors import NotAuthenticated
from tap_graph.domain.refusal import ActRefused
from tap_graph.services.answering_once import WAIT_SECONDS, Answered, AnsweringOnce, Asked
from tap_graph.services.keying import PREFIX, KeyOwner, Keyring
from tap_graph.services.printing import printed_json
from tap_graph.services.receiving import Delivery, Received
from tap_graph.web.answers import PATH as ANSWERS_PATH
from tap_graph.web.answers import Answering, Answers
from tap_graph.web.delivering import Caller, Wanted, caller_by_key, caller_of, wanted
from tap_graph.web.graphql import INTERNAL
from tap_graph.web.identity import Callers
from tap_graph.web.negotiating import JSON
from tap_graph.web.refusing import RequestRefused
from tap_graph.web.replying import NO_STORE, Reply, refusal
from tap_graph.web.request import headers_of
from tap_graph.web.uploading import CLOSING, Gone, Upload, check_announced, is_packed, uploaded

logger = logging.getLogger(__name__)

PATH = "/feeds/{kind}"
RECEIVING_AT_ONCE = 2
"""Deliveries that are read and take effect at once; the database lets one after the other take effect anyway."""
MOST_AT_ONCE = 16
MOST_OF_ONE = 4
"""Deliveries of one caller that arrive or wait at once: none keeps all the places from the others."""
OVERLOADED_SECONDS = 10
REPLAYED = (b"idempotent-replayed", b"true")


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """What feeds need: who holds which key, who receives, and how much."""

    ingest: Callable[[Delivery], Received]
    keyring: Keyring
    once: AnsweringOnce
    largest: int
    """Bytes of a delivery, as it is and unpacked."""
    answering: Answering
    """What tells a sender what became of a delivery."""


class Feeds:
    """Takes deliveries; their lines are read beside the event loop, a few at once."""

    def __init__(self, callers: Callers, options: FeedOptions, now: Callable[[], datetime], deadline: float) -> None:
        self._callers = callers
        self._options = options
        self._now = now
        self._deadline = deadline
        self._receiving = anyio.CapacityLimiter(RECEIVING_AT_ONCE)
        self._writing = anyio.CapacityLimiter(RECEIVING_AT_ONCE)
        self._here: dict[str, int] = {}
        self.answers = Answers(callers, options.keyring, options.answering, now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        try:
            reply = await self._reply(scope, receive)
        except Gone:
            # Nothing was received, and nobody is there to be told.
            return
        except RequestRefused as refused:
            reply = refusal(refused)
        except (OperationalError, InterfaceError):
            logger.exception("the database cannot be reached, or is kept busy")
            message = f"The database cannot be reached, or is kept busy; please try again in {OVERLOADED_SECONDS} s."
            reply = refusal(RequestRefused(503, "UNAVAILABLE", message, {"Retry-After": str(OVERLOADED_SECONDS), **CLOSING}))
        except Exception:
            # The last line before the client.
            logger.exception("a delivery failed")
            reply = refusal(RequestRefused(INTERNAL.status, INTERNAL.code, str(INTERNAL), CLOSING))
        length = (b"content-length", b"%d" % len(reply.body))
        await send({"type": "http.response.start", "status": reply.status, "headers": [*reply.headers, length]})
        await send({"type": "http.response.body", "body": reply.body})

    def counts(self) -> Mapping[str, float]:
        """How many deliveries arrive, wait or take effect now, by the name of their metric."""
        return {"feeds_deliveries": sum(self._here.values())}

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        headers = headers_of(scope["headers"])
        caller = await self._caller(headers.get(b"authorization", b""))
        if scope["method"] != "POST":
            raise RequestRefused(405, "METHOD_NOT_ALLOWED", "Send POST, with the file as the body.", {"Allow": "POST", **CLOSING})
        delivery = wanted(caller, scope["path_params"]["kind"], scope["query_string"], headers)
        packed = is_packed(headers)
        check_announced(headers, self._options.largest)
        self._enter(caller)
        try:
            return await self._taken(caller, delivery, receive, packed=packed)
        finally:
            self._leave(caller)

    async def _caller(self, authorization: bytes) -> Caller:
        scheme, _, token = authorization.partition(b" ")
        token = token.strip()
        try:
            if scheme.lower() != b"bearer" or not token.startswith(PREFIX.encode()):
                return caller_of(self._callers.viewer(authorization))
            whole_key, now = token.decode("latin-1"), self._now()
            known = self._options.keyring.known(whole_key, now)
            return caller_by_key(known or await self._looked_up(whole_key, now))
        except NotAuthenticated as error:
            raise RequestRefused(401, error.code, str(error), {"WWW-Authenticate": "Bearer", **CLOSING}) from error
        except RequestRefused as refused:
            refused.headers.update(CLOSING)
            raise

    async def _looked_up(self, whole_key: str, now: datetime) -> KeyOwner:
        return await anyio.to_thread.run_sync(self._options.keyring.owner, whole_key, now)

    def _enter(self, caller: Caller) -> None:
        if sum(self._here.values()) >= MOST_AT_ONCE or self._here.get(caller.name, 0) >= MOST_OF_ONE:
            message = f"As many deliveries are arriving as may be; try again in {OVERLOADED_SECONDS} s."
            raise RequestRefused(503, "OVERLOADED", message, {"Retry-After": str(OVERLOADED_SECONDS), **CLOSING})
        self._here[caller.name] = self._here.get(caller.name, 0) + 1

    def _leave(self, caller: Caller) -> None:
        self._here[caller.name] -= 1
        if not self._here[caller.name]:
            del self._here[caller.name]

    async def _taken(self, caller: Caller, delivery: Wanted, receive: Receive, *, packed: bool) -> Reply:
        with Upload() as upload:
            await uploaded(receive, upload, self._options.largest, self._deadline, self._writing)
            work = partial(self._received, caller, delivery, upload, packed=packed)
            # Once it arrived it is received, whoever still waits for the answer: who asks again under its key is told.
            with anyio.CancelScope(shield=True):
                answered, was_kept = await anyio.to_thread.run_sync(work, limiter=self._receiving)
        headers = [(b"content-type", JSON.content_type), NO_STORE]
        return Reply(answered.status, [*headers, REPLAYED] if was_kept else headers, answered.body.encode())

    def _received(self, caller: Caller, delivery: Wanted, upload: Upload, *, packed: bool) -> tuple[Answered, bool]:
        if packed:
            upload.unpack(self._options.largest)

        def receive(again: bool) -> Answered:
            made = Delivery(delivery.kind, upload.file, delivery.file, delivery.sender, again, only_distributor=caller.distributor_id)
            return answered(self._options.ingest(made))

        if delivery.key is None:
            return receive(delivery.again), False
        asked = Asked(caller.name, delivery.key, delivery.kind, delivery.sender, delivery.again, upload.sha256)
        try:
            return self._options.once.answer(asked, receive)
        except ActRefused as refused:
            raise _by_key(refused) from refused


def answered(received: Received) -> Answered:
    """What became of a delivery, as the contract prints it (§3); 422 where the whole file was refused and nothing changed."""
    return Answered(200 if received.refusal is None else 422, printed_json(received))


def routes(feeds: Feeds) -> list[BaseRoute]:
    """Where deliveries are sent, and where it is asked what became of them."""
    return [Route(PATH, feeds), Route(ANSWERS_PATH, feeds.answers)]


def _by_key(refused: ActRefused) -> RequestRefused:
    code = refused.refusals[0].code
    if code == "IDEMPOTENCY_KEY_REUSED":
        return RequestRefused(422, "IDEMPOTENCY_KEY_REUSED", str(refused))
    return RequestRefused(409, "IDEMPOTENCY_KEY_IN_USE", str(refused), {"Retry-After": str(WAIT_SECONDS)})
