"""The GraphQL endpoint: identity first, then the request, then the schema in a thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import anyio
import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tap_graph.domain.errors import NotAuthenticated
from tap_graph.domain.viewer import Viewer
from tap_graph.web.refusing import RequestRefused
from tap_graph.web.request import GraphQLRequest, read_get, read_post

GRAPHQL_MEDIA = "application/graphql-response+json"
JSON_MEDIA = "application/json"


class Execute(Protocol):
    """What the schema offers: the response to a document, asked by a viewer."""

    def __call__(
        self, viewer: Viewer, document: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None
    ) -> dict[str, Any]:
        """The response as GraphQL formats it; without `data` nothing was executed."""


@dataclass(slots=True)
class GraphQLEndpoint:
    """Answers POST with a JSON body and GET with query parameters."""

    execute: Execute
    verify: Callable[[str], Viewer]
    threads: int
    _limiter: anyio.CapacityLimiter | None = field(default=None, init=False)

    async def respond(self, request: Request) -> Response:
        """The response to one request."""
        try:
            # Before the body: who is nobody gets nothing of ours to work on it.
            viewer = self._viewer(request)
            media = _media(request.headers.get("accept", "*/*"))
            asked = await read_post(request) if request.method == "POST" else read_get(request)
        except RequestRefused as refused:
            return refused.response()
        return _response(await self._answer(viewer, asked), media)

    async def _answer(self, viewer: Viewer, asked: GraphQLRequest) -> dict[str, Any]:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self.threads)
        arguments = (viewer, asked.document, asked.variables, asked.operation_name)
        return await anyio.to_thread.run_sync(self.execute, *arguments, limiter=self._limiter)

    def _viewer(self, request: Request) -> Viewer:
        given = request.headers.getlist("authorization")
        scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        try:
            if scheme.lower() != "bearer" or not token.strip():
                raise NotAuthenticated("The request names nobody; send `Authorization: Bearer` and a token, once.")
            return self.verify(token.strip())
        except NotAuthenticated as error:
            raise RequestRefused(401, error.code, str(error), {"WWW-Authenticate": "Bearer"}) from error


def _media(accept: str) -> str:
    """The media type to answer in: the first one accepted that we know."""
    for part in accept.split(","):
        media = part.partition(";")[0].strip().lower()
        if media in (GRAPHQL_MEDIA, JSON_MEDIA):
            return media
        if media in ("*/*", "application/*"):
            return JSON_MEDIA
    raise RequestRefused(406, "NOT_ACCEPTABLE", f"Accept {JSON_MEDIA} or {GRAPHQL_MEDIA}.")


def _response(answer: dict[str, Any], media: str) -> Response:
    # The newer media type says by its status that nothing was executed; the older one always says 200.
    status = 400 if media == GRAPHQL_MEDIA and "data" not in answer else 200
    return Response(msgspec.json.encode(answer), status, media_type=f"{media}; charset=utf-8")
