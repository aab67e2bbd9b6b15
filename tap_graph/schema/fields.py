"""Fields: how a noun says, in one place, what a GraphQL field is and what it stands for."""

from collections.abc import Callable, Mapping
from enum import Enum
from inspect import Parameter, Signature
from typing import Annotated, Any, NoReturn

import strawberry
from sqlalchemy import ColumnElement
from strawberry.types.unset import UNSET

from tap_graph.reads import bindings as b

BINDING = "binding"
FILTER = "filter"
Argument = tuple[Any, str, Any]
REQUIRED: Any = Parameter.empty


def bound(binding: b.Binding, description: str, arguments: Mapping[str, Argument] | None = None) -> Any:
    """A field that stands for *binding*; arguments are name → (type, description, default)."""
    if not arguments:
        return strawberry.field(description=description, metadata={BINDING: binding})
    return strawberry.field(resolver=signed(arguments), description=description, metadata={BINDING: binding})


def column(description: str, name: str | None = None, *, own: bool = False) -> Any:
    """A field that stands for a column, of its own name unless another is given."""
    return bound(b.Column(name, own), description)


def one(noun: str, on: Callable[[Any, Any], ColumnElement[bool]], description: str) -> Any:
    """A field that leads to the one row of another noun."""
    return bound(b.One(noun, on), description)


def several(noun: str, on: Callable[[Any, Any], ColumnElement[bool]], description: str, *, order: str = "id") -> Any:
    """A small closed list of rows of another noun, sorted by one of its columns."""
    return bound(b.Many(noun, on, paged=False, order=order), description)


def connection(
    binding: b.Many, description: str, sort: type[Enum], filter_: type | None = None, more: Mapping[str, Argument] | None = None
) -> Any:
    """A keyset connection; the first value of *sort* is the default."""
    arguments: dict[str, Argument] = {
        "first": (int | None, "Number of rows from the beginning, 1 to 100; null means 25, or what last asks for.", UNSET),
        "after": (str | None, "Cursor the rows come after; null means from the beginning.", UNSET),
        "last": (int | None, "Number of rows from the end, 1 to 100, instead of first.", UNSET),
        "before": (str | None, "Cursor the rows come before; null means up to the end.", UNSET),
        "sort": (sort, "Sorting of the rows; rows that are equal in it follow one another in a fixed order.", next(iter(sort))),
        "direction": (Direction, "Direction of the sorting.", Direction.ASCENDING),
    }
    if filter_ is not None:
        arguments["filter"] = (filter_ | None, "Tests every row must pass, all of them; null lets all pass.", UNSET)
    return bound(binding, description, {**arguments, **(more or {})})


def passing(description: str, passes: Callable[[Any, Any, b.Ask], ColumnElement[bool]], *, own: bool = False) -> Any:
    """A field of a filter: the rows that pass, of the row, the value given, and who asks."""
    return strawberry.field(default=UNSET, description=description, metadata={FILTER: b.Filter(passes, own)})


def sorting(column_name: str, description: str, *, filled: bool = False, own: bool = False) -> Any:
    """A value of a sort enum: rows by a column; `filled` when it is never null in lists."""
    return strawberry.enum_value(b.SortKey(column_name, filled, own), description=description)


@strawberry.enum(description="Direction of a sorting.")
class Direction(Enum):
    """Upward or downward."""

    ASCENDING = strawberry.enum_value("ascending", description="Smallest, earliest or first letter first.")
    DESCENDING = strawberry.enum_value("descending", description="Largest, latest or last letter first.")


def signed(arguments: Mapping[str, Argument]) -> Callable[..., Any]:
    """A resolver of these arguments that exists for its signature: the statement answers, and the executor reads the answer."""

    def resolver(**_given: Any) -> NoReturn:
        raise NotImplementedError("fields are answered by reads")

    parameters = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[type_, strawberry.argument(description=description)])
        for name, (type_, description, default) in arguments.items()
    ]
    resolver.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return resolver
