"""A route that reads the request and answers fixed bytes: what Starlette and uvicorn cost without any work of ours.

python -m tests.benchmarks.reads.bytes_route FILE PORT
"""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.benchmarks.reads.servers import UVICORN


def create(answer: bytes) -> Starlette:
    """The application around those bytes."""

    async def respond(request: Request) -> Response:
        await request.body()
        return Response(answer, media_type="application/json")

    async def live(_request: Request) -> Response:
        return Response(b"{}", media_type="application/json")

    return Starlette(routes=[Route("/graphql", respond, methods=["POST"]), Route("/livez", live)])


if __name__ == "__main__":
    uvicorn.run(create(Path(sys.argv[1]).read_bytes()), port=int(sys.argv[2]), **UVICORN)
