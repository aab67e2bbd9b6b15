"""Reading pools: one statement at a time on connections that change nothing, bounded in number, waiting and time.

PostgreSQL is asked over asyncpg, on the event loop itself; SQLite in threads, with its own connections.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Row: TypeAlias = Sequence[Any]
Functions: TypeAlias = Mapping[str, Callable[..., Any]]


class StatementRefused(Exception):
    """The database cannot parse or hold the statement; `text` is what it said."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class StatementTimedOut(Exception):
    """The statement took longer than it may, and was ended."""


class Unavailable(Exception):
    """The database cannot be reached, or went away meanwhile."""


class Overloaded(Exception):
    """Every connection is in use, and none came free in time."""


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much reading a process does at once, and for how long."""

    connections: int = 10
    waiting_seconds: float = 2.0
    """How long an operation waits for a connection."""
    statement_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class PoolCounts:
    """How full a pool is."""

    in_use: int
    limit: int
    waiting: int


class ReadPool(ABC):
    """Connections that read; used from the event loop that opened it."""

    @abstractmethod
    async def fetch(self, sql: str, values: Sequence[Any]) -> Row:
        """The one row of a statement, as the database is at one moment; cancelling the call ends the statement."""

    @abstractmethod
    async def close(self) -> None:
        """Closes every connection."""

    @abstractmethod
    def counts(self) -> PoolCounts:
        """How full it is."""
