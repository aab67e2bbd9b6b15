"""Lists: plain ones and keyset connections, with the viewer's rows only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode
from sqlalchemy import ColumnElement, FromClause, Select, false, func, literal_column, select

from tap_graph.reads import bindings as b
from tap_graph.reads.decoding import PageDecoder, Row, Take, flat, listed
from tap_graph.reads.json_sql import Cells
from tap_graph.reads.paging import Page, page_of
from tap_graph.reads.refusals import FieldNotVisible, ResponsePath
from tap_graph.reads.spot import Asked, Context, Spot, correlated

# A sub-query without a limit may lose its order on SQLite.
NO_LIMIT = 2**31 - 1

RowOf = Callable[[b.Noun, Sequence[FieldNode], Any, Cells, ResponsePath], Take]
OfRows = Callable[[Row, list[Row]], Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows one list takes from: made anew, under a new name, for each sub-query that looks at them."""

    binding: b.Many
    noun: b.Noun
    arguments: b.Arguments
    page: Page | None
    parent: Any
    context: Context

    def select(self, what: Callable[[FromClause], Sequence[ColumnElement[Any]]]) -> tuple[Select[Any], FromClause]:
        """A select over the rows of the list, whatever page is asked for."""
        ask, source = self.context.ask, self.binding.source
        rows = source(self.parent, ask, self.arguments) if source else self.context.alias(self.noun.rows)
        statement = select(*what(rows)).select_from(rows).where(ask.visible(self.noun.name, rows), *self._conditions(rows))
        return correlated(statement, self.parent), rows

    def _conditions(self, rows: FromClause) -> list[ColumnElement[bool]]:
        binding, noun, ask = self.binding, self.noun, self.context.ask
        chosen = [(noun.filters[name], value) for name, value in (self.arguments.get("filter") or {}).items() if value is not None]
        conditions = [filter_.test(rows, value, ask) for filter_, value in chosen]
        if noun.listed:
            conditions.append(noun.listed(rows))
        if binding.on:
            conditions.append(binding.on(self.parent, rows))
        if binding.only:
            conditions.append(binding.only(rows, self.arguments, ask))
        own = any(filter_.own for filter_, _ in chosen) or (self.page is not None and self.page.sort.own)
        if own and noun.owned:
            conditions.append(noun.owned(rows, ask))
        return conditions


