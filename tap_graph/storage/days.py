"""Day arithmetic in SQL, the little that is needed."""

from typing import Any

from sqlalchemy import ColumnElement, Date, Integer
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


class days_between(FunctionElement[Any]):  # noqa: N801 - reads as a function in SQL
    """Calendar days from a day to another one; negative where that comes first."""

    type = Integer()
    inherit_cache = True

    def __init__(self, first: ColumnElement[Any], last: ColumnElement[Any]) -> None:
        super().__init__(first, last)


@compiles(days_between, "postgresql")
def _between_on_postgresql(element: days_between, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(({last}) - ({first}))"


@compiles(days_between, "sqlite")
def _between_on_sqlite(element: days_between, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    # Whole days differ by whole numbers there, which no float rounds.
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


class day_of_moment(FunctionElement[Any]):  # noqa: N801 - reads as a function in SQL
    """The day of a stored moment, in UTC."""

    type = Date()
    inherit_cache = True

    def __init__(self, moment: ColumnElement[Any]) -> None:
        super().__init__(moment)


@compiles(day_of_moment, "postgresql")
def _moment_on_postgresql(element: day_of_moment, compiler: Any, **options: Any) -> str:
    return f"CAST(substr({compiler.process(element.clauses, **options)}, 1, 10) AS DATE)"


@compiles(day_of_moment, "sqlite")
def _moment_on_sqlite(element: day_of_moment, compiler: Any, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 10)"


class seconds_between(FunctionElement[Any]):  # noqa: N801 - reads as a function in SQL
    """Whole seconds from a stored moment to another one."""

    type = Integer()
    inherit_cache = True

    def __init__(self, first: ColumnElement[Any], last: ColumnElement[Any]) -> None:
        super().__init__(first, last)


@compiles(seconds_between, "postgresql")
def _seconds_on_postgresql(element: seconds_between, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM (CAST({last} AS timestamptz) - CAST({first} AS timestamptz))) AS INTEGER)"


@compiles(seconds_between, "sqlite")
def _seconds_on_sqlite(element: seconds_between, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST(strftime('%s', {last}) AS INTEGER) - CAST(strftime('%s', {first}) AS INTEGER))"
