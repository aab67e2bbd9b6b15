"""Building the web: one Starlette application from what the composition root hands in."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.routing import Route

from tap_graph.domain.viewer import Viewer
from tap_graph.web import explorer, health
from tap_graph.web.graphql import Execute, GraphQLEndpoint

THREADS = 10


def build_web(execute: Execute, verify: Callable[[str], Viewer], is_ready: Callable[[], bool], threads: int = THREADS) -> Starlette:
    """The application: GraphQL, health and the explorer; `threads` is at most the size of the database's pool."""
    endpoint = GraphQLEndpoint(execute, verify, threads)
    return Starlette(
        routes=[
            Route("/graphql", endpoint.respond, methods=["GET", "POST"]),
            Route("/livez", health.live),
            Route("/readyz", health.Readiness(is_ready).respond),
            *explorer.routes(),
        ]
    )
