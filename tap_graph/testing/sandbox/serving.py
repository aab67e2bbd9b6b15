"""The sandbox on the web: the real application, three addresses of its own, and faults on demand."""

from typing import Any

import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tap_graph.domain.errors import NotAuthenticated
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.testing.sandbox.faults import FAULTS, HEADERS, Faulty
from tap_graph.testing.sandbox.turns import Questions, Turns
from tap_graph.testing.sandbox.year import Year
from tap_graph.web.refusing import RequestRefused

OWN = "/sandbox"
GRAPHQL = "/graphql"
# How a token is asked for, by the names that `tap-graph token` has too.
CLAIMS = ("role", "partner", "distributor", "email", "region")


class Sandbox:
    """An ASGI application: the real web, three addresses of its own, and faults on `/graphql`."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self._web = year.application.web()
        self._turns = Turns()
        self._questions = Questions(self._web, self._turns)
        self._graphql = Faulty(self._questions)
        self._own = Starlette(
            routes=[
                Route(OWN, self._told, methods=["GET"]),
                Route(f"{OWN}/token", self._token, methods=["GET"]),
                Route(f"{OWN}/reset", self._reset, methods=["POST"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the lifespan of the real web."""
        if scope["type"] != "http":
            await self._web(scope, receive, send)
        elif scope["path"] == GRAPHQL:
            await self._graphql(scope, receive, send)
        elif scope["path"] == OWN or scope["path"].startswith(f"{OWN}/"):
            await self._own(scope, receive, send)
        else:
            await self._questions(scope, receive, send)

    def description(self) -> dict[str, Any]:
        """What the sandbox is and takes: tokens, data, headers, faults."""
        return {
            "sandbox": "The bundled program year in memory; invented rows, public tokens.",
            "addresses": {
                "graphql": GRAPHQL,
                "explorer": "/graphiql",
                "token": f"{OWN}/token?role=PARTNER&partner=…",
                "reset": f"POST {OWN}/reset",
            },
            "today": self.year.application.now().date().isoformat(),
            "roles": self.year.roles,
            "data": self.year.facts,
            "headers": HEADERS,
            "faults": {name: fault.says for name, fault in FAULTS.items()},
        }

    async def _told(self, _request: Request) -> Response:
        return JSONResponse(self.description())

    async def _token(self, request: Request) -> Response:
        try:
            return JSONResponse({"token": self.year.token(_viewer(request))})
        except NotAuthenticated as error:
            why = str(error).removesuffix(" Get a new one with `tap-graph token`.")
            return RequestRefused(400, "BAD_REQUEST", f"{why} Say who asks by {', '.join(CLAIMS)}.").response()

    async def _reset(self, _request: Request) -> Response:
        async with self._turns.alone():
            await anyio.to_thread.run_sync(self.year.reset)
        return Response(status_code=204)


def _viewer(request: Request) -> Viewer:
    """The viewer that a token is asked for; NotAuthenticated where there is no such role."""
    asked = request.query_params
    if asked.get("role") not in Role.__members__:
        raise NotAuthenticated(f"The role is not one of {', '.join(Role)}.")
    role = Role(asked["role"])
    return Viewer(
        subject=f"sandbox-{role.value.lower()}",
        role=role,
        partner_number=asked.get("partner"),
        distributor_id=asked.get("distributor"),
        email=asked.get("email"),
        regions=tuple(asked.getlist("region")) or None,
    )
