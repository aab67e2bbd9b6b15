"""Nodes, pages and nouns: what every noun's GraphQL type shares."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import strawberry
from sqlalchemy import ColumnElement, FromClause

from tap_graph.domain.viewer import Role
from tap_graph.reads import bindings as b
from tap_graph.schema.fields import bound

T = TypeVar("T")
C = TypeVar("C", bound=type)
NOUN = "__tap_noun__"


@strawberry.interface(description="Row of the program that can be asked for again by its id.")
class Node:
    """What every noun with rows of its own is."""

    id: strawberry.ID = bound(b.Identity(), "Id of the row: opaque, and the same for all versions of the row.")


@strawberry.type(description="Place of a page in its list.")
class PageInfo:
    """Whether the list goes on, and where."""

    has_next_page: bool = strawberry.field(description="Whether rows follow the page.")
    has_previous_page: bool = strawberry.field(description="Whether rows precede the page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row; null when the page is empty.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row; null when the page is empty.")


@strawberry.type(description="Row of a list with its place in it.")
class Edge(Generic[T]):
    """A row and its cursor."""

    cursor: str = strawberry.field(description="Cursor of the row: opaque, and good for this list in this sorting only.")
    node: T = strawberry.field(description="Row at this place.")


@strawberry.type(description="Page of a list.")
class Connection(Generic[T]):
    """Some rows of a list, and what is known of the whole."""

    edges: list[Edge[T]] = strawberry.field(description="Rows of the page with their cursors.")
    nodes: list[T] = strawberry.field(description="Rows of the page.")
    page_info: PageInfo = strawberry.field(description="Place of the page in the list.")
    total_count: int = strawberry.field(description="Number of rows of the whole list, whatever page is asked for.")


def noun(
    table: FromClause | None,
    visible: Callable[[Any, b.Ask], ColumnElement[bool]] | None,
    description: str,
    *,
    name: str | None = None,
    owned: Callable[[Any, b.Ask], ColumnElement[bool]] | None = None,
    listed: Callable[[Any], ColumnElement[bool]] | None = None,
    opening: Callable[[Role], b.Opening | None] | None = None,
    filter_: type | None = None,
) -> Callable[[C], C]:
    """Makes a class the GraphQL type of a noun: its table, and who sees which of its rows (None: everybody all)."""

    def decorate(cls: C) -> C:
        rows = b.Noun(name=name or cls.__name__, table=table, visible=visible, owned=owned, listed=listed, opening=opening)
        made = strawberry.type(cls, name=name, description=description)
        setattr(made, NOUN, (rows, filter_))
        return made

    return decorate
