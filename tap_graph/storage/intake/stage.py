"""The stage: one delivery's lines in a temporary table of the connection, typed and not yet facts.

It is temporary on purpose: filling it locks nobody, and a killed process leaves nothing to clean up or to finish.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Date, Integer, MetaData, Table, Text, func, select, update
from sqlalchemy.types import Boolean, TypeEngine

CHUNK = 20_000
TYPES: dict[str, type[TypeEngine[Any]]] = {"count": Integer, "amount": BigInteger, "day": Date, "boolean": Boolean}

READ, REFUSED, REPEATED = "READ", "REFUSED", "REPEATED"
NEW, CHANGED, UNCHANGED, HELD = "NEW", "CHANGED", "UNCHANGED", "HELD"


def _meta() -> list[Column[Any]]:
    return [
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("physical_line", Integer, nullable=False),
        Column("raw", Text, nullable=False),
        Column("record_key", Text),
        Column("given_version", BigInteger),
        Column("read_state", Text, nullable=False),
        Column("problems", Text, nullable=False),
        Column("repeats", Integer),
    ]


class Stage:
    """The staged lines of one kind; `table` has a column per feed column beside its own."""

    def __init__(self, connection: Connection, kind: str, columns: Sequence[tuple[str, str]]) -> None:
        self.connection = connection
        self.kind = kind
        self.columns = [name for name, _ in columns]
        typed: list[Column[Any]] = [Column(name, TYPES.get(type_, Text)) for name, type_ in columns]
        self.table = Table(f"stage_{kind}", MetaData(), *_meta(), *typed, prefixes=["TEMPORARY"])
        self._create(self.table)
        self.base = 0
        """Added to `seq` to give a version; set once the delivery's place among all lines is known."""

    def _create(self, table: Table) -> None:
        if self._exists(table.name):
            table.drop(self.connection, checkfirst=False)
        table.create(self.connection, checkfirst=False)

    def _exists(self, name: str) -> bool:
        question = (
            "SELECT 1 FROM sqlite_temp_master WHERE name = ?"
            if self.connection.dialect.name == "sqlite"
            else "SELECT 1 WHERE to_regclass('pg_temp.' || %s) IS NOT NULL"
        )
        return self.connection.exec_driver_sql(question, (name,)).first() is not None

    def load(self, rows: Iterable[Sequence[Any]], tell: Callable[[int], None] | None = None) -> int:
        """Stages rows of (seq, line, raw, key, version, state, problems, cells…) in chunks; returns how many.

        *tell* hears of each chunk how many rows it holds.
        """
        names = [column.name for column in self.table.columns if column.name != "repeats"]
        rows = iter(rows)
        count = 0
        while chunk := list(islice(rows, CHUNK)):
            with one_step(self.connection):
                copy_rows(self.connection, self.table.name, names, chunk)
            count += len(chunk)
            if tell is not None:
                tell(len(chunk))
        if self.connection.dialect.name == "postgresql":
            self.connection.exec_driver_sql(f"ANALYZE {self.table.name}")
        return count

    def version(self) -> Any:
        """The version a staged line gets: its own where it was delivered before, else its place in this delivery."""
        return func.coalesce(self.table.c.given_version, self.table.c.seq + self.base)

    def repeated(self, keys: Sequence[str]) -> list[Any]:
        """The well-formed lines whose key is among `keys`, key by key in file order."""
        s = self.table
        found: list[Any] = []
        for chunk in _chunks(keys, 500):
            found += self.connection.execute(
                select(s.c.seq, s.c.record_key, s.c.problems, s.c.read_state, *(s.c[name] for name in self.columns))
                .where(s.c.record_key.in_(chunk))
                .order_by(s.c.record_key, s.c.seq)
            ).all()
        return found

    def mark(self, seqs: Sequence[int], *, state: str, problems: str | None = None, repeats: int | None = None) -> None:
        """Changes what was read of some lines: refused for what the file says elsewhere, or repeated."""
        s = self.table
        values: dict[str, Any] = {"read_state": state, "repeats": repeats}
        if problems is not None:
            values["problems"] = problems
        for chunk in _chunks(seqs, 500):
            self.connection.execute(update(s).where(s.c.seq.in_(chunk)).values(**values))

    def drop(self) -> None:
        """Removes the stage from the connection."""
        self.table.drop(self.connection, checkfirst=False)


def _chunks(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))


@contextmanager
def one_step(connection: Connection) -> Iterator[None]:
    """On SQLite one transaction around many rows, where none is open; it touches temporary tables and locks nobody."""
    driver = connection.connection.driver_connection
    alone = isinstance(driver, sqlite3.Connection) and not driver.in_transaction
    if alone:
        connection.exec_driver_sql("BEGIN")
    yield
    if alone:
        connection.exec_driver_sql("COMMIT")


def copy_rows(connection: Connection, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Writes ready rows the fastest way the database has: COPY, or one prepared INSERT."""
    cursor = connection.connection.cursor()
    columns = ", ".join(f'"{name}"' for name in names)
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(names))
            cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)  # noqa: S608 - names are ours
    finally:
        cursor.close()
