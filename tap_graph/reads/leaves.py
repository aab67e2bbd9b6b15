"""Leaves: fields that need nothing but the cells of their own row."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, case

from tap_graph.reads import bindings as b
from tap_graph.reads.decoding import Take, cell, computed
from tap_graph.reads.identity import node_id
from tap_graph.reads.spot import Asked, Context, Spot


@dataclass(frozen=True, slots=True)
class LeafCompiler:
    """Compiles columns, expressions and Python functions of them."""

    context: Context

    def column(self, binding: b.Column, asked: Asked, spot: Spot) -> Take:
        """A column, null in rows that are only partly the viewer's where the binding says so."""
        name = binding.name or asked.name
        position = spot.cells.known(binding)
        if position is None:
            column: ColumnElement[Any] = spot.row.c[name]
            if binding.own and spot.noun and spot.noun.owned:
                column = case((spot.noun.owned(spot.row, self.context.ask), column))
            position = spot.cells.add(column, binding)
        return cell(position, binding.decode or (bool if isinstance(spot.row.c[name].type, Boolean) else None))

    def identity(self, _binding: b.Identity, asked: Asked, spot: Spot) -> Take:
        """The opaque id."""
        noun = asked.parent.name
        return cell(spot.cells.add(spot.row.c.id, b.Identity), lambda key: node_id(noun, key))

    def expression(self, binding: b.Expression, asked: Asked, spot: Spot) -> Take:
        """An SQL expression."""
        return cell(self.need(binding.sql, asked, spot), binding.decode)

    def computed(self, binding: b.Computed | b.ComputedItems, asked: Asked, spot: Spot) -> Take:
        """A Python function of SQL expressions."""
        return computed([self.need(sql, asked, spot) for sql in binding.needs], binding.function)

    def need(self, sql: b.RowSql, asked: Asked, spot: Spot) -> int:
        """The position of an expression; without arguments, fields of one row share it."""
        arguments = self.context.arguments(asked)
        key = None if arguments else sql
        position = spot.cells.known(key) if key else None
        return position if position is not None else spot.cells.add(sql(spot.row, self.context.ask, arguments), key)

    def given(self, binding: b.Given, _asked: Asked, _spot: Spot) -> Take:
        """A value that no row is needed for."""
        value = binding.value(self.context.ask)
        return lambda _row: value

    def key(self, binding: b.Key, asked: Asked, _spot: Spot) -> Take:
        """A value of a JSON item."""
        name, decode = binding.name or asked.name, binding.decode

        def take(item: Any) -> Any:
            value = item.get(name)
            return decode(value) if decode and value is not None else value

        return take
