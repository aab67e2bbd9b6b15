"""JSON in SQL: rows as arrays by position, on both databases.

Arrays keep response names out of the statement: no alias is cut at 63 bytes, and no limit of pairs is met.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, Select, Subquery, Text, cast, column, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.types import NullType

# SQLite takes 100 arguments in a call, PostgreSQL 100 as well; longer rows are cut into arrays of arrays.
LONGEST_CALL = 90
# A sub-query without a limit may lose its order on SQLite.
NO_LIMIT = 2**31 - 1


class Cells:
    """The SQL expressions of one row, by position; an expression added twice under one key takes one position.

    Nested rows come first, counted from the front, and the others last, counted from the end: what stands before a
    nested row would wait for it on the stack of SQLite's parser, which holds a hundred things.
    """

    def __init__(self) -> None:
        self._nested: list[ColumnElement[Any]] = []
        self._plain: list[ColumnElement[Any]] = []
        self._positions: dict[object, int] = {}

    def add(self, expression: ColumnElement[Any], key: object = None) -> int:
        """The position of an expression that needs nothing but its row."""
        if key is not None and key in self._positions:
            return self._positions[key]
        self._plain.append(expression)
        position = -len(self._plain)
        if key is not None:
            self._positions[key] = position
        return position

    def add_nested(self, expression: ColumnElement[Any]) -> int:
        """The position of an expression that holds rows of its own."""
        self._nested.append(expression)
        return len(self._nested) - 1

    def known(self, key: object) -> int | None:
        """The position of the expression that was added under *key*."""
        return self._positions.get(key)

    @property
    def expressions(self) -> list[ColumnElement[Any]]:
        """All of them in order."""
        return self._nested + self._plain[::-1]


class Json:
    """The JSON functions of one kind of database."""

    def __init__(self, dialect: str) -> None:
        self.postgresql = dialect == "postgresql"

    def row(self, cells: Cells) -> ColumnElement[Any]:
        """The cells as one JSON array; `flat` undoes what it does to long rows."""
        items = cells.expressions or [literal_column("1")]
        if len(items) <= LONGEST_CALL:
            return self.array(items)
        return self.array([self.array(items[at : at + LONGEST_CALL]) for at in range(0, len(items), LONGEST_CALL)])

    @staticmethod
    def is_cut(cells: Cells) -> bool:
        """Whether `row` made arrays of arrays."""
        return len(cells.expressions) > LONGEST_CALL

    def one(self, statement: Select[Any]) -> ColumnElement[Any]:
        """A select of one JSON value as a value.

        SQLite forgets that text is JSON on the way out of a sub-query. `-> '$'` says it again, and after the sub-query:
        a function around it would cost three of the hundred places of SQLite's parser stack on every level.
        """
        value = statement.scalar_subquery()
        return value if self.postgresql else value.op("->", precedence=100, return_type=NullType())(literal_column("'$'"))

    def many(self, item: ColumnElement[Any], order: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
        """All items of a select, rows, as one array in order; SQLite takes the order of the sub-query they come from."""
        if self.postgresql:
            return func.coalesce(func.json_agg(aggregate_order_by(item, *order)), func.json_build_array())
        return func.json_group_array(item)

    def ordered_elements(self, text: ColumnElement[Any], name: str) -> Subquery:
        """The elements of a JSON array that is kept or given as text, as rows: `value`, in the order of `place`."""
        if self.postgresql:
            listed = func.json_array_elements(cast(text, JSON)).table_valued(column("value", JSON), with_ordinality="place")
            rows: Any = listed.render_derived()
            place = rows.c.place
        else:
            rows = func.json_each(text).table_valued("value", "key")
            place = rows.c.key
        return select(rows.c.value, place.label("place")).order_by(place).limit(NO_LIMIT).subquery(name)

    def whole_number(self, value: ColumnElement[Any], at: int) -> ColumnElement[Any]:
        """The integer at a place of a JSON array."""
        return cast(self.word(value, at), BigInteger)

    def again(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        """A JSON value of which SQLite may have forgotten that it is one."""
        return value if self.postgresql else func.json(value)

    def word(self, value: ColumnElement[Any], at: str | int) -> ColumnElement[Any]:
        """The text at a key of a JSON object, or at a place of an array; null where there is none."""
        if self.postgresql:
            return value.op("->>", return_type=Text())(literal_column(str(at) if isinstance(at, int) else f"'{at}'"))
        return cast(func.json_extract(value, literal_column(f"'$[{at}]'" if isinstance(at, int) else f"'$.{at}'")), Text)

    def stored(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """JSON kept as text, as JSON."""
        return cast(column, JSON) if self.postgresql else func.json(column)

    def text(self, value: ColumnElement[Any]) -> ColumnElement[str]:
        """A JSON value as text, so that both drivers hand over the same."""
        return cast(value, Text) if self.postgresql else value

    def array(self, items: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
        """A JSON array of at most `LONGEST_CALL` values."""
        return func.json_build_array(*items) if self.postgresql else func.json_array(*items)
