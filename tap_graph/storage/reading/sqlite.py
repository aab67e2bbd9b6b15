"""Reading from SQLite: connections of their own, each used in a thread; ending a statement is an interrupt."""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any, cast

import anyio
import anyio.to_thread

from tap_graph.storage.reading.pool import (
    Functions,
    Overloaded,
    PoolCounts,
    ReadLimits,
    ReadPool,
    Row,
    StatementRefused,
    StatementTimedOut,
)
from tap_graph.storage.reading.waiting import Places
from tap_graph.storage.unit_of_work import Database

# What SQLite says of statements beyond the hundred places of its parser's stack, and beyond its other bounds.
REFUSALS = ("parser stack overflow", "Expression tree is too large", "too many")
INTERRUPTED = "interrupted"
LOCKED = "database is locked"
PAUSE = 0.02


class SqliteReads(ReadPool):
    """One database file, or the one connection that an in-memory database lives in."""

    def __init__(self, database: Database, limits: ReadLimits, functions: Functions) -> None:
        self._database = database
        if database.is_in_memory:
            limits = ReadLimits(1, limits.waiting_seconds, limits.statement_seconds)
        self._limits = limits
        self._functions = functions
        self._places = Places(limits)
        self._threads = anyio.CapacityLimiter(limits.connections)
        self._idle: list[sqlite3.Connection] = []

    async def fetch(self, sql: str, values: Sequence[Any]) -> Row:
        """The one row of a statement, once no delivery keeps readers out; SQLite's own waiting could not be ended."""
        clock = asyncio.get_running_loop().time
        async with self._places.one():
            ends_at = clock() + self._limits.statement_seconds
            while True:
                try:
                    return await self._tried(sql, values, ends_at)
                except sqlite3.OperationalError as error:
                    if str(error) != LOCKED or clock() >= ends_at:
                        raise self._refusal(error) from error
                await asyncio.sleep(PAUSE)

    async def close(self) -> None:
        """Closes every connection but that of a database in memory, which would go with it."""
        while self._idle:
            opened = self._idle.pop()
            if not self._database.is_in_memory:
                opened.close()

    def counts(self) -> PoolCounts:
        """How full it is."""
        return self._places.counts()

    async def _tried(self, sql: str, values: Sequence[Any], ends_at: float) -> Row:
        connection = self._idle.pop() if self._idle else await anyio.to_thread.run_sync(self._open, limiter=self._threads)
        ended_by = asyncio.get_running_loop().call_at(ends_at, connection.interrupt)
        # Shielded: the thread owns the connection until its statement has ended, however often its caller is cancelled.
        work = asyncio.ensure_future(anyio.to_thread.run_sync(_fetch, connection, sql, values, limiter=self._threads))
        work.add_done_callback(lambda ended: self._take_back(connection, ended))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            connection.interrupt()
            await asyncio.wait([work])
            raise
        finally:
            ended_by.cancel()

    def _take_back(self, connection: sqlite3.Connection, ended: "asyncio.Future[Row]") -> None:
        self._idle.append(connection)
        if not ended.cancelled():
            # Whoever still waits has it raised; where nobody does, nobody asked for it.
            ended.exception()

    def _refusal(self, error: sqlite3.OperationalError) -> Exception:
        said, seconds = str(error), self._limits.statement_seconds
        if said == LOCKED:
            return Overloaded(f"a delivery kept readers out for {seconds} s")
        if said == INTERRUPTED:
            return StatementTimedOut(f"the statement took longer than {seconds} s")
        return StatementRefused(said) if said.startswith(REFUSALS) else error

    def _open(self) -> sqlite3.Connection:
        connection = self._shared() if self._database.is_in_memory else self._own()
        known = {row[0] for row in connection.execute("SELECT name FROM pragma_function_list")}
        # A connection that others use already keeps its functions: none can be put in their place meanwhile.
        for name, function in self._functions.items() if not known >= self._functions.keys() else ():
            connection.create_function(name, function.__code__.co_argcount, function, deterministic=True)
        return connection

    def _shared(self) -> sqlite3.Connection:
        """The one connection of an in-memory database, which stays SQLAlchemy's."""
        shared: Any = self._database.engine.raw_connection().driver_connection
        return cast("sqlite3.Connection", shared)

    def _own(self) -> sqlite3.Connection:
        arguments, options = self._database.engine.dialect.create_connect_args(self._database.url)
        connect: Any = sqlite3.connect
        connection: sqlite3.Connection = connect(
            *arguments, **{**options, "timeout": 0, "isolation_level": None, "check_same_thread": False}
        )
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cache_size = -65536")
        except sqlite3.OperationalError:
            connection.close()
            raise
        return connection


def _fetch(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> Row:
    row: Row = connection.execute(sql, values).fetchone()
    return row
