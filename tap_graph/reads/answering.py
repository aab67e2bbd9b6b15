"""Answering: a valid operation of a viewer on a day, in one statement at most, by one of two finishers.

*Passthrough*: the database's own text is the response's data. *Executor*: graphql-core walks the rows that the
statement returned. They answer alike; the first is taken wherever every field is one of the database's.
"""

from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import msgspec
from graphql import GraphQLError, GraphQLSchema
from sqlalchemy import Date

from tap_graph.reads.asker import asker_of, kind_of
from tap_graph.reads.bindings import Ask, Noun, Shape
from tap_graph.reads.cursors import Cursors, cursor_text
from tap_graph.reads.documents import Operation
from tap_graph.reads.execution import executor
from tap_graph.reads.execution.rows import RowsWalk
from tap_graph.reads.identity import node_id
from tap_graph.reads.occasion import Occasion
from tap_graph.reads.passthrough.text import NotOfTheDatabase, TextWalk
from tap_graph.reads.passthrough.text_sql import BROKEN
from tap_graph.reads.plans import Absent, CacheCounts, Kept, RowsPlan, TextPlan
from tap_graph.reads.refusals import BadVariables, TooDeep
from tap_graph.reads.searching import lower
from tap_graph.reads.slots import Slots, Statement
from tap_graph.reads.spot import Context
from tap_graph.reads.versions import dated
from tap_graph.storage.reading.pool import Functions, ReadPool, StatementRefused

P = TypeVar("P", bound=TextPlan | RowsPlan | None)

Worker = Callable[[Occasion], AbstractContextManager[Any]]
"""Opens what services work with for one answer: a consistent state of the database, the rules, the viewer and the moment."""

MOST_PLANS = 512
# Characters of SQL: what is longer was made for one question, and would fill the memory with its like.
LONGEST_KEPT = 131_072

# What statements call by name on SQLite, which has no such functions of its own.
FUNCTIONS: Functions = {"tap_id": node_id, "tap_cursor": cursor_text, "tap_lower": lower}


class Finisher(StrEnum):
    """What turned the statement's row into the response's data."""

    PASSTHROUGH = "passthrough"
    EXECUTOR = "executor"


