"""Slots: the values of a statement that each request brings anew, and the statement as text that holds their places."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Date, Dialect, Select, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from tap_graph.reads.occasion import Occasion

Read: TypeAlias = Callable[[Occasion], Any]

MODULES = {"postgresql": "sqlalchemy.dialects.postgresql.asyncpg", "sqlite": "sqlalchemy.dialects.sqlite.pysqlite"}


def _with_constants(dialect: Dialect) -> Dialect:
    """The dialect, whose statements hold as text what is the same for every request: planners see it, drivers need not."""
    plain: Any = dialect.statement_compiler

    class WithConstants(plain):  # type: ignore[misc]
        def visit_bindparam(self, bindparam: BindParameter[Any], **options: Any) -> str:
            if not bindparam.required:
                options["literal_binds"] = True
            text: str = super().visit_bindparam(bindparam, **options)
            return text

    dialect.statement_compiler = WithConstants
    return dialect


@cache
def dialect_of(name: str) -> Dialect:
    """The dialect that statements are written in; only that of the database in use is loaded."""
    dialect: Dialect = import_module(MODULES[name]).dialect()
    return _with_constants(dialect)


class day_of(FunctionElement[Any]):  # noqa: N801 - reads as a function in SQL
    """A day that is given as text: asyncpg would take the first and the last day there is for the infinite ones."""

    type = Date()
    inherit_cache = True


@compiles(day_of)
def _compile_day(element: day_of, compiler: Any, **options: Any) -> str:
    text: str = compiler.process(element.clauses, **options)
    return f"CAST({text} AS DATE)" if compiler.dialect.name == "postgresql" else text


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text of one dialect, and what reads each of its parameters, in their order, from an occasion."""

    sql: str
    reads: tuple[Read, ...]

    def values(self, occasion: Occasion) -> list[Any]:
        """The parameters of one request."""
        return [read(occasion) for read in self.reads]


class Slots:
    """The slots of one statement while it is compiled."""

    def __init__(self) -> None:
        self._reads: dict[str, Read] = {}

    def bind(self, read: Read, type_: TypeEngine[Any]) -> ColumnElement[Any]:
        """A parameter whose value *read* takes from the occasion."""
        name = f"v{len(self._reads)}"
        if isinstance(type_, Date):
            self._reads[name] = lambda occasion: read(occasion).isoformat()
            return day_of(bindparam(name, type_=Text()))
        self._reads[name] = read
        return bindparam(name, type_=type_)

    def statement(self, query: Select[Any], dialect: str) -> Statement:
        """The query as text; a value that could only be written at each execution is a TypeError."""
        compiled: Any = query.compile(dialect=dialect_of(dialect))
        if compiled.post_compile_params:
            raise TypeError("a plan holds a list of unknown length; compare with `among`")
        return Statement(str(compiled), tuple(self._read_of(compiled.binds[name], dialect) for name in compiled.positiontup))

    def _read_of(self, parameter: BindParameter[Any], dialect: str) -> Read:
        read = self._reads[parameter.key]
        convert = parameter.type.dialect_impl(dialect_of(dialect)).bind_processor(dialect_of(dialect))
        return read if convert is None else lambda occasion: convert(read(occasion))
