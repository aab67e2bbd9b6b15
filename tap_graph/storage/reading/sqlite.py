"""Reading from SQLite: connections of their own, each used in a thread; ending a statement is an interrupt."""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any

import anyio
import anyio.to_thread

from tap_graph.storage.reading.pool import (
    Functions,
    Limits,
    PoolCounts,
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


class SqliteReads(ReadPool):
    """One database file, or the one connection that an in-memory database lives in."""

    def __init__(self, database: Database, limits: Limits, functions: Functions) -> None:
        self._database = database
        if database.is_in_memory:
            limits = Limits(1, limits.waiting_seconds, limits.statement_seconds)
        self._limits = limits
        self._functions = functions
        self._places = Places(limits)
        self._threads = anyio.CapacityLimiter(limits.connections)
        self._idle: list[Any] = []

    async def fetch(self, sql: str, values: Sequence[Any]) -> Row:
        """The one row of a statement."""
        async with self._places.one():
            opened = self._idle.pop() if self._idle else await anyio.to_thread.run_sync(self._open, limiter=self._threads)
            try:
                return await self._row(opened.driver_connection, sql, values)
            finally:
                self._idle.append(opened)

    async def close(self) -> None:
        """Closes every connection."""
        while self._idle:
            self._idle.pop().close()

    def counts(self) -> PoolCounts:
        """How full it is."""
        return self._places.counts()

    async def _row(self, connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> Row:
        ended_by = asyncio.get_running_loop().call_later(self._limits.statement_seconds, connection.interrupt)
        try:
            # Shielded: the thread owns the connection until the interrupt has ended its statement.
            work = asyncio.ensure_future(anyio.to_thread.run_sync(_fetch, connection, sql, values, limiter=self._threads))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                connection.interrupt()
                await asyncio.wait([work])
                raise
        except sqlite3.OperationalError as error:
            if str(error) == INTERRUPTED:
                raise StatementTimedOut(f"the statement took longer than {self._limits.statement_seconds} s") from error
            if str(error).startswith(REFUSALS):
                raise StatementRefused(str(error)) from error
            raise
        finally:
            ended_by.cancel()

    def _open(self) -> Any:
        opened = self._database.engine.raw_connection()
        connection: Any = opened.driver_connection
        for name, function in self._functions.items():
            connection.create_function(name, function.__code__.co_argcount, function, deterministic=True)
        return opened


def _fetch(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> Row:
    row: Row = connection.execute(sql, values).fetchone()
    return row
