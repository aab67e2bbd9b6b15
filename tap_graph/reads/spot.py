"""Where a field stands: in the operation (`Asked`), in the statement (`Spot`), and what both share (`Context`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from graphql import FieldNode, GraphQLObjectType, is_object_type
from sqlalchemy import FromClause, Select

from tap_graph.reads.bindings import Arguments, Ask, Noun, Shape
from tap_graph.reads.cursors import Cursors
from tap_graph.reads.json_sql import Cells, Json
from tap_graph.reads.refusals import ResponsePath
from tap_graph.reads.selection import Fields, Selection


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the operation: its parent type, its merged nodes and its place in the response."""

    parent: GraphQLObjectType
    nodes: list[FieldNode]
    path: ResponsePath

    @property
    def name(self) -> str:
        """The field's name in the schema."""
        return self.nodes[0].name.value


@dataclass(frozen=True, slots=True)
class Spot:
    """One row of the statement: its columns, the cells asked of it, and what its type's fields mean."""

    row: Any
    cells: Cells
    shape: Shape
    noun: Noun | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What the parts of one compilation share."""

    selection: Selection
    ask: Ask
    shapes: Mapping[str, Shape]
    cursors: Cursors
    json: Json
    _numbers: "count[int]" = field(default_factory=count)

    def name(self) -> str:
        """A short name that is new in this statement."""
        return f"t{next(self._numbers)}"

    def alias(self, table: FromClause) -> FromClause:
        """The table under a name of its own in this statement."""
        return table.alias(self.name())

    def arguments(self, asked: Asked) -> Arguments:
        """The coerced arguments of a field."""
        return self.selection.arguments(asked.parent, asked.nodes[0])

    def object_type(self, name: str) -> GraphQLObjectType:
        """The schema's object type of that name."""
        type_ = self.selection.schema.type_map[name]
        if not is_object_type(type_):
            raise TypeError(f"{name} is no object type")
        return type_

    def yielded(self, asked: Asked) -> GraphQLObjectType:
        """The object type a field yields."""
        return self.object_type(self.selection.yielded(asked.parent, asked.name))

    def fields(self, asked: Asked) -> Fields:
        """What is asked of the object a field yields."""
        return self.selection.fields(self.yielded(asked), asked.nodes)


def correlated(statement: Select[Any], parent: Any) -> Select[Any]:
    """The statement looking at its parent row; without this a sub-query in FROM silently becomes a cross join."""
    return statement if parent is None else statement.correlate(parent)
