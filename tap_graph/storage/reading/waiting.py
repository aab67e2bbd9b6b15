"""Waiting: a bounded number of connections, and a bounded time to wait for one of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tap_graph.storage.reading.pool import Overloaded, PoolCounts, ReadLimits


class Places:
    """As many places as there are connections; who finds none waits in line, and not for ever."""

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._free = asyncio.Semaphore(limits.connections)
        self._in_use = self._waiting = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A place for as long as the block lasts; Overloaded where none came free in time."""
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()
        self._in_use += 1
        try:
            yield
        finally:
            self._in_use -= 1
            self._free.release()

    async def _wait(self) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.waiting_seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise Overloaded(f"all {self._limits.connections} connections are in use") from error
        finally:
            self._waiting -= 1

    def counts(self) -> PoolCounts:
        """How full it is."""
        return PoolCounts(self._in_use, self._limits.connections, self._waiting)
