"""Shared allowances: processes that reach one store charge from one allowance."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Iterator
from threading import Thread
from time import perf_counter

import pytest
import redis
from fakeredis import TcpFakeServer
from limits.storage import RedisStorage

from tap_graph.domain.errors import ConfigurationError
from tap_graph.web.charging import Allowance, Charged
from tap_graph.web.sharing import SharedStore
from tests.web.conftest import AUDITOR, PARTNER

PROGRAM = """
import asyncio, sys
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.web.charging import Allowance
from tap_graph.web.sharing import SharedStore

allowance = Allowance(100, SharedStore(sys.argv[1]))
charged = asyncio.run(allowance.charge(Viewer(subject="auditor", role=Role.AUDITOR), int(sys.argv[2])))
print(charged.remaining, charged.retry_after is None)
"""


def charge(allowance: Allowance, cost: int) -> Charged:
    return asyncio.run(allowance.charge(AUDITOR, cost))


@pytest.fixture
def store_uri() -> Iterator[str]:
    """A store on this machine that runs the scripts of `limits`, and ends with the test."""
    server = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    uri = f"redis://127.0.0.1:{server.server_address[1]}"
    # A real store keeps the connection when it is asked for a script it does not know; this one closes it.
    with redis.Redis.from_url(uri) as client:
        client.script_load(RedisStorage.SCRIPT_ACQUIRE_SLIDING_WINDOW)
        client.script_load(RedisStorage.SCRIPT_SLIDING_WINDOW)
    yield uri
    server.shutdown()
    server.server_close()
    thread.join()


def test_two_allowances_over_one_store_are_one(store_uri: str) -> None:
    one, two = Allowance(100, SharedStore(store_uri)), Allowance(100, SharedStore(store_uri))
    assert charge(one, 60) == Charged(100, 40)
    assert charge(two, 30) == Charged(100, 10)
    assert charge(one, 11) == Charged(100, 10, 61)
    assert charge(two, 10) == Charged(100, 0)
    assert asyncio.run(two.charge(PARTNER, 100)) == Charged(100, 0)


def test_processes_share_what_a_caller_may_ask(store_uri: str) -> None:
    said = [
        subprocess.run([sys.executable, "-c", PROGRAM, store_uri, cost], capture_output=True, text=True, timeout=60, check=True).stdout
        for cost in ("60", "50", "40")
    ]
    assert said == ["40 True\n", "40 False\n", "0 True\n"]


def test_the_store_learns_no_names(store_uri: str) -> None:
    asyncio.run(Allowance(100, SharedStore(store_uri)).charge(PARTNER, 1))
    with redis.Redis.from_url(store_uri) as client:
        [key] = client.keys()
    assert key.startswith(b"LIMITS:{tap-graph/rows/")
    assert b"partner" not in key
    assert b"P1" not in key


def test_a_store_that_goes_away_makes_nobody_wait_or_fail(store_uri: str, caplog: pytest.LogCaptureFixture) -> None:
    allowance = Allowance(100, SharedStore("redis://127.0.0.1:1"))
    began = perf_counter()
    with caplog.at_level(logging.WARNING):
        assert [charge(allowance, 30).remaining for _ in range(3)] == [70, 40, 10]
    assert charge(allowance, 30).retry_after is not None
    assert perf_counter() - began < 2
    assert caplog.text.count("the store of allowances is away for now") == 1


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("valkey://127.0.0.1:6379", "needs the package valkey; install it"),
        ("memcached://127.0.0.1:11211", "no store of allowances of the kind 'memcached'; use one of redis, rediss, "),
        ("127.0.0.1:6379", "no store of allowances of the kind '127.0.0.1'"),
        ("", "no store of allowances of the kind ''"),
        ("redis:", "has no readable address"),
        ("redis://user:password@127.0.0.1:port", "has no readable address"),
        ("redis://[::1", "has no readable address"),
    ],
)
def test_a_store_that_cannot_be_is_refused_at_start_in_words(uri: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as refused:
        SharedStore(uri)
    assert "password" not in str(refused.value)
