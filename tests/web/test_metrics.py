"""Metrics: what Prometheus reads says what happened, of this application alone."""

from collections.abc import Callable
from time import perf_counter

from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.web.metrics import BOUNDS, Metrics
from tests.web.conftest import PARTNER, Web

ANSWER = Answer(b'{"data":{}}', finisher="passthrough", cost=25)
ROLE = {"query": "{ viewer { role } }"}
NAME = {"query": '{ partner(partnerNumber: "P1") { name } }'}


def numbers(web: Web) -> dict[str, float]:
    """Every sample by its name and labels, as the text format prints them."""
    response = web.client.get("/metrics")
    assert response.status_code == 200
    families = text_string_to_metric_families(response.text)
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sample.labels.items()): sample.value
        for family in families
        for sample in family.samples
    }


def test_requests_are_counted_by_method_status_and_code(web: Web) -> None:
    web.post(ROLE)
    web.post(ROLE)
    tag = web.get(NAME).headers["etag"]
    web.get(NAME, If_None_Match=tag)
    web.post({"query": "{"})
    web.post({"query": "{"}, Accept="application/graphql-response+json")
    web.client.post("/graphql")
    web.client.request("BREW", "/graphql", headers=web.headers())
    found = {
        name: value for name, value in numbers(web).items() if name.startswith(("tap_graph_requests_total", "tap_graph_refusals_total"))
    }
    assert found == {
        "tap_graph_requests_total code= method=POST status=200": 2,
        "tap_graph_requests_total code= method=GET status=200": 1,
        "tap_graph_requests_total code= method=GET status=304": 1,
        "tap_graph_requests_total code=SYNTAX method=POST status=200": 1,
        "tap_graph_requests_total code=SYNTAX method=POST status=400": 1,
        "tap_graph_requests_total code=UNAUTHENTICATED method=POST status=401": 1,
        "tap_graph_requests_total code=METHOD_NOT_ALLOWED method=other status=405": 1,
        "tap_graph_refusals_total code=SYNTAX": 2,
        "tap_graph_refusals_total code=UNAUTHENTICATED": 1,
        "tap_graph_refusals_total code=METHOD_NOT_ALLOWED": 1,
    }


def test_answers_are_counted_by_finisher_with_what_they_cost(make_web: Callable[..., Web]) -> None:
    async def respond(viewer: Viewer, _question: Question) -> Answer:
        return ANSWER if viewer == PARTNER else Answer(b'{"data":{}}', finisher="executor", cost=3)

    web = make_web(respond=respond)
    for _ in range(2):
        web.post(ROLE, PARTNER)
    web.post(ROLE)
    found = numbers(web)
    assert found["tap_graph_answers_total finisher=passthrough"] == 2
    assert found["tap_graph_answers_total finisher=executor"] == 1
    assert found["tap_graph_cost_total"] == 53


def test_times_fall_into_buckets() -> None:
    metrics = Metrics()
    for seconds in (0.0, 0.001, 0.0011, 0.3, 99.0):
        metrics.count_reply("POST", 200, None, seconds)
    assert (metrics.took[0], metrics.took[1], metrics.took[BOUNDS.index(0.5)], metrics.took[-1]) == (2, 1, 1, 1)
    assert sum(metrics.took) == 5


def test_the_histogram_adds_up(web: Web) -> None:
    web.post(ROLE)
    found = numbers(web)
    buckets = [found[f"tap_graph_request_seconds_bucket le={bound}"] for bound in (*BOUNDS, "+Inf")]
    assert buckets == sorted(buckets)
    assert (buckets[-1], found["tap_graph_request_seconds_count"]) == (1, 1)
    assert 0 < found["tap_graph_request_seconds_sum"] < 60


def test_numbers_of_other_rooms_stand_beside_ours_with_the_rate_of_hits(make_web: Callable[..., Web]) -> None:
    counts = {
        "plans_hits": 3.0,
        "plans_misses": 1.0,
        "plans_size": 1.0,
        "documents_hits": 0.0,
        "documents_misses": 0.0,
        "read_pool_in_use": 2.0,
    }
    web = make_web(counts=lambda: counts)
    expected = {
        "tap_graph_plans_hits_total": 3,
        "tap_graph_plans_misses_total": 1,
        "tap_graph_plans_size": 1,
        "tap_graph_plans_hit_rate": 0.75,
        "tap_graph_documents_hit_rate": 0,
        "tap_graph_read_pool_in_use": 2,
    }
    assert expected.items() <= numbers(web).items()
    counts["plans_hits"] = 7.0
    assert numbers(web)["tap_graph_plans_hit_rate"] == 0.875


def test_two_applications_in_one_process_count_for_themselves(make_web: Callable[..., Web]) -> None:
    one, two = make_web(), make_web()
    one.post(ROLE)
    assert numbers(one)["tap_graph_request_seconds_count"] == 1
    assert numbers(two)["tap_graph_request_seconds_count"] == 0
    assert [family.name for family in REGISTRY.collect() if family.name.startswith("tap_graph")] == []


def test_scrapers_get_the_format_they_prefer(web: Web) -> None:
    plain = web.client.get("/metrics", headers={"Accept": "*/*"})
    assert plain.headers["content-type"].startswith("text/plain; version=")
    newer = web.client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert newer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert newer.text.endswith("# EOF\n")


def test_counting_costs_next_to_nothing() -> None:
    metrics = Metrics()
    times = []
    for _ in range(5):
        began = perf_counter()
        for _ in range(1_000):
            metrics.count_reply("POST", 200, None, 0.004)
            metrics.count_answer(ANSWER)
        times.append((perf_counter() - began) / 1_000)
    assert min(times) < 5e-6
