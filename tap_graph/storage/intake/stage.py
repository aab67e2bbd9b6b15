"""The stage: one delivery's lines in a temporary table of the connection, typed and not yet facts.

It is temporary on purpose: filling it locks nobody, and a killed process leaves nothing to clean up or to finish.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Date, Integer, Table, Text, func
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import Boolean, TypeEngine

from tap_graph.storage.temporary import temporary_table

CHUNK = 20_000
TYPES: dict[str, type[TypeEngine[Any]]] = {"count": Integer, "amount": BigInteger, "day": Date, "boolean": Boolean}

READ, REFUSED, REPEATED = "READ", "REFUSED", "REPEATED"
NEW, CHANGED, UNCHANGED, HELD = "NEW", "CHANGED", "UNCHANGED", "HELD"


def numbered(connection: Connection) -> Column[int]:
    """The column `seq` of a temporary table of staged lines.

    SQLite stores rows by it, so that it costs nothing; PostgreSQL joins whole tables by hashing, and a key would only cost.
    """
    return Column("seq", Integer, primary_key=connection.dialect.name == "sqlite", autoincrement=False, nullable=False)


def _meta(connection: Connection) -> list[Column[Any]]:
    return [
        numbered(connection),
        Column("physical_line", Integer, nullable=False),
        Column("raw", Text, nullable=False),
        Column("record_key", Text),
        Column("given_version", BigInteger),
        Column("read_state", Text, nullable=False, server_default=READ),
        Column("problems", Text, nullable=False, server_default="[]"),
        Column("repeats", Integer),
    ]


class Stage:
    """The staged lines of one kind; `table` has a column per feed column beside its own."""

    def __init__(self, connection: Connection, kind: str, columns: Sequence[tuple[str, str]]) -> None:
        self.connection = connection
        self.kind = kind
        self.columns = [name for name, _ in columns]
        typed: list[Column[Any]] = [Column(name, TYPES.get(type_, Text)) for name, type_ in columns]
        self.table = temporary_table(connection, f"stage_{kind}", *_meta(connection), *typed)
        create_anew(connection, self.table)
        self.has_repeats = False
        """Whether a line repeats another one."""
        self.base = 0
        """Added to `seq` to give a version; set once the delivery's place among all lines is known."""

    def load(self, rows: Iterable[Sequence[Any]], tell: Callable[[int], None] | None = None) -> int:
        """Stages rows of (seq, line, raw, key, version, state, problems, cells…) in chunks; returns how many.

        *tell* hears of each chunk how many rows it holds.
        """
        rows = iter(rows)
        count = 0
        while chunk := list(islice(rows, CHUNK)):
            self.load_rows(chunk, [column.name for column in self.table.columns if column.name != "repeats"])
            count += len(chunk)
            if tell is not None:
                tell(len(chunk))
        self.loaded()
        return count

    def load_rows(self, rows: Sequence[Sequence[Any]], names: Sequence[str]) -> None:
        """Stages ready rows of the named columns."""
        with one_step(self.connection):
            copy_rows(self.connection, self.table.name, names, rows)

    def load_text(self, text: bytes, names: Sequence[str]) -> None:
        """Stages rows as COPY reads them, in UTF-8; PostgreSQL alone."""
        columns = ", ".join(f'"{name}"' for name in names)
        cursor = self.connection.connection.cursor()
        try:
            with cursor.copy(f"COPY \"{self.table.name}\" ({columns}) FROM STDIN (ENCODING 'UTF8')") as copy:
                copy.write(text)
        finally:
            cursor.close()

    def loaded(self) -> None:
        """To be called when everything is staged: PostgreSQL would guess wildly how much that is."""
        analyze(self.connection, self.table)

    def version(self) -> Any:
        """The version a staged line gets: its own where it was delivered before, else its place in this delivery."""
        return func.coalesce(self.table.c.given_version, self.table.c.seq + self.base)

    def drop(self) -> None:
        """Removes the stage from the connection."""
        self.table.drop(self.connection, checkfirst=False)


def create_anew(connection: Connection, table: Table) -> None:
    """Creates a temporary table, in the place of one that a failure left on the connection."""
    question = (
        "SELECT 1 FROM sqlite_temp_master WHERE name = ?"
        if connection.dialect.name == "sqlite"
        else "SELECT 1 WHERE to_regclass('pg_temp.' || %s) IS NOT NULL"
    )
    if connection.exec_driver_sql(question, (table.name,)).first() is not None:
        table.drop(connection, checkfirst=False)
    table.create(connection, checkfirst=False)


def analyze(connection: Connection, table: Table) -> None:
    """Tells PostgreSQL how large a temporary table is, and roughly what is in it."""
    if connection.dialect.name == "postgresql":
        # How many rows there are and how many are null is all that the plans turn on: a small sample says that.
        connection.exec_driver_sql("SET default_statistics_target = 10")
        connection.exec_driver_sql(f"ANALYZE {table.name}")
        connection.exec_driver_sql("RESET default_statistics_target")


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
    except sqlite3.OperationalError as error:
        # Told like that of any other statement: whoever has no room for a stage is answered as by a full disk.
        raise OperationalError(f"INSERT INTO {table}", None, error) from error
    finally:
        cursor.close()
