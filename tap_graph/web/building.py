"""Building the web: one ASGI application from what the composition root hands in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib import import_module
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from tap_graph.reads.exchange import Subscribe
from tap_graph.web import explorer, health
from tap_graph.web import feeds as deliveries
from tap_graph.web.graphql import GraphQLEndpoint, Respond
from tap_graph.web.identity import Callers, Verify
from tap_graph.web.metrics import Metrics
from tap_graph.web.replying import Replying
from tap_graph.web.subscribing.asking import Asking
from tap_graph.web.subscribing.events import EventStreams
from tap_graph.web.subscribing.limits import Places, StreamLimits
from tap_graph.web.subscribing.websocket import Sockets
from tap_graph.web.trusted import TrustedDocuments

PATH = "/graphql"
DEADLINE = 15.0


def no_counts() -> Mapping[str, float]:
    """The numbers of an installation that counts nothing else."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """What an installation may choose about its web, and what it must know."""

    now: Callable[[], datetime]
    """The clock: tokens end by it, and an answer is known by its day."""
    schema_version: str
    """Changes whenever the same question over the same data may be answered differently: release and schema."""
    trusted: TrustedDocuments = field(default_factory=TrustedDocuments)
    deadline: float = DEADLINE
    """Seconds until a request without an answer is ended."""
    subscribe: Subscribe | None = None
    """What answers subscriptions; None: they are refused."""
    streaming: StreamLimits = field(default_factory=StreamLimits)
    """How much sockets and event streams may take."""
    feeds: deliveries.FeedOptions | None = None
    """What takes deliveries; None: none are taken."""
    counts: Callable[[], Mapping[str, float]] = no_counts
    """Numbers of other rooms for /metrics: caches and pools."""
    looked_up: Callable[[], Mapping[str, float]] = no_counts
    """Numbers for /metrics that take a look into the database; called in a thread, at every scrape."""
    lifespan: Lifespan[Any] | None = None
    """Runs around the whole life of the application: opens and closes what needs an event loop."""


class Scraped:
    """The metrics at /metrics; what shows them is loaded when they are first read: 11 ms that a start need not take."""

    def __init__(self, metrics: Metrics, counts: Callable[[], Mapping[str, float]], looked_up: Callable[[], Mapping[str, float]]) -> None:
        self._metrics = metrics
        self._counts = counts
        self._looked_up = looked_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        await self._app(scope, receive, send)

    @cached_property
    def _app(self) -> ASGIApp:
        app: ASGIApp = import_module("tap_graph.web.exposition").Exposition(self._metrics, self._counts, self._looked_up)
        return app


class Web:
    """The application; /graphql is answered first and goes around routing and middleware, which would take longer than it."""

    def __init__(self, graphql: ASGIApp, sockets: ASGIApp, others: ASGIApp) -> None:
        self._graphql = graphql
        self._sockets = sockets
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or lives through one socket or lifespan."""
        if scope["type"] == "http" and scope["path"] == PATH:
            await self._graphql(scope, receive, send)
        elif scope["type"] == "websocket" and scope["path"] == PATH:
            await self._sockets(scope, receive, send)
        else:
            await self._others(scope, receive, send)


def build_web(respond: Respond, verify: Verify, is_ready: Callable[[], bool], options: WebOptions) -> Web:
    """The application: GraphQL, health, metrics and the explorer."""
    metrics, callers, limits = Metrics(), Callers(verify, options.now), options.streaming
    asking = Asking(respond, options.subscribe, options.trusted, metrics, options.deadline)
    places = Places(limits.places, metrics)
    sockets = Sockets(callers, asking, places, limits, metrics)
    graphql = GraphQLEndpoint(
        respond,
        callers,
        options.trusted,
        metrics,
        Replying(),
        EventStreams(callers, asking, places, limits, metrics),
        options.now,
        options.schema_version,
        options.deadline,
    )
    counts, taken = _taking(callers, options)
    routes = [
        # Reached below another path only, where a server or a mount puts the application there.
        Route(PATH, graphql),
        WebSocketRoute(PATH, sockets),
        Route("/livez", health.live),
        Route("/readyz", health.Readiness(is_ready).respond),
        Route("/metrics", Scraped(metrics, counts, options.looked_up), methods=["GET"]),
        *taken,
        *explorer.routes(),
    ]
    return Web(graphql, sockets, Starlette(routes=routes, lifespan=options.lifespan))


def _taking(callers: Callers, options: WebOptions) -> tuple[Callable[[], Mapping[str, float]], list[BaseRoute]]:
    """The routes of feeds, and the numbers for /metrics with theirs among them."""
    if options.feeds is None:
        return options.counts, []
    taking = deliveries.Feeds(callers, options.feeds, options.now, options.deadline)
    return lambda: {**options.counts(), **taking.counts()}, deliveries.routes(taking)
