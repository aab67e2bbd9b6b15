"""Answering: a valid query, asked by a viewer on a day, in one statement at most."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLSchema
from sqlalchemy.exc import OperationalError

from tap_graph.domain.viewer import Viewer
from tap_graph.reads import executor
from tap_graph.reads.bindings import Ask, Noun, Shape
from tap_graph.reads.compile import Compiler, Plan
from tap_graph.reads.cursors import Cursors
from tap_graph.reads.operation import Operation
from tap_graph.reads.refusals import TooDeep
from tap_graph.storage.unit_of_work import Database

# What SQLite says beyond the hundred places of its parser's stack: six to eight levels of rows.
NESTED_TOO_DEEP = "parser stack overflow"


class Reads:
    """The read side of one schema over one database; `nouns` and `shapes` say what its types and fields mean."""

    def __init__(
        self, database: Database, schema: GraphQLSchema, nouns: Mapping[str, Noun], shapes: Mapping[str, Shape], cursors: Cursors
    ) -> None:
        self._database = database
        self._schema = schema
        self._nouns = nouns
        self._shapes = shapes
        self._cursors = cursors

    def answer(self, operation: Operation, viewer: Viewer, today: date) -> ExecutionResult:
        """The response; OperationRefused where the viewer may not ask this, or not in this way."""
        plan = self.plan(operation, viewer, today)
        return executor.execute(self._schema, operation, plan.take(self._rows(plan)))

    def plan(self, operation: Operation, viewer: Viewer, today: date) -> Plan:
        """The statement that answers an operation, and its decoder."""
        ask = Ask(viewer, today, self._database.dialect, self._nouns)
        return Compiler(operation.selection, ask, self._shapes, self._cursors).plan()

    def _rows(self, plan: Plan) -> list[Any]:
        if plan.statement is None:
            return []
        try:
            with self._database.reading() as connection:
                text = connection.execute(plan.statement).scalar_one()
        except OperationalError as error:
            if str(error.orig) != NESTED_TOO_DEEP:
                raise
            raise TooDeep("The query nests further than SQLite can parse; ask for fewer levels at once.") from error
        rows: list[Any] = msgspec.json.decode(text)
        return rows
