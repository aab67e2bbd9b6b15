"""Listings: the rows one list takes from, with the viewer's predicate and the list's tests, for both finishers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, false, func, literal_column, select

from tap_graph.reads import bindings as b
from tap_graph.reads.json_sql import NO_LIMIT
from tap_graph.reads.paging import Page, page_of
from tap_graph.reads.refusals import FieldNotVisible
from tap_graph.reads.spot import Asked, Context, Spot, correlated


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
        # Rows that are wholly the viewer's are visible to it: the narrower predicate takes the place of the wider one.
        mine = self.noun.owned(rows, ask) if self.is_owned and self.noun.owned else ask.visible(self.noun.name, rows)
        statement = select(*what(rows)).select_from(rows).where(mine, *self._conditions(rows))
        return correlated(statement, self.parent), rows

    @property
    def is_owned(self) -> bool:
        """Whether a test or the sorting keeps the list to rows that are wholly the viewer's."""
        return any(self.noun.filters[name].own for name, _ in self._chosen) or (self.page is not None and self.page.sort.own)

    @property
    def _chosen(self) -> list[tuple[str, Any]]:
        return [(name, value) for name, value in (self.arguments.get("filter") or {}).items() if value is not None]

    def all_rows(self) -> Subquery:
        """Every row of a plain list, in its order; PostgreSQL orders where it puts them together."""
        statement, rows = self.select(lambda rows: list(rows.c))
        if self.context.ask.dialect == "postgresql":
            return statement.subquery(self.context.name())
        return statement.order_by(*self.order(rows)).limit(NO_LIMIT).subquery(self.context.name())

    def order(self, rows: Any) -> list[ColumnElement[Any]]:
        """The order of a plain list; what is not known comes first, on both databases."""
        column: ColumnElement[Any] = rows.c[self.binding.order]
        return [column.nulls_first() if getattr(column, "nullable", True) else column, rows.c.id]

    def page_rows(self, page: Page, more: int = 0) -> Subquery:
        """The rows of a page, and so many more past its end, in the order in which they are taken."""
        statement, rows = self.select(lambda rows: list(rows.c))
        ordered = statement.where(*page.between(rows)).order_by(*page.taken(page.key(rows), rows))
        return ordered.limit(page.size(more)).subquery(self.context.name())

    def total(self) -> ColumnElement[int]:
        """The number of rows of the whole list."""
        statement, _rows = self.select(lambda _rows: [func.count()])
        return statement.scalar_subquery()

    def goes_on(self, page: Page, *, later: bool) -> ColumnElement[bool]:
        """Whether the list goes on past the page's bound on that side."""
        statement, rows = self.select(lambda _rows: [literal_column("1")])
        condition = page.outside(rows, later=later)
        return false() if condition is None else statement.where(condition).exists()

    def _conditions(self, rows: FromClause) -> list[ColumnElement[bool]]:
        binding, noun, ask = self.binding, self.noun, self.context.ask
        conditions = [noun.filters[name].test(rows, value, ask) for name, value in self._chosen]
        if noun.listed:
            conditions.append(noun.listed(rows))
        if binding.on:
            conditions.append(binding.on(self.parent, rows))
        if binding.only:
            conditions.append(binding.only(rows, self.arguments, ask))
        return conditions


def listing_of(binding: b.Many, asked: Asked, spot: Spot, context: Context) -> Listing:
    """The rows behind a list field; refused where it asks for what is closed to the role, or for no possible page."""
    noun = context.ask.nouns[binding.noun]
    arguments, page = context.arguments(asked), None
    context.look_for(asked)
    if binding.paged:
        counted = [nodes for nodes in context.fields(asked).values() if nodes[0].name.value in ("totalCount", "pageInfo")]
        context.look_for(asked, len(counted))
        connection = context.yielded(asked).name
        number = len(context.checks)
        page, check = page_of(context.raw_arguments(asked), number, connection, context.slots, context.cursors, asked.path)
        context.checks.append(check)
        _check_open(noun, arguments, page, asked, context)
    return Listing(binding, noun, arguments, page, spot.row, context)


def _check_open(noun: b.Noun, arguments: b.Arguments, page: Page, asked: Asked, context: Context) -> None:
    """What is closed may not be found out by sorting and filtering either."""
    role = context.ask.viewer.role
    opening = noun.opening(role) if noun.opening else None
    if opening is None:
        return
    given = {name for name, value in (arguments.get("filter") or {}).items() if value is not None}
    closed = sorted(given - opening.filters) + ([page.sort.column] if page.sort.column not in opening.sorts else [])
    if closed:
        message = f"{noun.name} is not sorted or filtered by {closed[0]} for the role {role}; leave it out of the query."
        raise FieldNotVisible(message, asked.path)
