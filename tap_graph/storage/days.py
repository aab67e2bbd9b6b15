"""Day arithmetic in SQL, the little that is needed."""

from typing import Any

from sqlalchemy import ColumnElement, Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class day_after(FunctionElement[Any]):  # noqa: N801 - reads as a function in SQL
    """The day after a day."""

    type = Date()
    inherit_cache = True

    def __init__(self, day: ColumnElement[Any]) -> None:
        super().__init__(day)


@compiles(day_after, "postgresql")
def _on_postgresql(element: day_after, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} + 1)"


@compiles(day_after, "sqlite")
def _on_sqlite(element: day_after, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+1 day')"
