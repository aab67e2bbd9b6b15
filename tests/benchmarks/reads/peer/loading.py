"""Loading: one DataLoader per relation and page of a request; each batch is one statement."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from strawberry.dataloader import DataLoader

from tests.benchmarks.reads.peer.relations import Page, Relation
from tests.benchmarks.reads.peer.sight import Sight

Row: TypeAlias = Mapping[str, Any]
Batch: TypeAlias = Callable[[list[int]], Awaitable[Sequence[Any]]]

THEATRES = "SELECT id, code, name FROM theatres WHERE id = ANY($1::bigint[])"
OPTIONS = "SELECT id, code, minimum, booking_first_day, booking_last_day, return_deadline FROM options WHERE id = ANY($1::bigint[])"


@dataclass(slots=True)
class Loaders:
    """The loaders of one request."""

    pool: Any
    sight: Sight
    made: dict[Any, DataLoader[int, Any]] = field(default_factory=dict)

    def page(self, relation: Relation, page: Page, parent: int) -> Awaitable[list[Row]]:
        """Rows of one page below a parent, and one more where the list goes on."""
        return self._loader((relation.table, page), lambda keys: self._pages(relation, page, keys)).load(parent)

    def every(self, relation: Relation, parent: int) -> Awaitable[list[Row]]:
        """All rows below a parent."""
        return self._loader(relation.table, lambda keys: self._lists(relation, keys)).load(parent)

    def count(self, relation: Relation, parent: int) -> Awaitable[int]:
        """How many rows there are below a parent."""
        return self._loader((relation.table, "count"), lambda keys: self._counts(relation, keys)).load(parent)

    def theatre(self, key: int) -> Awaitable[Row]:
        """A theatre by its key."""
        return self._loader("theatres", lambda keys: self._by_key(THEATRES, keys)).load(key)

    def option(self, key: int) -> Awaitable[Row]:
        """An option by its key."""
        return self._loader("options", lambda keys: self._by_key(OPTIONS, keys)).load(key)

    def returns(self, rma: int) -> Awaitable[Row]:
        """What is due under an RMA and what came back."""
        return self._loader("returns", self._returns).load(rma)

    async def first_page(self, relation: Relation, page: Page) -> list[Row]:
        """Rows of a page of the whole table, and one more where the list goes on."""
        beyond, after = _beyond(relation, page, 3)
        statement = f"{_select(relation, self.sight)} {beyond} {_order(relation, page)} LIMIT $2"
        found: list[Row] = await self.pool.fetch(statement, self.sight.parameter, page.size + 1, *after)
        return found

    async def whole_count(self, relation: Relation) -> int:
        """How many rows of the whole table there are."""
        statement = f"SELECT count(*) FROM {relation.table} r WHERE {relation.visible(self.sight)} AND {relation.listed}"
        return int(await self.pool.fetchval(statement, self.sight.parameter))

    async def one(self, relation: Relation, condition: str, value: str) -> Row | None:
        """The row that passes a condition over `$2`."""
        found: Row | None = await self.pool.fetchrow(f"{_select(relation, self.sight)} AND {condition}", self.sight.parameter, value)
        return found

    def _loader(self, name: Any, batch: Batch) -> DataLoader[int, Any]:
        loader = self.made.get(name)
        if loader is None:
            loader = self.made[name] = DataLoader(load_fn=batch)
        return loader

    async def _pages(self, relation: Relation, page: Page, keys: list[int]) -> list[list[Row]]:
        beyond, after = _beyond(relation, page, 4)
        rows = f"{_select(relation, self.sight)} AND {relation.parent} = parents.key {beyond} {_order(relation, page)} LIMIT $3"
        statement = (
            f"SELECT parents.key AS parent, page.* FROM unnest($2::bigint[]) AS parents(key) CROSS JOIN LATERAL ({rows}) page "
            f"ORDER BY parents.key, page.sort_key {page.direction}, page.id {page.direction}"
        )
        return _grouped(keys, await self.pool.fetch(statement, self.sight.parameter, keys, page.size + 1, *after))

    async def _lists(self, relation: Relation, keys: list[int]) -> list[list[Row]]:
        rows = f"{_select(relation, self.sight, relation.parent)} AND {relation.parent} = ANY($2::bigint[])"
        return _grouped(keys, await self.pool.fetch(f"{rows} ORDER BY {relation.sort}, r.id", self.sight.parameter, keys))

    async def _counts(self, relation: Relation, keys: list[int]) -> list[int]:
        statement = (
            f"SELECT {relation.parent} AS parent, count(*) AS rows FROM {relation.table} r WHERE {relation.visible(self.sight)} "
            f"AND {relation.listed} AND {relation.parent} = ANY($2::bigint[]) GROUP BY 1"
        )
        found = {row["parent"]: row["rows"] for row in await self.pool.fetch(statement, self.sight.parameter, keys)}
        return [found.get(key, 0) for key in keys]

    async def _by_key(self, statement: str, keys: list[int]) -> list[Row | None]:
        found = {row["id"]: row for row in await self.pool.fetch(statement, keys)}
        return [found.get(key) for key in keys]

    async def _returns(self, keys: list[int]) -> list[Row | None]:
        visible = self.sight.in_care_or_shared("l.partner_id", "l.order_id")
        rows = await self.pool.fetch(RETURNS.format(visible=visible), self.sight.parameter, keys)
        found = {row["rma_id"]: row for row in rows}
        return [found.get(key) for key in keys]


# A line whose units are not known counts nothing due; units that came are at least 0, and at most those due.
RETURNS = """
SELECT rma_id, sum(due)::bigint AS due, sum(received)::bigint AS received, sum(value)::bigint AS value,
       sum(CASE WHEN due = 0 THEN 0 ELSE value / due * received + (2 * (value % due) * received + due) / (2 * due) END)::bigint AS came
FROM (SELECT l.rma_id, coalesce(l.units_due, 0) AS due,
             CASE WHEN l.units_due IS NULL THEN 0 ELSE coalesce(l.value_due, 0) END AS value,
             least(greatest(coalesce(posted.units, 0), 0), coalesce(l.units_due, 0)) AS received
      FROM rma_lines l
      LEFT JOIN LATERAL (SELECT sum(c.units) AS units FROM receipts c
                         WHERE c.rma_line_id = l.id AND c.posted_on IS NOT NULL) posted ON TRUE
      WHERE l.rma_id = ANY($2::bigint[]) AND {visible}) lines
GROUP BY rma_id
"""


def _select(relation: Relation, sight: Sight, parent: str | None = None) -> str:
    columns = f"{relation.columns}, {relation.sort} AS sort_key" + (f", {parent} AS parent" if parent else "")
    return f"SELECT {columns} FROM {relation.table} r WHERE {relation.visible(sight)} AND {relation.listed}"


def _order(relation: Relation, page: Page) -> str:
    return f"ORDER BY {relation.sort} {page.direction}, r.id {page.direction}"


def _beyond(relation: Relation, page: Page, number: int) -> tuple[str, tuple[Any, ...]]:
    """The condition of rows after the page's cursor, whose parameters begin at that number."""
    if page.after is None:
        return "", ()
    return f"AND ({relation.sort}, r.id) {'<' if page.descending else '>'} (${number}, ${number + 1})", page.after


def _grouped(keys: list[int], rows: Sequence[Row]) -> list[list[Row]]:
    found: dict[int, list[Row]] = {key: [] for key in keys}
    for row in rows:
        found[row["parent"]].append(row)
    return [found[key] for key in keys]
