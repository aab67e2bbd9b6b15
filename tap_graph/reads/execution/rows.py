"""Rows: the walk for the executor: arrays by position in SQL, and what takes each response name from them."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLObjectType
from sqlalchemy import Boolean, ColumnElement, FromClause, Select, case, null, select

from tap_graph.reads import bindings as b
from tap_graph.reads.arguments import NamedRows
from tap_graph.reads.execution.decoding import Decode, Row, Take, TypedRow, cell, computed, flat, listed, record, within
from tap_graph.reads.execution.pages import PageOfRows, item_of
from tap_graph.reads.execution.parts import Parts
from tap_graph.reads.identity import node_id
from tap_graph.reads.json_sql import Json
from tap_graph.reads.listing import listing_of
from tap_graph.reads.occasion import Occasion
from tap_graph.reads.spot import Asked, Context, Spot, correlated
from tap_graph.reads.walk import Walk
from tap_graph.reads.working import Later, WorkedField
from tap_graph.values.money import printed


class RowsWalk(Walk[Take]):
    """Makes a statement of arrays, and its decoder."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.json = Json(context.ask.dialect)

    def plan(self) -> tuple[Select[Any] | None, Take]:
        """The statement, None where no row is needed, and what turns its one row into the root fields."""
        spot = self.root_spot()
        take = record(self.roots(spot))
        statement = select(self.json.text(self.json.row(spot.cells))) if self.context.needs_rows else None
        return statement, flat(take, is_cut=self.json.is_cut(spot.cells))

    def typename(self, key: str, type_: GraphQLObjectType) -> list[tuple[str, Take]]:  # noqa: ARG002 - the walk's signature
        """Nothing: graphql-core knows the type."""
        return []

    def introspection(self, key: str) -> list[tuple[str, Take]]:  # noqa: ARG002 - the walk's signature
        """Nothing: graphql-core answers from the schema."""
        return []

    def column(self, binding: b.Column, asked: Asked, spot: Spot) -> Take:
        """A column."""
        position = spot.cells.known(binding)
        column = self.shown_column(binding, asked, spot)
        if position is None:
            position = spot.cells.add(column, binding)
        return cell(position, _decoder(binding.form, spot.row.c[binding.name or asked.name]))

    def identity(self, binding: b.Identity, asked: Asked, spot: Spot) -> Take:  # noqa: ARG002 - the walk's signature
        """The opaque id."""
        noun = asked.parent.name
        return cell(spot.cells.add(spot.row.c.id, b.Identity), lambda key: node_id(noun, key))

    def expression(self, binding: b.Expression, asked: Asked, spot: Spot) -> Take:
        """An SQL expression."""
        position, sql = self._need(binding.sql, asked, spot)
        return cell(position, _decoder(binding.form, sql))

    def summed(self, binding: b.Summed, asked: Asked, spot: Spot) -> Take:  # noqa: ARG002 - the walk's signature
        """An expression over the select beside the row."""
        sql = binding.sql(spot.summed(binding, self.context.ask), self.context.ask)
        return cell(spot.cells.add(sql, binding), _decoder(binding.form, sql))

    def computed(self, binding: b.Computed, asked: Asked, spot: Spot) -> Take:
        """A Python function of SQL expressions."""
        return computed([self._need(sql, asked, spot)[0] for sql in binding.needs], binding.function)

    def worked(self, binding: b.Worked, asked: Asked, spot: Spot) -> Take:
        """The place of what a service will have worked out."""
        self.context.works = True
        show = Parts(self.context).of(asked)
        wanted = WorkedField(binding.work, asked.parent.fields[asked.name], asked.nodes[0], show)
        if spot.row is None:
            return lambda _row, occasion: occasion.works.later(wanted, b.ROOT_KEY)
        self.context.look_for(asked)
        position = spot.cells.add(spot.row.c.id, b.Identity)

        def later(row: Row, occasion: Occasion) -> Later:
            return occasion.works.later(wanted, row[position])

        return later

    def given(self, binding: b.Given, asked: Asked, spot: Spot) -> Take:  # noqa: ARG002 - the walk's signature
        """A value of the viewer."""
        value = binding.value
        return lambda _row, occasion: value(occasion.viewer)

    def constant(self, binding: b.Constant, asked: Asked, spot: Spot) -> Take:  # noqa: ARG002 - the walk's signature
        """A text."""
        value = binding.value
        return lambda _row, _occasion: value

    def key(self, binding: b.Key, asked: Asked, spot: Spot) -> Take:  # noqa: ARG002 - the walk's signature
        """A value of a JSON item, which is a dict here."""
        name = binding.name or asked.name
        return lambda item, _occasion: item.get(name)  # type: ignore[attr-defined]

    def explained(self, binding: b.Explained, asked: Asked, spot: Spot) -> Take:  # noqa: ARG002 - the walk's signature
        """What a table says of a value of a JSON item."""
        name, texts = binding.name, binding.texts
        return lambda item, _occasion: texts.get(item.get(name))  # type: ignore[attr-defined]

    def nested(self, binding: b.Nested, asked: Asked, spot: Spot) -> Take:
        """An object made of the same row."""
        type_ = self.context.yielded(asked)
        shape = binding.shape if binding.shape is not None else self.context.shapes[type_.name]
        take = record(self.fields(type_, self.context.fields(asked), spot.within(shape), asked.path))
        if binding.present is None:
            return take
        position = spot.cells.add(spot.row.c[binding.present], b.Column(binding.present))
        return lambda row, occasion: None if row[position] is None else take(row, occasion)

    def items(self, binding: b.Items, asked: Asked, spot: Spot) -> Take:
        """A list kept as JSON text."""
        position = spot.cells.add(self.json.stored(spot.row.c[binding.column or asked.name]), binding)
        if not asked.nodes[0].selection_set:
            return cell(position)
        type_ = self.context.yielded(asked)
        inner = Spot(None, self.context.shapes[type_.name])
        return listed(record(self.fields(type_, self.context.fields(asked), inner, asked.path)), position)

    def many(self, binding: b.Many, asked: Asked, spot: Spot) -> Take:
        """A list of rows."""
        listing = listing_of(binding, asked, spot, self.context)
        if listing.page is not None:
            return PageOfRows(self, self.json, listing, listing.page, asked).take(spot)
        ordered = listing.all_rows()
        inner = self.spot_of(listing.noun, ordered)
        take = record(self.row(inner, asked.nodes, asked.path))
        array = self.json.many(item_of(self.json, inner), listing.order(ordered))
        position = spot.cells.add_nested(self.json.one(select(array).select_from(ordered)))
        return listed(flat(take, is_cut=self.json.is_cut(inner.cells)), position)

    def absent(self, asked: Asked) -> Take:  # noqa: ARG002 - the walk's signature
        """Null."""
        return lambda _row, _occasion: None

    def found(self, noun: b.Noun, child: FromClause, where: ColumnElement[bool], asked: Asked, spot: Spot) -> Take:
        """The row of *child* for which *where* holds."""
        statement, take = self._selected(noun, child, where, asked, spot.row)
        return within(spot.cells.add_nested(self.json.one(statement)), take)

    def node_row(self, noun: b.Noun, key: ColumnElement[Any], asked: Asked, spot: Spot) -> Take:
        """The row of that key, which knows its type."""
        take = self.related(noun.name, asked, spot, lambda child: child.c.id == key)

        def typed(row: Row, occasion: Occasion) -> TypedRow | None:
            values = take(row, occasion)
            return None if values is None else TypedRow(noun.name, values)

        return typed

    def node_rows(self, nouns: Sequence[b.Noun], rows: NamedRows, asked: Asked, spot: Spot) -> Take:
        """The rows of a list of ids: for each its noun and its cells."""
        json, elements = self.json, self.json.ordered_elements(rows.rows, self.context.name())
        value, takes, whens = elements.c.value, {}, []
        for noun in nouns:
            child = self.context.alias(noun.rows)
            where = (child.c.id == json.whole_number(value, 1)) & self.context.ask.visible(noun.name, child)
            statement, takes[noun.name] = self._selected(noun, child, where, asked, elements)
            whens.append((json.word(value, 0) == noun.name, json.one(statement)))
        found = json.again(case(*whens)) if whens else null()
        array = json.many(json.array([json.word(value, 0), found]), [elements.c.place])
        position = spot.cells.add_nested(json.one(select(array).select_from(elements)))

        def typed(pair: Row, occasion: Occasion) -> TypedRow | None:
            noun, answer = pair
            return None if answer is None else TypedRow(noun, takes[noun](answer, occasion))

        return listed(typed, position)

    def _selected(self, noun: b.Noun, child: FromClause, where: ColumnElement[bool], asked: Asked, parent: Any) -> tuple[Select[Any], Take]:
        inner = self.spot_of(noun, child)
        take = record(self.row(inner, asked.nodes, asked.path))
        statement = select(item_of(self.json, inner)).select_from(child).where(where)
        return correlated(statement, parent), flat(take, is_cut=self.json.is_cut(inner.cells))

    def _need(self, sql: b.RowSql, asked: Asked, spot: Spot) -> tuple[int, ColumnElement[Any]]:
        """The position of an expression; without arguments, fields of one row share it."""
        arguments = self.context.arguments(asked)
        made = sql(spot.row, self.context.ask, arguments)
        return spot.cells.add(made, None if arguments else sql), made


def _decoder(form: b.Form | None, sql: ColumnElement[Any]) -> Decode | None:
    if form is b.Form.CENTS:
        return printed
    return bool if isinstance(sql.type, Boolean) else None
