"""The GraphQL endpoint: identity first, then the request, then the schema; nothing of it needs a route or a middleware."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Protocol

from starlette.types import Receive, Scope, Send

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.web.identity import Callers
from tap_graph.web.metrics import Metrics
from tap_graph.web.negotiating import JSON, Coding, Media, coding_of, media_of
from tap_graph.web.patience import Ended, Patience
from tap_graph.web.refusing import RequestRefused
from tap_graph.web.replying import NO_STORE, REVALIDATED, RawHeaders, Reply, Replying, refusal
from tap_graph.web.request import Headers, headers_of, idempotency_key_of, read_get, read_post
from tap_graph.web.subscribing.events import EventStream, EventStreams, wants_events
from tap_graph.web.tags import ANY, digest_of, known_versions, tag_of
from tap_graph.web.trusted import TrustedDocuments

logger = logging.getLogger(__name__)

INTERNAL = RequestRefused(500, "INTERNAL", "Something went wrong on our side; it is in our log. Please try again.")
LATE = RequestRefused(504, "DEADLINE", "The answer took too long. Ask for less at once, or try again.")
LATE_BODY = RequestRefused(408, "DEADLINE", "The request took too long to arrive.", {"Connection": "close"})
GONE = Reply(499, [], b"", "CLIENT_GONE")
"""Counted and never sent: the status that proxies log where the caller left."""


class Respond(Protocol):
    """What the schema offers: the answer to a viewer's question."""

    async def __call__(self, viewer: Viewer, question: Question) -> Answer:
        """The answer, errors included; raises nothing but the cancellation of its task."""


@dataclass(slots=True)
class GraphQLEndpoint:
    """Answers POST with a JSON body and GET with query parameters, as an ASGI application."""

    respond: Respond
    callers: Callers
    trusted: TrustedDocuments
    metrics: Metrics
    replying: Replying
    streams: EventStreams
    now: Callable[[], datetime]
    schema_version: str
    deadline: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        began = perf_counter()
        media, coding = JSON, Coding.IDENTITY
        reply: Reply | EventStream
        patience = Patience(receive, self.deadline)
        try:
            headers = headers_of(scope["headers"])
            # Before all else: who is nobody gets nothing of ours to work on a request.
            viewer = self.callers.viewer(headers.get(b"authorization", b""))
            if scope["method"] not in ("POST", "GET"):
                raise RequestRefused(405, "METHOD_NOT_ALLOWED", "Send GET or POST.", {"Allow": "GET, POST"})
            is_post, accept = scope["method"] == "POST", headers.get(b"accept", b"")
            if is_post and b"event-stream" in accept.lower() and wants_events(accept):
                reply = self.streams.opened(viewer, headers.get(b"authorization", b""), await read_post(headers, receive))
            else:
                media = media_of(accept)
                coding = coding_of(headers.get(b"accept-encoding", b""))
                if is_post:
                    reply = await self._post(viewer, headers, media, receive, patience)
                else:
                    reply = await self._get(viewer, headers, media, scope["query_string"], patience)
        except RequestRefused as refused:
            reply = refusal(refused, media)
        except asyncio.CancelledError:
            if patience.ended is None:
                raise
            reply = _ended(patience, media)
        except Exception:
            # The last line before the client.
            logger.exception("a request failed")
            reply = refusal(INTERNAL, media)
        finally:
            patience.stop()
        self.metrics.count_reply(scope["method"], reply.status, reply.code, perf_counter() - began)
        if isinstance(reply, EventStream):
            await self.streams.send(reply, receive, send)
        elif reply is not GONE:
            await self.replying.send(reply, coding, send)

    async def _post(self, viewer: Viewer, headers: Headers, media: Media, receive: Receive, patience: Patience) -> Reply:
        asked = await read_post(headers, receive)
        patience.read()
        key = idempotency_key_of(headers) if b"idempotency-key" in headers else None
        question = Question(
            self.trusted.document_of(asked), asked.variables, asked.operation_name, idempotency_key=key, explain=asked.explain
        )
        return self._answered(await self.respond(viewer, question), media)

    async def _get(self, viewer: Viewer, headers: Headers, media: Media, query_string: bytes, patience: Patience) -> Reply:
        """The reply to a question that changes nothing, or that the caller's answer is still the right one."""
        patience.read()
        asked = read_get(query_string)
        question = Question(
            self.trusted.document_of(asked), asked.variables, asked.operation_name, may_write=False, is_dated=True, explain=asked.explain
        )
        # The day is read before the data: should it end in between, the tag is the older one and is not met again.
        digest = digest_of(self.schema_version, viewer, self.now().astimezone(UTC).date(), question, media.name)
        if_none_match = headers.get(b"if-none-match", b"").strip()
        known = known_versions(if_none_match, digest)
        if known:
            question = replace(question, known_version=known[-1])
        answer = await self.respond(viewer, question)
        reply = self._answered(answer, media)
        version = known[-1] if answer.is_unchanged else answer.data_version
        if version is None or reply.status != 200 or not answer.executed or answer.code is not None:
            # An answer with errors is not one to keep: the same question may be answered without them.
            return reply
        tagged: RawHeaders = [(b"etag", tag_of(version, digest)), *REVALIDATED]
        if version in known or if_none_match == ANY:
            return Reply(304, tagged, b"")
        return Reply(200, [(b"content-type", media.content_type), *tagged], reply.body, reply.code)

    def _answered(self, answer: Answer, media: Media) -> Reply:
        self.metrics.count_answer(answer)
        headers: RawHeaders = [(b"content-type", media.content_type), NO_STORE]
        if answer.status is None:
            status = 400 if media.tells_by_status and not answer.executed else 200
        else:
            status = answer.status
            if status == 405:
                headers.append((b"allow", b"POST"))
        if answer.retry_after is not None:
            headers.append((b"retry-after", b"%d" % answer.retry_after))
        return Reply(status, headers, answer.body, answer.code)


def _ended(patience: Patience, media: Media) -> Reply:
    if patience.ended is Ended.GONE:
        return GONE
    return refusal(LATE if patience.has_read else LATE_BODY, media)
