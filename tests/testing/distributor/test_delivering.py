"""Delivering: to a tap_graph as it is served, well and with the wire going wrong."""

import gzip
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tap_graph.testing.distributor import HttpDistributor, WireFormat, file_of, http_distributor
from tap_graph.testing.distributor.installing import Installation, installation
from tests.testing.distributor.years import REPORT, YEAR

SETTLED = {"accepted": 30, "unchanged": 0, "held": 0, "refused": 0}


@pytest.fixture(scope="module")
def tap_graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A tap_graph that knows everything but the reports."""
    with installation(tmp_path_factory.mktemp("tap_graph")) as served, http_distributor() as distributor:
        administrator = served.token("ADMINISTRATOR", regions=("APAC",))
        for file in YEAR.files():
            if file.kind != "pos":
                assert distributor.deliver(served.url, file, token=administrator).status == 200
        yield served


@pytest.fixture
def distributor() -> Iterator[HttpDistributor]:
    with http_distributor() as opened:
        yield opened


@pytest.fixture
def key(tap_graph: Installation) -> Iterator[str]:
    """An API key of the first distributor, for one test."""
    yield tap_graph.api_key("D-7-1")
    with tap_graph.application.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM api_keys")


def counts(answer: object) -> dict[str, int]:
    assert isinstance(answer, list)
    return {name: answer[0][name] for name in SETTLED}


def test_every_format_is_received_as_the_same_facts(tap_graph: Installation, distributor: HttpDistributor, key: str) -> None:
    report = YEAR.report("D-7-1", 1)
    received = [distributor.deliver(tap_graph.url, report, wire_format, api_key=key) for wire_format in WireFormat]
    assert [answer.status for answer in received] == [200] * 5
    first, *others = [counts(answer.json) for answer in received]
    assert first == SETTLED
    assert others == [{**SETTLED, "accepted": 0, "unchanged": 30}] * 4


def test_a_packed_report_is_received(tap_graph: Installation, distributor: HttpDistributor, key: str) -> None:
    answer = distributor.deliver(tap_graph.url, YEAR.report("D-7-1", 2), "x12-5010", api_key=key, packed=True)
    assert (answer.status, counts(answer.json)) == (200, SETTLED)


def test_a_report_that_broke_off_is_delivered_again_under_its_key(tap_graph: Installation, distributor: HttpDistributor, key: str) -> None:
    report = YEAR.report("D-7-1", 3)
    distributor.misbehave("resetting")
    distributor.misbehave("half_then_silence", seconds=0.1)
    tried = [distributor.deliver(tap_graph.url, report, api_key=key, idempotency_key="march") for _ in range(4)]
    assert [answer.status for answer in tried] == [None, None, 200, 200]
    assert counts(tried[2].json) == counts(tried[3].json) == SETTLED


def test_a_report_that_is_split_is_answered_file_by_file(tap_graph: Installation, distributor: HttpDistributor) -> None:
    token = tap_graph.token("DISTRIBUTOR", distributor="D-7-2")
    distributor.misbehave("split")
    answer = distributor.deliver(tap_graph.url, YEAR.report("D-7-2", 1), "edifact", token=token)
    assert [counts(one.json)["accepted"] for one in (*answer.earlier, answer)] == [15, 15]


def test_a_stranger_is_not_answered(tap_graph: Installation, distributor: HttpDistributor) -> None:
    answer = distributor.deliver(tap_graph.url, REPORT)
    assert (answer.status, answer.json["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


def test_a_request_says_what_the_file_is(distributor: HttpDistributor) -> None:
    with http_distributor() as receiver:
        answer = distributor.deliver(receiver.url, REPORT, "xlsx", token="t", idempotency_key="k", packed=True)
        (request,) = receiver.requests
    assert answer.status == 404
    assert (request.method, request.path) == ("POST", "/feeds/pos")
    assert request.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (request.headers["authorization"], request.headers["idempotency-key"]) == ("Bearer t", "k")
    assert request.headers["content-encoding"] == "gzip"
    assert gzip.decompress(request.body) == file_of(REPORT, "xlsx").content


def test_several_files_have_idempotency_keys_of_their_own(distributor: HttpDistributor) -> None:
    distributor.misbehave("corrected")
    with http_distributor() as receiver:
        distributor.deliver(receiver.url, REPORT, idempotency_key="k")
        assert [request.headers["idempotency-key"] for request in receiver.requests] == ["k", "k-2"]


def test_slow_comes_whole(distributor: HttpDistributor) -> None:
    distributor.misbehave("slow", seconds=0.1)
    with http_distributor() as receiver:
        distributor.deliver(receiver.url, REPORT)
        assert [request.body for request in receiver.requests] == [file_of(REPORT, "csv").content]


@pytest.mark.parametrize("name", ["resetting", "half_then_silence"])
def test_half_of_a_report_is_no_request(distributor: HttpDistributor, name: str) -> None:
    distributor.misbehave(name, seconds=0.1)
    with http_distributor() as receiver:
        assert distributor.deliver(receiver.url, REPORT).status is None
        assert receiver.requests == []


def test_failing_waits_for_whoever_pulls(distributor: HttpDistributor) -> None:
    distributor.misbehave("failing")
    with http_distributor() as receiver:
        assert distributor.deliver(receiver.url, REPORT).status == 404
    (file,) = distributor.publish(REPORT)
    asked = [HTTPConnection(urlsplit(distributor.url).netloc) for _ in range(2)]
    for connection in asked:
        connection.request("GET", f"/reports/{file.name}")
    assert [connection.getresponse().status for connection in asked] == [500, 200]
    for connection in asked:
        connection.close()


def test_a_wrong_address_is_an_error_of_the_test(distributor: HttpDistributor) -> None:
    with http_distributor() as gone:
        address = gone.url
    with pytest.raises(ConnectionRefusedError):
        distributor.deliver(address, REPORT)