@dataclass(frozen=True, slots=True)
class Reply:
    """The data of a response as JSON, the errors in it, and how it was found."""

    data: bytes
    errors: tuple[GraphQLError, ...]
    finisher: Finisher
    statement: Statement | None
    version: str | None = None
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an operation is to be answered: by which finisher at most, and whether the data version matters."""

    passthrough: bool = True
    is_dated: bool = False
    known_version: str | None = None


PLAIN = Wanted()


class Reads:
    """The read side of one schema; `nouns` and `shapes` say what its types and fields mean."""

    def __init__(
        self,
        pool: ReadPool,
        dialect: str,
        schema: GraphQLSchema,
        nouns: Mapping[str, Noun],
        shapes: Mapping[str, Shape],
        cursors: Cursors,
        worker: Worker,
    ) -> None:
        self.pool = pool
        self._dialect = dialect
        self._schema = schema
        self._nouns = nouns
        self._shapes = shapes
        self._cursors = cursors
        self._worker = worker
        self._texts: Kept[TextPlan | None] = Kept(MOST_PLANS)
        self._rows: Kept[RowsPlan] = Kept(MOST_PLANS)
        # One at a time: whoever sends documents that are hard to plan waits for his own.
        self._makers = anyio.CapacityLimiter(1)

    async def answer(self, operation: Operation, occasion: Occasion, wanted: Wanted = PLAIN) -> Reply:
        """The response's data; OperationRefused where the viewer may not ask this, or not in this way."""
        occasion.works.variables = operation.coerced
        key = _key(operation, occasion)
        try:
            text = await self._kept(self._texts, key, lambda: self._text_plan(operation, occasion)) if wanted.passthrough else None
            if text is not None and (reply := await self._passed(key, text, occasion, wanted)):
                return reply
            rows = await self._kept(self._rows, key, lambda: self._rows_plan(operation, occasion))
        except GraphQLError as error:
            # A variable may be null by its type, and not where it stands: validation lets that pass.
            raise BadVariables(error.message) from error
        return await self._executed(rows, operation, occasion, wanted)

    async def _kept(self, plans: Kept[P], key: Hashable, make: Callable[[], P]) -> P:
        """A plan, made in a thread where there is none: the largest take half a second, and others are answered meanwhile."""
        found = plans.find(key)
        if not isinstance(found, Absent):
            return found
        made = await anyio.to_thread.run_sync(make, limiter=self._makers)
        if made is None or made.statement is None or len(made.statement.sql) <= LONGEST_KEPT:
            plans.put(key, made)
        return made

    def plan_counts(self) -> CacheCounts:
        """How the plans of the passthrough have been found again."""
        return self._texts.counts()

    async def _passed(self, key: Hashable, plan: TextPlan, occasion: Occasion, wanted: Wanted) -> Reply | None:
        """The answer as the database wrote it; None where it holds what the schema does not promise, or cannot be parsed."""
        for check in plan.checks:
            check(occasion)
        try:
            data, version = await self._fetched(plan.statement, occasion, wanted)
        except StatementRefused:
            # Text nests further for parsers than rows do; from now on the executor is asked at once.
            self._texts.put(key, None)
            return None
        if data is None and version is not None and version == wanted.known_version:
            return Reply(b"", (), Finisher.PASSTHROUGH, plan.statement, version, is_unchanged=True)
        if data is None or MARK in data:
            return None
        return Reply(data, (), Finisher.PASSTHROUGH, plan.statement, version)

    async def _executed(self, plan: RowsPlan, operation: Operation, occasion: Occasion, wanted: Wanted) -> Reply:
        for check in plan.checks:
            check(occasion)
        text, version = None, None
        if plan.statement is not None:
            try:
                text, version = await self._fetched(plan.statement, occasion, wanted)
            except StatementRefused as error:
                raise TooDeep("The query nests further, or holds more, than the database can parse; ask for less at once.") from error
            if text is None:
                return Reply(b"", (), Finisher.EXECUTOR, plan.statement, version, is_unchanged=True)

        def walked() -> Reply:
            rows = plan.take([] if text is None else msgspec.json.decode(text), occasion)
            occasion.works.settle(lambda: self._worker(occasion))
            result = executor.execute(self._schema, operation, rows)
            data = msgspec.json.encode(result.data)
            return Reply(data, tuple(result.errors or ()), Finisher.EXECUTOR, plan.statement, version)

        # Thousands of fields and what services work out take a while: other callers are answered meanwhile.
        return await anyio.to_thread.run_sync(walked) if plan.statement is not None or plan.works else walked()

    async def _fetched(self, statement: Statement, occasion: Occasion, wanted: Wanted) -> tuple[Any, str | None]:
        values = statement.values(occasion)
        if not wanted.is_dated:
            [text] = await self.pool.fetch(statement.sql, values)
            return text, None
        text, version = await self.pool.fetch(*dated(statement.sql, values, self._dialect, wanted.known_version or ""))
        return text, version

    def _text_plan(self, operation: Operation, occasion: Occasion) -> TextPlan | None:
        context = self._context(operation, occasion)
        try:
            query = TextWalk(context).plan()
        except NotOfTheDatabase:
            return None
        return TextPlan(context.slots.statement(query, self._dialect), tuple(context.checks))

    def _rows_plan(self, operation: Operation, occasion: Occasion) -> RowsPlan:
        context = self._context(operation, occasion)
        query, take = RowsWalk(context).plan()
        statement = None if query is None else context.slots.statement(query, self._dialect)
        return RowsPlan(statement, tuple(context.checks), take, context.works)

    def _context(self, operation: Operation, occasion: Occasion) -> Context:
        slots = Slots()
        today = slots.bind(lambda asked: asked.today, Date())
        ask = Ask(asker_of(occasion.viewer, slots), today, self._dialect, self._nouns)
        return Context(operation.selection(self._schema), ask, self._shapes, self._cursors, slots)


MARK = BROKEN.encode()


def _key(operation: Operation, occasion: Occasion) -> Hashable:
    return (
        operation.document.text,
        operation.name,
        kind_of(occasion.viewer),
        operation.prepared.shapes.shape(operation.values),
    )
