"""Bindings: what a GraphQL field stands for, as data.

A shape maps the field names of one GraphQL type to bindings; a noun adds the table, who sees which of its rows,
and how its lists are sorted and filtered. Every callable here builds SQL expressions and runs none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FromClause, Subquery, true

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.arguments import Arguments as Arguments  # noqa: PLC0414 - bindings are written in terms of them
from tap_graph.reads.asker import Asker
from tap_graph.reads.working import Work


class Form(Enum):
    """How the value of a leaf is shown, where its SQL type does not say it."""

    CENTS = "integer cents as units with two places"


@dataclass(frozen=True, slots=True)
class Ask:
    """What every expression may depend on besides its row: who asks, on which day, of which kind of database.

    The day, and all of the viewer but its role and what it lacks, are SQL: the same plan serves other days and viewers.
    """

    viewer: Asker
    today: ColumnElement[Any]
    dialect: str
    nouns: Mapping[str, "Noun"]

    def visible(self, noun: str, row: FromClause) -> ColumnElement[bool]:
        """The predicate that keeps the rows of *noun* the viewer may see; true for public nouns."""
        predicate = self.nouns[noun].visible
        return true() if predicate is None else predicate(row, self)


RowSql: TypeAlias = Callable[[Any, Ask, Arguments], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row; `own` columns are null in rows that are only partly the viewer's."""

    name: str | None = None
    own: bool = False
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """The opaque id of the row: its GraphQL type and its surrogate key."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An SQL expression over the row."""

    sql: RowSql
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Summed:
    """An expression over a select of exactly one row that belongs to this row; fields of one source share that select."""

    source: Callable[[Any, Ask], Subquery]
    sql: Callable[[Any, Ask], ColumnElement[Any]]
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """A Python function of SQL expressions over the row; fields that need the same expression share it.

    An operation that selects one is walked by the executor as a whole.
    """

    needs: tuple[RowSql, ...]
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A value that depends on the viewer alone."""

    value: Callable[[Viewer], Any]


@dataclass(frozen=True, slots=True)
class Constant:
    """A text that depends on nothing."""

    value: str


@dataclass(frozen=True, slots=True)
class Nested:
    """An object made of the same row: its fields here, else those of its type; null where `present` is."""

    shape: Mapping[str, "Binding"] | None = None
    present: str | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list kept as JSON text in a column; items with a selection take the bindings of their own type."""

    column: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A value of a JSON item by its key; null where the item lacks it."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """What a table of texts says of a value of a JSON item; null where it says nothing."""

    name: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class One:
    """The one row of another noun that belongs to this row; null where there is none or the viewer may not see it."""

    noun: str
    on: Callable[[Any, Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """The one row of a noun that the field's arguments, or the viewer, name."""

    noun: str
    where: Callable[[Any, Arguments, Ask], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class NodeLookup:
    """The row an opaque id names, of whatever noun; `many` takes a list of ids."""

    many: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """Rows of another noun: a keyset connection, or a plain list in the order of `order`.

    `source` makes the rows where they are no table's: a select over the parent row that yields an `id` column.
    """

    noun: str
    on: Callable[[Any, Any], ColumnElement[bool]] | None = None
    paged: bool = True
    order: str = "id"
    source: Callable[[Any, Ask, Arguments], FromClause] | None = None
    only: Callable[[Any, Arguments, Ask], ColumnElement[bool]] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act: an object over a row of `row_id`, null where it was refused, and `user_errors` as JSON."""


ROOT_KEY = 0
"""The one key of what stands on no row."""


@dataclass(frozen=True, slots=True)
class Worked:
    """An object, or a list of them, that needs rules or figures: a service works it out for all rows of an answer at once.

    It is worked out after the statement, over the rows that the viewer may see. Its objects are of any class; a field is
    the attribute of its name (`Part`), at any depth. An operation that selects one is walked by the executor as a whole.
    """

    work: Work
    roles: frozenset[Role] | None = None
    """The roles that may ask; None: all."""


@dataclass(frozen=True, slots=True)
class Part:
    """An attribute of an object that was worked out, of another name or form where one is given."""

    name: str | None = None
    form: Callable[[Any], Any] | None = None


Binding: TypeAlias = (
    Column
    | Identity
    | Expression
    | Summed
    | Computed
    | Given
    | Constant
    | Nested
    | Items
    | Key
    | Explained
    | One
    | Lookup
    | NodeLookup
    | Many
    | Done
    | Worked
    | Part
)
Shape: TypeAlias = Mapping[str, Binding]


@dataclass(frozen=True, slots=True)
class SortKey:
    """A sorting: its column, whether that is never null in lists, and whether the list then keeps to own rows."""

    column: str
    filled: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A test of a list's rows; an `own` one looks at rows that are wholly the viewer's, so that it cannot tell more."""

    test: Callable[[Any, Any, Ask], ColumnElement[bool]]
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """All that is open to a role that may know only a little of a noun."""

    fields: frozenset[str]
    filters: frozenset[str] = frozenset()
    sorts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A noun of the schema: its rows, who sees them, and what its lists leave out."""

    name: str
    table: FromClause | None
    visible: Callable[[Any, Ask], ColumnElement[bool]] | None
    owned: Callable[[Any, Ask], ColumnElement[bool]] | None = None
    listed: Callable[[Any], ColumnElement[bool]] | None = None
    opening: Callable[[Role], Opening | None] | None = None
    filters: Mapping[str, Filter] = field(default_factory=dict)

    @property
    def rows(self) -> FromClause:
        """The table; a noun without one is made by the lists that hold it."""
        if self.table is None:
            raise TypeError(f"rows of {self.name} are reached through lists only")
        return self.table
