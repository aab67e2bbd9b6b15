"""Variables: what of their values a plan depends on, and holes where it does not.

A plan depends on booleans, on sortings and directions, on which keys are present or null, and on the noun an id
names. Numbers, texts, days, codes and pages are bound: operations that differ in nothing else share a plan.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from graphql import (
    GraphQLBoolean,
    GraphQLID,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    get_nullable_type,
    type_from_ast,
)

from tap_graph.reads.identity import named_row
from tap_graph.reads.occasion import Occasion

Names: TypeAlias = tuple[str, ...]

LEAF = "·"
PLAIN: Mapping[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in the variables that each request fills; of ids the nouns they name are known, each once."""

    variable: str
    path: tuple[str | int, ...] = ()
    nouns: Names = ()

    def read(self, occasion: Occasion) -> Any:
        """The value this request has there."""
        value = occasion.variables[self.variable]
        for step in self.path:
            value = value[step]
        return value


class VariableShapes:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        definitions = operation.variable_definitions or ()
        self._ids = frozenset(definition.variable.name.value for definition in definitions if _is_id(schema, definition))
        self._types = schema.type_map
        plain = {definition.variable.name.value: _plain_type(schema, definition) for definition in definitions}
        self._plain = None if None in plain.values() else plain

    def plain(self, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The values, where all are given and are what their types take as they are; None where they have to be coerced."""
        if self._plain is None or self._plain.keys() != given.keys():
            return None
        for name, type_ in self._plain.items():
            if type(given[name]) is not type_:
                return None
        return given

    def shape(self, values: Mapping[str, Any]) -> Hashable:
        """What of these values a plan depends on."""
        if not values:
            return ()
        return tuple((name, self._nouns(value) if name in self._ids else _shape(value)) for name, value in values.items())

    def hollowed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values with holes for all that a plan does not depend on."""
        return {name: self._hollow(value, name) for name, value in values.items()}

    def _hollow(self, value: Any, name: str) -> Any:
        if name in self._ids and value is not None:
            return Hole(name, (), self._nouns(value) or ())
        return _hollow(value, name, ())

    def _nouns(self, value: Any) -> Names | None:
        """The nouns that ids name; whoever invents some shall not have plans made for them."""
        nouns = nouns_of(value)
        return None if nouns is None else tuple(noun for noun in nouns if noun in self._types)


def reader(value: Any) -> Callable[[Occasion], Any]:
    """What takes a coerced value from an occasion; what holds no hole is the same on all of them."""
    if isinstance(value, Hole):
        return value.read
    if isinstance(value, list):
        readers = [reader(item) for item in value]
        return lambda occasion: [read(occasion) for read in readers]
    return lambda _occasion: value


def nouns_in(value: Any) -> Names:
    """The nouns that ids name, where some of them may be holes."""
    if isinstance(value, Hole):
        return value.nouns
    if isinstance(value, list):
        return tuple(sorted({noun for item in value for noun in nouns_in(item)}))
    return nouns_of(value) or ()


def nouns_of(value: Any) -> Names | None:
    """The nouns that an id, or each id of a list, names: each once, in a fixed order; None for null."""
    if value is None:
        return None
    rows = [named_row(opaque) if isinstance(opaque, str) else None for opaque in (value if isinstance(value, list) else [value])]
    return tuple(sorted({row[0] for row in rows if row}))


def is_open(value: Any) -> bool:
    """Whether plans do not depend on a value: a number, text, day or code, or a list of such."""
    if isinstance(value, list):
        return all(is_open(item) for item in value)
    return not (value is None or isinstance(value, bool | dict) or (isinstance(value, Enum) and not isinstance(value, str)))


def _shape(value: Any) -> Hashable:
    if is_open(value):
        return LEAF
    if isinstance(value, dict):
        return tuple((key, _shape(item)) for key, item in value.items())
    return tuple(_shape(item) for item in value) if isinstance(value, list) else value


def _hollow(value: Any, name: str, path: tuple[str | int, ...]) -> Any:
    if is_open(value):
        return Hole(name, path)
    if isinstance(value, dict):
        return {key: _hollow(item, name, (*path, key)) for key, item in value.items()}
    return [_hollow(item, name, (*path, place)) for place, item in enumerate(value)] if isinstance(value, list) else value


def _plain_type(schema: GraphQLSchema, definition: VariableDefinitionNode) -> type | None:
    """The Python type whose values a variable takes as they are: text and ids; whatever else there is may be out of bounds."""
    type_: Any = type_from_ast(schema, definition.type)
    return None if type_ is None else PLAIN.get(get_nullable_type(type_))


def _is_id(schema: GraphQLSchema, definition: VariableDefinitionNode) -> bool:
    type_ = type_from_ast(schema, definition.type)
    return type_ is not None and get_named_type(type_) is GraphQLID
