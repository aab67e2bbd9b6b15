"""Walking: the way through an operation that both finishers share: which fields, which binding, which rows.

A finisher says what becomes of each kind of binding; what it makes of one field is its `Made`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from graphql import FieldNode, GraphQLObjectType
from sqlalchemy import BigInteger, ColumnElement, FromClause, Text, cast, select, true

from tap_graph.reads import bindings as b
from tap_graph.reads.arguments import NamedRow, NamedRows
from tap_graph.reads.refusals import FieldNotVisible, ResponsePath, TooManyIds
from tap_graph.reads.selection import Fields
from tap_graph.reads.spot import Asked, Context, Spot

Made = TypeVar("Made")

MOST_IDS = 100


class Walk(ABC, Generic[Made]):
    """Compiles one operation for one kind of viewer."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._compile: Mapping[type, Callable[[Any, Asked, Spot], Made]] = {
            b.Column: self.column,
            b.Identity: self.identity,
            b.Expression: self.expression,
            b.Summed: self.summed,
            b.Computed: self.computed,
            b.Given: self.given,
            b.Constant: self.constant,
            b.Key: self.key,
            b.Explained: self.explained,
            b.Nested: self.nested,
            b.Items: self.items,
            b.One: self.one,
            b.Lookup: self.lookup,
            b.NodeLookup: self.node,
            b.Many: self.many,
            b.Done: self.done,
            b.Worked: self.worked,
            b.Part: self.part,
        }

    def roots(self, spot: Spot) -> list[tuple[str, Made]]:
        """What is made of the root fields, by response name."""
        return self.fields(self.context.selection.root_type(), self.context.selection.roots(), spot, ())

    def root_spot(self) -> Spot:
        """Where the root fields stand: on no row."""
        return Spot(None, self.context.shapes[self.context.selection.root_type().name])

    def fields(self, type_: GraphQLObjectType, fields: Fields, spot: Spot, path: ResponsePath) -> list[tuple[str, Made]]:
        """What is made of the fields asked of one object, by response name in the order of the response."""
        made = []
        for key, nodes in fields.items():
            asked = Asked(type_, nodes, (*path, key))
            if asked.name == "__typename":
                made += self.typename(key, type_)
            elif not asked.name.startswith("__"):
                self._check_open(asked, spot)
                binding = spot.shape[asked.name]
                made.append((key, self._compile[type(binding)](binding, asked, spot)))
            else:
                made += self.introspection(key)
        return made

    def spot_of(self, noun: b.Noun, row: Any, *, is_owned: bool = False) -> Spot:
        """Where a row of a noun stands."""
        return Spot(row, self.context.shapes[noun.name], noun, is_owned=is_owned)

    def row(self, spot: Spot, nodes: Sequence[FieldNode], path: ResponsePath) -> list[tuple[str, Made]]:
        """What is made of one row, asked by several field nodes, by response name."""
        if spot.noun is None:
            raise TypeError("a row of no noun has no type")
        type_ = self.context.object_type(spot.noun.name)
        return self.fields(type_, self.context.selection.fields(type_, nodes), spot, path)

    def shown_column(self, binding: b.Column, asked: Asked, spot: Spot) -> ColumnElement[Any]:
        """A column, null in rows that are only partly the viewer's where the binding says so."""
        column: ColumnElement[Any] = spot.row.c[binding.name or asked.name]
        return spot.owned(column, self.context.ask) if binding.own else column

    def one(self, binding: b.One, asked: Asked, spot: Spot) -> Made:
        """The one row of another noun."""
        return self.related(binding.noun, asked, spot, lambda child: binding.on(spot.row, child))

    def lookup(self, binding: b.Lookup, asked: Asked, spot: Spot) -> Made:
        """The row that arguments or the viewer name."""
        arguments = self.context.arguments(asked)
        return self.related(binding.noun, asked, spot, lambda child: binding.where(child, arguments, self.context.ask))

    def node(self, binding: b.NodeLookup, asked: Asked, spot: Spot) -> Made:
        """The row or rows that ids name."""
        arguments = self.context.arguments(asked)
        if not binding.many:
            named: NamedRow = arguments["id"]
            noun = self._identified(named.noun)
            return self.absent(asked) if noun is None else self.node_row(noun, named.key, asked, spot)
        rows: NamedRows = arguments["ids"]
        self.context.look_for(asked, len(rows.nouns))
        self.context.checks.append(lambda occasion: _check_count(rows.count(occasion), asked.path))
        return self.node_rows([noun for name in rows.nouns if (noun := self._identified(name))], rows, asked, spot)

    def done(self, _binding: b.Done, asked: Asked, spot: Spot) -> Made:
        """What an act that was done before the statement says of itself, as a row of two columns."""
        self.context.look_for(asked)
        key, bind = asked.path[0], self.context.slots.bind
        row_id = cast(bind(lambda occasion: occasion.outcomes[key].row_id, BigInteger()), BigInteger)
        errors = cast(bind(lambda occasion: occasion.outcomes[key].user_errors, Text()), Text)
        row = select(row_id.label("row_id"), errors.label("user_errors")).subquery(self.context.name())
        payload = b.Noun(name=self.context.yielded(asked).name, table=None, visible=None)
        return self.found(payload, row, true(), asked, spot)

    def related(self, name: str, asked: Asked, spot: Spot, on: Callable[[Any], ColumnElement[bool]]) -> Made:
        """The row of a noun for which *on* holds, if the viewer may see it."""
        noun = self.context.ask.nouns[name]
        self.context.look_for(asked)
        child = self.context.alias(noun.rows)
        return self.found(noun, child, on(child) & self.context.ask.visible(name, child), asked, spot)

    def _identified(self, name: str | None) -> b.Noun | None:
        """The noun of an id; None where the schema has none of that name, or its rows have no ids."""
        noun = self.context.ask.nouns.get(name) if name else None
        return noun if noun and "id" in self.context.shapes[noun.name] else None

    def _check_open(self, asked: Asked, spot: Spot) -> None:
        role = self.context.ask.viewer.role
        opening = spot.noun.opening(role) if spot.noun and spot.noun.opening else None
        if opening is not None and asked.name not in opening.fields:
            field = f"{asked.parent.name}.{asked.name}"
            raise FieldNotVisible(f"{field} is not shown to the role {role}; leave it out of the query.", asked.path)
        binding = spot.shape[asked.name]
        if isinstance(binding, b.Worked) and binding.roles is not None and role not in binding.roles:
            field = f"{asked.parent.name}.{asked.name}"
            raise FieldNotVisible(f"{field} is not for the role {role}; leave it out of the query.", asked.path)

    def part(self, _binding: b.Part, asked: Asked, _spot: Spot) -> Made:
        """Never walked by itself: what is worked out is shown by the field that holds it."""
        raise TypeError(f"{asked.parent.name}.{asked.name} is part of what is worked out, and stands nowhere else")

    @abstractmethod
    def typename(self, key: str, type_: GraphQLObjectType) -> list[tuple[str, Made]]:
        """The name of an object's type."""

    @abstractmethod
    def introspection(self, key: str) -> list[tuple[str, Made]]:
        """A field that asks about the schema."""

    @abstractmethod
    def column(self, binding: b.Column, asked: Asked, spot: Spot) -> Made:
        """A column."""

    @abstractmethod
    def identity(self, binding: b.Identity, asked: Asked, spot: Spot) -> Made:
        """The opaque id."""

    @abstractmethod
    def expression(self, binding: b.Expression, asked: Asked, spot: Spot) -> Made:
        """An SQL expression."""

    @abstractmethod
    def summed(self, binding: b.Summed, asked: Asked, spot: Spot) -> Made:
        """An expression over the select of one row beside this row."""

    @abstractmethod
    def computed(self, binding: b.Computed, asked: Asked, spot: Spot) -> Made:
        """A Python function of SQL expressions."""

    @abstractmethod
    def given(self, binding: b.Given, asked: Asked, spot: Spot) -> Made:
        """A value of the viewer."""

    @abstractmethod
    def constant(self, binding: b.Constant, asked: Asked, spot: Spot) -> Made:
        """A text that depends on nothing."""

    @abstractmethod
    def key(self, binding: b.Key, asked: Asked, spot: Spot) -> Made:
        """A value of a JSON item."""

    @abstractmethod
    def explained(self, binding: b.Explained, asked: Asked, spot: Spot) -> Made:
        """What a table says of a value of a JSON item."""

    @abstractmethod
    def nested(self, binding: b.Nested, asked: Asked, spot: Spot) -> Made:
        """An object made of the same row."""

    @abstractmethod
    def items(self, binding: b.Items, asked: Asked, spot: Spot) -> Made:
        """A list kept as JSON text."""

    @abstractmethod
    def worked(self, binding: b.Worked, asked: Asked, spot: Spot) -> Made:
        """An object or a list that a service works out."""

    @abstractmethod
    def many(self, binding: b.Many, asked: Asked, spot: Spot) -> Made:
        """A list of rows."""

    @abstractmethod
    def absent(self, asked: Asked) -> Made:
        """Null."""

    @abstractmethod
    def found(self, noun: b.Noun, child: FromClause, where: ColumnElement[bool], asked: Asked, spot: Spot) -> Made:
        """The row of *child* for which *where* holds, else null."""

    @abstractmethod
    def node_row(self, noun: b.Noun, key: ColumnElement[Any], asked: Asked, spot: Spot) -> Made:
        """The row of that key, under an interface."""

    @abstractmethod
    def node_rows(self, nouns: Sequence[b.Noun], rows: NamedRows, asked: Asked, spot: Spot) -> Made:
        """The rows of a list of ids, in the order of the ids."""


def _check_count(count: int, path: ResponsePath) -> None:
    if count > MOST_IDS:
        raise TooManyIds(f"{count} ids were asked for; ask for {MOST_IDS} at once at most.", path)