@dataclass(frozen=True, slots=True)
class ListCompiler:
    """Compiles lists of a noun; `row_of` compiles what is asked of each row."""

    context: Context
    row_of: RowOf

    def compile(self, binding: b.Many, asked: Asked, spot: Spot) -> Take:
        """A plain list, or a connection with exactly the parts that are asked for."""
        noun, arguments = self.context.ask.nouns[binding.noun], self.context.arguments(asked)
        if not binding.paged:
            return self._plain(Listing(binding, noun, arguments, None, spot.row, self.context), asked, spot)
        page = page_of(arguments, self.context.yielded(asked).name, self.context.cursors, asked.path)
        listing = Listing(binding, noun, arguments, page, spot.row, self.context)
        self._check_open(listing, page, asked)
        return self._connection(listing, page, asked, spot)

    def _plain(self, listing: Listing, asked: Asked, spot: Spot) -> Take:
        json, order = self.context.json, listing.binding.order
        statement, rows = listing.select(lambda rows: list(rows.c))
        ordered = statement.order_by(rows.c[order], rows.c.id).limit(NO_LIMIT).subquery(self.context.name())
        cells = Cells()
        take = self.row_of(listing.noun, asked.nodes, ordered, cells, asked.path)
        array = json.many(json.row(cells), [ordered.c[order], ordered.c.id])
        position = spot.cells.add_nested(json.one(select(array).select_from(ordered)))
        return listed(flat(take, is_cut=json.is_cut(cells)), position)

    def _connection(self, listing: Listing, page: Page, asked: Asked, spot: Spot) -> Take:
        json, cells = self.context.json, Cells()
        statement, rows = listing.select(lambda rows: list(rows.c))
        ordered_rows = statement.where(*page.bounds(rows)).order_by(*page.order(page.key(rows), rows))
        ordered = ordered_rows.limit(page.size + 1).subquery(self.context.name())
        places = cells.add(page.key(ordered)), cells.add(ordered.c.id, b.Identity)
        fields = self.context.fields(asked)
        decoder = PageDecoder(page, self.context.cursors, places, lambda: json.is_cut(cells))
        parts = [(key, self._part(nodes, listing.noun, asked, key, ordered, cells, decoder)) for key, nodes in fields.items()]
        names = {nodes[0].name.value for nodes in fields.values()}
        array = json.many(json.row(cells), page.order(page.key(ordered), ordered))
        pieces = (
            _total(listing) if "totalCount" in names else literal_column("0"),
            _outside(listing, page, later=False) if "pageInfo" in names else false(),
            _outside(listing, page, later=True) if "pageInfo" in names else false(),
        )
        needs_rows = bool(names & {"nodes", "edges", "pageInfo"})
        all_rows = json.one(select(array).select_from(ordered)) if needs_rows else json.row(Cells())
        # Beside the parent's other cells, not in an array of their own: one level less for the parsers.
        positions = [spot.cells.add_nested(all_rows), *(spot.cells.add(piece) for piece in pieces)]

        def take(row: Row) -> dict[str, Any]:
            cell = [row[position] for position in positions]
            rows = decoder.rows(cell) if needs_rows else []
            return {key: part(cell, rows) for key, part in parts}

        return take

    def _part(
        self, nodes: list[FieldNode], noun: b.Noun, asked: Asked, key: str, ordered: Any, cells: Cells, decoder: PageDecoder
    ) -> OfRows:
        """One field of the connection, of the page's cell and rows."""
        part = Asked(self.context.yielded(asked), nodes, (*asked.path, key))
        if part.name == "nodes":
            node = self.row_of(noun, nodes, ordered, cells, part.path)
            return lambda _cell, rows: [node(row) for row in rows]
        if part.name == "edges":
            edge = self._edge(part, noun, ordered, cells, decoder)
            return lambda _cell, rows: [edge(row) for row in rows]
        if part.name == "pageInfo":
            asked_of = [(name, fields[0].name.value) for name, fields in self.context.fields(part).items()]

            def info(cell: Row, rows: list[Row]) -> dict[str, Any]:
                values = decoder.info(cell, rows)
                return {name: values.get(field) for name, field in asked_of}

            return info
        return lambda cell, _rows: cell[1]

    def _edge(self, part: Asked, noun: b.Noun, ordered: Any, cells: Cells, decoder: PageDecoder) -> Take:
        takes: list[tuple[str, Take]] = []
        for key, nodes in self.context.fields(part).items():
            if nodes[0].name.value == "cursor":
                takes.append((key, decoder.cursor))
            elif nodes[0].name.value == "node":
                takes.append((key, self.row_of(noun, nodes, ordered, cells, (*part.path, key))))
        return lambda row: {key: take(row) for key, take in takes}

    def _check_open(self, listing: Listing, page: Page, asked: Asked) -> None:
        """What is closed may not be found out by sorting and filtering either."""
        viewer, noun = self.context.ask.viewer, listing.noun
        opening = noun.opening(viewer) if noun.opening else None
        if opening is None:
            return
        given = {name for name, value in (listing.arguments.get("filter") or {}).items() if value is not None}
        closed = sorted(given - opening.filters) + ([page.sort.column] if page.sort.column not in opening.sorts else [])
        if closed:
            message = f"{noun.name} is not sorted or filtered by {closed[0]} for the role {viewer.role}; leave it out of the query."
            raise FieldNotVisible(message, asked.path)


def _total(listing: Listing) -> ColumnElement[Any]:
    statement, _rows = listing.select(lambda _rows: [func.count()])
    return statement.scalar_subquery()


def _outside(listing: Listing, page: Page, *, later: bool) -> ColumnElement[bool]:
    """Whether the list goes on past the page's bound on that side."""
    statement, rows = listing.select(lambda _rows: [literal_column("1")])
    condition = page.outside(rows, later=later)
    return false() if condition is None else statement.where(condition).exists()
