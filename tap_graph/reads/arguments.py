"""Arguments: what bindings are given for the arguments of a field: SQL where each request brings the value.

Null, booleans, sortings and the keys of an input object are as they were written, and a plan may depend on them.
"""

import json
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeAlias

from graphql import GraphQLInputObjectType, get_named_type, get_nullable_type, is_list_type
from sqlalchemy import JSON, BigInteger, Boolean, ColumnElement, Date, Integer, Text, cast, func, select
from sqlalchemy.types import TypeEngine

from tap_graph.reads.identity import named_row
from tap_graph.reads.occasion import Occasion
from tap_graph.reads.slots import Read, Slots
from tap_graph.reads.variables import Hole, Names, is_open, nouns_in, reader

Arguments: TypeAlias = dict[str, Any]

# No row has this key: an id that names no row finds none.
NO_KEY = -1
SQL_TYPES: dict[str, TypeEngine[Any]] = {"Int": Integer(), "Date": Date(), "Boolean": Boolean()}


@dataclass(frozen=True, slots=True)
class NamedRow:
    """The row an id argument names: its noun, None where the id is none of ours, and its key as SQL."""

    noun: str | None
    key: ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class NamedRows:
    """The rows a list of ids names: their nouns, each once, and a JSON text of noun and key in the order of the ids."""

    nouns: Names
    rows: ColumnElement[Any]
    count: Read


@dataclass(frozen=True, slots=True)
class Several:
    """A list argument: a JSON text of its values."""

    values: ColumnElement[Any]


def among(column: ColumnElement[Any], several: Several, dialect: str) -> ColumnElement[bool]:
    """Whether a column's text is one of the values of a list argument."""
    if dialect == "postgresql":
        values = func.json_array_elements_text(cast(several.values, JSON)).table_valued("value").render_derived()
    else:
        values = func.json_each(several.values).table_valued("value")
    return column.in_(select(values.c.value))


@dataclass(frozen=True, slots=True)
class Given:
    """Turns coerced arguments, with holes where they come from variables, into what bindings take."""

    slots: Slots

    def value(self, value: Any, type_: Any) -> Any:
        """One argument of that GraphQL type."""
        named = get_named_type(type_)
        if isinstance(named, GraphQLInputObjectType) and isinstance(value, dict):
            return {key: self.value(item, named.fields[key].type) for key, item in value.items()}
        if not isinstance(value, Hole) and not is_open(value):
            return value
        read, is_list = reader(value), is_list_type(get_nullable_type(type_))
        if named.name == "ID":
            return self._rows(nouns_in(value), read) if is_list else self._row(nouns_in(value), read)
        if is_list:
            return Several(self.slots.bind(lambda occasion: json.dumps(_listed(read(occasion))), Text()))
        return self.slots.bind(lambda occasion: _plain(read(occasion)), SQL_TYPES.get(named.name, Text()))

    def _row(self, nouns: Names, read: Read) -> NamedRow:
        from_id = self.slots.bind(lambda occasion: (named_row(read(occasion)) or ("", NO_KEY))[1], BigInteger())
        return NamedRow(nouns[0] if nouns else None, from_id)

    def _rows(self, nouns: Names, read: Read) -> NamedRows:
        def rows(occasion: Occasion) -> str:
            return json.dumps([named_row(opaque) or ("", NO_KEY) for opaque in read(occasion)])

        return NamedRows(nouns, self.slots.bind(rows, Text()), lambda occasion: len(read(occasion)))


def _listed(values: Any) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else _plain(value) for value in values]


def _plain(value: Any) -> Any:
    """A value as drivers take it: the stored text of a closed list's member."""
    return value.value if isinstance(value, Enum) else value
