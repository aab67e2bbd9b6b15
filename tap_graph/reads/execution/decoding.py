"""Decoding: the database's arrays by position become dicts by response name."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from tap_graph.reads.cursors import Cursors, Place
from tap_graph.reads.occasion import Occasion
from tap_graph.reads.paging import Page

Row = list[Any]
Take = Callable[[Row, Occasion], Any]
Decode = Callable[[Any], Any]
Named = Sequence[tuple[str, Take]]


class TypedRow(dict[str, Any]):
    """A row where the schema promises an interface only: it knows its own type."""

    __slots__ = ("typename",)

    def __init__(self, typename: str, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.typename = typename


def cell(position: int, decode: Decode | None = None) -> Take:
    """Takes one cell, decoded where it is not null."""
    if decode is None:
        return lambda row, _occasion: row[position]

    def decoded(row: Row, _occasion: Occasion) -> Any:
        value = row[position]
        return None if value is None else decode(value)

    return decoded


def computed(positions: Sequence[int], function: Callable[..., Any]) -> Take:
    """Takes a function of several cells."""
    cells = itemgetter(*positions) if len(positions) > 1 else lambda row: (row[positions[0]],)
    return lambda row, _occasion: function(*cells(row))


def record(fields: Named) -> Take:
    """Takes an object of the same row."""

    def take(row: Row, occasion: Occasion) -> dict[str, Any]:
        return {name: get(row, occasion) for name, get in fields}

    return take


def within(position: int, take: Take) -> Take:
    """Takes a row that stands in one cell; null where there is none."""

    def inner(row: Row, occasion: Occasion) -> Any:
        found = row[position]
        return None if found is None else take(found, occasion)

    return inner


def flat(take: Take, *, is_cut: bool) -> Take:
    """The same of a row that was cut into arrays of arrays."""
    if not is_cut:
        return take
    return lambda row, occasion: take([value for part in row for value in part], occasion)


def listed(take: Take, position: int) -> Take:
    """Takes a list of rows that stands in one cell."""
    return lambda row, occasion: [take(item, occasion) for item in row[position]]


class PageDecoder:
    """Turns a page's cells (its rows, the total, whether rows come before and after) into the connection's fields."""

    def __init__(self, page: Page, cursors: Cursors, places: tuple[int, int], cut: Callable[[], bool]) -> None:
        self._page = page
        self._cursors = cursors
        self._places = places
        self._cut = cut

    def cursor(self, row: Row, _occasion: Occasion) -> str:
        """The cursor of a row: two of its cells are what it is sorted by and its key."""
        value, key = self._places
        return self._cursors.write(self._page.binding, Place(str(row[value]), row[key]))

    def rows(self, cell: Row, occasion: Occasion) -> list[Row]:
        """The rows of the page in list order, without the one that only shows that there are more."""
        rows = [[value for part in row for value in part] for row in cell[0]] if self._cut() else cell[0]
        rows = rows[: self._page.of(occasion).size]
        return rows[::-1] if self._page.backward else rows

    def info(self, cell: Row, rows: list[Row], occasion: Occasion) -> dict[str, Any]:
        """The page's place in the list, by field name."""
        more = len(cell[0]) > self._page.of(occasion).size
        backward = self._page.backward
        return {
            "hasNextPage": bool(cell[3]) or (more and not backward),
            "hasPreviousPage": bool(cell[2]) or (more and backward),
            "startCursor": self.cursor(rows[0], occasion) if rows else None,
            "endCursor": self.cursor(rows[-1], occasion) if rows else None,
        }
