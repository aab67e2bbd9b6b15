"""Compiling: an operation's selection, the bindings and the viewer become one SQL statement and its decoder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLObjectType
from sqlalchemy import ColumnElement, Select, select

from tap_graph.reads import bindings as b
from tap_graph.reads.cursors import Cursors
from tap_graph.reads.decoding import Take, TypedRow, cell, flat, record
from tap_graph.reads.identity import named_row
from tap_graph.reads.json_sql import Cells, Json
from tap_graph.reads.leaves import LeafCompiler
from tap_graph.reads.lists import ListCompiler
from tap_graph.reads.refusals import FieldNotVisible, ResponsePath, TooManyIds
from tap_graph.reads.selection import Fields, Selection
from tap_graph.reads.spot import Asked, Context, Spot, correlated

MOST_IDS = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement (none where no row is needed) and what turns its JSON into rows by response name."""

    statement: Select[Any] | None
    take: Take


class Compiler:
    """Compiles one operation for one viewer."""

    def __init__(self, selection: Selection, ask: b.Ask, shapes: Mapping[str, b.Shape], cursors: Cursors) -> None:
        self._context = Context(selection, ask, shapes, cursors, Json(ask.dialect))
        self._leaves = LeafCompiler(self._context)
        self._compile: Mapping[type, Callable[[Any, Asked, Spot], Take]] = {
            b.Column: self._leaves.column,
            b.Identity: self._leaves.identity,
            b.Expression: self._leaves.expression,
            b.Computed: self._leaves.computed,
            b.Given: self._leaves.given,
            b.Key: self._leaves.key,
            b.Nested: self._nested,
            b.Items: self._items,
            b.ComputedItems: self._computed_items,
            b.One: self._one,
            b.Lookup: self._lookup,
            b.NodeLookup: self._node,
            b.Many: ListCompiler(self._context, self._row_of).compile,
        }

    def plan(self) -> Plan:
        """The whole operation."""
        context = self._context
        query = context.object_type("Query")
        cells = Cells()
        take = self._record(query, context.selection.roots(), Spot(None, cells, context.shapes[query.name]), ())
        statement = select(context.json.text(context.json.row(cells))) if cells.expressions else None
        return Plan(statement, flat(take, is_cut=context.json.is_cut(cells)))

    def _row_of(self, noun: b.Noun, nodes: Sequence[FieldNode], row: Any, cells: Cells, path: ResponsePath) -> Take:
        """What is asked of one row of a noun."""
        type_ = self._context.object_type(noun.name)
        spot = Spot(row, cells, self._context.shapes[noun.name], noun)
        return self._record(type_, self._context.selection.fields(type_, nodes), spot, path)

    def _record(self, type_: GraphQLObjectType, fields: Fields, spot: Spot, path: ResponsePath) -> Take:
        named = []
        for key, nodes in fields.items():
            asked = Asked(type_, nodes, (*path, key))
            if not asked.name.startswith("__"):
                self._check_open(asked, spot)
                binding = spot.shape[asked.name]
                named.append((key, self._compile[type(binding)](binding, asked, spot)))
        return record(named)

    def _check_open(self, asked: Asked, spot: Spot) -> None:
        viewer = self._context.ask.viewer
        opening = spot.noun.opening(viewer) if spot.noun and spot.noun.opening else None
        if opening is not None and asked.name not in opening.fields:
            field = f"{asked.parent.name}.{asked.name}"
            raise FieldNotVisible(f"{field} is not shown to the role {viewer.role}; leave it out of the query.", asked.path)

    def _nested(self, binding: b.Nested, asked: Asked, spot: Spot) -> Take:
        type_ = self._context.yielded(asked)
        shape = binding.shape if binding.shape is not None else self._context.shapes[type_.name]
        take = self._record(type_, self._context.fields(asked), Spot(spot.row, spot.cells, shape), asked.path)
        if binding.present is None:
            return take
        position = spot.cells.add(spot.row.c[binding.present], b.Column(binding.present))
        return lambda row: None if row[position] is None else take(row)

    def _items(self, binding: b.Items, asked: Asked, spot: Spot) -> Take:
        stored = self._context.json.stored(spot.row.c[binding.column or asked.name])
        position = spot.cells.add(stored, binding)
        if not asked.nodes[0].selection_set:
            return cell(position)
        item = self._item(asked)
        return lambda row: [item(entry) for entry in row[position]]

    def _computed_items(self, binding: b.ComputedItems, asked: Asked, spot: Spot) -> Take:
        make, item = self._leaves.computed(binding, asked, spot), self._item(asked)
        return lambda row: [item(entry) for entry in make(row)]

    def _item(self, asked: Asked) -> Take:
        type_ = self._context.yielded(asked)
        return self._record(type_, self._context.fields(asked), Spot(None, Cells(), self._context.shapes[type_.name]), asked.path)

    def _one(self, binding: b.One, asked: Asked, spot: Spot) -> Take:
        return self._related(binding.noun, asked, spot, lambda child: binding.on(spot.row, child))

    def _lookup(self, binding: b.Lookup, asked: Asked, spot: Spot) -> Take:
        arguments = self._context.arguments(asked)
        return self._related(binding.noun, asked, spot, lambda child: binding.where(child, arguments, self._context.ask))

    def _node(self, binding: b.NodeLookup, asked: Asked, spot: Spot) -> Take:
        arguments = self._context.arguments(asked)
        if not binding.many:
            return self._node_of(arguments["id"], asked, spot)
        if len(arguments["ids"]) > MOST_IDS:
            raise TooManyIds(f"{len(arguments['ids'])} ids were asked for; ask for {MOST_IDS} at once at most.", asked.path)
        takes = [self._node_of(opaque, asked, spot) for opaque in arguments["ids"]]
        return lambda row: [take(row) for take in takes]

    def _node_of(self, opaque: str, asked: Asked, spot: Spot) -> Take:
        found = named_row(opaque)
        noun = self._context.ask.nouns.get(found[0]) if found else None
        if found is None or noun is None or "id" not in self._context.shapes[noun.name]:
            return lambda _row: None
        key = found[1]
        take = self._related(noun.name, asked, spot, lambda child: child.c.id == key)

        def typed(row: Any) -> TypedRow | None:
            values = take(row)
            return None if values is None else TypedRow(noun.name, values)

        return typed

    def _related(self, name: str, asked: Asked, spot: Spot, on: Callable[[Any], ColumnElement[bool]]) -> Take:
        noun, json = self._context.ask.nouns[name], self._context.json
        child, cells = self._context.alias(noun.rows), Cells()
        take = self._row_of(noun, asked.nodes, child, cells, asked.path)
        statement = select(json.row(cells)).select_from(child).where(on(child), self._context.ask.visible(name, child))
        position = spot.cells.add_nested(json.one(correlated(statement, spot.row)))
        return cell(position, flat(take, is_cut=json.is_cut(cells)))
