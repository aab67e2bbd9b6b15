"""The body of a delivery: how large, how slow and how packed it may be, and who goes away meanwhile."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tap_graph.services.receiving import Delivery, Received
from tests.serving import served
from tests.web.feeding import DISTRIBUTOR, PARTNERS, Feeding, feeding, on_sqlite, refused

LARGEST = 300_000
HEADER = b"partner_number,name\n"
Make = Callable[..., Feeding]


@pytest.fixture
def make(sqlite_template: Path, tmp_path: Path) -> Iterator[Make]:
    """Makes feeds with options, over one database."""
    with ExitStack() as stack:
        database = stack.enter_context(on_sqlite(sqlite_template, tmp_path))
        yield lambda **options: stack.enter_context(feeding(database, **{"largest": LARGEST, **options}))


def partners(size: int) -> bytes:
    """A file of that many bytes."""
    return HEADER + b"P1," + b"n" * (size - len(HEADER) - 4) + b"\n"


class Wire:
    """A connection on which a request is written by hand."""

    def __init__(self, feeds: Feeding, address: str, **headers: str) -> None:
        parts = urlsplit(address)
        self.socket = socket.create_connection((parts.hostname, parts.port or 0), timeout=10)
        named = feeds.headers(**headers).items()
        lines = ["POST /feeds/partners HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in named)]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def answer(self) -> str:
        """All that is answered until the server ends the connection, which is closed then."""
        with self.socket, self.socket.makefile("rb") as stream:
            return stream.read().decode()


def test_a_body_of_the_largest_size_is_received_and_one_byte_more_is_not(make: Make) -> None:
    feeds = make()
    assert feeds.post("partners", partners(LARGEST)).json()[0]["lines"] == 1
    response = feeds.post("partners", partners(LARGEST + 1))
    assert refused(response) == (413, "TOO_LARGE")
    assert response.headers["connection"] == "close"
    assert len(feeds.ingested) == 1


def test_a_body_that_announces_nothing_ends_where_it_is_too_large(make: Make) -> None:
    feeds = make()
    read = []

    def endless() -> Iterator[bytes]:
        for number in range(1_000):
            read.append(number)
            yield b"x" * 10_000

    assert refused(feeds.post("partners", endless())) == (413, "TOO_LARGE")
    assert feeds.ingested == []
    assert feeds.post("partners", iter([HEADER, b"P1,", b"One\n"])).json()[0]["accepted"] == 1


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 400, " ", str(LARGEST + 1)])
def test_a_length_that_cannot_be_is_refused_before_a_byte_is_read(make: Make, length: str) -> None:
    feeds = make()
    response = feeds.client.post("/feeds/partners", content=iter([b""]), headers=feeds.headers(Content_Length=length))
    assert refused(response) == (413, "TOO_LARGE")
    assert feeds.ingested == []


def test_a_packed_body_is_the_file_in_it(make: Make) -> None:
    feeds = make()
    plain, packed = feeds.post("partners", PARTNERS), feeds.post("partners", gzip.compress(PARTNERS), Content_Encoding="gzip")
    assert packed.json() == [{**plain.json()[0], "accepted": 0, "unchanged": 2}]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (gzip.compress(b"x" * (LARGEST + 1)), (413, "TOO_LARGE")),
        (gzip.compress(PARTNERS)[:-4], (400, "BAD_GZIP")),
        (PARTNERS, (400, "BAD_GZIP")),
        (b"", (400, "BAD_GZIP")),
    ],
    ids=["bomb", "cut", "plain", "empty"],
)
def test_a_packed_body_that_holds_too_much_or_nothing_is_refused(make: Make, body: bytes, expected: tuple[int, str]) -> None:
    feeds = make()
    assert refused(feeds.post("partners", body, Content_Encoding="gzip")) == expected
    assert feeds.ingested == []


def test_a_bomb_is_refused_where_it_grows_beyond_reason(make: Make) -> None:
    feeds = make(largest=1 << 24)
    packed = gzip.compress(b"\0" * (1 << 21))
    assert refused(feeds.post("partners", packed, Content_Encoding="gzip")) == (413, "TOO_LARGE")
    assert feeds.ingested == []


def test_a_caller_that_leaves_in_the_middle_leaves_nothing(make: Make) -> None:
    feeds = make()
    with served(feeds.app) as address:
        leaving = Wire(feeds, address, Content_Length=str(len(PARTNERS)))
        leaving.socket.sendall(PARTNERS[:-5])
        leaving.socket.close()
        until_here(feeds, 0)
        staying = Wire(feeds, address, Content_Length=str(len(PARTNERS)), Connection="close")
        staying.socket.sendall(PARTNERS)
        assert '"accepted":2' in staying.answer()
    assert len(feeds.ingested) == 1


@pytest.mark.parametrize("first", [b"", HEADER])
def test_a_body_that_stops_is_ended(make: Make, first: bytes) -> None:
    feeds = make(deadline=0.1)
    with served(feeds.app) as address:
        slow = Wire(feeds, address, Content_Length="1000")
        slow.socket.sendall(first)
        answer = slow.answer()
    assert answer.startswith("HTTP/1.1 408 ")
    assert '"code":"DEADLINE"' in answer
    assert feeds.ingested == []


def test_a_body_that_drips_is_ended(make: Make) -> None:
    feeds = make(deadline=0.3)
    with served(feeds.app) as address:
        slow = Wire(feeds, address, Content_Length="1000")
        began = time.monotonic()
        answered = threading.Event()
        dripping = threading.Thread(target=_drip, args=(slow.socket, answered))
        dripping.start()
        answer = slow.answer()
        answered.set()
        dripping.join()
    assert answer.startswith("HTTP/1.1 408 ")
    assert time.monotonic() - began < 5
    assert feeds.ingested == []


def _drip(wire: socket.socket, answered: threading.Event) -> None:
    while not answered.wait(0.05):
        try:
            wire.sendall(b"x")
        except OSError:
            return


def test_a_client_that_asks_whether_it_may_send_is_told_before_it_sends(make: Make) -> None:
    feeds = make()
    with served(feeds.app) as address:
        large = Wire(feeds, address, Content_Length=str(LARGEST + 1), Expect="100-continue")
        assert large.answer().startswith("HTTP/1.1 413 ")
        asking = Wire(feeds, address, Content_Length=str(len(PARTNERS)), Expect="100-continue", Connection="close")
        assert asking.socket.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        asking.socket.sendall(PARTNERS)
        assert asking.answer().startswith("HTTP/1.1 200 ")


class Slow:
    """Receives when it is let."""

    def __init__(self) -> None:
        self.let = threading.Event()

    def __call__(self, delivery: Delivery) -> Received:
        assert self.let.wait(10)
        return Received(1, delivery.file, "0")


def until_here(feeds: Feeding, number: int) -> None:
    """Waits until so many deliveries have arrived."""
    for _ in range(500):
        if feeds.feeds.counts() == {"feeds_deliveries": number}:
            return
        time.sleep(0.01)
    raise AssertionError(f"{number} deliveries never arrived")


def test_one_caller_may_not_take_all_the_places(make: Make) -> None:
    slow = Slow()
    feeds = make(ingest=slow)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(feeds.post, "pos", b"", DISTRIBUTOR) for _ in range(4)]
        until_here(feeds, 4)
        response = feeds.post("pos", b"", DISTRIBUTOR)
        assert refused(response) == (503, "OVERLOADED")
        assert response.headers["retry-after"] == "10"
        waiting.append(pool.submit(feeds.post, "partners", b""))
        until_here(feeds, 5)
        # Those that wait keep nobody else waiting.
        assert feeds.client.get("/feeds/pos", headers=feeds.headers()).status_code == 405
        slow.let.set()
        assert [one.result(10).status_code for one in waiting] == [200] * 5
    assert feeds.feeds.counts() == {"feeds_deliveries": 0}


def test_more_than_may_wait_are_told_when_to_come_again(make: Make) -> None:
    slow = Slow()
    feeds = make(ingest=slow)
    keys = [feeds.key(f"D{number}")[1] for number in range(4)]
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(feeds.post, "pos", b"", key) for key in keys for _ in range(4)]
        until_here(feeds, 16)
        assert refused(feeds.post("partners", b"")) == (503, "OVERLOADED")
        slow.let.set()
        assert [one.result(10).status_code for one in waiting] == [200] * 16
