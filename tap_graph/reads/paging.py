"""Pages: what first, after, last and before ask for, and the keyset conditions that answer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, func, literal, tuple_

from tap_graph.reads.bindings import Arguments, SortKey
from tap_graph.reads.cursors import Cursors, Place
from tap_graph.reads.refusals import BadCursor, BadPage, ResponsePath

DEFAULT_SIZE = 25
LARGEST_SIZE = 100
# Sorted as if they were the last day and the empty text: a keyset has no place for null.
NO_DAY = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its size, its end of the list, its bounds and its sorting."""

    binding: str
    size: int
    backward: bool
    after: Place | None
    before: Place | None
    sort: SortKey
    descending: bool

    def key(self, row: Any) -> ColumnElement[Any]:
        """What rows are sorted by, never null."""
        column: ColumnElement[Any] = row.c[self.sort.column]
        if self.sort.filled:
            return column
        blank: ColumnElement[Any] = literal(NO_DAY, Date) if isinstance(column.type, Date) else literal("")
        return func.coalesce(column, blank, type_=column.type)

    def order(self, key: ColumnElement[Any], row: Any) -> Sequence[ColumnElement[Any]]:
        """The order rows are taken in: from the far end when paging backward."""
        if self.descending != self.backward:
            return [key.desc(), row.c.id.desc()]
        return [key, row.c.id]

    def bounds(self, row: Any) -> list[ColumnElement[bool]]:
        """The rows strictly between the cursors."""
        conditions = []
        if self.after:
            conditions.append(self._beyond(row, self.after, later=True))
        if self.before:
            conditions.append(self._beyond(row, self.before, later=False))
        return conditions

    def outside(self, row: Any, *, later: bool) -> ColumnElement[bool] | None:
        """The rows at or past the bound of that side; None where the page has no such bound."""
        bound = self.before if later else self.after
        return None if bound is None else ~self._beyond(row, bound, later=not later)

    def _beyond(self, row: Any, place: Place, *, later: bool) -> ColumnElement[bool]:
        column = row.c[self.sort.column]
        here = tuple_(self.key(row), row.c.id)
        there = tuple_(literal(_typed(place.value, column), column.type), literal(place.key, row.c.id.type))
        return here > there if later != self.descending else here < there


def page_of(arguments: Arguments, connection: str, cursors: Cursors, path: ResponsePath) -> Page:
    """The page the arguments ask for; BadPage or BadCursor says what is wrong with them."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is not None and last is not None:
        raise BadPage("first and last were both given; ask for the beginning or for the end of the list.", path)
    backward = last is not None
    size = last if last is not None else first if first is not None else DEFAULT_SIZE
    if not 1 <= size <= LARGEST_SIZE:
        name = "last" if backward else "first"
        raise BadPage(f"{name} is {size}; it takes 1 to {LARGEST_SIZE}. Ask for totalCount alone to get no rows.", path)
    chosen, direction = arguments["sort"], arguments["direction"]
    sort: SortKey = chosen.value
    descending = direction.name == "DESCENDING"
    binding = f"{connection} {chosen.name} {direction.name}"

    def place(name: str) -> Place | None:
        cursor = arguments.get(name)
        if cursor is None:
            return None
        found = cursors.read(binding, cursor)
        if found is None:
            raise BadCursor(f"{name} is no cursor of this list in this sorting; take one from its edges or pageInfo.", path)
        return found

    return Page(binding, size, backward, place("after"), place("before"), sort, descending)


def _typed(value: str, column: ColumnElement[Any]) -> Any:
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return int(value) if isinstance(column.type, Integer) else value
