"""Following: a subscription is asked as a question again and again, and told where the answer is another one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import msgspec

from tap_graph.domain.errors import TapError
from tap_graph.domain.viewer import Viewer
from tap_graph.reads.documents import DocumentRefused
from tap_graph.reads.exchange import Answer, Question
from tap_graph.reads.identity import named_row
from tap_graph.schema.asked import root_fields
from tap_graph.schema.execution import Execution

EVERY = 0.5
"""Seconds between two looks."""
PATIENCE = 600
"""Seconds without any change, after which nothing is expected any more."""
PHASE = {
    "sqlite": "SELECT (SELECT phase FROM receivings WHERE id = ?)",
    "postgresql": "SELECT (SELECT phase FROM receivings WHERE id = $1)",
}
ENDED = frozenset({"RECEIVED", "REFUSED", "FAILED"})


class Following:
    """Answers subscriptions of one schema over one database."""

    def __init__(self, execution: Execution, every: float = EVERY) -> None:
        self._execution = execution
        self._every = every

    async def __call__(self, viewer: Viewer, question: Question) -> AsyncIterator[Answer]:
        """The answer now, and whenever it has changed; ends when what is followed has ended, is null, or stands still."""
        told: Any = None
        quiet = 0.0
        asked = replace(question, may_follow=True)
        while quiet < PATIENCE:
            # Looked at before the answer: a last change may come between the two, and must not be missed.
            has_ended = await self._has_ended(asked)
            answer = await self._execution(viewer, asked)
            if answer.code is not None or not answer.executed:
                yield answer
                return
            data = msgspec.json.decode(answer.body)["data"]
            if data != told:
                told, quiet = data, 0.0
                yield answer
            if has_ended or not any(data.values()):
                return
            await asyncio.sleep(self._every)
            quiet += self._every

    async def _has_ended(self, question: Question) -> bool:
        """Whether everything that is followed has ended; what cannot be executed is for the answer to tell."""
        try:
            operation = self._execution.documents.get(question.document).operation(question.operation_name, question.variables)
        except (DocumentRefused, TapError):
            return True
        named = [named_row(given["id"]) for _, _, given in root_fields(operation, self._execution.catalogue.core)]
        phases = [await self._phase(row[1]) for row in named if row is not None]
        return all(phase in ENDED for phase in phases)

    async def _phase(self, key: int) -> str | None:
        pool = self._execution.reads.pool
        [phase] = await pool.fetch(PHASE[self._execution.dialect], [key])
        return None if phase is None else str(phase)
