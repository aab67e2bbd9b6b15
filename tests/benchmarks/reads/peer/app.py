"""The peer's application: strawberry's ASGI view in Starlette, behind the same bearer tokens as ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import make_url
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from tap_graph.domain.errors import NotAuthenticated
from tap_graph.services.identifying import Tokens
from tap_graph.settings import settings
from tests.benchmarks.reads.peer.loading import Loaders
from tests.benchmarks.reads.peer.schema import build
from tests.benchmarks.reads.peer.sight import Sight

CONNECTIONS = 10


class View(GraphQL[Loaders, None]):
    """The GraphQL view; each request has loaders of its own, for its viewer."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(build(), graphql_ide=None)
        self.tokens = tokens
        self.pool: Any = None

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Loaders:  # noqa: ARG002 - strawberry's
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise NotAuthenticated("The request names nobody.")
            viewer = self.tokens.verify(token, datetime.now(UTC))
        except NotAuthenticated as error:
            raise HTTPException(401, str(error)) from error
        return Loaders(self.pool, Sight(viewer))

    def encode_json(self, data: object) -> bytes:
        return msgspec.json.encode(data)


def create_web() -> Starlette:
    """What the peer's process runs, over TAP_DATABASE_URL."""
    given = settings()
    if given.database_url is None or given.development_key is None:
        raise RuntimeError("Set TAP_DATABASE_URL and TAP_DEVELOPMENT_KEY.")
    url = make_url(given.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    view = View(Tokens(given.development_key))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS, server_settings={"jit": "off"}) as pool:
            view.pool = pool
            yield

    return Starlette(routes=[Route("/graphql", view, methods=["POST"]), Route("/livez", _live)], lifespan=lifespan)


async def _live(_request: Request) -> Response:
    return JSONResponse({"status": "live"})
