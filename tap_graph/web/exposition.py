"""Exposition: the metrics as Prometheus reads them at /metrics, from a registry of this application's own."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import anyio.to_thread
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tap_graph.web.metrics import BOUNDS, Metrics

PREFIX = "tap_graph_"
HITS, MISSES = "_hits", "_misses"

Counts = Callable[[], Mapping[str, float]]
"""Numbers of other rooms by name; those that end in `_hits` and `_misses` only grow, the others go up and down."""


class Exposition:
    """Serves the metrics of one application; asks nobody who they are, and tells of nobody."""

    def __init__(self, metrics: Metrics, counts: Counts, looked_up: Counts) -> None:
        self._registry = CollectorRegistry()
        self._collected = _Collected(metrics, counts)
        self._registry.register(self._collected)
        self._looked_up = looked_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """All metrics, in the format the scraper prefers."""
        encode, content_type = choose_encoder(Headers(scope=scope).get("accept", ""))
        self._collected.looked_up = await anyio.to_thread.run_sync(self._looked_up)
        await Response(encode(self._registry), media_type=content_type)(scope, receive, send)


class _Collected(Collector):
    def __init__(self, metrics: Metrics, counts: Counts) -> None:
        self._metrics = metrics
        self._counts = counts
        self.looked_up: Mapping[str, float] = {}
        """Numbers that the database had to be asked for, as they stood at this scrape."""

    def collect(self) -> Iterable[Metric]:
        """Every family, as of now."""
        metrics = self._metrics
        refused = Counter(metrics.streamed_refusals)
        requests = CounterMetricFamily(f"{PREFIX}requests", "Requests to /graphql.", labels=("method", "status", "code"))
        for (method, status, code), count in sorted(metrics.requests.items()):
            requests.add_metric((method, str(status), code), count)
            if code:
                refused[code] += count
        yield requests
        yield _labelled("refusals", "Replies with an error, by the code of the first.", "code", refused)
        yield _labelled("answers", "Operations answered, by the finisher that did.", "finisher", metrics.finishers)
        yield CounterMetricFamily(f"{PREFIX}cost", "Rows charged to callers.", value=metrics.cost)
        yield _histogram(metrics)
        yield from _streams(metrics)
        yield from _counted({**self._counts(), **self.looked_up})


def _labelled(name: str, says: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(PREFIX + name, says, labels=(label,))
    for value, count in sorted(counts.items()):
        family.add_metric((value,), count)
    return family


def _streams(metrics: Metrics) -> Iterable[Metric]:
    yield GaugeMetricFamily(f"{PREFIX}sockets", "WebSockets that are open.", value=metrics.sockets)
    yield GaugeMetricFamily(f"{PREFIX}event_streams", "Streams of server-sent events that are open.", value=metrics.event_streams)
    yield GaugeMetricFamily(f"{PREFIX}subscriptions", "Subscriptions that are open, over either.", value=metrics.subscriptions)
    yield CounterMetricFamily(f"{PREFIX}events", "Answers sent over sockets and event streams.", value=metrics.events)
    yield _labelled("socket_closes", "WebSockets that ended, by the code they were closed with.", "code", metrics.socket_closes)


def _histogram(metrics: Metrics) -> Metric:
    below, buckets = 0, []
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), metrics.took, strict=True):
        below += count
        buckets.append((bound, float(below)))
    return HistogramMetricFamily(f"{PREFIX}request_seconds", "Seconds until a reply was ready.", buckets, metrics.seconds)


def _counted(counts: Mapping[str, float]) -> Iterable[Metric]:
    for name, value in sorted(counts.items()):
        kind = CounterMetricFamily if name.endswith((HITS, MISSES)) else GaugeMetricFamily
        yield kind(PREFIX + name, f"{name.replace('_', ' ').capitalize()}.", value=value)
        if name.endswith(HITS) and (cache := name.removesuffix(HITS)) + MISSES in counts:
            asked = value + counts[cache + MISSES]
            yield GaugeMetricFamily(f"{PREFIX}{cache}_hit_rate", "Share of hits since the start.", value=value / asked if asked else 0.0)
