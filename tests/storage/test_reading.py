"""Reading pools: bounded in number, waiting and time; what is ended leaves its connection as good as new."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import psycopg
import pytest

from tap_graph.storage.reading.opening import open_reads
from tap_graph.storage.reading.pool import Overloaded, PoolCounts, ReadLimits, ReadPool, StatementRefused, StatementTimedOut, Unavailable
from tap_graph.storage.unit_of_work import Database
from tests.builders import Rows

FOR_EVER = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
}


@asynccontextmanager
async def pool_over(database: Database, **limits: float) -> AsyncIterator[ReadPool]:
    pool = open_reads(database, ReadLimits(**limits), {"doubled": lambda number: number * 2})  # type: ignore[arg-type]
    try:
        yield pool
    finally:
        await pool.close()


def run(test: Callable[[], Awaitable[None]]) -> None:
    anyio.run(test)


def running(database: Database) -> int:
    """How many statements of the pool the server is busy with."""
    with psycopg.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tap-graph reads' AND state = 'active'"
        row = connection.execute(asked).fetchone()
        assert row is not None
        return int(row[0])


def test_one_row_comes_back_with_its_values(database: Database) -> None:
    async def test() -> None:
        async with pool_over(database) as pool:
            place = "?" if database.dialect == "sqlite" else "$1::int"
            assert list(await pool.fetch(f"SELECT {place} + 1, 'b'", [1])) == [2, "b"]
            assert pool.counts() == PoolCounts(in_use=0, limit=10, waiting=0)

    run(test)


def test_a_statement_that_takes_too_long_is_ended_and_the_next_one_answered(database: Database) -> None:
    async def test() -> None:
        async with pool_over(database, connections=1, statement_seconds=0.3) as pool:
            begin = time.monotonic()
            with pytest.raises(StatementTimedOut, match=r"took longer than 0\.3 s"):
                await pool.fetch(FOR_EVER[database.dialect], [])
            assert time.monotonic() - begin < 5
            assert list(await pool.fetch("SELECT 1", [])) == [1]

    run(test)


def test_a_cancelled_call_ends_its_statement(database: Database) -> None:
    async def test() -> None:
        async with pool_over(database, connections=1) as pool:
            task = asyncio.ensure_future(pool.fetch(FOR_EVER[database.dialect], []))
            await asyncio.sleep(0.3)
            assert pool.counts().in_use == 1
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert pool.counts().in_use == 0
            assert list(await pool.fetch("SELECT 1", [])) == [1]
            if database.dialect == "postgresql":
                assert running(database) == 0

    run(test)


def test_a_call_that_is_cancelled_twice_frees_its_connection_once(tmp_path: Path) -> None:
    async def test() -> None:
        async with pool_over(Database(f"sqlite:///{tmp_path}/tap.db"), connections=1) as pool:
            task = asyncio.ensure_future(pool.fetch(FOR_EVER["sqlite"], []))
            await asyncio.sleep(0.2)
            task.cancel()
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            rows = await asyncio.gather(*(pool.fetch(f"SELECT {number}", []) for number in range(20)))
            assert [list(row) for row in rows] == [[number] for number in range(20)]

    run(test)


def test_a_connection_that_breaks_is_told_and_the_next_one_answers(postgres_url: str) -> None:
    database = Database(postgres_url)

    async def test() -> None:
        async with pool_over(database, connections=1) as pool:
            task = asyncio.ensure_future(pool.fetch(FOR_EVER["postgresql"], []))
            await asyncio.sleep(0.3)
            with psycopg.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tap-graph reads'")
            with pytest.raises(Unavailable):
                await task
            assert list(await pool.fetch("SELECT 1", [])) == [1]

    run(test)


def test_a_server_that_is_away_is_told(free_port: int) -> None:
    async def test() -> None:
        async with pool_over(Database(f"postgresql://nobody@127.0.0.1:{free_port}/nothing")) as pool:
            with pytest.raises(Unavailable):
                await pool.fetch("SELECT 1", [])

    run(test)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_who_finds_no_connection_waits_and_not_for_ever(database: Database) -> None:
    async def test() -> None:
        async with pool_over(database, connections=1, waiting_seconds=0.2) as pool:
            task = asyncio.ensure_future(pool.fetch(FOR_EVER[database.dialect], []))
            await asyncio.sleep(0.1)
            begin = time.monotonic()
            with pytest.raises(Overloaded, match="all 1 connections are in use"):
                await pool.fetch("SELECT 1", [])
            assert 0.15 < time.monotonic() - begin < 3
            assert pool.counts() == PoolCounts(in_use=1, limit=1, waiting=0)
            task.cancel()
            await asyncio.wait([task])

    run(test)


def test_many_at_once_are_answered_over_few_connections(database: Database) -> None:
    async def test() -> None:
        async with pool_over(database, connections=3, waiting_seconds=20) as pool:
            rows = await asyncio.gather(*(pool.fetch(f"SELECT {number}", []) for number in range(200)))
            assert [list(row) for row in rows] == [[number] for number in range(200)]
            assert pool.counts().in_use == 0

    run(test)


def test_reading_changes_nothing_on_postgresql(database: Database) -> None:
    with database.writing() as connection:
        Rows(connection).partner("P1")

    async def test() -> None:
        async with pool_over(database) as pool:
            change = "DELETE FROM partners RETURNING id"
            if database.dialect == "postgresql":
                with pytest.raises(Exception, match="read-only transaction"):
                    await pool.fetch(change, [])
            assert list(await pool.fetch("SELECT count(*) FROM partners", [])) == [1]

    run(test)


def test_a_statement_nested_beyond_the_parser_is_refused_by_its_kind() -> None:
    nested = "SELECT 1"
    for _ in range(60):
        nested = f"SELECT ({nested})"

    async def test() -> None:
        async with pool_over(Database("sqlite://")) as pool:
            with pytest.raises(StatementRefused, match="parser stack overflow"):
                await pool.fetch(nested, [])
            assert list(await pool.fetch("SELECT doubled(4)", [])) == [8]

    run(test)


def test_an_in_memory_database_is_asked_over_its_one_connection() -> None:
    database = Database("sqlite://")

    async def test() -> None:
        async with pool_over(database, connections=8) as pool:
            assert pool.counts().limit == 1
            rows = await asyncio.gather(*(pool.fetch("SELECT 1", []) for _ in range(50)))
            assert len(rows) == 50

    run(test)
    database.dispose()
