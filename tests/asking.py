"""Asking: the real execution over a real database, from tests that are no coroutines."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, Self

from anyio.from_thread import BlockingPortal, start_blocking_portal

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Answer, Question
from tap_graph.reads.weighing import Limits
from tap_graph.schema.build import Catalogue, build, catalogue
from tap_graph.schema.execution import Bounds, Execution
from tap_graph.schema.performing import Performing
from tap_graph.storage.reading.pool import PoolCounts, ReadPool, Row
from tap_graph.storage.unit_of_work import Database

# Tests ask for more at once than callers may.
NONE = 2**62
GENEROUS = Limits(
    tokens=20_000, depth=NONE, aliases=NONE, selections=NONE, comparisons=NONE, steps=NONE, nodes=NONE, values=NONE
)  # fmt: skip


@cache
def shared_schema() -> Catalogue:
    """One schema for all tests of a process; whoever changes it puts it back."""
    return catalogue(build())


class Recording(ReadPool):
    """A pool that remembers the statements that ran."""

    def __init__(self, pool: ReadPool) -> None:
        self._pool = pool
        self.statements: list[str] = []

    async def fetch(self, sql: str, values: Sequence[Any]) -> Row:
        """The one row of a statement."""
        row = await self._pool.fetch(sql, values)
        self.statements.append(sql)
        return row

    async def close(self) -> None:
        """Closes every connection."""
        await self._pool.close()

    def counts(self) -> PoolCounts:
        """How full it is."""
        return self._pool.counts()


class Asking:
    """An execution on an event loop of its own; without `passthrough`, graphql-core walks every answer."""

    def __init__(
        self,
        database: Database,
        secret: bytes,
        today: Callable[[], date],
        *,
        passthrough: bool = True,
        limits: Limits = GENEROUS,
        performing: Performing | None = None,
    ) -> None:
        self.database = database
        self._opened = ExitStack()
        self._portal: BlockingPortal = self._opened.enter_context(start_blocking_portal("asyncio"))
        bounds = Bounds(documents=limits, passthrough=passthrough)
        # Without rulebooks what is worked out is worked out all the same: there is little to say.
        performing = performing or Performing(database, {}, lambda: datetime.combine(today(), time(), UTC))
        self.execution = Execution(database, secret, today, bounds=bounds, schema=shared_schema(), performing=performing)
        self._recording = Recording(self.execution.reads.pool)
        self.execution.reads.pool = self._recording
        self._opened.callback(lambda: self._portal.call(self.execution.close))

    @property
    def catalogue(self) -> Catalogue:
        """The schema that is asked."""
        return self.execution.catalogue

    @property
    def statements(self) -> list[str]:
        """Every statement that was run so far."""
        return self._recording.statements

    def answer(self, viewer: Viewer, question: Question) -> Answer:
        """The answer as its carrier gets it."""
        return self._portal.call(self.execution, viewer, question)

    def __call__(
        self, viewer: Viewer, document: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None
    ) -> dict[str, Any]:
        """The response without what is said of its cost."""
        response: dict[str, Any] = json.loads(self.answer(viewer, Question(document, variables, operation_name)).body)
        response.pop("extensions", None)
        return response

    def __enter__(self) -> Self:
        """Itself; its event loop ends with the block."""
        return self

    def __exit__(self, *_failure: object) -> None:
        """Ends the event loop."""
        self._opened.close()
