"""Cells of held lines, out of the JSON array they wait in, as SQL of the column's type."""

from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

TYPES: dict[str, TypeEngine[Any]] = {"count": Integer(), "day": Date()}
POSTGRESQL_TYPES = {"count": "INTEGER", "day": "DATE"}


class held_cell(FunctionElement[Any]):  # noqa: N801 - reads as a function in SQL
    """The cell at a position of a held row; its type is that of the feed's column: count, day, or text for all others."""

    # Position and type are no part of SQLAlchemy's key.
    inherit_cache = False

    def __init__(self, row: ColumnElement[Any], position: int, column_type: str) -> None:
        super().__init__(row)
        self.position = position
        self.column_type = column_type
        self.type = TYPES.get(column_type, Text())


@compiles(held_cell, "postgresql")
def _on_postgresql(element: held_cell, compiler: Any, **options: Any) -> str:
    row = compiler.process(element.clauses, **options)
    return f"CAST((CAST({row} AS JSON) ->> {element.position}) AS {POSTGRESQL_TYPES.get(element.column_type, 'TEXT')})"


@compiles(held_cell, "sqlite")
def _on_sqlite(element: held_cell, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} ->> {element.position})"
