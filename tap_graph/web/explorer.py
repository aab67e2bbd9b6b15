"""The explorer: GraphiQL at /graphiql, with every file served from this host."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"

# Nothing is fetched, sent or framed anywhere else; styles are also set in attributes, and fonts stand in the style sheet.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


async def page(_request: Request) -> Response:
    """The explorer's page."""
    return FileResponse(STATIC / "index.html", media_type="text/html; charset=utf-8", headers=HEADERS)


def routes() -> list[BaseRoute]:
    """The page and its files."""
    return [Route("/graphiql", page), Mount("/graphiql/static", StaticFiles(directory=STATIC))]
