"""Reading from PostgreSQL: asyncpg's connections, which are read-only and need no reset."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy import URL

from tap_graph.storage.reading.pool import (
    Overloaded,
    PoolCounts,
    ReadLimits,
    ReadPool,
    Row,
    StatementRefused,
    StatementTimedOut,
    Unavailable,
)
from tap_graph.storage.reading.waiting import Places

# Prepared statements a connection keeps: each holds its plan on the server, too.
STATEMENTS_KEPT = 100
LONGEST_KEPT = 131_072
CLOSING_SECONDS = 2.0
AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.OperatorInterventionError)


class PostgresqlReads(ReadPool):
    """One database over asyncpg; connections are opened when they are first needed.

    Nothing of a connection changes between statements, so it is handed on as it is: asyncpg's own pool, which wraps, resets
    and shields, takes as long as a small statement.
    """

    def __init__(self, url: URL, limits: ReadLimits) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._limits = limits
        self._places = Places(limits)
        self._idle: list[asyncpg.Connection[Any]] = []

    async def fetch(self, sql: str, values: Sequence[Any]) -> Row:
        """The one row of a statement."""
        async with self._places.one():
            try:
                return await self._fetched(await self._connection(), sql, values)
            except asyncpg.QueryCanceledError as error:
                raise StatementTimedOut(f"the statement took longer than {self._limits.statement_seconds} s") from error
            except asyncpg.StatementTooComplexError as error:
                raise StatementRefused(str(error)) from error
            except asyncpg.TooManyConnectionsError as error:
                raise Overloaded(str(error)) from error
            except AWAY as error:
                # Without its text, which may hold an address; the log has it.
                raise Unavailable(type(error).__name__) from error

    async def close(self) -> None:
        """Closes every connection."""
        while self._idle:
            self._idle.pop().terminate()

    def counts(self) -> PoolCounts:
        """How full it is."""
        return self._places.counts()

    async def _fetched(self, connection: "asyncpg.Connection[Any]", sql: str, values: Sequence[Any]) -> Row:
        try:
            row: Row = await connection.fetchrow(sql, *values)
        except asyncio.CancelledError:
            # Closing it asks the server to end the statement, and waits until it has.
            await connection.close(timeout=CLOSING_SECONDS)
            raise
        finally:
            if not connection.is_closed():
                self._idle.append(connection)
        return row

    async def _connection(self) -> "asyncpg.Connection[Any]":
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await asyncpg.connect(
            self._url,
            statement_cache_size=STATEMENTS_KEPT,
            max_cacheable_statement_size=LONGEST_KEPT,
            server_settings={
                "application_name": "tap-graph reads",
                "default_transaction_read_only": "on",
                "statement_timeout": str(int(self._limits.statement_seconds * 1000)),
                # Dates are shown by the database: in this one form, whatever the server's default is.
                "datestyle": "ISO, YMD",
                "timezone": "UTC",
                # Compiling a plan to machine code costs more than any of these statements gains.
                "jit": "off",
            },
        )
