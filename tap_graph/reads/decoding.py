"""Decoding: the database's arrays by position become dicts by response name."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from tap_graph.reads.bindings import Decode
from tap_graph.reads.cursors import Cursors, Place
from tap_graph.reads.paging import Page

Row = list[Any]
Take = Callable[[Row], Any]
Named = Sequence[tuple[str, Take]]


class TypedRow(dict[str, Any]):
    """A row where the schema promises an interface only: it knows its own type."""

    __slots__ = ("typename",)

    def __init__(self, typename: str, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.typename = typename


def cell(position: int, decode: Decode | None = None) -> Take:
    """Takes one cell, decoded where it is not null."""
    take = itemgetter(position)
    if decode is None:
        return take

    def decoded(row: Row) -> Any:
        value = row[position]
        return None if value is None else decode(value)

    return decoded


def computed(positions: Sequence[int], function: Callable[..., Any]) -> Take:
    """Takes a function of several cells."""

    def take(row: Row) -> Any:
        return function(*[row[position] for position in positions])

    return take


def record(fields: Named) -> Take:
    """Takes an object of the same row."""

    def take(row: Row) -> dict[str, Any]:
        return {name: get(row) for name, get in fields}

    return take


def flat(take: Take, *, is_cut: bool) -> Take:
    """The same of a row that was cut into arrays of arrays."""
    if not is_cut:
        return take

    def whole(row: Row) -> Any:
        return take([value for part in row for value in part])

    return whole


def listed(take: Take, position: int) -> Take:
    """Takes a list of rows that stands in one cell."""

    def rows(row: Row) -> list[Any]:
        return [take(item) for item in row[position]]

    return rows


class PageDecoder:
    """Turns a page's cells (its rows, the total, whether rows come before and after) into the connection's fields."""

    def __init__(self, page: Page, cursors: Cursors, places: tuple[int, int], cut: Callable[[], bool]) -> None:
        self._page = page
        self._cursors = cursors
        self._places = places
        self._cut = cut

    def cursor(self, row: Row) -> str:
        """The cursor of a row: two of its cells are what it is sorted by and its key."""
        value, key = self._places
        return self._cursors.write(self._page.binding, Place(str(row[value]), row[key]))

    def rows(self, cell: Row) -> list[Row]:
        """The rows of the page in list order, without the one that only shows that there are more."""
        rows = [[value for part in row for value in part] for row in cell[0]] if self._cut() else cell[0]
        rows = rows[: self._page.size]
        return rows[::-1] if self._page.backward else rows

    def info(self, cell: Row, rows: list[Row]) -> dict[str, Any]:
        """The page's place in the list, by field name."""
        more = len(cell[0]) > self._page.size
        backward = self._page.backward
        return {
            "hasNextPage": bool(cell[3]) or (more and not backward),
            "hasPreviousPage": bool(cell[2]) or (more and backward),
            "startCursor": self.cursor(rows[0]) if rows else None,
            "endCursor": self.cursor(rows[-1]) if rows else None,
        }
