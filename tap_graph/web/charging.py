"""Charging: what a caller may ask in a minute, counted in rows over a sliding window.

The window is that of the library `limits`: the minute that runs, and of the minute before it the share that the last sixty
seconds still cover. `limits` itself keeps it where processes share a store (`web/sharing.py`); one process keeps its own here,
because the library's memory store starts a thread every 10 ms, 200 µs at each request.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil
from typing import NamedTuple, Protocol

import msgspec

from tap_graph.domain.viewer import Role, Viewer

logger = logging.getLogger(__name__)

ROWS_A_MINUTE = 600_000
SECONDS = 60
MOST_CALLERS = 10_000
PATIENCE = 0.5
"""Seconds a shared store may take before it counts as away."""
PAUSE = 5.0
"""Seconds for which a store that is away is not asked again."""


Caller = tuple[str, Role, str | None, str | None]
"""Who pays: a subject in a role, for a partner or a distributor."""


class StoreAway(Exception):
    """The shared store did not answer."""


class Window(NamedTuple):
    """A caller's window after a charge: rows spent in the minute before and in the running one, which ends in some seconds."""

    was_taken: bool
    before: int
    running: int
    ends_in: float


class Store(Protocol):
    """Keeps callers' windows where several processes reach them; may block."""

    def take(self, caller: str, limit: int, cost: int) -> Window:
        """Takes the cost from the caller's allowance where enough is left, else nothing; StoreAway where it cannot say."""


@dataclass(frozen=True, slots=True)
class Charged:
    """What one operation cost its caller; `retry_after` is set where it was refused, and nothing was charged."""

    limit: int | None
    """Rows a minute; None: not limited."""
    remaining: int | None
    retry_after: int | None = None
    """Seconds after which the same operation will be taken, if nothing else is asked until then."""


UNLIMITED = Charged(None, None)


class Allowance:
    """What each caller may still ask. Charged from one event loop.

    Every operation costs a row at least, and one that is dearer than the whole allowance takes all of it. While a shared store
    is away, each process counts for itself: a caller may then get the allowance once from each, and nobody waits or fails.
    """

    def __init__(
        self,
        limit: int | None = ROWS_A_MINUTE,
        store: Store | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._store = store
        self._clock = clock
        self._own: dict[Caller, tuple[float, int, int]] = {}
        self._away_until = 0.0

    async def charge(self, viewer: Viewer, cost: int) -> Charged:
        """Takes an operation's cost from its caller's allowance, or refuses it."""
        if self._limit is None:
            return UNLIMITED
        amount = min(max(cost, 1), self._limit)
        caller = (viewer.subject, viewer.role, viewer.partner_number, viewer.distributor_id)
        window = await self._taken(caller, self._limit, amount)
        spent = int(window.before * window.ends_in / SECONDS) + window.running
        wait = None if window.was_taken else max(1, ceil(_wait(window, self._limit - amount)))
        return Charged(self._limit, max(0, self._limit - spent), wait)

    async def _taken(self, caller: Caller, limit: int, amount: int) -> Window:
        if self._store is None or self._clock() < self._away_until:
            return self._taken_here(caller, limit, amount)
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.to_thread(self._store.take, _name(caller), limit, amount)
        except (StoreAway, TimeoutError) as error:
            self._away_until = self._clock() + PAUSE
            logger.warning("the store of allowances is away for now, each process counts for itself: %s", error or "no answer in time")
            return self._taken_here(caller, limit, amount)

    def _taken_here(self, caller: Caller, limit: int, amount: int) -> Window:
        minute, passed = divmod(self._clock(), SECONDS)
        ends_in = SECONDS - passed
        last, before, running = self._own.get(caller, (-2.0, 0, 0))
        if last != minute:
            before, running = (running, 0) if last == minute - 1 else (0, 0)
        was_taken = int(before * ends_in / SECONDS) + running + amount <= limit
        if was_taken:
            running += amount
            if caller not in self._own and len(self._own) >= MOST_CALLERS:
                self._forget(minute)
            self._own[caller] = (minute, before, running)
        return Window(was_taken, before, running, ends_in)

    def _forget(self, minute: float) -> None:
        """Makes room: those whose windows are over, else the one that came first."""
        self._own = {caller: window for caller, window in self._own.items() if window[0] >= minute - 1}
        if len(self._own) >= MOST_CALLERS:
            del self._own[next(iter(self._own))]


def _name(caller: Caller) -> str:
    """A caller's name in a shared store: digested, so that the store learns nobody's, and takes any."""
    return blake2b(msgspec.json.encode(caller), digest_size=16).hexdigest()


def _wait(window: Window, bearable: int) -> float:
    """Seconds until no more than the bearable counts as spent, if nothing is spent meanwhile."""
    if window.running <= bearable:
        # It is the minute before that has to fade; it fades evenly until the running one ends.
        return window.ends_in - (bearable - window.running) * SECONDS / max(window.before, 1)
    return window.ends_in + SECONDS - bearable * SECONDS / window.running
