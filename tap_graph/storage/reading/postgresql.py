"""Reading from PostgreSQL: asyncpg's pool, whose connections are read-only and need no reset."""

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
AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.OperatorInterventionError)


class PostgresqlReads(ReadPool):
    """One database over asyncpg; connections are opened when they are first needed."""

    def __init__(self, url: URL, limits: ReadLimits) -> None:
        self._url = url.set(drivername="postgresql")
        self._limits = limits
        self._places = Places(limits)
        self._pool: asyncpg.Pool[Any] | None = None

    async def fetch(self, sql: str, values: Sequence[Any]) -> Row:
        """The one row of a statement."""
        async with self._places.one():
            pool = self._pool or await self._open()
            try:
                async with pool.acquire() as connection:
                    row: Row = await connection.fetchrow(sql, *values)
            except asyncpg.QueryCanceledError as error:
                raise StatementTimedOut(f"the statement took longer than {self._limits.statement_seconds} s") from error
            except asyncpg.StatementTooComplexError as error:
                raise StatementRefused(str(error)) from error
            except asyncpg.TooManyConnectionsError as error:
                raise Overloaded(str(error)) from error
            except AWAY as error:
                # Without its text, which may hold an address; the log has it.
                raise Unavailable(type(error).__name__) from error
            return row

    async def close(self) -> None:
        """Closes every connection."""
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    def counts(self) -> PoolCounts:
        """How full it is."""
        return self._places.counts()

    async def _open(self) -> "asyncpg.Pool[Any]":
        pool = asyncpg.create_pool(
            self._url.render_as_string(hide_password=False),
            min_size=0,
            max_size=self._limits.connections,
            max_inactive_connection_lifetime=300.0,
            reset=_keep,
            statement_cache_size=STATEMENTS_KEPT,
            max_cacheable_statement_size=0,
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
        # Two that open at once: the first pool is taken, the other has opened no connection yet.
        self._pool = self._pool or pool
        await self._pool
        return self._pool


async def _keep(_connection: object) -> None:
    """A connection that only reads, one statement at a time, is as it was."""
