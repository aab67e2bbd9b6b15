"""Patience: how long one request may take, and whether anybody still waits for its answer."""

import asyncio
from enum import Enum

from starlette.types import Receive

UNWATCHED = 0.025
"""Seconds in which nobody looks whether the caller is still there: most answers take less, and looking costs a task."""


class Ended(Enum):
    """Why a request was ended before its answer."""

    DEADLINE = "DEADLINE"
    GONE = "GONE"


class Patience:
    """Ends the current task's work by cancelling it: at the deadline, or when the caller goes.

    `asyncio.timeout` does the first half; this also watches the connection, and costs one timer where the answer comes soon.
    """

    __slots__ = ("_deadline", "_loop", "_receive", "_task", "_timer", "_watcher", "ended", "has_read", "is_late")

    def __init__(self, receive: Receive, deadline: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._receive = receive
        self._deadline = deadline
        self._watcher: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(UNWATCHED, self._wait_longer)
        self.ended: Ended | None = None
        self.has_read = False
        self.is_late = False

    def read(self) -> None:
        """The request was read whole; what its connection says from now on is only that the caller went."""
        self.has_read = True
        if self.is_late:
            self._watch()

    def stop(self) -> None:
        """The work is done, or ended."""
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if self.ended is not None and self._task is not None:
            # The cancellation was ours and has done its work; the task goes on to say so.
            self._task.uncancel()

    def _wait_longer(self) -> None:
        self.is_late = True
        self._timer = self._loop.call_later(self._deadline - UNWATCHED, self._end, Ended.DEADLINE)
        if self.has_read:
            self._watch()

    def _watch(self) -> None:
        self._watcher = self._loop.create_task(self._await_leaving())

    async def _await_leaving(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._end(Ended.GONE)

    def _end(self, why: Ended) -> None:
        if self.ended is None and self._task is not None:
            self.ended = why
            self._task.cancel()
