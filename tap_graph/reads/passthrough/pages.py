"""Pages of text: a connection for the passthrough, with exactly the parts that are asked for."""

from typing import Any

from graphql import FieldNode
from sqlalchemy import LargeBinary, Subquery, case, func, literal_column, or_, select

from tap_graph.reads.json_sql import NO_LIMIT
from tap_graph.reads.listing import Listing
from tap_graph.reads.paging import Page
from tap_graph.reads.passthrough.text_sql import Pieces, TextSql, of_keys
from tap_graph.reads.spot import Asked, Spot
from tap_graph.reads.walk import Walk


def item_of(text: TextSql, spot: Spot, pieces: Pieces) -> Pieces:
    """What was made of a row, once the selects beside it are known."""
    beside = spot.one_row(text.joined(pieces))
    return pieces if beside is None else [beside.scalar_subquery()]


class PageOfText:
    """One connection while it is compiled.

    Where its place in the list is asked for, one row more is taken and all are numbered as they were taken: rows past
    the size show that the list goes on, and the first and the last row give the cursors.
    """

    def __init__(self, walk: Walk[Pieces], text: TextSql, listing: Listing, page: Page, asked: Asked) -> None:
        self._walk = walk
        self._text = text
        self._listing = listing
        self._page = page
        self._asked = asked
        self._fields = walk.context.fields(asked)
        names = {nodes[0].name.value for nodes in self._fields.values()}
        self._numbered = "pageInfo" in names
        # Whether the rows are added up: what is the same for any of them must not be said for each.
        self._adds_up = False
        self._rows = self._numbered_rows() if self._numbered else self._page_rows()
        self._spot = walk.spot_of(listing.noun, self._rows, is_owned=listing.is_owned)

    def pieces(self) -> Pieces:
        """The connection as text."""
        object_ = of_keys([(key, self._part(key, nodes)) for key, nodes in self._fields.items()])
        if not self._adds_up:
            return object_
        return [select(self._text.joined(object_)).select_from(self._rows).scalar_subquery()]

    def _numbered_rows(self) -> Subquery:
        page, context = self._page, self._walk.context
        taken = self._listing.page_rows(page, more=1)
        order = page.taken(page.key(taken), taken)
        number = func.row_number().over(order_by=order).label("taken_as")
        count = func.count().over().label("taken_in_all")
        shown = page.shown(page.key(taken), taken)
        return select(*taken.c, number, count).select_from(taken).order_by(*shown).limit(NO_LIMIT).subquery(context.name())

    def _page_rows(self) -> Subquery:
        """SQLite shows rows in the order of the sub-query, and backward pages are taken from their far end."""
        page, taken = self._page, self._listing.page_rows(self._page)
        if not page.backward:
            return taken
        shown = page.shown(page.key(taken), taken)
        return select(*taken.c).select_from(taken).order_by(*shown).limit(NO_LIMIT).subquery(self._walk.context.name())

    def _part(self, key: str, nodes: list[FieldNode]) -> Pieces:
        """One field of the connection."""
        part = Asked(self._walk.context.yielded(self._asked), nodes, (*self._asked.path, key))
        if part.name == "nodes":
            return self._listed(of_keys(self._walk.row(self._spot, nodes, part.path)))
        if part.name == "edges":
            return self._listed(of_keys([(name, self._of_edge(part, name, asked)) for name, asked in self._fields_of(part)]))
        if part.name == "pageInfo":
            return of_keys([(name, self._of_info(part, asked[0].name.value)) for name, asked in self._fields_of(part)])
        return [f'"{part.parent.name}"'] if part.name == "__typename" else [self._listing.total()]

    def _fields_of(self, part: Asked) -> list[tuple[str, list[FieldNode]]]:
        return list(self._walk.context.fields(part).items())

    def _listed(self, item: Pieces) -> Pieces:
        self._adds_up = True
        page, rows = self._page, self._rows
        only = rows.c.taken_as <= page.size() if self._numbered else None
        return self._text.listed(item_of(self._text, self._spot, item), page.shown(page.key(rows), rows), only)

    def _of_edge(self, part: Asked, key: str, nodes: list[FieldNode]) -> Pieces:
        field = nodes[0].name.value
        if field == "cursor":
            return self._cursor()
        if field == "node":
            return of_keys(self._walk.row(self._spot, nodes, (*part.path, key)))
        return [f'"{self._walk.context.yielded(part).name}"']

    def _of_info(self, part: Asked, field: str) -> Pieces:
        page, text = self._page, self._text
        if field == "startCursor":
            return self._place(first=not page.backward)
        if field == "endCursor":
            return self._place(first=page.backward)
        if field == "__typename":
            return [f'"{self._walk.context.yielded(part).name}"']
        later = field == "hasNextPage"
        beyond = self._listing.goes_on(page, later=later)
        if later == page.backward:
            return text.flag(beyond)
        self._adds_up = True
        passed = func.coalesce(func.max(self._rows.c.taken_in_all), literal_column("0")) > page.size()
        return text.flag(or_(beyond, passed))

    def _place(self, *, first: bool) -> Pieces:
        """The cursor of the row that was taken first, or of the page's last; null where there is none."""
        self._adds_up = True
        rows, size, text = self._rows, self._page.size(), self._text
        last = case((rows.c.taken_in_all < size, rows.c.taken_in_all), else_=size)
        chosen = rows.c.taken_as == (literal_column("1") if first else last)
        cursor: Any = func.max(text.joined(self._cursor())).filter(chosen)
        return text.or_null(cursor)

    def _cursor(self) -> Pieces:
        page, rows, context = self._page, self._rows, self._walk.context
        secret = context.slots.bind(lambda _occasion: context.cursors.secret, LargeBinary())
        return self._text.cursor(secret, page.binding, page.key(rows), rows.c.id)
