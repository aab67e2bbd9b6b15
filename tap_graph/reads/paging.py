"""Pages: what first, after, last and before ask for, and the keyset conditions that answer it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Text, func, literal, tuple_
from sqlalchemy.types import TypeEngine

from tap_graph.reads.bindings import SortKey
from tap_graph.reads.cursors import Cursors, Place
from tap_graph.reads.occasion import Occasion
from tap_graph.reads.refusals import BadCursor, BadPage, ResponsePath
from tap_graph.reads.slots import Read, Slots
from tap_graph.reads.variables import reader
from tap_graph.storage.columns import Moment

DEFAULT_SIZE = 25
LARGEST_SIZE = 100
# Sorted as if they were the last day and the empty text: a keyset has no place for null.
NO_DAY = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one request asks of a page: its size, and the places it lies between."""

    size: int
    after: Place | None
    before: Place | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list as a plan knows it: its end of the list, its sorting, and which bounds each request brings."""

    number: int
    binding: str
    backward: bool
    has_after: bool
    has_before: bool
    sort: SortKey
    descending: bool
    slots: Slots

    def of(self, occasion: Occasion) -> Bounds:
        """What this request asks for; the plan's checks have found it."""
        bounds: Bounds = occasion.pages[self.number]
        return bounds

    def size(self, more: int = 0) -> ColumnElement[int]:
        """The size of the page, and so many rows more."""
        return self.slots.bind(lambda occasion: self.of(occasion).size + more, Integer())

    def key(self, row: Any) -> ColumnElement[Any]:
        """What rows are sorted by, never null."""
        column: ColumnElement[Any] = row.c[self.sort.column]
        if self.sort.filled:
            return column
        blank: ColumnElement[Any] = literal(NO_DAY, Date) if isinstance(column.type, Date) else literal("")
        return func.coalesce(column, blank, type_=column.type)

    def taken(self, key: ColumnElement[Any], row: Any) -> Sequence[ColumnElement[Any]]:
        """The order rows are taken in: from the far end when paging backward."""
        return _ordered(key, row, descending=self.descending != self.backward)

    def shown(self, key: ColumnElement[Any], row: Any) -> Sequence[ColumnElement[Any]]:
        """The order rows are shown in."""
        return _ordered(key, row, descending=self.descending)

    def between(self, row: Any) -> list[ColumnElement[bool]]:
        """The rows strictly between the cursors."""
        conditions = []
        if self.has_after:
            conditions.append(self._beyond(row, later=True, after=True))
        if self.has_before:
            conditions.append(self._beyond(row, later=False, after=False))
        return conditions

    def outside(self, row: Any, *, later: bool) -> ColumnElement[bool] | None:
        """The rows at or past the bound of that side; None where the page has no such bound."""
        given = self.has_before if later else self.has_after
        return ~self._beyond(row, later=not later, after=not later) if given else None

    def _beyond(self, row: Any, *, later: bool, after: bool) -> ColumnElement[bool]:
        stored = row.c[self.sort.column].type
        # A moment is kept as the text that cursors hold.
        type_ = Text() if isinstance(stored, Moment) else stored

        def place(occasion: Occasion) -> Any:
            return self.of(occasion).after if after else self.of(occasion).before

        value = self.slots.bind(lambda occasion: _typed(place(occasion).value, type_), type_)
        key = self.slots.bind(lambda occasion: place(occasion).key, row.c.id.type)
        here, there = tuple_(self.key(row), row.c.id), tuple_(value, key)
        return here > there if later != self.descending else here < there


@dataclass(frozen=True, slots=True)
class PageCheck:
    """Finds what a request asks of one page, or refuses it."""

    page: Page
    given: Mapping[str, Read]
    cursors: Cursors
    path: ResponsePath

    def __call__(self, occasion: Occasion) -> None:
        """BadPage or BadCursor says what is wrong with the arguments."""
        name = "last" if self.page.backward else "first"
        size = self.given[name](occasion) if name in self.given else DEFAULT_SIZE
        if not 1 <= size <= LARGEST_SIZE:
            raise BadPage(f"{name} is {size}; it takes 1 to {LARGEST_SIZE}. Ask for totalCount alone to get no rows.", self.path)
        occasion.pages[self.page.number] = Bounds(size, self._place("after", occasion), self._place("before", occasion))

    def _place(self, name: str, occasion: Occasion) -> Place | None:
        if name not in self.given:
            return None
        found = self.cursors.read(self.page.binding, self.given[name](occasion))
        if found is None:
            raise BadCursor(f"{name} is no cursor of this list in this sorting; take one from its edges or pageInfo.", self.path)
        return found


def page_of(
    arguments: Mapping[str, Any], number: int, connection: str, slots: Slots, cursors: Cursors, path: ResponsePath
) -> tuple[Page, PageCheck]:
    """The page the arguments ask for, with what each request must pass; BadPage where no value could make it good."""
    given = {name: reader(arguments[name]) for name in ("first", "last", "after", "before") if arguments.get(name) is not None}
    if "first" in given and "last" in given:
        raise BadPage("first and last were both given; ask for the beginning or for the end of the list.", path)
    chosen, direction = arguments["sort"], arguments["direction"]
    page = Page(
        number,
        f"{connection} {chosen.name} {direction.name}",
        "last" in given,
        "after" in given,
        "before" in given,
        chosen.value,
        direction.name == "DESCENDING",
        slots,
    )
    return page, PageCheck(page, given, cursors, path)


def _ordered(key: ColumnElement[Any], row: Any, *, descending: bool) -> Sequence[ColumnElement[Any]]:
    return [key.desc(), row.c.id.desc()] if descending else [key, row.c.id]


def _typed(value: str, type_: TypeEngine[Any]) -> Any:
    if isinstance(type_, Date):
        return date.fromisoformat(value)
    return int(value) if isinstance(type_, Integer) else value
