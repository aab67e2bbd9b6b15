"""The HTTP distributor: what it serves and takes, and how its wire breaks."""

import json
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from time import monotonic
from urllib.parse import urlsplit

import pytest

from tap_graph.testing.distributor import HttpDistributor, file_of, http_distributor
from tests.testing.distributor.years import REPORT

FILE = file_of(REPORT, "x12-5010")
PATH = "/reports/POS-1.x12"


@pytest.fixture
def distributor() -> Iterator[HttpDistributor]:
    with http_distributor() as opened:
        opened.publish(REPORT, "x12-5010")
        yield opened


def ask(url: str, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_the_index_lists_reports_as_json(distributor: HttpDistributor) -> None:
    response, body = ask(distributor.url, "GET", "/", Accept="application/json")
    (listed,) = json.loads(body)
    assert response.headers["Content-Type"] == "application/json"
    assert (listed["name"], listed["url"], listed["size"]) == ("POS-1.x12", PATH, len(FILE.content))
    served, _ = ask(distributor.url, "HEAD", PATH)
    assert listed["etag"] == served.headers["ETag"]


def test_the_index_lists_reports_as_links(distributor: HttpDistributor) -> None:
    response, body = ask(distributor.url, "GET", "/")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f'<a href="{PATH}">POS-1.x12</a>' in body.decode()


def test_a_report_is_served_as_it_was_written(distributor: HttpDistributor) -> None:
    response, body = ask(distributor.url, "GET", PATH)
    assert (response.status, body) == (200, FILE.content)
    assert response.headers["Content-Length"] == str(len(FILE.content))
    assert response.headers["Content-Type"] == "application/edi-x12"


def test_a_head_has_no_body(distributor: HttpDistributor) -> None:
    response, body = ask(distributor.url, "HEAD", PATH)
    assert (response.status, response.headers["Content-Length"], body) == (200, str(len(FILE.content)), b"")


@pytest.mark.parametrize(("asked", "told"), [("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")])
def test_a_report_that_is_known_is_not_sent_again(distributor: HttpDistributor, asked: str, told: str) -> None:
    first, _ = ask(distributor.url, "GET", PATH)
    response, body = ask(distributor.url, "GET", PATH, None, **{asked: first.headers[told]})
    assert (response.status, body) == (304, b"")


def test_a_report_that_is_published_anew_is_sent_again(distributor: HttpDistributor) -> None:
    first, _ = ask(distributor.url, "GET", PATH)
    distributor.misbehave("late")
    distributor.publish(REPORT, "x12-5010")
    response, body = ask(distributor.url, "GET", PATH, If_None_Match=first.headers["ETag"])
    assert response.status == 200
    assert b"BPT*00*POS-1*20080504" in body


def test_the_rest_of_a_report_is_served(distributor: HttpDistributor) -> None:
    response, body = ask(distributor.url, "GET", PATH, Range="bytes=100-")
    assert (response.status, body) == (206, FILE.content[100:])
    assert response.headers["Content-Range"] == f"bytes 100-{len(FILE.content) - 1}/{len(FILE.content)}"
    response, _ = ask(distributor.url, "GET", PATH, Range="bytes=99999-")
    assert response.status == 416


def test_what_is_not_there_is_not_found(distributor: HttpDistributor) -> None:
    distributor.withdraw("POS-1.x12")
    assert [ask(distributor.url, "GET", path)[0].status for path in (PATH, "/elsewhere")] == [404, 404]


def test_answers_are_kept_in_their_order(distributor: HttpDistributor) -> None:
    for name in (b"ISA*997", b"ISA*824"):
        response, _ = ask(distributor.url, "POST", "/acknowledgements", name, Content_Type="application/edi-x12")
        assert response.status == 202
    assert [(one.media_type, one.content) for one in distributor.acknowledgements] == [
        ("application/edi-x12", b"ISA*997"),
        ("application/edi-x12", b"ISA*824"),
    ]


@pytest.mark.parametrize(("method", "path"), [("POST", "/"), ("POST", PATH), ("DELETE", PATH), ("GET", "/acknowledgements")])
def test_other_methods_are_refused(distributor: HttpDistributor, method: str, path: str) -> None:
    assert ask(distributor.url, method, path)[0].status == 405
    assert distributor.acknowledgements == []


def test_a_stranger_is_not_answered() -> None:
    with http_distributor(authorization="Bearer secret") as distributor:
        distributor.publish(REPORT)
        assert ask(distributor.url, "GET", "/")[0].status == 401
        assert ask(distributor.url, "POST", "/acknowledgements", b"ISA")[0].status == 401
        assert ask(distributor.url, "GET", "/reports/POS-1.csv", Authorization="Bearer secret")[0].status == 200
        assert distributor.acknowledgements == []


def test_requests_are_kept(distributor: HttpDistributor) -> None:
    ask(distributor.url, "GET", PATH, If_None_Match='"x"')
    (request,) = distributor.requests
    assert (request.method, request.path, request.headers["if-none-match"]) == ("GET", PATH, '"x"')


def test_failing_fails_as_often_as_it_should_and_does_well_then(distributor: HttpDistributor) -> None:
    distributor.misbehave("failing", times=2)
    assert [ask(distributor.url, "GET", PATH)[0].status for _ in range(3)] == [500, 500, 200]


def test_slow_takes_its_time(distributor: HttpDistributor) -> None:
    distributor.misbehave("slow", seconds=0.2)
    began = monotonic()
    assert ask(distributor.url, "GET", PATH)[1] == FILE.content
    assert monotonic() - began > 0.2


def test_resetting_resets_after_half_of_the_report(distributor: HttpDistributor) -> None:
    distributor.misbehave("resetting")
    with pytest.raises(ConnectionResetError):
        ask(distributor.url, "GET", PATH)
    assert ask(distributor.url, "GET", PATH)[1] == FILE.content


def test_half_then_silence_keeps_the_connection_open(distributor: HttpDistributor) -> None:
    distributor.misbehave("half_then_silence")
    connection = HTTPConnection(urlsplit(distributor.url).netloc, timeout=0.3)
    connection.request("GET", PATH)
    response = connection.getresponse()
    half = response.read(len(FILE.content) // 2)
    with pytest.raises(TimeoutError):
        response.read(1)
    connection.close()
    assert half == FILE.content[: len(FILE.content) // 2]


def test_whoever_waits_is_let_go_when_the_distributor_ends() -> None:
    with http_distributor() as distributor:
        distributor.publish(REPORT)
        distributor.misbehave("half_then_silence")
        connection = HTTPConnection(urlsplit(distributor.url).netloc, timeout=10)
        connection.request("GET", "/reports/POS-1.csv")
        response = connection.getresponse()
    with pytest.raises(IncompleteRead):
        response.read()
    connection.close()


def test_the_index_and_the_answers_go_wrong_when_they_are_meant(distributor: HttpDistributor) -> None:
    distributor.misbehave("failing", where="index")
    distributor.misbehave("failing", where="acknowledgements")
    assert ask(distributor.url, "GET", PATH)[0].status == 200
    assert [ask(distributor.url, "GET", "/")[0].status for _ in range(2)] == [500, 200]
    assert [ask(distributor.url, "POST", "/acknowledgements", b"ISA")[0].status for _ in range(2)] == [500, 202]
    assert len(distributor.acknowledgements) == 1


def test_nothing_of_a_distributor_is_left() -> None:
    before = threading.active_count()
    with http_distributor() as distributor:
        address = urlsplit(distributor.url)
        idle = socket.create_connection((address.hostname, address.port))
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    assert idle.recv(1) == b""
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port))


def test_noise_is_hung_up_on(distributor: HttpDistributor) -> None:
    address = urlsplit(distributor.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as noisy:
        noisy.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert noisy.recv(1) == b""
