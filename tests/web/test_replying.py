"""Compression: where the caller takes it and it pays, with the same answer after it."""

import gzip
import json
from collections.abc import Callable

import pytest

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.web.replying import LARGEST_AT_ONCE, SMALLEST_PACKED, gzipped
from tests.web.conftest import Web

QUERY = {"query": "{ __typename }"}


def rows(size: int) -> bytes:
    """An answer of exactly so many bytes."""
    frame = b'{"data":{"rows":[%s]}}'
    row = b'{"id":"T3JkZXI6MTIz","orderNumber":"SO-470069","amount":{"amount":"714.00","currency":"USD"},"status":"BOOKED"}'
    body = frame % b",".join([row] * ((size - len(frame)) // (len(row) + 1)))
    return body + b" " * (size - len(body))


@pytest.fixture
def sized(make_web: Callable[..., Web]) -> Callable[[int], Web]:
    """Webs that answer with so many bytes."""

    def made(size: int) -> Web:
        async def respond(_viewer: Viewer, _question: Question) -> Answer:
            return Answer(rows(size), data_version="1")

        return make_web(respond=respond)

    return made


@pytest.mark.parametrize("size", [SMALLEST_PACKED, 300_000, LARGEST_AT_ONCE, LARGEST_AT_ONCE + 1, 3_000_000])
def test_large_answers_are_compressed_where_gzip_is_taken(sized: Callable[[int], Web], size: int) -> None:
    web = sized(size)
    for response in (web.post(QUERY, Accept_Encoding="gzip"), web.get(QUERY, Accept_Encoding="gzip")):
        assert response.headers["content-encoding"] == "gzip"
        assert int(response.headers["content-length"]) < size / 3
        assert response.content == rows(size)


@pytest.mark.parametrize(
    ("size", "accept_encoding"),
    [(SMALLEST_PACKED - 1, "gzip"), (300_000, "identity"), (300_000, "gzip;q=0"), (300_000, "br, deflate"), (300_000, "")],
)
def test_other_answers_come_as_they_are(sized: Callable[[int], Web], size: int, accept_encoding: str) -> None:
    response = sized(size).post(QUERY, Accept_Encoding=accept_encoding)
    assert "content-encoding" not in response.headers
    assert (int(response.headers["content-length"]), response.content) == (size, rows(size))


def test_who_rules_out_the_body_as_it_is_gets_even_little_compressed(sized: Callable[[int], Web]) -> None:
    response = sized(100).post(QUERY, Accept_Encoding="gzip, identity;q=0")
    assert (response.headers["content-encoding"], response.content) == ("gzip", rows(100))
    held = sized(100).get(QUERY, Accept_Encoding="gzip, identity;q=0", If_None_Match="*")
    assert (held.status_code, held.content) == (304, b"")
    assert "content-encoding" not in held.headers


def test_a_refusal_is_readable_in_any_coding(web: Web) -> None:
    response = web.post({}, Accept_Encoding="gzip, identity;q=0")
    assert (response.status_code, response.headers["content-encoding"]) == (400, "gzip")
    assert json.loads(response.content)["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


def test_what_is_packed_is_one_gzip_file() -> None:
    assert gzip.decompress(gzipped(rows(500_000))) == rows(500_000)
