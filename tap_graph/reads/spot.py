"""Where a field stands: in the operation (`Asked`), in the statement (`Spot`), and what both share (`Context`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from graphql import FieldNode, GraphQLObjectType, GraphQLOutputType, get_named_type, is_object_type
from sqlalchemy import ColumnElement, FromClause, Select, Subquery, True_, case, select

from tap_graph.reads.arguments import Given
from tap_graph.reads.bindings import Arguments, Ask, Noun, Shape, Summed
from tap_graph.reads.cursors import Cursors
from tap_graph.reads.json_sql import Cells
from tap_graph.reads.occasion import Occasion
from tap_graph.reads.refusals import ResponsePath, TooManyLists
from tap_graph.reads.selection import Fields, Selection
from tap_graph.reads.slots import Slots

MOST_LOOKED_FOR = 200


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

    @property
    def type(self) -> GraphQLOutputType:
        """The type the schema promises."""
        promised: GraphQLOutputType = self.parent.fields[self.name].type
        return promised


@dataclass(slots=True)
class Spot:
    """One row of the statement: its columns, what its type's fields mean, and the selects of one row beside it."""

    row: Any
    shape: Shape
    noun: Noun | None = None
    beside: dict[Callable[..., Any], Subquery] = field(default_factory=dict)
    cells: Cells = field(default_factory=Cells)
    is_owned: bool = False
    """Whether all that stands here is wholly the viewer's, because the list keeps to such rows."""

    def owned(self, column: ColumnElement[Any], ask: Ask) -> ColumnElement[Any]:
        """A column that is null where the row is only partly the viewer's, which is found out once for all columns."""
        if self.is_owned or self.noun is None or self.noun.owned is None:
            return column
        mine = self.noun.owned(self.row, ask)
        if isinstance(mine, True_):
            return column
        if self.noun.owned not in self.beside:
            # Without a limit, planners would put the question where each column is.
            self.beside[self.noun.owned] = select(mine.label("is_owned")).correlate(self.row).limit(1).subquery()
        return case((self.beside[self.noun.owned].c.is_owned, column))

    def within(self, shape: Shape) -> "Spot":
        """The same row under the fields of an object that is made of it."""
        return Spot(self.row, shape, None, self.beside, self.cells, self.is_owned)

    def one_row(self, value: ColumnElement[Any]) -> Select[Any] | None:
        """A value of this row and of the selects beside it, as a select of one row; None where nothing stands beside it."""
        if not self.beside:
            return None
        return select(value).select_from(*self.beside.values()).correlate(self.row)

    def summed(self, binding: Summed, ask: Ask) -> Subquery:
        """The select of one row behind a field, once for all fields that share it."""
        if binding.source not in self.beside:
            self.beside[binding.source] = binding.source(self.row, ask)
        return self.beside[binding.source]


@dataclass(slots=True)
class Context:
    """What the parts of one compilation share."""

    selection: Selection
    ask: Ask
    shapes: Mapping[str, Shape]
    cursors: Cursors
    slots: Slots
    checks: list[Callable[[Occasion], None]] = field(default_factory=list)
    needs_rows: bool = False
    works: bool = False
    """Whether a service works out some of the answer."""
    looked_for: int = 0
    _names: "count[int]" = field(default_factory=count)

    def name(self) -> str:
        """A short name that is new in this statement."""
        return f"t{next(self._names)}"

    def look_for(self, asked: Asked, count: int = 1) -> None:
        """Notes sub-queries that a field needs; each takes milliseconds to plan, whatever it finds."""
        self.needs_rows = True
        self.looked_for += count
        if self.looked_for > MOST_LOOKED_FOR:
            message = f"The operation asks for more than {MOST_LOOKED_FOR} lists, counts and related rows; ask for them in parts."
            raise TooManyLists(message, asked.path)

    def alias(self, table: FromClause) -> FromClause:
        """The table under a name of its own in this statement."""
        return table.alias(self.name())

    def raw_arguments(self, asked: Asked) -> Arguments:
        """The coerced arguments of a field, with holes where variables bring them."""
        return self.selection.arguments(asked.parent, asked.nodes[0])

    def arguments(self, asked: Asked) -> Arguments:
        """The arguments of a field as bindings take them."""
        given, definitions = Given(self.slots), asked.parent.fields[asked.name].args
        return {name: given.value(value, definitions[name].type) for name, value in self.raw_arguments(asked).items()}

    def object_type(self, name: str) -> GraphQLObjectType:
        """The schema's object type of that name."""
        type_ = self.selection.schema.type_map[name]
        if not is_object_type(type_):
            raise TypeError(f"{name} is no object type")
        return type_

    def yielded(self, asked: Asked) -> GraphQLObjectType:
        """The object type a field yields."""
        return self.object_type(get_named_type(asked.type).name)

    def fields(self, asked: Asked) -> Fields:
        """What is asked of the object a field yields."""
        return self.selection.fields(self.yielded(asked), asked.nodes)


def correlated(statement: Select[Any], parent: Any) -> Select[Any]:
    """The statement looking at its parent row; without this a sub-query in FROM silently becomes a cross join."""
    return statement if parent is None else statement.correlate(parent)
