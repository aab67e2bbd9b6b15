"""Arguments of random operations: which are given, with which values, and whether as literals or as variables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    Undefined,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

from tap_graph.reads.bindings import Opening
from tests.reads.chance import Chance
from tests.reads.pools import Pools
from tests.reads.scopes import Parent
from tests.reads.world import Oddity

SIZES = (1, 1, 2, 2, 2, 3, 3, 4, 5, 5, 12)
USUAL_SIZE = 8
BAD_SIZES = (0, -1, 101, 2**31 - 1, -(2**31))
BAD_VALUES: tuple[Any, ...] = ("1", 1.5, 2**31, True, None, [], {}, "2008-02-30", "")
NAMES = ("v", "first", "V", "_", "on", "a_variable_whose_name_is_longer_than_the_sixty_three_bytes_of_PostgreSQL_")


class Spoil(Enum):
    """What is wrong with an operation on purpose; at most one thing, once."""

    SIZE = "a size out of bounds"
    BOTH_ENDS = "first with last"
    CURSOR = "a cursor of another list, or altered"
    IDS = "more ids than are answered at once"
    VARIABLE = "a variable of another type"
    NAME = "an operation that is not there"


@dataclass(slots=True)
class Variable:
    """One variable of a document."""

    type: str
    default: str | None = None
    value: Any = Undefined


@dataclass
class Arguments:
    """Writes the arguments of one document's fields, and keeps its variables."""

    chance: Chance
    pools: Pools
    opening: Mapping[str, Opening]
    own: dict[str, Any]
    spoil: Spoil | None
    variables: dict[str, Variable] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def of(self, parent: Parent, name: str) -> tuple[str, int, tuple[str, ...]]:
        """The arguments of a field as text, how many rows they ask for at most, and the nouns of the ids they name."""
        arguments = parent.fields[name].args
        given: dict[str, Any] = {}
        rows = 1
        nouns: tuple[str, ...] = ()
        if "sort" in arguments:
            given, rows = self._page(parent, name)
        for key, argument in arguments.items():
            if key in PAGE or not (is_required_argument(argument) or self.chance.wants(f"{parent.name}.{name}({key}:)", 0.45)):
                continue
            if get_named_type(argument.type).name == "ID":
                given[key], nouns = self._ids(name, argument)
            else:
                given[key] = self._value(argument.type, key)
        for key in given:
            self.chance.count(f"{parent.name}.{name}({key}:)")
        shuffled = self.chance.shuffled(given)
        texts = [f"{key}: {self.text(arguments[key].type, given[key], arguments[key])}" for key in shuffled]
        return (f"({self.chance.of((', ', ' ')).join(texts)})" if texts else ""), rows, nouns

    def text(self, type_: Any, value: Any, place: GraphQLArgument | GraphQLInputField | None = None) -> str:
        """A value as a literal or a variable, or as a literal that holds variables."""
        if self.spoil is Spoil.VARIABLE or is_no_literal(value) or self.chance.one_in(4):
            return self._variable(type_, value, place)
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(inner, GraphQLList) and isinstance(value, list):
            return f"[{', '.join(self.text(inner.of_type, item) for item in value)}]"
        if isinstance(inner, GraphQLInputObjectType) and isinstance(value, dict):
            return f"{{{', '.join(f'{key}: {self.text(inner.fields[key].type, part, inner.fields[key])}' for key, part in value.items())}}}"
        return literal(inner, value, is_ascii=self.chance.one_in(2))

    def flag(self, value: bool) -> str:
        """The condition of a directive."""
        type_ = GraphQLNonNull(GraphQLBoolean)
        if Oddity.NULL_FOR_DEFAULT in self.pools.oddities and self.chance.one_in(200):
            return self._declare(Variable("Boolean", "true", None))
        return self.text(type_, value)

    def is_news(self, parent: Parent, name: str, key: str) -> bool:
        """Whether the argument, or something of what is given in it, was never asked."""
        type_ = get_named_type(parent.fields[name].args[key].type)
        inner = type_.fields if isinstance(type_, GraphQLInputObjectType) else ()
        uses = self.chance.uses
        return not uses[f"{parent.name}.{name}({key}:)"] or any(not uses[f"{type_.name}.{each}"] for each in inner)

    def _page(self, parent: Parent, name: str) -> tuple[dict[str, Any], int]:
        """What a connection is asked for: its sorting, its end of the list, its bounds and its filter."""
        arguments, chance = parent.fields[name].args, self.chance
        connection = get_named_type(parent.fields[name].type)
        opening = self.opening.get(connection.name.removesuffix("Connection"))
        given: dict[str, Any] = {}
        for key in ("sort", "direction"):
            type_ = get_named_type(arguments[key].type)
            assert isinstance(type_, GraphQLEnumType)
            names = list(type_.values)
            if chance.one_in(2) and not (opening and key == "sort"):
                given[key] = chance.scarce(names, f"{type_.name}.")
        sizes = {"last": 0.25, "first": 0.6} if not chance.one_in(4) else {}
        end = next((end for end, odds in sizes.items() if chance.wants(f"{parent.name}.{name}({end}:)", odds)), None)
        if end:
            given[end] = chance.of(SIZES)
        size = given.get(end, USUAL_SIZE) if end else USUAL_SIZE
        if chance.one_in(12):
            given[chance.of(("first", "last"))] = None
        self._bound(given, arguments, connection, f"{parent.name}.{name}")
        if "filter" in arguments and (chance.one_in(2) or self.is_news(parent, name, "filter")):
            given["filter"] = self._filter(arguments["filter"].type, opening)
        self._spoil_page(given)
        return given, size

    def _bound(self, given: dict[str, Any], arguments: dict[str, GraphQLArgument], connection: GraphQLNamedType, field_: str) -> None:
        """Cursors of this list in this sorting."""
        sort = get_named_type(arguments["sort"].type)
        assert isinstance(sort, GraphQLEnumType)
        sorting = f"{given.get('sort', next(iter(sort.values)))} {given.get('direction', 'ASCENDING')}"
        cursors = self.pools.cursors[f"{connection.name} {sorting}"]
        for key in ("after", "before"):
            if self.chance.wants(f"{field_}({key}:)", 0.15):
                given[key] = self.chance.of(cursors) if cursors and not self.chance.one_in(10) else None
        if self.spoil is Spoil.CURSOR:
            self.spoil = None
            others = [cursor for other in self.pools.cursors.values() for cursor in other if cursor not in cursors]
            odd = [
                self.chance.of(others),
                "",
                "%%%",
                "ÄÖ",
                *([cursors[0] + "=", cursors[0][:-2] + "zz", cursors[0].lower()] if cursors else []),
            ]
            given[self.chance.of(("after", "before"))] = self.chance.of(odd)

    def _spoil_page(self, given: dict[str, Any]) -> None:
        if self.spoil not in (Spoil.SIZE, Spoil.BOTH_ENDS):
            return
        if self.spoil is Spoil.SIZE:
            end = "last" if given.get("last") else "first"
            given[end] = self.chance.of(BAD_SIZES)
        else:
            given |= {"first": 2, "last": 2}
        self.spoil = None

    def _filter(self, type_: Any, opening: Opening | None) -> Any:
        if self.chance.one_in(12):
            return None
        return self._object(type_, opening.filters if opening else None)

    def _value(self, type_: Any, name: str, *, is_needed: bool = False) -> Any:
        """A value of an input type, for an argument or input field of that name."""
        if isinstance(type_, GraphQLNonNull):
            return self._value(type_.of_type, name, is_needed=True)
        if not is_needed and self.chance.one_in(9):
            return None
        if isinstance(type_, GraphQLList):
            items = [self._value(type_.of_type, name) for _ in range(self.chance.of((0, 1, 1, 2, 3)))]
            return [*items, *items[:1]] if self.chance.one_in(4) else items
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_)
        if isinstance(type_, GraphQLEnumType):
            return self.chance.scarce(list(type_.values), f"{type_.name}.")
        if name in self.own and self.chance.one_in(2):
            return self.own[name]
        return self.chance.of(self.pools.values.get(name) or self.pools.values[type_.name])

    def _object(self, type_: Any, keys: frozenset[str] | None = None) -> dict[str, Any]:
        """Some keys of an input object, all of those that it needs."""
        possible = [key for key in type_.fields if keys is None or key in keys]
        needed = [key for key in possible if is_required_input_field(type_.fields[key])]
        others = [key for key in possible if key not in needed]
        more = self.chance.of((0, 1, 1, 1, 2, 2, 4)) if others else 0
        chosen = {*needed, *(self.chance.scarce(others, f"{type_.name}.") for _ in range(more))}
        return {key: self._value(type_.fields[key].type, key) for key in self.chance.shuffled(chosen)}

    def _ids(self, name: str, argument: GraphQLArgument) -> tuple[Any, tuple[str, ...]]:
        """One id or several: of the noun the field is named after, or of a few nouns; now and then of nothing."""
        noun = name[0].upper() + name[1:]
        nouns = (
            (noun,)
            if noun in self.pools.ids
            else tuple(self.chance.scarce(sorted(self.pools.ids), "id of ", self.chance.toward) for _ in range(2))
        )

        def one() -> Any:
            return self.chance.of(self.pools.ids[self.chance.of(nouns) if not self.chance.one_in(8) else ""] or ["none"])

        if not isinstance(argument.type.of_type, GraphQLList):  # type: ignore[union-attr]
            return one(), nouns
        many = 101 if self.spoil is Spoil.IDS else self.chance.of((0, 1, 2, 3, 5, 8))
        self.spoil = None if self.spoil is Spoil.IDS else self.spoil
        ids = [one() for _ in range(many)]
        return [*ids, *ids[:1]], nouns

    def _variable(self, type_: Any, value: Any, place: GraphQLArgument | GraphQLInputField | None) -> str:
        """A variable that may stand there, with that value: given, or by default."""
        chance, is_needed = self.chance, isinstance(type_, GraphQLNonNull)
        if self.spoil is Spoil.VARIABLE and chance.one_in(2):
            self.spoil = None
            return self._declare(Variable(str(type_), value=chance.of(BAD_VALUES)))
        if is_needed and place is not None and place.default_value is not Undefined and chance.one_in(6):
            is_null = Oddity.NULL_FOR_DEFAULT in self.pools.oddities and chance.one_in(10)
            return self._declare(Variable(str(type_.of_type), value=None if is_null else value))
        if value is None:
            return self._declare(Variable(str(type_), value=chance.of((None, Undefined))))
        shape = str(type_ if is_needed or chance.one_in(2) else GraphQLNonNull(type_))
        if is_no_literal(value) or not chance.one_in(3):
            return self._declare(Variable(shape, value=value))
        default = literal(type_.of_type if is_needed else type_, value, is_ascii=chance.one_in(2))
        shape = str(type_.of_type) if is_needed and chance.one_in(2) else shape
        return self._declare(Variable(shape, default, Undefined if chance.one_in(2) else value))

    def _declare(self, variable: Variable) -> str:
        """The name of a variable: one that is there already and the same, or a new one."""
        for name, other in self.variables.items():
            if repr(other) == repr(variable):
                self.used.add(name)
                return f"${name}"
        name = f"{self.chance.of(NAMES)}{len(self.variables)}"
        self.variables[name] = variable
        self.used.add(name)
        return f"${name}"


PAGE = frozenset({"first", "after", "last", "before", "sort", "direction", "filter"})


def literal(type_: Any, value: Any, *, is_ascii: bool) -> str:
    """A value as a document writes it."""
    if isinstance(type_, GraphQLNonNull):
        return literal(type_.of_type, value, is_ascii=is_ascii)
    if isinstance(value, list):
        inner = type_.of_type if isinstance(type_, GraphQLList) else type_
        return f"[{', '.join(literal(inner, item, is_ascii=is_ascii) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {literal(type_.fields[key].type, part, is_ascii=is_ascii)}' for key, part in value.items())}}}"
    if isinstance(type_, GraphQLEnumType) and isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=is_ascii)


def is_no_literal(value: Any) -> bool:
    """Whether a document cannot hold the value: half a surrogate pair stands in variables only."""
    if isinstance(value, str):
        return any("\ud800" <= letter <= "\udfff" for letter in value)
    return any(map(is_no_literal, value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()))
