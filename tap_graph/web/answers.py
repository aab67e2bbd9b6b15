"""Answers: `GET /feeds/deliveries/{delivery}` tells a sender what became of its file, in a form its systems read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tap_graph.domain.errors import NotAuthenticated, UnknownName
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.services.keying import PREFIX, Keyring
from tap_graph.web.identity import Callers
from tap_graph.web.refusing import RequestRefused

PATH = "/feeds/deliveries/{delivery}"
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it is sent."""

    text: str
    media_type: str
    file: str


Answering = Callable[[Viewer, int, str | None], Written]
"""The answer to a delivery in a form, or the usual one for None; UnknownName where there is none for the viewer."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers about deliveries, as an ASGI application."""

    callers: Callers
    keyring: Keyring
    answering: Answering
    now: Callable[[], datetime]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        try:
            response = await self._response(Request(scope, receive))
        except RequestRefused as refused:
            response = refused.response()
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        viewer = await self._viewer(request.headers.get("authorization", ""))
        if request.method != "GET":
            raise RequestRefused(405, "METHOD_NOT_ALLOWED", "Send GET.", {"Allow": "GET"})
        delivery = request.path_params["delivery"]
        if not (delivery.isascii() and delivery.isdigit() and len(delivery) <= MOST_DIGITS):
            raise RequestRefused(404, "UNKNOWN_NAME", "A delivery is named by its number, as it was answered when it was received.")
        [form] = parse_qs(request.url.query).get("form", [None])[-1:]
        try:
            written = await anyio.to_thread.run_sync(self.answering, viewer, int(delivery), form)
        except UnknownName as unknown:
            raise RequestRefused(404, unknown.code, str(unknown)) from unknown
        headers = {"Content-Disposition": f'attachment; filename="{written.file}"', "Cache-Control": "no-store"}
        return Response(written.text, 200, headers, written.media_type)

    async def _viewer(self, authorization: str) -> Viewer:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip().startswith(PREFIX):
            return self.callers.viewer(authorization.encode("latin-1"))
        whole_key, now = token.strip(), self.now()
        try:
            known = self.keyring.known(whole_key, now)
            owner = known if known is not None else await anyio.to_thread.run_sync(self.keyring.owner, whole_key, now)
        except NotAuthenticated as error:
            raise RequestRefused(401, error.code, str(error), {"WWW-Authenticate": "Bearer"}) from error
        return Viewer(subject=owner.name, role=Role.DISTRIBUTOR, distributor_id=owner.distributor_id)
