"""Sizes: how many rows a field asks for by its arguments, literal or by variables that nobody has checked yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import ArgumentNode, IntValueNode, ListValueNode, NullValueNode, ValueNode, VariableNode

from tap_graph.reads.paging import DEFAULT_SIZE, LARGEST_SIZE
from tap_graph.reads.weighing.yields import Yield

SIZES = ("first", "last", "ids")
# Python refuses to read numbers of thousands of digits; no size has more than these.
MOST_DIGITS = len(str(LARGEST_SIZE))


@dataclass(frozen=True, slots=True)
class Length:
    """A list as far as sizes go."""

    ids: int


@dataclass(frozen=True, slots=True)
class Named:
    """The value of a variable."""

    variable: str


# A value as far as sizes go: null, a size, or a list. All that is no size counts as the largest one: it is refused later.
Seen = int | Length | None
Given = Seen | Named
SeenVariables = Mapping[str, Seen]


@dataclass(frozen=True, slots=True)
class PageSize:
    """The size of a page: by `first`, by `last`, or the usual one where both are null."""

    first: Given
    last: Given

    def rows(self, variables: SeenVariables) -> int:
        """The rows of the page."""
        values = [_value(given, variables) for given in (self.first, self.last)]
        return max((value if isinstance(value, int) else LARGEST_SIZE for value in values if value is not None), default=DEFAULT_SIZE)


@dataclass(frozen=True, slots=True)
class ListSize:
    """The size of a list that is asked for by ids."""

    ids: Given

    def rows(self, variables: SeenVariables) -> int:
        """As many rows as there are ids; a single id stands for a list of it."""
        value = _value(self.ids, variables)
        return value.ids if isinstance(value, Length) else 1


VariableSize = PageSize | ListSize
Size = int | VariableSize


def size_of(field: Yield, arguments: Sequence[ArgumentNode]) -> Size:
    """What a field multiplies by: a number, or a size that waits for variables."""
    if not (field.paged or field.by_ids):
        return field.times
    given = {argument.name.value: literal(argument.value) for argument in arguments if argument.name.value in SIZES}
    size = PageSize(given.get("first"), given.get("last")) if field.paged else ListSize(given.get("ids"))
    return size if any(isinstance(value, Named) for value in given.values()) else size.rows({})


def names_in(sizes: Sequence[VariableSize]) -> tuple[str, ...]:
    """The variables that sizes wait for, each once."""
    given = [(size.first, size.last) if isinstance(size, PageSize) else (size.ids,) for size in sizes]
    return tuple(dict.fromkeys(value.variable for values in given for value in values if isinstance(value, Named)))


def seen(value: Any) -> Seen:
    """A variable's value or a default of it as far as sizes go."""
    # By type: a bool is an int for Python, and none for GraphQL.
    if type(value) is int and 1 <= value <= LARGEST_SIZE:
        return value
    if value is None or isinstance(value, Length):
        return value
    return Length(min(len(value), LARGEST_SIZE)) if isinstance(value, list) else LARGEST_SIZE


def literal(node: ValueNode) -> Given:
    """A literal or a variable as far as sizes go."""
    match node:
        case VariableNode():
            return Named(node.name.value)
        case IntValueNode():
            return seen(int(node.value)) if len(node.value) <= MOST_DIGITS else LARGEST_SIZE
        case ListValueNode():
            return Length(min(len(node.values), LARGEST_SIZE))
        case NullValueNode():
            return None
    return LARGEST_SIZE


def _value(given: Given, variables: SeenVariables) -> Seen:
    return variables.get(given.variable) if isinstance(given, Named) else given
