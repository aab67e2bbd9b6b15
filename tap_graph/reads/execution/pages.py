"""Pages of rows: a connection for the executor, with exactly the parts that are asked for."""

from collections.abc import Callable
from typing import Any

from graphql import FieldNode
from sqlalchemy import ColumnElement, false, literal_column, select

from tap_graph.reads import bindings as b
from tap_graph.reads.execution.decoding import PageDecoder, Row, Take, record
from tap_graph.reads.json_sql import Cells, Json
from tap_graph.reads.listing import Listing
from tap_graph.reads.occasion import Occasion
from tap_graph.reads.paging import Page
from tap_graph.reads.spot import Asked, Spot
from tap_graph.reads.walk import Walk

OfRows = Callable[[Row, list[Row], Occasion], Any]


def item_of(json: Json, spot: Spot) -> ColumnElement[Any]:
    """The cells of a row as one JSON value, once the selects beside it are known."""
    cells = json.row(spot.cells)
    beside = spot.one_row(cells)
    return cells if beside is None else json.one(beside)


class PageOfRows:
    """One connection while it is compiled."""

    def __init__(self, walk: Walk[Take], json: Json, listing: Listing, page: Page, asked: Asked) -> None:
        self._walk = walk
        self._json = json
        self._listing = listing
        self._page = page
        self._asked = asked
        self._rows = listing.page_rows(page, more=1)
        self._spot = walk.spot_of(listing.noun, self._rows, is_owned=listing.is_owned)
        places = self._spot.cells.add(page.key(self._rows)), self._spot.cells.add(self._rows.c.id, b.Identity)
        self._decoder = PageDecoder(page, walk.context.cursors, places, lambda: json.is_cut(self._spot.cells))

    def take(self, spot: Spot) -> Take:
        """What takes the connection from the cells of its parent's row."""
        json, page = self._json, self._page
        fields = self._walk.context.fields(self._asked)
        parts = [(key, self._part(key, nodes)) for key, nodes in fields.items() if not nodes[0].name.value.startswith("__")]
        names = {nodes[0].name.value for nodes in fields.values()}
        pieces = (
            self._listing.total() if "totalCount" in names else literal_column("0"),
            self._listing.goes_on(page, later=False) if "pageInfo" in names else false(),
            self._listing.goes_on(page, later=True) if "pageInfo" in names else false(),
        )
        needs_rows = bool(names & {"nodes", "edges", "pageInfo"})
        array = json.many(item_of(self._json, self._spot), page.taken(page.key(self._rows), self._rows))
        all_rows = json.one(select(array).select_from(self._rows)) if needs_rows else json.row(Cells())
        # Beside the parent's other cells, not in an array of their own: one level less for the parsers.
        positions = [spot.cells.add_nested(all_rows), *(spot.cells.add(piece) for piece in pieces)]

        def take(row: Row, occasion: Occasion) -> dict[str, Any]:
            cell = [row[position] for position in positions]
            rows = self._decoder.rows(cell, occasion) if needs_rows else []
            return {key: part(cell, rows, occasion) for key, part in parts}

        return take

    def _part(self, key: str, nodes: list[FieldNode]) -> OfRows:
        """One field of the connection, of the page's cell and rows."""
        part = Asked(self._walk.context.yielded(self._asked), nodes, (*self._asked.path, key))
        if part.name == "nodes":
            node = record(self._walk.row(self._spot, nodes, part.path))
            return lambda _cell, rows, occasion: [node(row, occasion) for row in rows]
        if part.name == "edges":
            edge = record(self._edge(part))
            return lambda _cell, rows, occasion: [edge(row, occasion) for row in rows]
        if part.name == "pageInfo":
            return self._info(part)
        return lambda cell, _rows, _occasion: cell[1]

    def _info(self, part: Asked) -> OfRows:
        asked_of = [(name, fields[0].name.value) for name, fields in self._walk.context.fields(part).items()]

        def info(cell: Row, rows: list[Row], occasion: Occasion) -> dict[str, Any]:
            values = self._decoder.info(cell, rows, occasion)
            return {name: values.get(field) for name, field in asked_of}

        return info

    def _edge(self, part: Asked) -> list[tuple[str, Take]]:
        takes: list[tuple[str, Take]] = []
        for key, nodes in self._walk.context.fields(part).items():
            if nodes[0].name.value == "cursor":
                takes.append((key, self._decoder.cursor))
            elif nodes[0].name.value == "node":
                takes.append((key, record(self._walk.row(self._spot, nodes, (*part.path, key)))))
        return takes
